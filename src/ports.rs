//! What a run needs from the world, in our words. Adapters live elsewhere.

pub mod account;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::model::definition::TaskDefinition;
use crate::model::log::{LogPage, LogStream, ReadFrom};
use crate::model::request::{Network, RunTaskRequest};
use crate::model::task::TaskSnapshot;

/// Where tasks are started, looked at and stopped.
#[async_trait]
pub trait Tasks: Send + Sync {
    /// The newest revision of a family, or the revision that is named.
    async fn describe_definition(&self, name: &str) -> Result<TaskDefinition, CallError>;

    /// The network of a live service; `None` where there is no such service or it has no
    /// `awsvpc` network.
    async fn service_network(
        &self,
        cluster: &str,
        service: &str,
    ) -> Result<Option<Network>, CallError>;

    /// Starts one task. The request's client token makes it safe to send again.
    async fn run_task(&self, request: &RunTaskRequest) -> Result<RunTaskAnswer, CallError>;

    /// Looks at one task; `None` while (or when no longer) it is known.
    async fn describe_task(
        &self,
        cluster: &str,
        task_arn: &str,
    ) -> Result<Option<TaskSnapshot>, CallError>;

    /// Every task of a family that ECS still knows, with its tags: those that shall run, and those
    /// that were told to stop or stopped within the last hour. A task that was just started may
    /// be missing.
    async fn family_tasks(
        &self,
        cluster: &str,
        family: &str,
    ) -> Result<Vec<TaskSnapshot>, CallError>;

    /// Tells a task to stop. Telling it again changes nothing.
    async fn stop_task(&self, cluster: &str, task_arn: &str, reason: &str)
    -> Result<(), CallError>;
}

/// Where the containers' output is read.
#[async_trait]
pub trait Logs: Send + Sync {
    /// Reads one page of a stream.
    async fn read(&self, stream: &LogStream, from: &ReadFrom) -> Result<LogPage, ReadError>;

    /// The names of the streams of a group that begin so, as many as one answer holds.
    async fn stream_names(
        &self,
        region: &str,
        group: &str,
        beginning: &str,
    ) -> Result<Vec<String>, ReadError>;
}

/// Who sits at the terminal.
#[async_trait]
pub trait Person: Send + Sync {
    /// What the person wants done with a task that runs; `None` where no answer will come. The
    /// question itself has been said.
    async fn choose(&self) -> Option<Choice>;
}

/// What can be done with a task that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Stop it.
    Stop,
    /// Leave it running.
    Detach,
    /// Follow it as before.
    GoOn,
}

/// How many requests were sent so far, by operation; retries count.
pub trait CallCount: Send + Sync {
    /// The counts.
    fn calls(&self) -> BTreeMap<String, u64>;
}

/// What `RunTask` answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunTaskAnswer {
    /// There is a task.
    Task(Box<TaskSnapshot>),
    /// The call succeeded, yet no task was started.
    Failures(Vec<StartFailure>),
    /// The client token was used before, by a request with other parameters, for these tasks.
    Conflict {
        /// Their ARNs.
        tasks: Vec<String>,
        /// AWS's message in full.
        message: String,
    },
}

/// One element of `failures[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFailure {
    /// What it is about, where AWS says.
    pub arn: Option<String>,
    /// For example `RESOURCE:MEMORY`.
    pub reason: String,
    /// More, where AWS says.
    pub detail: Option<String>,
}

/// Why a page of a log could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The stream does not exist yet.
    #[error("the log stream does not exist")]
    StreamMissing,
    /// The log group does not exist.
    #[error("the log group does not exist")]
    GroupMissing,
    /// The token is too old.
    #[error("the token has expired")]
    TokenExpired,
    /// Anything else.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {}{message}", .code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default())]
pub struct CallError {
    /// The API operation, for example `RunTask`.
    pub operation: &'static str,
    /// What kind of failure it is.
    pub kind: CallErrorKind,
    /// AWS's exception name, if the answer came from there.
    pub code: Option<String>,
    /// AWS's message in full, or what the transport said.
    pub message: String,
}

/// Kinds of failed calls, by what can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// Too many calls: slower, and again.
    Throttled,
    /// The caller may not do this.
    Denied,
    /// No credentials, or they are not (or no longer) valid.
    Credentials,
    /// No answer came.
    Network,
    /// An attempt may have been carried out without an answer, whatever the last one was told.
    Doubtful,
    /// The request could not even be made: nothing was sent.
    NotSent,
    /// AWS failed (HTTP 5xx).
    Service,
    /// AWS understood the request and will not do it.
    Rejected,
}

impl CallErrorKind {
    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn is_passing(self) -> bool {
        match self {
            Self::Throttled | Self::Network | Self::Service => true,
            Self::Doubtful | Self::Denied | Self::Credentials | Self::NotSent | Self::Rejected => {
                false
            }
        }
    }
}
