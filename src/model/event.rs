//! What the engine says: facts, one at a time. Every screen, file and stream is made of these.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::call::ApiCall;
use super::diagnosis::Diagnosis;
use super::finding::Finding;
use super::listing::Listing;
use super::outcome::{ExitStatus, Outcome};
use super::plan::Plan;
use super::reach::Reach;
use super::recovery::Recovery;
use super::review::{Review, ReviewFinding};
use super::task::{ContainerSnapshot, EpochMillis};
use super::timings::Timings;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When this process took note of it.
    pub at: Timestamp,
    /// What it was.
    pub kind: EventKind,
}

/// The kinds of events.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// There is a task.
    Started(Box<Started>),
    /// The task entered a phase.
    Phase(PhaseEntered),
    /// A container wrote a line.
    Log(LogLine),
    /// Something that the reader should know; the run goes on.
    Warning(Warning),
    /// Something that was found out before a start.
    Check(Finding),
    /// The state of a database's migrations.
    Plan(Box<Plan>),
    /// How a migration is put right.
    Recovery(Box<Recovery>),
    /// Something that was found in the text of a migration.
    Review(Box<ReviewFinding>),
    /// The run is over. Always the last event.
    Finished(Box<Finished>),
    /// Everything was found out that was to be. The stream has an object of type `check` for each.
    #[serde(skip)]
    Checks(Box<Vec<Finding>>),
    /// Migrations were read. The stream has an object of type `review` for each finding.
    #[serde(skip)]
    Reviewed(Box<Review>),
    /// The tasks of a family were looked at. The stream has an object of type `task` for each.
    #[serde(skip)]
    Tasks(Box<Listing>),
    /// Nothing has happened for a while. Not part of the event stream's contract: reporters for
    /// people use it so that nobody is left in silence.
    #[serde(skip)]
    Waiting(Waiting),
    /// Somebody is asked something, or no longer. Not part of the stream: while a question stands,
    /// nothing may be drawn over what is typed.
    #[serde(skip)]
    Question(Question),
    /// A request to AWS was answered, or failed. Said to whoever asked for all details.
    #[serde(skip)]
    Call(ApiCall),
}

/// A question to the person at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// It is put. The text, which may be empty where a warning said it all, has no line end: the
    /// answer is typed behind it.
    Put(String),
    /// It is answered, or nobody needs to answer it any longer.
    Over,
    /// The same, and its line has no end: nobody typed one.
    Left,
}

/// Takes events in, and learns when a batch of them is over.
pub trait Sink {
    /// Something happened.
    fn event(&mut self, event: &Event);
    /// Nothing more for the moment: show what there is.
    fn flush(&mut self);
    /// Whether so much is waiting to be shown that no more should be read.
    fn is_behind(&self) -> bool {
        false
    }
    /// Whether nobody reads the payload any longer.
    fn is_closed(&self) -> bool {
        false
    }
}

/// There is a task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Started {
    /// The task's ARN.
    pub task_arn: String,
    /// The last part of it.
    pub task_id: String,
    /// The cluster it runs on.
    pub cluster: String,
    /// The region.
    pub region: String,
    /// ARN of the task definition revision.
    pub task_definition: String,
    /// The deciding container.
    pub container: String,
    /// Every container of the definition, in its order.
    pub containers: Vec<String>,
    /// The words the container got.
    pub command: Vec<String>,
    /// The deciding container's log group, if it logs to `CloudWatch`.
    pub log_group: Option<String>,
    /// The region that the group is in: not always the task's.
    pub log_region: Option<String>,
    /// Its log stream, if it is known by now.
    pub log_stream: Option<String>,
    /// Where the AWS console shows that stream.
    pub log_url: Option<String>,
    /// Whether the task was found rather than started.
    pub attached: bool,
    /// Where the AWS console shows it.
    pub console_url: String,
    /// What leads to the same account, for commands that are shown.
    #[serde(skip)]
    pub reach: Option<Reach>,
}

/// The task entered a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhaseEntered {
    /// `PROVISIONING` … `DELETED`, or a word that is new to us.
    pub phase: String,
    /// Milliseconds after the task was created, by its own time stamps where they say.
    pub elapsed_ms: i64,
}

