//! A task as one look at it showed it.

use std::collections::BTreeMap;

/// Milliseconds since 1970-01-01 UTC.
pub type EpochMillis = i64;

/// What `DescribeTasks` (or the answer of `RunTask`) said of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskSnapshot {
    /// Full ARN.
    pub arn: String,
    /// `lastStatus`: the phase it is in.
    pub last_status: String,
    /// `desiredStatus`: `STOPPED` as soon as it was told to stop.
    pub desired_status: Option<String>,
    /// ARN of the task definition revision it was started from.
    pub definition_arn: Option<String>,
    /// `startedBy`, as whoever started it wrote it.
    pub started_by: Option<String>,
    /// The words that the override gave to each container, by the container's name.
    pub commands: BTreeMap<String, Vec<String>>,
    /// Its tags, where the answer has them: `DescribeTasks` gives them only if asked.
    pub tags: BTreeMap<String, String>,
    /// `stopCode`, for example `EssentialContainerExited`.
    pub stop_code: Option<String>,
    /// `stoppedReason`, in full.
    pub stopped_reason: Option<String>,
    /// The task's own time stamps.
    pub times: TaskTimes,
    /// Its containers.
    pub containers: Vec<ContainerSnapshot>,
    /// What is attached to it, such as its network interface.
    pub attachments: Vec<Attachment>,
}

/// Something that is attached to a task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// For example `ElasticNetworkInterface`.
    pub kind: String,
    /// What ECS says of it, by name: `subnetId`, `statusReason` and others.
    pub details: BTreeMap<String, String>,
}

/// The time stamps that ECS keeps of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskTimes {
    /// `createdAt`: `RunTask` was taken; `PROVISIONING` begins.
    pub created: Option<EpochMillis>,
    /// `connectivityAt`: the network interface is attached.
    pub connectivity: Option<EpochMillis>,
    /// `pullStartedAt`: the image pull began.
    pub pull_started: Option<EpochMillis>,
    /// `pullStoppedAt`: the image pull ended.
    pub pull_stopped: Option<EpochMillis>,
    /// `startedAt`: the task went to `RUNNING`.
    pub started: Option<EpochMillis>,
    /// `stoppingAt`: the task's desired status went to `STOPPED`.
    pub stopping: Option<EpochMillis>,
    /// `executionStoppedAt`: the containers ended.
    pub execution_stopped: Option<EpochMillis>,
    /// `stoppedAt`: the task went to `STOPPED`.
    pub stopped: Option<EpochMillis>,
}

/// One container of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerSnapshot {
    /// Its name in the definition.
    pub name: String,
    /// `lastStatus`, for example `RUNNING`.
    pub last_status: String,
    /// Its exit code, once it has one.
    pub exit_code: Option<i32>,
    /// Why it ended or did not start, where ECS says so.
    pub reason: Option<String>,
    /// The container runtime's id.
    pub runtime_id: Option<String>,
}

impl TaskSnapshot {
    /// The container of this name.
    #[must_use]
    pub fn container(&self, name: &str) -> Option<&ContainerSnapshot> {
        self.containers.iter().find(|c| c.name == name)
    }

    /// The container that got a command by override, and its words; the first by name where
    /// several did.
    #[must_use]
    pub fn commanded(&self) -> Option<(&str, &[String])> {
        let (name, words) = self.commands.iter().next()?;
        Some((name, words))
    }

    /// Who started it, in the words of its tags, else of `startedBy`.
    #[must_use]
    pub fn who(&self) -> Option<&str> {
        let tag = self.tags.get(super::identity::WHO_TAG);
        tag.or(self.started_by.as_ref()).map(String::as_str)
    }

    /// Whether ECS is done with the task.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self.last_status.as_str(), "STOPPED" | "DELETED")
    }

    /// Whether this container of the task has run, as far as one look can tell. A life between
    /// two looks shows only in what it left behind.
    #[must_use]
    pub fn has_run(&self, name: &str) -> bool {
        let Some(container) = self.container(name) else {
            return self.times.started.is_some();
        };
        let ended_after_a_start = container.has_ended()
            && !self.failed_to_start()
            && (container.runtime_id.is_some()
                || self.stop_code.as_deref() == Some("EssentialContainerExited"));
        container.exit_code.is_some()
            || container.last_status == "RUNNING"
            || (self.times.started.is_some() && !self.failed_to_start())
            || ended_after_a_start
    }

    /// Whether any container of the task has run.
    #[must_use]
    pub fn any_has_run(&self) -> bool {
        self.times.started.is_some() || self.containers.iter().any(|c| self.has_run(&c.name))
    }

    /// Whether the task failed before its containers ran, by ECS's own word.
    #[must_use]
    pub fn failed_to_start(&self) -> bool {
        self.stop_code.as_deref() == Some("TaskFailedToStart")
    }
}

#[cfg(test)]
impl TaskSnapshot {
    /// A task with the one container `admin`, both in this phase.
    pub(super) fn of_admin(arn: &str, created: EpochMillis, status: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            last_status: status.to_owned(),
            times: TaskTimes {
                created: Some(created),
                ..TaskTimes::default()
            },
            containers: vec![ContainerSnapshot {
                name: "admin".into(),
                last_status: status.to_owned(),
                ..ContainerSnapshot::default()
            }],
            ..Self::default()
        }
    }
}

impl ContainerSnapshot {
    /// Whether this container is over.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.exit_code.is_some() || self.last_status == "STOPPED"
    }
}

/// The family of a task definition that is named by family, family and revision, or ARN.
///
/// ```
/// use run_admin_task::model::task::family;
/// assert_eq!(family("arn:aws:ecs:us-east-1:000000000000:task-definition/admin:7"), "admin");
/// assert_eq!(family("admin:7"), "admin");
/// assert_eq!(family("admin"), "admin");
/// ```
#[must_use]
pub fn family(definition: &str) -> &str {
    let name = definition.rsplit('/').next().unwrap_or(definition);
    name.split(':').next().unwrap_or(name)
}

/// The last part of a task ARN: its id.
///
/// ```
/// use run_admin_task::model::task::task_id;
/// assert_eq!(task_id("arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e"), "0f1e");
/// assert_eq!(task_id("0f1e"), "0f1e");
/// ```
#[must_use]
pub fn task_id(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_life_between_two_looks_leaves_behind() {
        let task = |stop_code: &str, started: bool, runtime: bool| TaskSnapshot {
            last_status: "STOPPED".into(),
            stop_code: Some(stop_code.into()),
            times: TaskTimes {
                started: started.then_some(1),
                ..TaskTimes::default()
            },
            containers: vec![ContainerSnapshot {
                name: "admin".into(),
                last_status: "STOPPED".into(),
                runtime_id: runtime.then(|| "id".into()),
                ..ContainerSnapshot::default()
            }],
            ..TaskSnapshot::default()
        };
        for (stop_code, started, runtime, expected) in [
            ("EssentialContainerExited", false, false, true),
            ("EssentialContainerExited", true, false, true),
            ("UserInitiated", false, true, true),
            ("UserInitiated", false, false, false),
            ("TaskFailedToStart", false, true, false),
            ("TaskFailedToStart", false, false, false),
        ] {
            let task = task(stop_code, started, runtime);
            assert_eq!(
                task.has_run("admin"),
                expected,
                "{stop_code} {started} {runtime}"
            );
        }
    }
}
