//! The loop of a run: where answers, signals and timers meet.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, Stream};
use jiff::Timestamp;
use tokio::time::{sleep, sleep_until};

use super::awake::Awake;
use super::family::family_tasks;
use super::follower::{Call, Followed, Follower, Input, Now};
use super::in_time;
pub use super::interrupt::Signal;
use super::pace::CATCHES_UP;
use crate::model::event::{Event, EventKind, Finished, Sink, Warning};
use crate::model::policy::Policy;
use crate::ports::{Logs, Person, Tasks};

/// The wall clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The world of a run.
#[derive(Clone)]
pub struct World {
    /// ECS.
    pub tasks: Arc<dyn Tasks>,
    /// `CloudWatch` Logs.
    pub logs: Arc<dyn Logs>,
    /// Who can be asked, if anybody is there.
    pub person: Option<Arc<dyn Person>>,
    /// The wall clock.
    pub clock: Clock,
}

impl World {
    /// Says one event.
    pub fn say(&self, sink: &mut dyn Sink, kind: EventKind) {
        say(sink, &self.clock, kind);
    }

    /// Says what the reader should know.
    pub(super) fn say_all(&self, sink: &mut dyn Sink, warnings: Vec<Warning>) {
        for warning in warnings {
            self.say(sink, EventKind::Warning(warning));
        }
    }
}

/// Says one event.
pub fn say(sink: &mut dyn Sink, clock: &Clock, kind: EventKind) {
    sink.event(&Event { at: clock(), kind });
    sink.flush();
}

/// Follows a task to its end, or until it is left. The last event, `finished`, is the caller's.
pub async fn follow(
    world: &World,
    followed: Followed,
    policy: Policy,
    signals: impl Stream<Item = Signal> + Unpin,
    sink: &mut dyn Sink,
) -> Finished {
    let place = Place {
        cluster: followed.cluster.clone(),
        definition: followed.definition.arn.clone(),
        task: followed.task.arn.clone(),
    };
    let mut awake = Awake::default();
    let now = |awake: &Awake| Now {
        instant: awake.now(),
        wall: (world.clock)(),
    };
    let mut handler = Follower::new(followed, policy, fastrand::u64(..), now(&awake));
    let mut signals = signals.fuse();
    let mut calls: FuturesUnordered<BoxFuture<'static, Input>> = FuturesUnordered::new();
    loop {
        let behind = sink.is_behind();
        handler.hold_reading(behind);
        let step = handler.advance(now(&awake));
        if !step.events.is_empty() {
            step.events.iter().for_each(|event| sink.event(event));
            sink.flush();
        }
        if let Some(finished) = step.finished {
            return *finished;
        }
        calls.extend(step.calls.into_iter().map(|call| place.make(call, world)));
        let wakes_at = awake.sleep_until(handler.wake_at(awake.now()));
        let input = tokio::select! {
            biased;
            // Calls first: a request to stop must be under way before a signal may drop it.
            Some(input) = calls.next() => Some(input),
            Some(signal) = signals.next() => Some(Input::Signal(signal)),
            () = sleep_until(wakes_at) => None,
            () = sleep(CATCHES_UP), if behind => None,
        };
        if let Some(gap) = awake.woke() {
            handler.resumed(gap, now(&awake));
        }
        if let Some(input) = input {
            handler.take(input, now(&awake));
        }
    }
}

/// The task that calls are about.
pub(super) struct Place {
    pub(super) cluster: String,
    /// The definition that the task was started from.
    pub(super) definition: String,
    pub(super) task: String,
}

impl Place {
    pub(super) fn make(&self, call: Call, world: &World) -> BoxFuture<'static, Input> {
        let (cluster, task) = (self.cluster.clone(), self.task.clone());
        let tasks = Arc::clone(&world.tasks);
        match call {
            Call::DescribeTask => Box::pin(async move {
                let answer = in_time::describe_task(&*tasks, &cluster, &task).await;
                Input::Task(answer.map(|task| task.map(Box::new)))
            }),
            Call::LookForOthers => {
                let definition = self.definition.clone();
                Box::pin(async move {
                    let look = family_tasks(&*tasks, &cluster, &definition);
                    Input::Others(in_time::soon("ListTasks", look).await)
                })
            }
            Call::StopTask(reason) => Box::pin(async move {
                Input::Stopped(in_time::stop_task(&*tasks, &cluster, &task, &reason).await)
            }),
            Call::ReadLog(number, stream, from) => {
                let logs = Arc::clone(&world.logs);
                Box::pin(
                    async move { Input::Log(number, in_time::read(&*logs, &stream, &from).await) },
                )
            }
            Call::Ask => {
                let person = world.person.clone();
                Box::pin(async move {
                    Input::Chosen(match person {
                        Some(person) => person.choose().await,
                        None => None,
                    })
                })
            }
        }
    }
}
