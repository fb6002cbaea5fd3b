//! The world that all processes of a schedule share: tasks, client tokens, requests under way.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::diary::Diary;
use super::dice::Dice;
use super::life::Life;
use super::schedule::Schedule;
use super::task::{Stop, Task};
use super::weather::Op;
use super::{EPOCH, Millis};
use crate::model::request::RunTaskRequest;
use crate::model::task::TaskSnapshot;
use crate::ports::{CallErrorKind, RunTaskAnswer, StartFailure};

pub(super) const REGION: &str = "us-east-1";
pub(super) const DEFINITION: &str =
    "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:7";
const TOO_MANY_CALLS: usize = 60_000;

pub(super) struct Aws {
    pub(super) began: Instant,
    pub(super) diary: Diary,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) schedule: Schedule,
    pub(super) tasks: Vec<Task>,
    pub(super) calls: Vec<Call>,
    pub(super) dice: Dice,
    /// How often each stream was read.
    pub(super) reads: BTreeMap<String, u32>,
    tokens: BTreeMap<String, (RunTaskRequest, Use)>,
    /// Requests that change something, by when they arrive.
    under_way: BTreeMap<(Millis, usize), Order>,
    results: BTreeMap<usize, Done>,
    diary: Diary,
}

/// What a client token was used for.
#[derive(Clone)]
enum Use {
    Task(usize),
    Failures(Vec<StartFailure>),
}

/// A request that changes something.
pub(super) enum Order {
    Run(Box<RunTaskRequest>, usize),
    Stop(String, String),
}

/// How AWS answers such a request.
pub(super) enum Done {
    Ran(RunTaskAnswer),
    Stopped,
    Rejected(&'static str),
}

/// One call of a process, for the oracle.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) process: usize,
    pub(super) op: Op,
    /// The task or stream it is about.
    pub(super) about: String,
    pub(super) sent: Millis,
    /// The time that a look shows, or at which a request arrives.
    pub(super) view: Millis,
    /// When its answer was taken in, and how the call ended.
    pub(super) answered: Option<(Millis, Answered)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answered {
    Well,
    /// A read that brought nothing and had nothing behind it.
    Idle,
    Badly(CallErrorKind),
}

impl Aws {
    pub(super) fn new(schedule: Schedule, diary: Diary) -> Self {
        let mut dice = Dice::new(schedule.seed ^ 0x9e37_79b9_7f4a_7c15);
        let tasks = schedule
            .others
            .iter()
            .enumerate()
            .map(|(number, other)| Task {
                arn: arn(number),
                definition: other.definition.to_owned(),
                created: other.at,
                command: other.command.clone(),
                tags: BTreeMap::new(),
                by: None,
                life: other.life.clone(),
                stop: None,
            });
        Self {
            began: Instant::now(),
            state: Mutex::new(State {
                tasks: tasks.collect(),
                calls: Vec::new(),
                dice: dice.fork(),
                reads: BTreeMap::new(),
                tokens: BTreeMap::new(),
                under_way: BTreeMap::new(),
                results: BTreeMap::new(),
                diary: diary.clone(),
                schedule,
            }),
            diary,
        }
    }

    pub(super) fn now(&self) -> Millis {
        millis(self.began.elapsed())
    }

    pub(super) fn at(&self, millis: Millis) -> Instant {
        self.began + Duration::from_millis(millis)
    }

    pub(super) fn wall(&self, skew: i64) -> Timestamp {
        let now = i64::try_from(self.now()).expect("a schedule is short");
        Timestamp::from_millisecond(EPOCH + now + skew).expect("a sound time")
    }

    /// The state with everything done that has arrived by now.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().expect("no panic before");
        state.settle(self.now());
        state
    }

    /// The state at the end of time.
    pub(super) fn settled(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().expect("no panic before");
        state.settle(Millis::MAX);
        state
    }
}

pub(super) fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).expect("a schedule is short")
}

fn arn(number: usize) -> String {
    format!("arn:aws:ecs:{REGION}:000000000000:task/everruns/task{number}")
}

impl State {
    /// Notes a call down; its number.
    pub(super) fn note(&mut self, call: Call) -> usize {
        assert!(self.calls.len() < TOO_MANY_CALLS, "a storm of calls");
        self.calls.push(call);
        self.calls.len() - 1
    }

    /// Sends a request on its way.
    pub(super) fn order(&mut self, number: usize, arrives: Millis, order: Order) {
        self.under_way.insert((arrives, number), order);
    }

    pub(super) fn result(&mut self, number: usize) -> Done {
        self.results.remove(&number).expect("it has arrived")
    }

