//! Calls with a limit: whoever makes them has limits of its own, and this one besides. A call that
//! is never answered must not hold a run for ever.

use std::time::Duration;

use tokio::time::timeout;

use crate::model::definition::TaskDefinition;
use crate::model::log::{LogPage, LogStream, ReadFrom};
use crate::model::request::RunTaskRequest;
use crate::model::task::TaskSnapshot;
use crate::ports::{CallError, CallErrorKind, Logs, ReadError, RunTaskAnswer, Tasks};

/// No call takes longer.
const CALL_WITHIN: Duration = Duration::from_mins(1);

/// What is asked for because a container may start any moment.
const SOON: Duration = Duration::from_secs(4);

pub(super) async fn describe_definition(
    tasks: &dyn Tasks,
    name: &str,
) -> Result<TaskDefinition, CallError> {
    let call = tasks.describe_definition(name);
    limited("DescribeTaskDefinition", CallErrorKind::Network, call).await
}

/// Without an answer in time, a task may have been started all the same.
pub(super) async fn run_task(
    tasks: &dyn Tasks,
    request: &RunTaskRequest,
) -> Result<RunTaskAnswer, CallError> {
    limited("RunTask", CallErrorKind::Doubtful, tasks.run_task(request)).await
}

pub(super) async fn describe_task(
    tasks: &dyn Tasks,
    cluster: &str,
    task: &str,
) -> Result<Option<TaskSnapshot>, CallError> {
    let call = tasks.describe_task(cluster, task);
    limited("DescribeTasks", CallErrorKind::Network, call).await
}

pub(super) async fn family_tasks(
    tasks: &dyn Tasks,
    cluster: &str,
    family: &str,
) -> Result<Vec<TaskSnapshot>, CallError> {
    let call = tasks.family_tasks(cluster, family);
    limited("ListTasks", CallErrorKind::Network, call).await
}

pub(super) async fn stop_task(
    tasks: &dyn Tasks,
    cluster: &str,
    task: &str,
    reason: &str,
) -> Result<(), CallError> {
    let call = tasks.stop_task(cluster, task, reason);
    limited("StopTask", CallErrorKind::Network, call).await
}

pub(super) async fn read(
    logs: &dyn Logs,
    stream: &LogStream,
    from: &ReadFrom,
) -> Result<LogPage, ReadError> {
    let call = logs.read(stream, from);
    limited("GetLogEvents", CallErrorKind::Network, call).await
}

/// A look that is of no use unless it is answered soon.
pub(super) async fn soon<T>(
    operation: &'static str,
    look: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    within(SOON, operation, CallErrorKind::Network, look).await
}

/// The answer of a call, or an error in its place when none comes.
async fn limited<T, E: From<CallError>>(
    operation: &'static str,
    kind: CallErrorKind,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    within(CALL_WITHIN, operation, kind, call).await
}

async fn within<T, E: From<CallError>>(
    limit: Duration,
    operation: &'static str,
    kind: CallErrorKind,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match timeout(limit, call).await {
        Ok(answer) => answer,
        Err(_) => Err(CallError {
            operation,
            kind,
            code: None,
            message: format!("no answer within {} s", limit.as_secs()),
        }
        .into()),
    }
}
