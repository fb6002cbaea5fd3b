//! What one process sees of the world: calls that take their time, fail, or are never answered.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;

use super::Millis;
use super::aws::{Answered, Aws, Call, Done, Order, State};
use super::schedule::definition;
use super::task::{DECIDING, SIDECAR};
use super::weather::{End, Fate, Op};
use crate::model::definition::TaskDefinition;
use crate::model::log::{LogPage, LogStream, ReadFrom};
use crate::model::request::{Network, RunTaskRequest};
use crate::model::task::TaskSnapshot;
use crate::ports::{CallError, CallErrorKind, Logs, ReadError, RunTaskAnswer, Tasks};

pub(super) struct View {
    pub(super) aws: Arc<Aws>,
    pub(super) process: usize,
}

/// A call under way.
struct Sent {
    number: usize,
    op: Op,
    fate: Fate,
    /// The time that a look shows.
    view: Millis,
}

impl View {
    fn send(&self, op: Op, about: &str, order: Option<Order>) -> Sent {
        let now = self.aws.now();
        let mut state = self.aws.state();
        let State { dice, schedule, .. } = &mut *state;
        let fate = schedule.weather.fate(dice, op, self.process, now);
        let arrives = now + fate.there;
        let view = match order {
            Some(_) => arrives,
            None => arrives.saturating_sub(fate.stale),
        };
        let number = state.note(Call {
            process: self.process,
            op,
            about: about.to_owned(),
            sent: now,
            view,
            answered: None,
        });
        if let Some(order) = order.filter(|_| fate.carried_out) {
            state.order(number, arrives, order);
        }
        Sent {
            number,
            op,
            fate,
            view,
        }
    }

    /// Waits for the answer as the call's fate has it.
    async fn answer(&self, sent: &Sent) -> Result<(), CallError> {
        if sent.fate.end == End::Silence {
            std::future::pending::<()>().await;
        }
        sleep(Duration::from_millis(sent.fate.there + sent.fate.back)).await;
        let End::Error(kind) = sent.fate.end else {
            return Ok(());
        };
        self.end(sent, Answered::Badly(kind), || format!("{kind:?}"));
        Err(error(sent.op, kind, "injected"))
    }

    fn end(&self, sent: &Sent, how: Answered, what: impl FnOnce() -> String) {
        let now = self.aws.now();
        self.aws.state().calls[sent.number].answered = Some((now, how));
        self.aws.diary.note(now, || {
            format!("#{} {:?}: {}", self.process, sent.op, what())
        });
    }
}

fn error(op: Op, kind: CallErrorKind, message: &str) -> CallError {
    let operation = match op {
        Op::RunTask => "RunTask",
        Op::StopTask => "StopTask",
        Op::DescribeTask => "DescribeTasks",
        Op::FamilyTasks => "ListTasks",
        Op::DescribeDefinition => "DescribeTaskDefinition",
        Op::ReadLog => "GetLogEvents",
    };
    CallError {
        operation,
        kind,
        code: None,
        message: message.to_owned(),
    }
}

fn status(task: &TaskSnapshot) -> String {
    format!(
        "{} {}{}",
        task.arn.rsplit('/').next().unwrap_or_default(),
        task.last_status,
        task.container(DECIDING)
            .and_then(|container| container.exit_code)
            .map(|code| format!(", exit code {code}"))
            .unwrap_or_default()
    )
}

#[async_trait]
impl Tasks for View {
    async fn describe_definition(&self, _: &str) -> Result<TaskDefinition, CallError> {
        let sent = self.send(Op::DescribeDefinition, "", None);
        self.answer(&sent).await?;
        self.end(&sent, Answered::Well, || "answered".to_owned());
        let with_sidecar = self.aws.state().schedule.with_sidecar;
        Ok(definition(with_sidecar))
    }

    async fn service_network(&self, _: &str, _: &str) -> Result<Option<Network>, CallError> {
        unreachable!("the request has its network")
    }

    async fn run_task(&self, request: &RunTaskRequest) -> Result<RunTaskAnswer, CallError> {
        let order = Order::Run(Box::new(request.clone()), self.process);
        let sent = self.send(Op::RunTask, &request.client_token, Some(order));
        self.answer(&sent).await?;
        let done = self.aws.state().result(sent.number);
        match done {
            Done::Ran(answer) => {
                self.end(&sent, Answered::Well, || match &answer {
                    RunTaskAnswer::Task(task) => status(task),
                    other => format!("{other:?}"),
                });
                Ok(answer)
            }
            Done::Rejected(why) => {
                let kind = CallErrorKind::Rejected;
                self.end(&sent, Answered::Badly(kind), || why.to_owned());
                Err(error(sent.op, kind, why))
            }
            Done::Stopped => unreachable!("this was RunTask"),
        }
    }

