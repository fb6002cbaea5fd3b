//! Leaving a run before its end: by a signal, or because it takes too long.

use std::time::Duration;

use tokio::time::Instant;

use super::{Cause, Follower, Now, Stop};
use crate::engine::interrupt::{Progress, Response, Signal, respond};
use crate::engine::pace::Pace;
use crate::model::duration::limit;
use crate::model::policy::Leave;
use crate::ports::{CallError, CallErrorKind};

/// Between two requests to stop, where the first was not taken; longer with each failure.
const STOP_AGAIN: Duration = Duration::from_secs(1);
/// How long a fresh look at the task may take before a signal is obeyed without it.
const LOOK_WITHIN: Duration = Duration::from_secs(5);
/// How long the answer to a stop may take before a second signal is obeyed without it.
const STOP_WITHIN: Duration = Duration::from_secs(5);

impl Follower {
    pub(super) fn signal(&mut self, signal: Signal, now: Now) {
        self.signal.get_or_insert(signal);
        self.cause.get_or_insert(Cause::Signal(signal));
        let name = signal.name();
        if self.question.take().is_some() {
            self.leave(&format!("{name}: leaving the task running"), now);
            return;
        }
        if self.undecided.take().is_some() || self.leave_by.is_some() {
            self.leave(&format!("{name}: leaving"), now);
            return;
        }
        match self.respond(now.instant) {
            // What a look of a second ago called not started may be running by now.
            Response::Stop if self.policy.on_interrupt == Leave::Detach => {
                self.warn_with(
                    "interrupted",
                    format!("{name}: looking whether the container runs by now; the same again leaves at once"),
                    now,
                );
                self.undecided = Some(now.instant);
                self.watch.hurry(now.instant);
            }
            response => self.obey(response, signal, now),
        }
    }

    fn respond(&self, now: Instant) -> Response {
        let policy = &self.policy;
        respond(self.progress(now), policy.before_start, policy.on_interrupt)
    }

    pub(super) fn obey(&mut self, response: Response, signal: Signal, now: Now) {
        let name = signal.name();
        match response {
            // Only Ctrl-C comes from somebody who can answer.
            Response::Detach
                if self.policy.asks && signal == Signal::Interrupt && self.watch.ran() =>
            {
                self.ask(signal, now);
            }
            Response::Stop => {
                self.warn_with(
                    "interrupted",
                    format!("{name}: stopping the task and following it to its end; the same again leaves at once"),
                    now,
                );
                let chosen = self.watch.ran();
                let unless_running = self.policy.on_interrupt == Leave::Detach && !chosen;
                self.stop(name, unless_running, now);
            }
            Response::Detach => self.leave(&format!("{name}: leaving the task running"), now),
            Response::LeaveStopping if self.stop.is_some() => {
                self.warn_with(
                    "interrupted",
                    format!("{name}: leaving as soon as ECS has taken the stop; the same again leaves at once"),
                    now,
                );
                self.leave_by = Some(now.instant + STOP_WITHIN);
            }
            Response::LeaveStopping => self.leave(
                &format!("{name}: leaving; the task was told to stop and may still be ending"),
                now,
            ),
            Response::LeaveEnded => self.leave(
                &format!(
                    "{name}: leaving; the container has ended, the rest of its log is not shown"
                ),
                now,
            ),
        }
    }

    /// Decides what waited for a fresh look, now that there is one or that it takes too long.
    pub(super) fn decide(&mut self, now: Now) {
        let (Some(asked), Some(signal)) = (self.undecided, self.signal) else {
            return;
        };
        if self.watch.ran() || self.watch.knows_since(asked, now.instant) {
            self.undecided = None;
            let response = self.respond(now.instant);
            self.obey(response, signal, now);
        } else if now.instant >= asked + LOOK_WITHIN {
            self.undecided = None;
            self.leave(
                &format!(
                    "{}: ECS does not say whether the container runs; leaving the task as it is",
                    signal.name()
                ),
                now,
            );
        } else {
            self.watch.hurry(asked);
        }
    }

    pub(super) fn decide_by(&self) -> Option<Instant> {
        self.undecided.map(|asked| asked + LOOK_WITHIN)
    }

    /// Leaves now, and says how to reach the task.
    pub(super) fn leave(&mut self, message: &str, now: Now) {
        let by_hand = self.by_hand();
        self.warn_with("interrupted", format!("{message}\n{by_hand}"), now);
        self.leave_now = true;
    }

    fn progress(&self, now: Instant) -> Progress {
        if self.watch.over_since(now).is_some() {
            Progress::Ended
        } else if self.stopping {
            Progress::Stopping
        } else if self.watch.ran() {
            Progress::Running
        } else {
            Progress::Starting
        }
    }

    pub(super) fn stop(&mut self, why: &str, unless_running: bool, now: Now) {
        self.stopping = true;
        self.stop = Some(Stop {
            reason: format!("run-admin-task: {why}, by {}", self.policy.who),
            send_at: Some(now.instant),
            pace: Pace::new(STOP_AGAIN, self.random.fork()),
            unless_running,
            failed_at: None,
            doubtful: false,
        });
    }

