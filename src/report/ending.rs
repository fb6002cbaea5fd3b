//! What is told of a run's end, and of how to go on.

use super::words::timeline;
use super::{explanation, in_one_line};
use crate::model::diagnosis::{Confidence, Looked};
use crate::model::event::{ContainerEnd, Finished, Started};
use crate::model::outcome::Outcome;

/// What the log lacks, as far as no warning has said it.
pub(super) fn lacks(finished: &Finished, said: &[String]) -> Option<String> {
    let note = finished.logs.note.clone()?;
    let news = said
        .iter()
        .fold(note, |note, said| note.replace(said.as_str(), ""));
    let news = news.trim_matches([';', ' ']);
    (!news.is_empty()).then(|| format!("the log is not complete: {news}"))
}

/// How the other containers ended, where that is news.
pub(super) fn others(finished: &Finished, deciding: &str) -> Vec<String> {
    let others = finished
        .containers
        .iter()
        .filter(|container| container.name != deciding && container.exit_code != Some(0));
    others.filter_map(container).collect()
}

/// Every reason that AWS gave, in full.
pub(super) fn reasons(finished: &Finished) -> Vec<String> {
    let of_task = stopped_reason(finished).map(|reason| format!("stopped reason: {reason}"));
    let of_containers = finished.containers.iter().filter_map(container);
    of_task.into_iter().chain(of_containers).collect()
}

/// Causes that say no more than the verdict does.
const SAID: [&str; 2] = ["essential-container-exited-", "user-stopped"];
/// How many steps are told of.
const STEPS: usize = 2;

/// Why it failed and what to do first, where that is more than the verdict says. Without a task
/// the error says it, with advice of its own, unless a look has more to say.
pub(super) fn why(finished: &Finished) -> Vec<String> {
    let Some(diagnosis) = &finished.diagnosis else {
        return Vec::new();
    };
    let is_confirmed = diagnosis.looked == Some(Looked::Confirmed);
    let is_sure = diagnosis.confidence == Confidence::High && finished.task_arn.is_some();
    if !is_sure && !is_confirmed {
        return Vec::new();
    }
    if SAID.iter().any(|said| diagnosis.cause.starts_with(said)) {
        return Vec::new();
    }
    let looked = explanation::looked(diagnosis);
    let steps = diagnosis.next_steps.iter().take(STEPS);
    let steps = steps.map(|step| format!("next: {}", in_one_line(step)));
    let cause = format!("cause: {}", explanation::headline(diagnosis));
    std::iter::once(cause).chain(looked).chain(steps).collect()
}

/// Why the task stopped, by its code and in AWS's own words.
pub(super) fn stopped_reason(finished: &Finished) -> Option<String> {
    match (&finished.stop_code, &finished.stopped_reason) {
        (code, Some(reason)) => {
            let code = code.as_deref().unwrap_or("no stop code");
            Some(format!("{code}: {reason}"))
        }
        (Some(code), None) => Some(code.clone()),
        (None, None) => None,
    }
}

/// Where the log is. A container that never ran has none.
pub(super) fn log_place(started: &Started, outcome: Outcome) -> Option<String> {
    if outcome == Outcome::NeverStarted {
        return None;
    }
    let group = started.log_group.as_deref()?;
    let stream = started.log_stream.as_deref()?;
    let region = started.log_region.as_deref().unwrap_or(&started.region);
    Some(format!("log: {group} {stream} ({region})"))
}

/// Where the console shows the task.
pub(super) fn task_place(started: &Started) -> String {
    format!("task: {}", started.console_url)
}

/// Where the time went.
pub(super) fn time(finished: &Finished) -> String {
    format!("time: {}", timeline(&finished.timings))
}

/// What was asked of AWS.
pub(super) fn requests(finished: &Finished) -> String {
    let calls = finished.api_calls.iter();
    let calls: Vec<_> = calls.map(|(name, n)| format!("{name} {n}")).collect();
    format!("requests: {}", calls.join(", "))
}

/// How a container ended, if it did, with its name.
fn container(container: &ContainerEnd) -> Option<String> {
    let ended = ended(container)?;
    Some(format!("container `{}`: {ended}", container.name))
}

/// How a container ended, if it did.
pub(super) fn ended(container: &ContainerEnd) -> Option<String> {
    match (container.exit_code, &container.reason) {
        (None, None) => None,
        (Some(code), None) => Some(format!("exited {code}")),
        (None, Some(reason)) => Some(reason.clone()),
        (Some(code), Some(reason)) => Some(format!("exited {code}: {reason}")),
    }
}
