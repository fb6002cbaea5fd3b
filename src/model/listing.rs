//! Tasks as a list shows them.

use serde::Serialize;

use super::event::rfc3339_millis;
use super::task::{EpochMillis, TaskSnapshot, task_id};
use super::writers::is_alive;

/// The tasks of a family that ECS still knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The family.
    pub family: String,
    /// The cluster.
    pub cluster: String,
    /// The region.
    pub region: String,
    /// Those that ended, then those that run or may still run; of each the newest last.
    pub tasks: Vec<ListedTask>,
}

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ListedTask {
    /// Its ARN.
    pub task_arn: String,
    /// The last part of it.
    pub task_id: String,
    /// The words that run in the container that decides.
    pub command: Vec<String>,
    /// Who started it, in the words of its tags, else of `startedBy`.
    pub who: Option<String>,
    /// `startedBy`, as whoever started it wrote it.
    pub started_by: Option<String>,
    /// When `RunTask` was taken.
    #[serde(serialize_with = "rfc3339")]
    pub created_at: Option<EpochMillis>,
    /// When it went to `RUNNING`.
    #[serde(serialize_with = "rfc3339")]
    pub started_at: Option<EpochMillis>,
    /// When it went to `STOPPED`.
    #[serde(serialize_with = "rfc3339")]
    pub stopped_at: Option<EpochMillis>,
    /// `PROVISIONING` … `DELETED`, or a word that is new to us.
    pub phase: String,
    /// `STOPPED` as soon as it was told to stop.
    pub desired_status: Option<String>,
    /// The exit code of the container that decides.
    pub exit_code: Option<i32>,
    /// `stopCode`.
    pub stop_code: Option<String>,
    /// `stoppedReason`, in full.
    pub stopped_reason: Option<String>,
    /// Its containers.
    pub containers: Vec<ListedContainer>,
    /// Whether its container runs or may still run.
    #[serde(skip)]
    pub alive: bool,
}

/// One container of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ListedContainer {
    /// Its name.
    pub name: String,
    /// `lastStatus`.
    pub status: String,
    /// Its exit code, once it has one.
    pub exit_code: Option<i32>,
    /// Why it ended or did not start, where ECS says so.
    pub reason: Option<String>,
}

impl ListedTask {
    /// A task whose container `deciding` runs `command`.
    #[must_use]
    pub fn of(task: &TaskSnapshot, deciding: Option<&str>, command: &[String]) -> Self {
        let containers = task.containers.iter().map(|container| ListedContainer {
            name: container.name.clone(),
            status: container.last_status.clone(),
            exit_code: container.exit_code,
            reason: container.reason.clone(),
        });
        Self {
            task_arn: task.arn.clone(),
            task_id: task_id(&task.arn).to_owned(),
            command: command.to_vec(),
            who: task.who().map(str::to_owned),
            started_by: task.started_by.clone(),
            created_at: task.times.created,
            started_at: task.times.started,
            stopped_at: task.times.stopped,
            phase: task.last_status.clone(),
            desired_status: task.desired_status.clone(),
            exit_code: deciding
                .and_then(|name| task.container(name))
                .and_then(|container| container.exit_code),
            stop_code: task.stop_code.clone(),
            stopped_reason: task.stopped_reason.clone(),
            containers: containers.collect(),
            alive: is_alive(task),
        }
    }

    /// Whether it was told to stop and has not ended.
    #[must_use]
    pub fn is_told_to_stop(&self) -> bool {
        self.alive && self.desired_status.as_deref() == Some("STOPPED")
    }
}

/// The order of a list: what runs stands last, next to the prompt; of each kind the newest last.
pub fn sort(tasks: &mut [ListedTask]) {
    tasks.sort_by(|a, b| {
        let key = |task: &ListedTask| (task.alive, task.created_at);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.task_arn.cmp(&b.task_arn))
    });
}

#[expect(clippy::ref_option, reason = "serde hands serialize_with a reference")]
fn rfc3339<S: serde::Serializer>(
    millis: &Option<EpochMillis>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match millis {
        Some(millis) => serializer.serialize_some(&rfc3339_millis(*millis)),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::task::{ContainerSnapshot, TaskTimes};
    use super::*;

    fn task(status: &str, desired: &str, exit_code: Option<i32>) -> TaskSnapshot {
        TaskSnapshot {
            arn: "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e".into(),
            last_status: status.into(),
            desired_status: Some(desired.into()),
            started_by: Some("run-admin-task/ana/laptop".into()),
            times: TaskTimes {
                created: Some(1_767_225_600_120),
                ..TaskTimes::default()
            },
            containers: vec![ContainerSnapshot {
                name: "admin".into(),
                last_status: if exit_code.is_some() {
                    "STOPPED"
                } else {
                    status
                }
                .into(),
                exit_code,
                ..ContainerSnapshot::default()
            }],
            ..TaskSnapshot::default()
        }
    }

    #[test]
    fn one_task() {
        let words = ["migrate".to_owned()];
        for (task, alive, told) in [
            (task("RUNNING", "RUNNING", None), true, false),
            (task("RUNNING", "STOPPED", None), true, true),
            (task("DEPROVISIONING", "STOPPED", Some(3)), false, false),
            (task("STOPPED", "STOPPED", None), false, false),
        ] {
            let listed = ListedTask::of(&task, Some("admin"), &words);
            assert_eq!(listed.alive, alive, "{task:?}");
            assert_eq!(listed.is_told_to_stop(), told, "{task:?}");
            assert_eq!(listed.exit_code, task.containers[0].exit_code);
            assert_eq!(listed.who.as_deref(), Some("run-admin-task/ana/laptop"));
        }
        let listed = ListedTask::of(&task("RUNNING", "RUNNING", None), Some("admin"), &words);
        let json = serde_json::to_value(&listed).expect("JSON");
        assert_eq!(json["created_at"], "2026-01-01T00:00:00.120Z");
        assert!(json["stopped_at"].is_null());
        assert!(json.get("alive").is_none());
    }

    #[test]
    fn what_runs_stands_last() {
        let listed = |id: &str, alive: bool, created_at: i64| ListedTask {
            task_arn: id.to_owned(),
            alive,
            created_at: Some(created_at),
            ..ListedTask::default()
        };
        let mut tasks = [
            listed("running", true, 1),
            listed("old", false, 2),
            listed("newest", true, 9),
            listed("new", false, 5),
        ];
        sort(&mut tasks);
        let order: Vec<_> = tasks.iter().map(|task| task.task_arn.as_str()).collect();
        assert_eq!(order, ["old", "new", "running", "newest"]);
    }
}
