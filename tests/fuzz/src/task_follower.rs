//! Answers of AWS to a run in progress, in any order, one a line:
//!
//! - `look` and a look as `task_phases` has it, `gone`, `look-fails KIND`
//! - `page` and a page as `hostile_log_pages` has it, `expired`, `no-stream`, `no-group`,
//!   `read-fails KIND`
//! - `stopped`, `stop-fails KIND`, `signal`, `wait`
//! - `other` and another task's look, `nobody`, `others-fail KIND`; `chosen` and `s`, `d`, `g` or
//!   nothing
//!
//! The first line is the first look.

use std::time::Duration;

use jiff::Timestamp;
use run_admin_task::engine::follower::{Call, Followed, Follower, Guard, Input, Now};
use run_admin_task::engine::run::Signal;
use run_admin_task::model::definition::{ContainerDefinition, TaskDefinition};
use run_admin_task::model::exclusive::Exclusive;
use run_admin_task::model::log::LogDriver;
use run_admin_task::model::policy::{Leave, Policy};
use run_admin_task::model::task::TaskSnapshot;
use run_admin_task::ports::{CallError, CallErrorKind, Choice, ReadError};
use tokio::time::Instant;

use crate::hostile_log_pages::page;
use crate::reading::text;
use crate::task_phases::look;

/// More steps than a run may need to end once nothing but refusals comes.
const STEPS_TO_THE_END: usize = 5_000;

struct Run {
    follower: Follower,
    now: Now,
    pending: Vec<Call>,
    over: bool,
}

impl Run {
    fn new(first: TaskSnapshot) -> Self {
        let now = Now {
            instant: Instant::now(),
            wall: Timestamp::UNIX_EPOCH,
        };
        let follower = Follower::new(followed(first, now.instant), policy(), 1, now);
        let mut run = Self {
            follower,
            now,
            pending: Vec::new(),
            over: false,
        };
        run.advance();
        run
    }

    fn advance(&mut self) {
        let step = self.follower.advance(self.now);
        for call in step.calls {
            let same = |other: &Call| match (&call, other) {
                (Call::ReadLog(one, ..), Call::ReadLog(other, ..)) => one == other,
                (call, other) => std::mem::discriminant(call) == std::mem::discriminant(other),
            };
            assert!(!self.pending.iter().any(same), "{call:?} is under way");
            self.pending.push(call);
        }
        self.over = step.finished.is_some();
    }

    fn wait(&mut self) {
        let at = self.follower.wake_at(self.now.instant);
        assert!(at > self.now.instant, "the loop would spin");
        self.now.wall += at - self.now.instant;
        self.now.instant = at;
    }

    /// Answers the oldest call of a kind that waits for an answer.
    fn answer(&mut self, kind: fn(&Call) -> bool, input: impl FnOnce(Call) -> Input) {
        if let Some(place) = self.pending.iter().position(kind) {
            let call = self.pending.remove(place);
            self.follower.take(input(call), self.now);
        }
    }

    fn refuse_everything(&mut self) {
        for call in std::mem::take(&mut self.pending) {
            let error = failure("Denied");
            let input = match call {
                Call::DescribeTask => Input::Task(Err(error)),
                Call::ReadLog(number, ..) => Input::Log(number, Err(ReadError::Call(error))),
                Call::StopTask(_) => Input::Stopped(Err(error)),
                Call::LookForOthers => Input::Others(Err(error)),
                Call::Ask => Input::Chosen(None),
            };
            self.follower.take(input, self.now);
        }
    }

