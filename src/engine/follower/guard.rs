//! One writer at a time, after the start: of two that began in the same moment, one gives way.

use std::time::Duration;

use tokio::time::Instant;

use super::{Cause, Follower, Now};
use crate::engine::trouble::Trouble;
use crate::engine::watch::FRESH;
use crate::engine::writer::{other_writer, sentence};
use crate::model::event::{OtherWriter, Warning};
use crate::model::task::{TaskSnapshot, task_id};
use crate::model::writers::{is_of_run, winner, writers};
use crate::ports::CallError;

/// Before the second look, and twice as long before each further one: ECS may not list a task that
/// was just started.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// The longest pause between two looks.
const AT_MOST: Duration = Duration::from_secs(10);
/// After a look that failed: the container may start any moment.
const FAILED: Duration = Duration::from_millis(500);
/// Who is asked.
const SOURCE: &str = "looking for other writers";

/// The look for other writers, from the start until the container runs.
#[derive(Debug)]
pub(super) struct Lookout {
    /// When to look next; `None`: never again, or a look is under way.
    next_at: Option<Instant>,
    pause: Duration,
    /// When the look under way was sent; `None`: before this process was suspended.
    sent_at: Option<Instant>,
    /// Whether the container was known to have started when the look under way was sent.
    sent_after_start: bool,
    /// Whether a look was answered that was sent after the container had started: then it is
    /// settled.
    saw_the_start: bool,
    /// Whether any look was answered.
    saw_anything: bool,
    trouble: Trouble,
    /// In whose favour this run gives way.
    pub(super) winner: Option<OtherWriter>,
}

impl Lookout {
    pub(super) fn new(guarded: bool, now: Instant) -> Self {
        Self {
            next_at: guarded.then_some(now),
            pause: LOOK_AGAIN,
            sent_at: None,
            sent_after_start: false,
            saw_the_start: false,
            saw_anything: false,
            trouble: Trouble::default(),
            winner: None,
        }
    }

    /// This process was suspended: a look under way tells of a time before that.
    pub(super) fn resumed(&mut self) {
        self.sent_at = None;
    }
}

impl Follower {
    /// Whether a look is due; if so, it counts as sent.
    pub(super) fn look_due(&mut self, now: Instant) -> bool {
        let due = self.look_at().is_some_and(|at| now >= at);
        if due {
            self.lookout.next_at = None;
            self.lookout.sent_at = Some(now);
            self.lookout.sent_after_start = self.watch.ran();
            self.lookout.trouble.sent(now);
        }
        due
    }

    pub(super) fn look_at(&self) -> Option<Instant> {
        let matters = !self.stopping && !self.watch.has_ended() && !self.lookout.saw_the_start;
        self.lookout.next_at.filter(|_| matters)
    }

    /// What to say of looks that fail, and that the container has ended unseen.
    pub(super) fn lookout_due(&mut self, now: Instant) -> Option<Warning> {
        let lookout = &mut self.lookout;
        // Of a task that was found, whoever started it has looked.
        if self.followed.guard.is_some()
            && !self.followed.attached
            && self.watch.ran()
            && self.watch.has_ended()
            && !std::mem::replace(&mut lookout.saw_anything, true)
        {
            let message =
                "no look for other writers was answered: another one may have run beside this";
            return Some(Warning {
                code: "guard-blind",
                message: message.to_owned(),
            });
        }
        self.look_at().and(self.lookout.trouble.due(now, SOURCE))
    }

    pub(super) fn lookout_wakes_at(&self) -> Option<Instant> {
        self.lookout.trouble.wake_at()
    }

    /// Takes a look at the family's tasks in.
    pub(super) fn others(&mut self, answer: Result<Vec<TaskSnapshot>, CallError>, now: Now) {
        let lookout = &mut self.lookout;
        let sent_at = lookout.sent_at.take();
        lookout.trouble.answered();
        let tasks = match answer {
            Ok(tasks) => tasks,
            Err(error) => {
                lookout.next_at = Some(now.instant + FAILED);
                lookout.trouble.failed(now.instant, &error.to_string());
                return;
            }
        };
        lookout.next_at = Some(now.instant + lookout.pause);
        lookout.pause = (lookout.pause * 2).min(AT_MOST);
        lookout.saw_anything = true;
        lookout.saw_the_start = lookout.sent_after_start;
        let back = lookout.trouble.recovered(now.instant, SOURCE);
        self.warn(back, now);
        // The look shows this run's own task as well, and may be newer than the last poll.
        let arn = &self.watch.task().arn;
        let shown = tasks.iter().find(|task| task.arn == *arn);
        let is_new = shown.is_some() && sent_at.is_some_and(|sent| now.instant < sent + FRESH);
        let known = is_new || self.watch.knows_since(self.task_since, now.instant);
        let mine = shown.unwrap_or(self.watch.task());
        // Another container of the task may run long before the one that decides.
        let ran = self.watch.ran() || mine.has_run(&self.followed.deciding);
        let Some(guard) = &self.followed.guard else {
            return;
        };
        let definition = &self.followed.definition;
        let is_own = |task: &TaskSnapshot| {
            let command = &self.followed.command;
            task.arn == mine.arn || is_of_run(task, definition, &guard.run_key, command)
        };
        let writers = writers(&tasks, definition, &guard.exclusive, is_own);
        let Some(other) = winner(mine, &writers) else {
            return;
        };
        let other = other_writer(other, definition, &guard.exclusive);
        if !(ran || known) {
            // What may be running by now is not stopped.
            self.lookout.next_at = Some(now.instant + LOOK_AGAIN);
            self.watch.hurry(now.instant);
            return;
        }
        if !self.stopping && !self.watch.has_ended() {
            self.give_way(other, ran, now);
        }
    }

    fn give_way(&mut self, other: OtherWriter, ran: bool, now: Now) {
        let sentence = sentence(&other, now.wall);
        if ran {
            // What runs is not stopped: a half-done migration is worse.
            let message = format!(
                "two writers run at the same time: {sentence}; this run's container was started before that could be seen\n{}",
                self.by_hand()
            );
            self.warn_with("two-writers", message, now);
            return;
        }
        self.cause.get_or_insert(Cause::GaveWay);
        self.stop(
            &format!("gives way to task {}", task_id(&other.task_arn)),
            true,
            now,
        );
        self.warn_with(
            "second-writer",
            format!("{sentence}; stopping this run's task before its container starts"),
            now,
        );
        self.lookout.winner = Some(other);
    }
}