    /// The reason of the stop to send now, if one is due. Where a container that runs must not be
    /// stopped, a stop that failed is sent again only after a fresh look.
    pub(super) fn stop_due(&mut self, now: Instant) -> Option<String> {
        let stop = self.stop.as_mut()?;
        if stop.unless_running
            && let Some(failed_at) = stop.failed_at
            && !self.watch.knows_since(failed_at, now)
        {
            self.watch.hurry(failed_at);
            return None;
        }
        stop.send_at.take_if(|at| *at <= now)?;
        Some(stop.reason.clone())
    }

    pub(super) fn stop_at(&self) -> Option<Instant> {
        self.stop.as_ref()?.send_at
    }

    /// A stop that ECS has not taken is given up where its ground is gone: the container runs by
    /// now, and is not to be stopped.
    pub(super) fn reconsider_stop(&mut self, now: Now) {
        let Some(stop) = &self.stop else { return };
        let waits_for_another_try = stop.failed_at.is_some() && stop.send_at.is_some();
        if !(stop.unless_running && waits_for_another_try && self.watch.ran()) {
            return;
        }
        let state = if stop.doubtful {
            "the container runs, and may have been told to stop"
        } else {
            "the container runs after all, and is not stopped"
        };
        self.stop = None;
        self.stopping = false;
        if let Some(signal) = self.signal {
            self.leave(&format!("{}: leaving; {state}", signal.name()), now);
        } else {
            self.cause = None;
            self.lookout.winner = None;
            self.warn_with("not-stopped", state.to_owned(), now);
        }
    }

    pub(super) fn stop_taken(&mut self, now: Now) {
        self.stop = None;
        if self.leave_by.is_some() {
            self.leave(
                "leaving; the task was told to stop and may still be ending",
                now,
            );
        }
    }

    /// A task that was to be stopped must not run on unnoticed: say so, and try on. ECS may not
    /// know a new task yet, and a network may come back.
    pub(super) fn stop_failed(&mut self, error: &CallError, now: Now) {
        let by_hand = self.by_hand();
        let leaving = self.leave_by.is_some();
        let Some(stop) = &mut self.stop else { return };
        stop.send_at = Some(now.instant + stop.pace.failed());
        stop.doubtful |= matches!(error.kind, CallErrorKind::Network | CallErrorKind::Service);
        let first = stop.failed_at.replace(now.instant).is_none();
        if leaving || first {
            let then = if leaving { "leaving" } else { "trying on" };
            let message = format!("the task could not be told to stop, {then}: {error}\n{by_hand}");
            self.warn_with("stop-failed", message, now);
            self.leave_now |= leaving;
        }
    }

    /// When the task will have taken too long, as far as that is watched now.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        // A signal about which a person is asked has decided nothing yet.
        let decided = self.cause.is_some() && self.question.is_none();
        if decided || self.watch.over_since(now).is_some() {
            return None;
        }
        match self.watch.running_since() {
            None => Some(self.task_since + self.policy.start_timeout?),
            // A task that was found may have run for long before this process saw it.
            Some(since) => {
                let timeout = self.policy.timeout?;
                Some(since + timeout.saturating_sub(self.ran_before))
            }
        }
    }

    pub(super) fn check_time(&mut self, now: Now) {
        if self.leave_by.is_some_and(|by| now.instant >= by) && !self.leave_now {
            self.leave(
                "leaving; ECS has not answered whether it has taken the stop",
                now,
            );
        }
        let Some(deadline) = self.deadline(now.instant).filter(|at| now.instant >= *at) else {
            return;
        };
        if self.watch.ran() {
            if self.question.take().is_some() {
                self.forget_signal();
            }
            self.timed_out(now);
        } else if self.watch.knows_since(deadline, now.instant) {
            self.start_timed_out(now);
        } else {
            // Without a look from after the deadline a running container could be stopped.
            self.watch.hurry(deadline);
        }
    }

    fn start_timed_out(&mut self, now: Now) {
        let limit = limit(self.policy.start_timeout.unwrap_or_default());
        self.cause = Some(Cause::StartTimedOut);
        self.stop(&format!("not started within {limit}"), true, now);
        self.warn_with(
            "start-timeout",
            format!("no container has started within {limit} (--start-timeout); stopping the task"),
            now,
        );
    }

    /// How long the container of a task that was found ran before this process saw it, by the
    /// task's own time stamps.
    pub(super) fn note_age(&mut self, now: Now) {
        let (Some(since), Some(started)) =
            (self.watch.running_since(), self.watch.task().times.started)
        else {
            return;
        };
        if !self.followed.attached || !self.ran_before.is_zero() {
            return;
        }
        let age = self.server_wall(now).saturating_sub(started);
        let age = Duration::from_millis(u64::try_from(age).unwrap_or(0));
        self.ran_before = age.saturating_sub(now.instant - since);
    }

    fn timed_out(&mut self, now: Now) {
        let limit = limit(self.policy.timeout.unwrap_or_default());
        let message = format!("the container has run for {limit} (--timeout)");
        self.cause = Some(Cause::TimedOut);
        match self.policy.on_timeout {
            Leave::Stop => {
                self.stop(&format!("timed out after {limit}"), false, now);
                self.warn_with("timeout", format!("{message}; stopping the task"), now);
            }
            Leave::Detach => {
                let by_hand = self.by_hand();
                self.leave_now = true;
                self.warn_with(
                    "timeout",
                    format!("{message}; leaving the task running\n{by_hand}"),
                    now,
                );
            }
        }
    }
}