    fn carry_out(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let read = |answer| {
            move |call| match call {
                Call::ReadLog(number, ..) => Input::Log(number, answer),
                call => unreachable!("{call:?} reads nothing"),
            }
        };
        let is_look: fn(&Call) -> bool = |call| matches!(call, Call::DescribeTask);
        let is_read: fn(&Call) -> bool = |call| matches!(call, Call::ReadLog(..));
        let is_stop: fn(&Call) -> bool = |call| matches!(call, Call::StopTask(_));
        let is_lookout: fn(&Call) -> bool = |call| matches!(call, Call::LookForOthers);
        let is_question: fn(&Call) -> bool = |call| matches!(call, Call::Ask);
        match word {
            "look" => self.answer(is_look, |_| Input::Task(Ok(Some(Box::new(look(rest)))))),
            "gone" => self.answer(is_look, |_| Input::Task(Ok(None))),
            "look-fails" => self.answer(is_look, |_| Input::Task(Err(failure(rest)))),
            "page" => self.answer(is_read, read(Ok(page(rest)))),
            "expired" => self.answer(is_read, read(Err(ReadError::TokenExpired))),
            "no-stream" => self.answer(is_read, read(Err(ReadError::StreamMissing))),
            "no-group" => self.answer(is_read, read(Err(ReadError::GroupMissing))),
            "read-fails" => self.answer(is_read, read(Err(ReadError::Call(failure(rest))))),
            "stopped" => self.answer(is_stop, |_| Input::Stopped(Ok(()))),
            "stop-fails" => self.answer(is_stop, |_| Input::Stopped(Err(failure(rest)))),
            "other" => self.answer(is_lookout, |_| Input::Others(Ok(vec![other(rest)]))),
            "nobody" => self.answer(is_lookout, |_| Input::Others(Ok(vec![]))),
            "others-fail" => self.answer(is_lookout, |_| Input::Others(Err(failure(rest)))),
            "chosen" => self.answer(is_question, |_| Input::Chosen(choice(rest))),
            "signal" => self
                .follower
                .take(Input::Signal(Signal::Interrupt), self.now),
            _ => self.wait(),
        }
    }
}

/// No answer makes the run ask twice at once, spin, or go on for ever.
pub(crate) fn check(input: &[u8]) {
    let text = text(input);
    let mut lines = text.lines();
    let mut run = Run::new(look(lines.next().unwrap_or_default()));
    for line in lines {
        if run.over {
            return;
        }
        run.carry_out(line);
        run.advance();
    }
    let began = run.now.instant;
    for _ in 0..STEPS_TO_THE_END {
        if run.over {
            return;
        }
        run.refuse_everything();
        run.wait();
        run.advance();
    }
    panic!("the run goes on after {:?}", run.now.instant - began);
}

/// A task that migrates as well.
fn other(text: &str) -> TaskSnapshot {
    TaskSnapshot {
        commands: [("admin".to_owned(), vec!["migrate".to_owned()])].into(),
        ..look(text)
    }
}

fn choice(text: &str) -> Option<Choice> {
    match text {
        "s" => Some(Choice::Stop),
        "d" => Some(Choice::Detach),
        "g" => Some(Choice::GoOn),
        _ => None,
    }
}

fn failure(kind: &str) -> CallError {
    use CallErrorKind::{
        Credentials, Denied, Doubtful, Network, NotSent, Rejected, Service, Throttled,
    };
    let kinds = [
        Throttled,
        Denied,
        Credentials,
        Network,
        Doubtful,
        NotSent,
        Service,
        Rejected,
    ];
    let named = |known: &&CallErrorKind| format!("{known:?}") == kind;
    CallError {
        operation: "Call",
        kind: kinds.iter().find(named).copied().unwrap_or(Service),
        code: None,
        message: kind.to_owned(),
    }
}

fn policy() -> Policy {
    Policy {
        start_timeout: Some(Duration::from_mins(10)),
        timeout: Some(Duration::from_hours(1)),
        before_start: Leave::Stop,
        on_interrupt: Leave::Detach,
        asks: true,
        credentials_grace: Duration::from_mins(10),
        on_timeout: Leave::Stop,
        drain: None,
        wait_stopped: false,
        who: "ana".to_owned(),
    }
}

fn followed(task: TaskSnapshot, began: Instant) -> Followed {
    let container = |name: &str| ContainerDefinition {
        name: name.to_owned(),
        essential: true,
        log: LogDriver::Awslogs {
            group: "/ecs/admin".to_owned(),
            region: None,
            prefix: Some("admin".to_owned()),
        },
        ..ContainerDefinition::default()
    };
    Followed {
        cluster: "everruns".to_owned(),
        region: "us-east-1".to_owned(),
        reach: None,
        definition: TaskDefinition {
            arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:3".to_owned(),
            network_mode: Some("awsvpc".to_owned()),
            containers: vec![container("admin"), container("proxy")],
            ..TaskDefinition::default()
        },
        deciding: "admin".to_owned(),
        command: vec!["migrate".to_owned()],
        task,
        attached: false,
        just_created: true,
        guard: Some(Guard {
            exclusive: Exclusive::default(),
            run_key: "ours".to_owned(),
        }),
        began,
    }
}