    pub(super) fn task(&self, arn: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.arn == arn)
    }

    pub(super) fn family(&self, at: Millis) -> Vec<TaskSnapshot> {
        let listed = self.tasks.iter().filter(|task| task.is_listed(at));
        listed.map(|task| task.snapshot(at, true)).collect()
    }

    fn settle(&mut self, now: Millis) {
        while let Some(entry) = self.under_way.first_entry()
            && entry.key().0 <= now
        {
            let ((at, number), order) = entry.remove_entry();
            let done = match order {
                Order::Run(request, process) => self.run(*request, process, at),
                Order::Stop(arn, reason) => self.stop(&arn, reason, at),
            };
            self.results.insert(number, done);
        }
    }

    fn run(&mut self, request: RunTaskRequest, process: usize, at: Millis) -> Done {
        let token = request.client_token.clone();
        if let Some((before, used)) = self.tokens.get(&token) {
            let dead = match used {
                Use::Task(number) => self.tasks[*number].stopped() + 3_600_000 < at,
                Use::Failures(_) => false,
            };
            if !dead {
                return Done::Ran(self.replayed(&request, before, used, at));
            }
        }
        let placement = self.schedule.placement;
        if self.dice.chance(placement.refused) {
            let reason = self.dice.pick(&[
                "You've reached the limit on the number of tasks you can run concurrently",
                "subnets can not be empty.",
            ]);
            self.diary
                .note(at, || format!("AWS refuses RunTask: {reason}"));
            return Done::Rejected(reason);
        }
        if self.dice.chance(placement.fails) {
            let reason = self.dice.pick(&["RESOURCE:MEMORY", "AGENT", "MISSING"]);
            let failures = vec![StartFailure {
                arn: None,
                reason: reason.to_owned(),
                detail: None,
            }];
            self.diary.note(at, || {
                format!("AWS answers RunTask with failures[]: {reason}")
            });
            let used = Use::Failures(failures.clone());
            self.tokens.insert(token, (request, used));
            return Done::Ran(RunTaskAnswer::Failures(failures));
        }
        let number = self.tasks.len();
        let with_sidecar = self.schedule.with_sidecar;
        let drawn = Life::draw(
            &mut self.dice.fork(),
            placement.fails_to_start,
            with_sidecar,
        );
        let made = number - self.schedule.others.len();
        let life = self.schedule.lives.get(made).cloned().unwrap_or(drawn);
        let tags = request.tags.iter();
        self.tasks.push(Task {
            arn: arn(number),
            definition: request.task_definition.clone(),
            created: at,
            command: request.overrides.container_overrides[0].command.clone(),
            tags: tags
                .map(|tag| (tag.key.clone(), tag.value.clone()))
                .collect(),
            by: Some(process),
            life,
            stop: None,
        });
        let task = &self.tasks[number];
        self.diary.note(at, || {
            format!("AWS makes {}: {}", task.arn, task.life.summary())
        });
        self.tokens.insert(token, (request, Use::Task(number)));
        Done::Ran(RunTaskAnswer::Task(Box::new(task.snapshot(at, false))))
    }

    fn replayed(
        &self,
        request: &RunTaskRequest,
        before: &RunTaskRequest,
        used: &Use,
        at: Millis,
    ) -> RunTaskAnswer {
        match used {
            Use::Task(number) if request != before => RunTaskAnswer::Conflict {
                tasks: vec![self.tasks[*number].arn.clone()],
                message: "the token was used by a request with other parameters".to_owned(),
            },
            Use::Failures(_) if request != before => RunTaskAnswer::Conflict {
                tasks: Vec::new(),
                message: "the token was used by a request with other parameters".to_owned(),
            },
            Use::Failures(failures) => RunTaskAnswer::Failures(failures.clone()),
            Use::Task(number) => {
                let whole = self.tasks[*number].snapshot(at, false);
                RunTaskAnswer::Task(Box::new(if whole.is_stopped() {
                    TaskSnapshot {
                        arn: whole.arn,
                        last_status: whole.last_status,
                        desired_status: whole.desired_status,
                        ..TaskSnapshot::default()
                    }
                } else {
                    whole
                }))
            }
        }
    }

    fn stop(&mut self, arn: &str, reason: String, at: Millis) -> Done {
        let task = self.tasks.iter_mut().find(|task| task.arn == arn);
        let Some(task) = task.filter(|task| task.is_described(at)) else {
            return Done::Rejected("The referenced task was not found.");
        };
        if task.stop.is_none() && at < task.course().over {
            self.diary
                .note(at, || format!("AWS tells {arn} to stop: {reason}"));
            task.stop = Some(Stop { at, reason });
        }
        Done::Stopped
    }
}
