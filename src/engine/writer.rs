//! Words about a writer that is in the way.

use jiff::Timestamp;

use super::says;
use crate::error::Failure;
use crate::model::definition::TaskDefinition;
use crate::model::duration::measured;
use crate::model::event::{OtherWriter, rfc3339_millis};
use crate::model::exclusive::Exclusive;
use crate::model::reach::Reach;
use crate::model::task::{TaskSnapshot, task_id};
use crate::model::writers::{command_of, writing_command};

/// The facts about a writer.
pub(super) fn other_writer(
    task: &TaskSnapshot,
    definition: &TaskDefinition,
    exclusive: &Exclusive,
) -> OtherWriter {
    let writes = writing_command(task, definition, exclusive);
    OtherWriter {
        task_arn: task.arn.clone(),
        command: writes.unwrap_or(command_of(task, definition)).to_vec(),
        who: task.who().map(str::to_owned),
        since: task.times.created,
        phase: task.last_status.clone(),
    }
}

/// Why `command` is not started beside it, and what to type.
pub(super) fn described(
    other: &OtherWriter,
    command: &[String],
    reach: Option<&Reach>,
    now: Timestamp,
) -> Failure {
    let failure = Failure::never_started(format!(
        "`{}` was not started: {}; two must not write at once",
        command.join(" "),
        sentence(other, now),
    ))
    .hinted(format!(
        "to follow it: {}",
        says::command("attach", reach, &other.task_arn)
    ));
    if other.command == command {
        failure.hinted("with --attach-if-running it is followed in place of refusing")
    } else {
        failure
    }
}

/// Who writes what, since when.
pub(super) fn sentence(other: &OtherWriter, now: Timestamp) -> String {
    let since = other.since.map(|created| {
        format!(
            " at {}, {} ago",
            rfc3339_millis(created),
            measured(now.as_millisecond().saturating_sub(created))
        )
    });
    format!(
        "task {} runs `{}` ({}), started by {}{}",
        task_id(&other.task_arn),
        other.command.join(" "),
        other.phase,
        other.who.as_deref().unwrap_or("somebody"),
        since.unwrap_or_default(),
    )
}
