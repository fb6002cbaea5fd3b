//! One writer at a time, after the start: of two that began in the same moment, one gives way.

use std::time::Duration;

use tokio::time::Instant;

use super::{Cause, Follower, Now};
use crate::engine::watch::FRESH;
use crate::engine::writer::{other_writer, sentence};
use crate::model::event::OtherWriter;
use crate::model::task::{TaskSnapshot, task_id};
use crate::model::writers::{winner, writers};
use crate::ports::CallError;

/// Before the second look, and twice as long before each further one: ECS may not list a task that
/// was just started.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The longest pause between two looks.
const AT_MOST: Duration = Duration::from_secs(10);

/// The look for other writers, from the start until the container runs.
#[derive(Debug)]
pub(super) struct Lookout {
    /// When to look next; `None`: never again, or a look is under way.
    next_at: Option<Instant>,
    pause: Duration,
    /// When the look under way was sent; `None`: before this process was suspended.
    sent_at: Option<Instant>,
    /// Whether a look was answered after the container had started: then it is settled.
    saw_the_start: bool,
    /// In whose favour this run gives way.
    pub(super) winner: Option<OtherWriter>,
}

impl Lookout {
    pub(super) fn new(guarded: bool, now: Instant) -> Self {
        Self {
            next_at: guarded.then_some(now),
            pause: LOOK_AGAIN,
            sent_at: None,
            saw_the_start: false,
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
        }
        due
    }

    pub(super) fn look_at(&self) -> Option<Instant> {
        let matters = !self.stopping && !self.watch.has_ended() && !self.lookout.saw_the_start;
        self.lookout.next_at.filter(|_| matters)
    }

    /// Takes a look at the family's tasks in.
    pub(super) fn others(&mut self, answer: Result<Vec<TaskSnapshot>, CallError>, now: Now) {
        self.lookout.next_at = Some(now.instant + self.lookout.pause);
        self.lookout.pause = (self.lookout.pause * 2).min(AT_MOST);
        let sent_at = self.lookout.sent_at.take();
        let Ok(tasks) = answer else { return };
        // The look shows this run's own task as well, and may be newer than the last poll.
        let arn = &self.watch.task().arn;
        let shown = tasks.iter().find(|task| task.arn == *arn);
        let is_new = shown.is_some() && sent_at.is_some_and(|sent| now.instant < sent + FRESH);
        let known = is_new || self.watch.knows_since(self.task_since, now.instant);
        let mine = shown.unwrap_or(self.watch.task());
        let ran = self.watch.ran() || mine.any_has_run();
        // Two of them may have begun before either could be seen: one look after the start is due.
        self.lookout.saw_the_start = ran;
        let Some(guard) = &self.followed.guard else {
            return;
        };
        let writers: Vec<_> = writers(
            &tasks,
            &self.followed.definition,
            &guard.exclusive,
            &guard.run_key,
        )
        .into_iter()
        .filter(|other| other.arn != mine.arn)
        .collect();
        let Some(other) = winner(mine, &writers) else {
            return;
        };
        let other = other_writer(other, &self.followed.definition);
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
