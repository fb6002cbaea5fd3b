//! Evidence out of ECS, of a run that this machine has no record of.

use std::collections::VecDeque;

use crate::commands::find;
use crate::commands::logs::locate::Wanted;
use crate::commands::session::Place;
use crate::diagnosis::{Evidence, Source};
use crate::engine::read::read_to_the_end;
use crate::engine::run::World;
use crate::error::Failure;
use crate::model::arn::TaskName;
use crate::model::event::{ContainerEnd, Event, EventKind, Sink};
use crate::model::task::TaskSnapshot;
use crate::settings::Settings;

/// A failed task's last lines are looked for in the last ten minutes of its life.
const BACK: i64 = 600_000;
/// How many lines are kept.
const LINES: usize = 200;

/// The task of this name.
pub(super) async fn named(
    world: &World,
    place: &Place,
    name: &TaskName,
    sink: &mut dyn Sink,
) -> Result<TaskSnapshot, Failure> {
    let found = find::task(world, place, name, sink).await?;
    let task = found.ok_or_else(|| find::unknown(place, name))?;
    if task.is_stopped() {
        return Ok(task);
    }
    Err(Failure::usage(format!(
        "the task {} has not ended yet: it is {}",
        task.arn, task.last_status
    ))
    .hinted(format!(
        "to follow it: {} {}",
        place.command("attach"),
        task.arn
    )))
}

/// The task of the family that failed last, of those that ECS still knows.
pub(super) async fn last_failed(
    world: &World,
    place: &Place,
    sink: &mut dyn Sink,
) -> Result<Option<TaskSnapshot>, Failure> {
    let tasks = find::family_tasks(world, place, sink).await?;
    let failed = tasks.into_iter().filter(|task| {
        let deciding = task.commanded().map(|(name, _)| name);
        let decide = task.containers.iter();
        let mut codes = decide
            .filter(|it| deciding.is_none_or(|name| it.name == name))
            .map(|it| it.exit_code);
        let none_failed = codes.all(|code| code == Some(0));
        task.is_stopped() && (task.containers.is_empty() || !none_failed)
    });
    Ok(failed.max_by_key(|task| task.times.stopped.or(task.times.created)))
}

/// What ECS and the log tell of a task.
pub(super) async fn evidence(
    world: &World,
    place: &Place,
    settings: &Settings,
    task: &TaskSnapshot,
    sink: &mut dyn Sink,
) -> Evidence {
    let containers: Vec<_> = task
        .containers
        .iter()
        .map(|container| ContainerEnd::of(&container.name, Some(container), true))
        .collect();
    let mut evidence = Evidence::of_task(
        task.stop_code.as_deref(),
        task.stopped_reason.as_deref(),
        &containers,
    );
    for attachment in &task.attachments {
        let reasons = attachment.details.iter();
        let reasons = reasons.filter(|(name, _)| name.to_ascii_lowercase().contains("reason"));
        for (_, reason) in reasons {
            evidence.say(Source::Attachment(attachment.kind.clone()), reason);
        }
    }
    let log = log_of(world, place, settings, task, sink).await;
    let lines = log.iter();
    evidence.take_log(lines.map(|(container, line)| (container.as_str(), line.as_str())));
    evidence
}

/// The last lines of the deciding container's log; none where there is none, as of a task that
/// never started.
async fn log_of(
    world: &World,
    place: &Place,
    settings: &Settings,
    task: &TaskSnapshot,
    sink: &mut dyn Sink,
) -> VecDeque<(String, String)> {
    let mut kept = Kept {
        inner: sink,
        lines: VecDeque::new(),
    };
    let Ok(name) = find::name(&task.arn) else {
        return kept.lines;
    };
    let ended = task.times.execution_stopped.or(task.times.stopped);
    let wanted = Wanted {
        name: &name,
        settings,
        asked: false,
        since: ended.map(|ended| ended - BACK),
    };
    if let Ok(located) = wanted.locate(world, place, &mut kept).await {
        let mut lines = 0;
        // What was read before it failed is evidence too.
        let _ = read_to_the_end(world, &located.source, &mut lines, &mut kept).await;
    }
    kept.lines
}

/// Keeps the last lines of a log, and hands everything else on.
struct Kept<'s> {
    inner: &'s mut dyn Sink,
    lines: VecDeque<(String, String)>,
}

impl Sink for Kept<'_> {
    fn event(&mut self, event: &Event) {
        let EventKind::Log(line) = &event.kind else {
            return self.inner.event(event);
        };
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        let line = (line.container.clone(), line.message.clone());
        self.lines.push_back(line);
    }

    fn flush(&mut self) {
        self.inner.flush();
    }
}