    async fn describe_task(&self, _: &str, arn: &str) -> Result<Option<TaskSnapshot>, CallError> {
        let sent = self.send(Op::DescribeTask, arn, None);
        self.answer(&sent).await?;
        let seen = self.aws.state().task(arn).and_then(|task| {
            task.is_described(sent.view)
                .then(|| task.snapshot(sent.view, false))
        });
        self.end(&sent, Answered::Well, || {
            seen.as_ref()
                .map_or_else(|| "no such task".to_owned(), status)
        });
        Ok(seen)
    }

    async fn family_tasks(&self, _: &str, _: &str) -> Result<Vec<TaskSnapshot>, CallError> {
        let sent = self.send(Op::FamilyTasks, "", None);
        self.answer(&sent).await?;
        let seen = self.aws.state().family(sent.view);
        self.end(&sent, Answered::Well, || {
            seen.iter().map(status).collect::<Vec<_>>().join("; ")
        });
        Ok(seen)
    }

    async fn stop_task(&self, _: &str, arn: &str, reason: &str) -> Result<(), CallError> {
        self.aws.diary.note(self.aws.now(), || {
            format!("#{} sends StopTask: {reason}", self.process)
        });
        let order = Order::Stop(arn.to_owned(), reason.to_owned());
        let sent = self.send(Op::StopTask, arn, Some(order));
        self.answer(&sent).await?;
        let done = self.aws.state().result(sent.number);
        if let Done::Rejected(why) = done {
            let kind = CallErrorKind::Rejected;
            self.end(&sent, Answered::Badly(kind), || why.to_owned());
            return Err(error(sent.op, kind, why));
        }
        self.end(&sent, Answered::Well, || "taken".to_owned());
        Ok(())
    }
}

#[async_trait]
impl Logs for View {
    async fn read(&self, stream: &LogStream, from: &ReadFrom) -> Result<LogPage, ReadError> {
        let sent = self.send(Op::ReadLog, &stream.name, None);
        self.answer(&sent).await?;
        let page = page(&mut self.aws.state(), &stream.name, from, sent.view);
        let how = match (&page, from) {
            (Ok(page), ReadFrom::Token(token))
                if page.events.is_empty() && page.next_token.as_ref() == Some(token) =>
            {
                Answered::Idle
            }
            (Ok(_), _) => Answered::Well,
            (Err(_), _) => Answered::Idle,
        };
        self.end(&sent, how, || match &page {
            Ok(page) => format!("{} lines of {}", page.events.len(), stream.name),
            Err(error) => format!("{}: {error}", stream.name),
        });
        page
    }

    async fn stream_names(&self, _: &str, _: &str, _: &str) -> Result<Vec<String>, ReadError> {
        unreachable!("a run knows its streams")
    }
}

/// A page of the stream `prefix/container/task-id`.
fn page(
    state: &mut State,
    stream: &str,
    from: &ReadFrom,
    at: Millis,
) -> Result<LogPage, ReadError> {
    let State { tasks, reads, .. } = state;
    let (place, id) = stream.rsplit_once('/').expect("as the definition names it");
    let container = if place.ends_with(SIDECAR) {
        SIDECAR
    } else {
        DECIDING
    };
    let written = tasks
        .iter()
        .find(|task| task.arn.ends_with(&format!("/{id}")))
        .and_then(|task| task.written(container));
    let Some((start, over, story)) = written.filter(|(start, _, _)| *start <= at) else {
        return Err(ReadError::StreamMissing);
    };
    let since = at - start;
    if since < story.group_after {
        return Err(ReadError::GroupMissing);
    }
    if since < story.group_after + story.stream_after {
        return Err(ReadError::StreamMissing);
    }
    let count = reads.entry(stream.to_owned()).or_default();
    *count += 1;
    if matches!(from, ReadFrom::Token(_)) && story.token_expires(*count) {
        return Err(ReadError::TokenExpired);
    }
    Ok(story.read(from, start, since, over - start))
}
