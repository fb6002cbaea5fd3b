//! The look before a start: whether this run has its task already, and who is in the way.

use std::time::Duration;

use futures_util::stream::Stream;

use super::family::family_tasks;
use super::launch::Launch;
use super::patience::{or_signal, until_signal};
use super::refusal::{interrupted, no_look};
use super::run::{Signal, World};
use super::vigil::ask_for;
use crate::error::Failure;
use crate::model::event::Sink;
use crate::model::task::TaskSnapshot;
use crate::model::writers::{came_to_nothing, is_alive, writers};
use crate::ports::{CallError, CallErrorKind};

/// How long the look may fail before the start is given up, as long as `RunTask` is tried at least.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who was found before a start.
#[derive(Debug)]
pub(super) enum Found {
    /// A task that this very run started, in a process before this one.
    Own(Box<TaskSnapshot>),
    /// A task beside which nothing must be started.
    Writer(Box<TaskSnapshot>),
    /// Nobody.
    Nobody,
}

/// Looks, where it matters: a fresh reader has no task yet and is in nobody's way. `tried` are the
/// run's tasks that this process has seen the end of.
pub(super) async fn before_start(
    world: &World,
    launch: &Launch,
    tried: &[String],
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<Found, Failure> {
    let exclusive = launch.is_exclusive();
    if !exclusive && !launch.run_key.is_repeatable() {
        return Ok(Found::Nobody);
    }
    let cluster = &launch.request.cluster;
    let what = "looking whether another task is in the way";
    let look = || family_tasks(&*world.tasks, cluster, &launch.definition.arn);
    let looked = if exclusive {
        until_signal(ask_for(PATIENCE, world, what, sink, look), signals).await
    } else {
        or_signal(look(), what, &world.clock, signals, sink).await
    };
    let tasks = match looked.map_err(|signal| unlooked(launch, signal))? {
        Ok(tasks) => tasks,
        // Nothing depends on it: the client token finds the run's own task as well.
        Err(_) if !exclusive => return Ok(Found::Nobody),
        Err(error) => return Err(blind(&error)),
    };
    if let Some(own) = own(launch, &tasks, tried) {
        return Ok(Found::Own(Box::new(own.clone())));
    }
    if !exclusive {
        return Ok(Found::Nobody);
    }
    let is_own = |task: &TaskSnapshot| launch.owns(task);
    let writers = writers(&tasks, &launch.definition, &launch.exclusive, is_own);
    Ok(match writers.first() {
        Some(writer) => Found::Writer(Box::new((*writer).clone())),
        None => Found::Nobody,
    })
}

/// A signal ended the look. What this very run may have running is not known then.
fn unlooked(launch: &Launch, signal: Signal) -> Failure {
    let failure = interrupted(signal);
    if launch.run_key.is_repeatable() {
        failure.hinted(format!(
            "an earlier process of this run may have left a task: {}",
            launch.list()
        ))
    } else {
        failure
    }
}

/// The run's own task: the one that lives, else the last one. A task of this name that runs other
/// words is none: `RunTask` will say so; nor is one that came to nothing.
pub(super) fn own<'t>(
    launch: &Launch,
    tasks: &'t [TaskSnapshot],
    tried: &[String],
) -> Option<&'t TaskSnapshot> {
    tasks
        .iter()
        .filter(|task| launch.owns(task) && !tried.contains(&task.arn))
        .filter(|task| !came_to_nothing(task))
        .max_by_key(|task| (is_alive(task), task.times.created))
}

/// Nobody may start a writer without having looked.
fn blind(error: &CallError) -> Failure {
    let failure = no_look(
        error,
        "nothing was started, since it could not be looked up whether another task writes",
    );
    match error.kind {
        CallErrorKind::Denied => failure
            .hinted("needed are ecs:ListTasks and ecs:DescribeTasks on the cluster")
            .hinted(
                "where no second one can be started anyway, [commands.NAME] of the configuration file can leave the look out with `exclusive = false`; \
                 a signal then stops the command, unless `on-interrupt = \"detach\"` stands beside it",
            ),
        _ => failure,
    }
}