/// A container wrote a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// Which container.
    pub container: String,
    /// When it wrote it.
    #[serde(serialize_with = "rfc3339")]
    pub timestamp: EpochMillis,
    /// The message as `CloudWatch` has it.
    pub message: String,
    /// Whether this is the deciding container's.
    #[serde(skip)]
    pub deciding: bool,
}

/// Something that the reader should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// A stable word for programs.
    pub code: &'static str,
    /// The sentence for people.
    pub message: String,
}

/// Nothing has happened for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The phase the task is in.
    pub phase: String,
    /// What is being waited for.
    pub what: String,
    /// Time since the run began.
    pub elapsed: Duration,
}

/// The run is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finished {
    /// How it ended.
    pub outcome: Outcome,
    /// What this process exits with.
    pub exit_code: ExitStatus,
    /// The task, if there was one.
    pub task_arn: Option<String>,
    /// The task's `stopCode`.
    pub stop_code: Option<String>,
    /// The task's `stoppedReason`, in full.
    pub stopped_reason: Option<String>,
    /// Every container of the task.
    pub containers: Vec<ContainerEnd>,
    /// What became of the log.
    pub logs: LogSummary,
    /// How long each part took.
    pub timings: Timings,
    /// Requests sent, by operation; retries count.
    pub api_calls: BTreeMap<String, u64>,
    /// The writer that kept this run from starting, or from going on.
    pub in_the_way: Option<OtherWriter>,
    /// Whether any container of the task is known to have run.
    #[serde(skip)]
    pub ran: bool,
    /// Why it failed, where the evidence was looked at.
    pub diagnosis: Option<Diagnosis>,
    /// What the tool failed at.
    pub error: Option<String>,
}

/// A task that writes, and beside which no other must.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherWriter {
    /// Its ARN.
    pub task_arn: String,
    /// The words it runs.
    pub command: Vec<String>,
    /// Who started it, where it says.
    pub who: Option<String>,
    /// When it was created, where ECS says.
    #[serde(serialize_with = "rfc3339_or_null")]
    pub since: Option<EpochMillis>,
    /// The phase it is in.
    pub phase: String,
}

/// How one container ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContainerEnd {
    /// Its name.
    pub name: String,
    /// Its exit code, if it has one.
    pub exit_code: Option<i32>,
    /// Why it ended or did not start, where ECS says so.
    pub reason: Option<String>,
    /// Whether the task ends when it does.
    pub essential: bool,
}

impl ContainerEnd {
    /// As the last look at the task had it, if it had it at all.
    #[must_use]
    pub fn of(name: &str, seen: Option<&ContainerSnapshot>, essential: bool) -> Self {
        Self {
            name: name.to_owned(),
            exit_code: seen.and_then(|container| container.exit_code),
            reason: seen.and_then(|container| container.reason.clone()),
            essential,
        }
    }
}

/// What became of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogSummary {
    /// Lines handed on, of all containers.
    pub lines: u64,
    /// Whether everything that the containers wrote was read.
    pub complete: bool,
    /// What is missing, and why.
    pub note: Option<String>,
}

impl Finished {
    /// The end of a run that had no task.
    #[must_use]
    pub fn without_task(outcome: Outcome, exit_code: ExitStatus, error: Option<String>) -> Self {
        Self {
            outcome,
            exit_code,
            task_arn: None,
            stop_code: None,
            stopped_reason: None,
            containers: Vec::new(),
            logs: LogSummary::default(),
            timings: Timings::default(),
            api_calls: BTreeMap::new(),
            in_the_way: None,
            ran: false,
            diagnosis: None,
            error,
        }
    }
}

/// RFC 3339, UTC, milliseconds. A time stamp that no calendar has stays a number.
#[must_use]
pub fn rfc3339_millis(millis: EpochMillis) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| format!("{at:.3}"))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands serialize_with a reference"
)]
fn rfc3339<S: serde::Serializer>(millis: &EpochMillis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339_millis(*millis))
}

#[expect(clippy::ref_option, reason = "serde hands serialize_with a reference")]
fn rfc3339_or_null<S: serde::Serializer>(
    millis: &Option<EpochMillis>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    millis.map(rfc3339_millis).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stamps() {
        assert_eq!(rfc3339_millis(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(
            rfc3339_millis(1_767_225_600_120),
            "2026-01-01T00:00:00.120Z"
        );
        assert_eq!(rfc3339_millis(i64::MAX), i64::MAX.to_string());
    }
}
