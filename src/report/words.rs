//! Words that people read.

use crate::model::call::ApiCall;
use crate::model::duration::measured;
use crate::model::event::{Finished, PhaseEntered, Started, Waiting};
use crate::model::outcome::Outcome;
use crate::model::timings::Timings;

/// Where the time went, as far as it is known.
pub(super) fn timeline(timings: &Timings) -> String {
    let parts = [
        ("provisioning", timings.provisioning_ms),
        ("image pull", timings.pull_ms),
        ("pending", timings.pending_ms),
        ("running", timings.running_ms),
        ("stopping", timings.stopping_ms),
        ("in all", timings.total_ms),
    ];
    parts
        .iter()
        .filter_map(|(name, millis)| Some(format!("{name} {}", measured((*millis)?))))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What to say of an output that cannot be written, if anything: a reader that went away has
/// read enough.
pub(super) fn lost_output(error: &std::io::Error) -> Option<String> {
    (error.kind() != std::io::ErrorKind::BrokenPipe).then(|| {
        format!("warning: the output cannot be written, the rest of it is lost: {error}; the run goes on")
    })
}

/// A request to AWS and what became of it, in one line.
pub(super) fn request(call: &ApiCall) -> String {
    let took = call.took.as_millis();
    let id = match &call.request_id {
        Some(id) => format!(", request id {id}"),
        None => String::new(),
    };
    match call.status {
        Some(status) => format!("{}: {status} after {took} ms{id}", call.operation),
        None => format!("{}: no answer after {took} ms", call.operation),
    }
}

/// That there is a task, and which.
pub(super) fn started(started: &Started) -> String {
    let verb = if started.attached {
        "following"
    } else {
        "started"
    };
    let definition = started.task_definition.rsplit('/').next();
    format!(
        "{verb} task {} of {} on {} ({}), container `{}`: {}",
        started.task_id,
        definition.unwrap_or_default(),
        started.cluster,
        started.region,
        started.container,
        started.command.join(" "),
    )
}

/// That the task entered a phase.
pub(super) fn phase(phase: &PhaseEntered) -> String {
    format!("{} after {}", phase.phase, measured(phase.elapsed_ms))
}

/// What is waited for.
pub(super) fn waiting(waiting: &Waiting) -> String {
    let elapsed = i64::try_from(waiting.elapsed.as_millis()).unwrap_or(i64::MAX);
    format!(
        "{} after {}: {}",
        waiting.phase,
        measured(elapsed),
        waiting.what
    )
}

/// How the run ended, in one sentence.
pub(super) fn verdict(finished: &Finished, deciding: &str) -> String {
    let mut containers = finished.containers.iter();
    let container = containers.find(|container| container.name == deciding);
    let exit_code = container.and_then(|container| container.exit_code);
    let ended = match (container, exit_code) {
        (_, Some(code)) => Some(format!("container `{deciding}` exited {code}")),
        // Of a success there is a code, wherever it stands.
        (Some(_), None) if finished.outcome != Outcome::Succeeded => {
            Some(format!("container `{deciding}` ended without an exit code"))
        }
        _ => None,
    };
    let with_end = |what: &str| match &ended {
        Some(ended) => format!("{what}: {ended}"),
        None => what.to_owned(),
    };
    match finished.outcome {
        Outcome::Succeeded => with_end("succeeded"),
        Outcome::ContainerFailed => with_end("failed"),
        Outcome::NeverStarted => "the task never started".to_owned(),
        Outcome::Stopped => with_end("the task was stopped"),
        Outcome::TimedOut => "timed out".to_owned(),
        Outcome::Interrupted => "interrupted".to_owned(),
        Outcome::Detached => "left: the task goes on".to_owned(),
        Outcome::NotAsRequired => "not as required".to_owned(),
        Outcome::ToolFailed => "the run could not be followed to its end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::ContainerEnd;
    use crate::model::outcome::ExitStatus;

    #[test]
    fn a_verdict_says_what_is_known() {
        let container = |exit_code| ContainerEnd {
            name: "admin".into(),
            exit_code,
            ..ContainerEnd::default()
        };
        for (outcome, containers, expected) in [
            (
                Outcome::Succeeded,
                vec![container(Some(0))],
                "succeeded: container `admin` exited 0",
            ),
            (Outcome::Succeeded, vec![container(None)], "succeeded"),
            (Outcome::Succeeded, vec![], "succeeded"),
            (
                Outcome::ContainerFailed,
                vec![container(Some(3))],
                "failed: container `admin` exited 3",
            ),
            (Outcome::ContainerFailed, vec![], "failed"),
            (
                Outcome::Stopped,
                vec![container(None)],
                "the task was stopped: container `admin` ended without an exit code",
            ),
            (Outcome::Stopped, vec![], "the task was stopped"),
        ] {
            let finished = Finished {
                containers,
                ..Finished::without_task(outcome, ExitStatus::SUCCESS, None)
            };
            assert_eq!(verdict(&finished, "admin"), expected);
        }
    }

    #[test]
    fn a_timeline_tells_what_is_known() {
        let timings = Timings {
            pull_ms: Some(2_000),
            total_ms: Some(9_000),
            ..Timings::default()
        };
        assert_eq!(timeline(&timings), "image pull 2.0s, in all 9.0s");
    }
}
