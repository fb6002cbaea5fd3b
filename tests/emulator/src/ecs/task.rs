//! One task and what changes in it.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Notify;

use crate::clock::Moment;
use crate::ecs::Container;
use crate::ecs::Process;
use crate::ecs::tags::Tags;
use crate::scenario::Stamps;
use crate::views::TaskView;

/// Where a task is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TaskPhase {
    Provisioning,
    Pending,
    Activating,
    Running,
    Deactivating,
    Stopping,
    Deprovisioning,
    Stopped,
}

impl TaskPhase {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// The time stamps of a task, in the order in which they come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) created: Moment,
    pub(crate) connectivity: Option<Moment>,
    pub(crate) pull_started: Option<Moment>,
    pub(crate) pull_stopped: Option<Moment>,
    pub(crate) started: Option<Moment>,
    pub(crate) stopping: Option<Moment>,
    pub(crate) execution_stopped: Option<Moment>,
    pub(crate) stopped: Option<Moment>,
}

impl Times {
    pub(crate) fn created(now: Moment) -> Self {
        Self {
            created: now,
            connectivity: None,
            pull_started: None,
            pull_stopped: None,
            started: None,
            stopping: None,
            execution_stopped: None,
            stopped: None,
        }
    }

    /// The same moments, so far apart as the stamps say.
    fn stamped(self, stamps: &Stamps) -> Self {
        let provisioned = self.created.after(stamps.provisioning_ms);
        let pulled = provisioned.after(stamps.pull_ms);
        let started = pulled.after(stamps.pending_ms);
        let ended = started.after(stamps.running_ms);
        Self {
            created: self.created,
            connectivity: self.connectivity.map(|_| provisioned),
            pull_started: self.pull_started.map(|_| provisioned),
            pull_stopped: self.pull_stopped.map(|_| pulled),
            started: self.started.map(|_| started),
            stopping: self.stopping.map(|_| ended),
            execution_stopped: self.execution_stopped.map(|_| ended),
            stopped: self.stopped.map(|_| ended.after(stamps.stopping_ms)),
        }
    }
}

/// Why a task stops.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    /// Such as `EssentialContainerExited`.
    pub(crate) code: String,
    pub(crate) reason: String,
    /// The task shows neither before this.
    pub(crate) shown_at: Moment,
}

/// On what a task runs.
#[derive(Clone, Debug)]
pub(crate) struct Capacity {
    /// `FARGATE` or `EC2`.
    pub(crate) launch_type: String,
    pub(crate) provider: Option<String>,
    /// The subnet of its network interface; `None` outside of awsvpc.
    pub(crate) subnet: Option<String>,
    pub(crate) cpu: Option<String>,
    pub(crate) memory: Option<String>,
}

impl Capacity {
    pub(crate) fn is_fargate(&self) -> bool {
        self.launch_type == "FARGATE"
    }
}

/// One task.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) region: String,
    pub(crate) cluster: String,
    pub(crate) definition_arn: String,
    pub(crate) family: String,
    pub(crate) group: String,
    pub(crate) capacity: Capacity,
    pub(crate) overrides: Value,
    pub(crate) started_by: Option<String>,
    pub(crate) client_token: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) visible_from: Moment,
    pub(crate) phase: TaskPhase,
    pub(crate) times: Times,
    /// What its times are shown as, if not as they are.
    pub(crate) stamps: Option<Stamps>,
    /// Set as soon as the task shall stop: from then on its desired status is STOPPED.
    pub(crate) stop: Option<Stop>,
    pub(crate) containers: Vec<Container>,
    /// Counts the changes, for `version`.
    pub(crate) changes: u64,
    /// Rung when something happened that the task's life must look at.
    pub(crate) bell: Arc<Notify>,
}

impl Task {
    pub(crate) fn desired_status(&self) -> &'static str {
        if self.stop.is_some() {
            "STOPPED"
        } else {
            "RUNNING"
        }
    }

    /// Whether ECS knows it at this moment: not yet where it was just started, and no longer where
    /// it stopped long ago.
    pub(crate) fn is_known(&self, now: Moment, forget_after_ms: Option<u64>) -> bool {
        let forgotten_from = self
            .times
            .stopped
            .zip(forget_after_ms)
            .map(|(stopped, ms)| stopped.after(ms));
        self.visible_from <= now && forgotten_from.is_none_or(|from| now < from)
    }

    /// Its time stamps.
    pub(crate) fn shown_times(&self) -> Times {
        let stamps = self.stamps.as_ref();
        stamps.map_or(self.times, |stamps| self.times.stamped(stamps))
    }

    /// The first reason to stop counts.
    pub(crate) fn stop(&mut self, stop: Stop) {
        if self.stop.is_none() {
            self.stop = Some(stop);
            self.changes += 1;
        }
        self.bell.notify_one();
    }

    /// Whether a container is up whose process was started and has not ended.
    pub(crate) fn has_running_container(&self) -> bool {
        self.containers.iter().any(Container::is_running)
    }

    /// What the tests see of it: nothing is held back.
    pub(crate) fn view(&self) -> TaskView {
        let ends = self
            .containers
            .iter()
            .map(|container| match container.process {
                Process::Ended { code, at, .. } => Some((code, at.system_time())),
                _ => None,
            });
        let ends: Vec<_> = ends.collect();
        TaskView {
            arn: self.arn.clone(),
            id: self.id.clone(),
            last_status: self.phase.name().to_owned(),
            started_processes: self.containers.iter().filter(|it| it.was_started()).count(),
            words: self
                .containers
                .iter()
                .map(|container| container.spec.words())
                .collect(),
            exit_codes: ends.iter().map(|end| end.map(|(code, _)| code)).collect(),
            ended_at: ends.iter().map(|end| end.map(|(_, at)| at)).collect(),
            tags: self.tags.map().clone(),
            started_by: self.started_by.clone(),
            client_token: self.client_token.clone(),
        }
    }
}
