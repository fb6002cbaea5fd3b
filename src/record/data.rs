//! What a record holds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::event::{
    ContainerEnd, Finished, LogSummary, PhaseEntered, Started, Warning, rfc3339_millis,
};
use crate::model::outcome::Outcome;
use crate::model::reach::Reach;
use crate::model::timings::Timings;
use crate::report::mask::mask_value;

/// The form of the records that this program writes.
const VERSION: u32 = 1;

/// How many phases, and how many warnings, a record holds: a night of trouble has no end.
const MOST: usize = 200;

/// One run. Read back, it may lack anything that another version of this program did not write.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The form of the record.
    pub version: u32,
    /// The name of its file, without the ending.
    pub id: String,
    /// When the run began.
    pub began: String,
    /// When it ended; `None`: it goes on, or its process was killed.
    pub ended: Option<String>,
    /// The version of the program that wrote it.
    pub tool_version: String,
    /// What was known before the start.
    #[serde(flatten)]
    pub about: About,
    /// The task, once there is one.
    #[serde(flatten)]
    pub task: Task,
    /// ARNs of the tasks of the same run that came before it and could not start.
    pub earlier_tasks: Vec<String>,
    /// The phases that the run's tasks entered.
    pub phases: Vec<Phase>,
    /// What the reader should have known.
    pub warnings: Vec<Told>,
    /// The last lines of all containers' logs.
    pub log_tail: Vec<Line>,
    /// How it ended.
    #[serde(flatten)]
    pub end: End,
}

/// What is known of a run before its start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Who ran it and where: `user@host`.
    pub who: Option<String>,
    /// The CI run it belonged to.
    pub ci: Option<String>,
    /// The chosen environment of the configuration file.
    pub environment: Option<String>,
    /// The AWS profile.
    pub profile: Option<String>,
    /// Without a profile: the configuration file, where it must be named to come by none again.
    pub configuration_file: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The cluster.
    pub cluster: Option<String>,
    /// The words the container got.
    pub command: Vec<String>,
    /// What names this run, and others that are to meet its task.
    pub run_key: Option<String>,
    /// The `RunTask` request, as far as it may be shown.
    pub request: Value,
}

impl About {
    /// What leads to the same account, for commands that are shown.
    #[must_use]
    pub fn reach(&self) -> Option<Reach> {
        if let Some(profile) = &self.profile {
            return Some(Reach::Profile(profile.clone()));
        }
        Some(Reach::File {
            path: self.configuration_file.clone()?,
            environment: self.environment.clone(),
        })
    }
}

/// The task of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// Whether it was found rather than started.
    pub attached: bool,
    /// Its ARN.
    pub task_arn: Option<String>,
    /// ARN of its task definition revision.
    pub task_definition: Option<String>,
    /// The container that decides.
    pub container: Option<String>,
    /// That container's log group.
    pub log_group: Option<String>,
    /// That container's log stream, if it was known at the start.
    pub log_stream: Option<String>,
    /// Where the AWS console shows the task.
    pub console_url: Option<String>,
}

/// A phase that a task entered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Phase {
    /// Its name.
    pub phase: String,
    /// When this process took note of it.
    pub at: String,
    /// Milliseconds after the task was created.
    pub elapsed_ms: i64,
}

/// A warning that was told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// When.
    pub at: String,
    /// A stable word for programs.
    pub code: String,
    /// The sentence for people.
    pub message: String,
}

/// A line of a container's log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// Which container wrote it.
    pub container: String,
    /// When.
    pub timestamp: String,
    /// The line.
    pub message: String,
}

/// How a run ended: what its `finished` event told. All of it is `None` while the run goes on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct End {
    /// In one word; one that a later version brought is kept as it is.
    pub outcome: Option<String>,
    /// What the process exited with.
    pub exit_code: Option<u8>,
    /// The task's `stopCode`.
    pub stop_code: Option<String>,
    /// The task's `stoppedReason`, in full.
    pub stopped_reason: Option<String>,
    /// Every container of the task.
    pub containers: Option<Vec<ContainerEnd>>,
    /// What became of the log.
    pub logs: Option<LogSummary>,
    /// How long each part took.
    pub timings: Option<Timings>,
    /// Requests sent, by operation.
    pub api_calls: Option<BTreeMap<String, u64>>,
    /// Why it failed, where that was explained.
    pub diagnosis: Option<Value>,
    /// What the tool failed at.
    pub error: Option<String>,
}

impl Record {
    /// The record of a run that begins now.
    pub(super) fn new(id: String, began: Timestamp, about: About) -> Self {
        Self {
            version: VERSION,
            id,
            began: stamp(began),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            about,
            ..Self::default()
        }
    }

