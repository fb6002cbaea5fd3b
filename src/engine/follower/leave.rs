//! Leaving a run before its end: by a signal, or because it takes too long.

use std::time::Duration;

use tokio::time::Instant;

use super::{Cause, Follower, Now, Stop};
use crate::engine::interrupt::{Progress, Response, Signal, respond};
use crate::engine::says;
use crate::model::policy::Leave;
use crate::ports::CallError;

/// Between two requests to stop, where the first was not taken.
const STOP_AGAIN: Duration = Duration::from_secs(2);

impl Follower {
    pub(super) fn signal(&mut self, signal: Signal, now: Now) {
        let response = respond(self.progress(), self.policy.on_interrupt);
        self.cause.get_or_insert(Cause::Signal(signal));
        let name = signal.name();
        let by_hand = self.by_hand();
        match response {
            Response::Stop => {
                self.warn_with("interrupted", format!("{name}: stopping the task and following it to its end; the same again leaves at once"), now);
                self.stop(name, now);
            }
            Response::Detach => {
                self.warn_with(
                    "interrupted",
                    format!("{name}: leaving the task running\n{by_hand}"),
                    now,
                );
                self.leave_now = true;
            }
            Response::LeaveStopping => {
                self.warn_with("interrupted", format!("{name}: leaving; the task was told to stop and may still be ending\n{by_hand}"), now);
                self.leave_now = true;
            }
            Response::LeaveEnded => {
                self.warn_with(
                    "interrupted",
                    format!(
                        "{name}: leaving; the container has ended, the rest of its log is not shown"
                    ),
                    now,
                );
                self.leave_now = true;
            }
        }
    }

    fn progress(&self) -> Progress {
        if self.watch.over_since().is_some() {
            Progress::Ended
        } else if self.stopping {
            Progress::Stopping
        } else if self.watch.running_since().is_some() {
            Progress::Running
        } else {
            Progress::Starting
        }
    }

    fn stop(&mut self, why: &str, now: Now) {
        self.stopping = true;
        self.stop = Some(Stop {
            reason: format!("run-admin-task: {why}, by {}", self.policy.who),
            send_at: Some(now.instant),
            said: false,
        });
    }

    /// The reason of the stop to send now, if one is due.
    pub(super) fn stop_due(&mut self, now: Instant) -> Option<String> {
        let stop = self.stop.as_mut()?;
        stop.send_at.take_if(|at| *at <= now)?;
        Some(stop.reason.clone())
    }

    pub(super) fn stop_at(&self) -> Option<Instant> {
        self.stop.as_ref()?.send_at
    }

    /// A task that was to be stopped must not run on unnoticed: say so, and try on. ECS may not
    /// know a new task yet, and a network may come back.
    pub(super) fn stop_failed(&mut self, error: &CallError, now: Now) {
        let by_hand = self.by_hand();
        let Some(stop) = &mut self.stop else { return };
        stop.send_at = Some(now.instant + STOP_AGAIN);
        if !std::mem::replace(&mut stop.said, true) {
            let message =
                format!("the task could not be told to stop, trying on: {error}\n{by_hand}");
            self.warn_with("stop-failed", message, now);
        }
    }

    /// When the task will have taken too long, as far as that is watched now.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.cause.is_some() || self.watch.over_since().is_some() {
            return None;
        }
        match self.watch.running_since() {
            None => Some(self.followed.began + self.policy.start_timeout),
            Some(since) => Some(since + self.policy.timeout?),
        }
    }

    pub(super) fn check_time(&mut self, now: Now) {
        if self
            .deadline()
            .is_none_or(|deadline| now.instant < deadline)
        {
            return;
        }
        let by_hand = self.by_hand();
        if self.watch.running_since().is_none() {
            let limit = says::duration(self.policy.start_timeout);
            self.cause = Some(Cause::StartTimedOut);
            self.stop(&format!("not started within {limit}"), now);
            self.warn_with(
                "start-timeout",
                format!(
                    "no container has started within {limit} (--start-timeout); stopping the task"
                ),
                now,
            );
            return;
        }
        let limit = says::duration(self.policy.timeout.unwrap_or_default());
        self.cause = Some(Cause::TimedOut);
        match self.policy.on_timeout {
            Leave::Stop => {
                self.stop(&format!("timed out after {limit}"), now);
                self.warn_with(
                    "timeout",
                    format!("the container has run for {limit} (--timeout); stopping the task"),
                    now,
                );
            }
            Leave::Detach => {
                self.leave_now = true;
                self.warn_with("timeout", format!("the container has run for {limit} (--timeout); leaving the task running\n{by_hand}"), now);
            }
        }
    }
}
