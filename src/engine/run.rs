//! The loop of a run: where answers, signals and timers meet.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, Stream};
use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until};

use super::follower::{Call, Followed, Follower, Input, Now};
pub use super::interrupt::Signal;
use crate::model::event::{Finished, Sink};
use crate::model::policy::Policy;
use crate::ports::{Logs, Tasks};

/// Between two looks whether a reader that is behind has caught up.
const CATCHES_UP: Duration = Duration::from_millis(5);

/// The world of a run.
#[derive(Clone)]
pub struct World {
    /// ECS.
    pub tasks: Arc<dyn Tasks>,
    /// `CloudWatch` Logs.
    pub logs: Arc<dyn Logs>,
    /// The wall clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl World {
    fn now(&self) -> Now {
        Now {
            instant: Instant::now(),
            wall: (self.clock)(),
        }
    }
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
        task: followed.task.arn.clone(),
    };
    let mut handler = Follower::new(followed, policy, fastrand::u64(..), world.now());
    let mut signals = signals.fuse();
    let mut calls: FuturesUnordered<BoxFuture<'static, Input>> = FuturesUnordered::new();
    loop {
        let now = world.now();
        let behind = sink.is_behind();
        handler.hold_reading(behind);
        let step = handler.advance(now);
        if !step.events.is_empty() {
            step.events.iter().for_each(|event| sink.event(event));
            sink.flush();
        }
        if let Some(finished) = step.finished {
            return *finished;
        }
        calls.extend(step.calls.into_iter().map(|call| place.make(call, world)));
        let input = tokio::select! {
            biased;
            // Calls first: a request to stop must be under way before a signal may drop it.
            Some(input) = calls.next() => input,
            Some(signal) = signals.next() => Input::Signal(signal),
            () = sleep_until(handler.wake_at(now.instant)) => continue,
            () = sleep(CATCHES_UP), if behind => continue,
        };
        handler.take(input, world.now());
    }
}

/// The task that calls are about.
struct Place {
    cluster: String,
    task: String,
}

impl Place {
    fn make(&self, call: Call, world: &World) -> BoxFuture<'static, Input> {
        let (cluster, task) = (self.cluster.clone(), self.task.clone());
        match call {
            Call::DescribeTask => {
                let tasks = Arc::clone(&world.tasks);
                Box::pin(async move {
                    Input::Task(
                        tasks
                            .describe_task(&cluster, &task)
                            .await
                            .map(|task| task.map(Box::new)),
                    )
                })
            }
            Call::StopTask(reason) => {
                let tasks = Arc::clone(&world.tasks);
                Box::pin(
                    async move { Input::Stopped(tasks.stop_task(&cluster, &task, &reason).await) },
                )
            }
            Call::ReadLog(number, stream, from) => {
                let logs = Arc::clone(&world.logs);
                Box::pin(async move { Input::Log(number, logs.read(&stream, &from).await) })
            }
        }
    }
}