    /// Reads the record of this id.
    pub(super) fn read(id: &str, text: &[u8]) -> Result<Self, serde_json::Error> {
        let record: Self = serde_json::from_slice(text)?;
        let id = id.to_owned();
        Ok(Self { id, ..record })
    }

    /// There is a task, or another one in place of the one before.
    pub(super) fn start(&mut self, started: &Started) {
        if let Some(earlier) = self.task.task_arn.take()
            && earlier != started.task_arn
        {
            self.earlier_tasks.push(earlier);
        }
        self.about.region = Some(started.region.clone());
        self.about.cluster = Some(started.cluster.clone());
        self.about.command.clone_from(&started.command);
        self.task = Task {
            attached: started.attached,
            task_arn: Some(started.task_arn.clone()),
            task_definition: Some(started.task_definition.clone()),
            container: Some(started.container.clone()),
            log_group: started.log_group.clone(),
            log_stream: started.log_stream.clone(),
            console_url: Some(started.console_url.clone()),
        };
    }

    /// The task entered a phase.
    pub(super) fn enter(&mut self, at: Timestamp, entered: &PhaseEntered) {
        let phase = Phase {
            phase: entered.phase.clone(),
            at: stamp(at),
            elapsed_ms: entered.elapsed_ms,
        };
        push(&mut self.phases, phase);
    }

    /// Something was told.
    pub(super) fn tell(&mut self, at: Timestamp, warning: &Warning) {
        let told = Told {
            at: stamp(at),
            code: warning.code.to_owned(),
            message: warning.message.clone(),
        };
        push(&mut self.warnings, told);
    }

    /// The run is over.
    pub(super) fn finish(&mut self, at: Timestamp, finished: &Finished) {
        self.ended = Some(stamp(at));
        if let Some(arn) = &finished.task_arn {
            self.task.task_arn.get_or_insert_with(|| arn.clone());
        }
        self.end = End::of(finished);
    }

    /// The same without passwords in URLs, wherever they stand.
    #[must_use]
    pub fn masked(self) -> Self {
        let masked = serde_json::to_value(&self).and_then(|mut value| {
            mask_value(&mut value);
            serde_json::from_value(value)
        });
        // What was made of a record is one. Were it not, nothing is better than a password.
        masked.unwrap_or_default()
    }

    /// How it ended, in a word that this version knows; `None` too while it goes on.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let word = self.end.outcome.clone()?;
        serde_json::from_value(Value::String(word)).ok()
    }

    /// Whether the user was told how the run's task ended: whoever asks again wants another run.
    #[must_use]
    pub fn tells_its_tasks_end(&self) -> bool {
        match self.outcome() {
            Some(Outcome::Succeeded | Outcome::ContainerFailed | Outcome::Stopped) => true,
            Some(Outcome::NeverStarted) => self.task.task_arn.is_some(),
            // It was stopped, and either followed to its end or left before it.
            Some(Outcome::TimedOut | Outcome::Interrupted) => self.saw_its_tasks_end(),
            Some(Outcome::Detached | Outcome::ToolFailed | Outcome::NotAsRequired) | None => false,
        }
    }

    fn saw_its_tasks_end(&self) -> bool {
        let deciding = self.task.container.as_deref();
        let mut containers = self.end.containers.iter().flatten();
        let stopped = |phase: &Phase| matches!(phase.phase.as_str(), "STOPPED" | "DELETED");
        self.phases.last().is_some_and(stopped)
            || containers.any(|container| {
                Some(container.name.as_str()) == deciding && container.exit_code.is_some()
            })
    }
}

impl End {
    fn of(finished: &Finished) -> Self {
        let outcome = serde_json::to_value(finished.outcome).unwrap_or_default();
        let diagnosis = serde_json::to_value(&finished.diagnosis).unwrap_or_default();
        Self {
            outcome: outcome.as_str().map(str::to_owned),
            exit_code: Some(finished.exit_code.code()),
            stop_code: finished.stop_code.clone(),
            stopped_reason: finished.stopped_reason.clone(),
            containers: Some(finished.containers.clone()),
            logs: Some(finished.logs.clone()),
            timings: Some(finished.timings),
            api_calls: Some(finished.api_calls.clone()),
            diagnosis: Some(diagnosis).filter(|diagnosis| !diagnosis.is_null()),
            error: finished.error.clone(),
        }
    }
}

fn push<Item>(items: &mut Vec<Item>, item: Item) {
    if items.len() == MOST {
        items.remove(0);
    }
    items.push(item);
}

fn stamp(at: Timestamp) -> String {
    rfc3339_millis(at.as_millisecond())
}

#[cfg(test)]
mod tests;
