//! Sentences that more than one place says.

use std::time::Duration;

use crate::model::duration::measured;
pub(super) use crate::model::phase::waiting_for;
use crate::model::reach::Reach;

/// Nobody is left in silence for longer.
pub(super) const SILENCE: Duration = Duration::from_secs(15);

/// A duration that was measured.
pub(super) fn duration(duration: Duration) -> String {
    measured(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

/// How to follow a task, to see its log and to stop it. Its ARN tells region and cluster.
#[must_use]
pub fn by_hand(reach: Option<&Reach>, task_arn: &str) -> String {
    let command = |verb: &str| command(verb, reach, task_arn);
    format!(
        "the task is {task_arn}\n\
         to follow it:   {}\n\
         to see its log: {}\n\
         to stop it:     {}",
        command("attach"),
        command("logs"),
        command("stop"),
    )
}

/// The command of this tool that does something to a task.
pub(super) fn command(verb: &str, reach: Option<&Reach>, task_arn: &str) -> String {
    format!("{} {task_arn}", Reach::command(reach, verb))
}

/// How to see which tasks there are.
pub(super) fn list(reach: Option<&Reach>, region: &str, cluster: &str, family: &str) -> String {
    at_place("ps", reach, (region, cluster, family))
}

/// The command of this tool that does something at a place: region, cluster and family.
#[must_use]
pub fn at_place(
    verb: &str,
    reach: Option<&Reach>,
    (region, cluster, family): (&str, &str, &str),
) -> String {
    format!(
        "{} --region {region} --cluster {cluster} --task-definition {family}",
        Reach::command(reach, verb)
    )
}
