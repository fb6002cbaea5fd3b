//! Following the task itself: its phases, and when its end is certain.

use std::time::Duration;

use tokio::time::Instant;

use super::pace::Pace;
use super::says;
use super::trouble::Trouble;
use crate::model::event::Warning;
use crate::model::phase::{PhaseChange, PhaseTracker};
use crate::model::task::TaskSnapshot;
use crate::ports::CallError;

mod refusal;

use refusal::Refusal;

/// Between two looks: `DescribeTasks` refills 20 tokens a second for a whole account.
const STEADY: Duration = Duration::from_secs(1);
/// Between two looks once the container has run for a while.
const STEADY_LATER: Duration = Duration::from_millis(1_100);
/// How long a container runs until the later pace is enough.
const LATER: Duration = Duration::from_secs(15);
/// How long `RunTask` may be ahead of `DescribeTasks` (API reference, `RunTask`: "up to about
/// five minutes").
const UNSEEN_FOR: Duration = Duration::from_mins(5);
/// How long a task that was seen may be unknown.
const LOST_FOR: Duration = Duration::from_mins(2);
/// Stop code and reason come with the exit code or shortly after.
const DETAIL_WITHIN: Duration = Duration::from_secs(5);
/// An exit code may come after `STOPPED`.
const CODE_WITHIN: Duration = Duration::from_secs(10);
/// ECS says `TaskFailedToStart` before the task is `STOPPED`; the containers' reasons follow.
const START_DETAIL_WITHIN: Duration = Duration::from_secs(3);
/// A container that ended without a code waits this long for its task to stop.
const STOP_WITHIN: Duration = Duration::from_mins(3);

/// How long a look tells that a container does not run: it may start at any time.
pub(super) const FRESH: Duration = Duration::from_secs(5);
/// How long looks may fail until an exit code that is not there is taken for lost.
const NO_LOOK_FOR: Duration = Duration::from_mins(12);

/// One task under watch.
#[derive(Debug)]
pub(super) struct Watch {
    task: TaskSnapshot,
    deciding: String,
    /// How long missing credentials are borne: the provider chain may find new ones.
    credentials_grace: Duration,
    phases: PhaseTracker,
    pace: Pace,
    trouble: Trouble,
    in_flight: bool,
    next_at: Instant,
    /// When an answer last knew the task.
    seen: Option<Instant>,
    /// Since when each answer said that there is no such task.
    missing_since: Option<Instant>,
    /// A refusal that does not pass by itself.
    refused: Option<Refusal>,
    /// When the look was sent that was answered last, and the one under way.
    looked_at: Option<Instant>,
    sent_at: Instant,
    /// Whether this process was suspended since then: the answer tells of a time before that.
    outdated: bool,
    running_since: Option<Instant>,
    code_at: Option<Instant>,
    over_at: Option<Instant>,
    stopped_at: Option<Instant>,
    start_failed_at: Option<Instant>,
    /// Whether any container is known to have run.
    any_ran: bool,
}

impl Watch {
    pub(super) fn new(
        task: TaskSnapshot,
        deciding: &str,
        credentials_grace: Duration,
        random: fastrand::Rng,
        now: Instant,
    ) -> Self {
        Self {
            task,
            deciding: deciding.to_owned(),
            credentials_grace,
            phases: PhaseTracker::default(),
            pace: Pace::new(STEADY, random),
            trouble: Trouble::default(),
            in_flight: false,
            next_at: now + STEADY / 2,
            seen: None,
            missing_since: None,
            refused: None,
            looked_at: None,
            sent_at: now,
            outdated: false,
            running_since: None,
            code_at: None,
            over_at: None,
            stopped_at: None,
            start_failed_at: None,
            any_ran: false,
        }
    }

    pub(super) fn task(&self) -> &TaskSnapshot {
        &self.task
    }

    pub(super) fn phase(&self) -> &str {
        self.phases.current().unwrap_or("PROVISIONING")
    }

    /// When the deciding container was first known to run.
    pub(super) fn running_since(&self) -> Option<Instant> {
        self.running_since
    }

    /// Whether a look is due; if so, it counts as sent.
    pub(super) fn due(&mut self, now: Instant) -> bool {
        let due = !self.in_flight && now >= self.next_at;
        if due {
            self.in_flight = true;
            self.sent_at = now;
            self.trouble.sent(now);
        }
        due
    }

    /// Asks for a look sent at `since` or later, as soon as possible; where calls fail, or one
    /// was sent by then, at its own pace.
    pub(super) fn hurry(&mut self, since: Instant) {
        if self.trouble.began().is_none() && self.sent_at < since {
            self.next_at = self.next_at.min(since);
        }
    }

    /// Whether the task was seen by a look sent at `then` or later.
    pub(super) fn looked_since(&self, then: Instant) -> bool {
        self.looked_at.is_some_and(|looked| looked >= then)
    }

    /// Whether such a look was sent so lately that what it did not show running does not run.
    pub(super) fn knows_since(&self, then: Instant, now: Instant) -> bool {
        self.looked_since(then) && self.looked_at.is_some_and(|looked| now < looked + FRESH)
    }

    /// This process was suspended: what was seen before, or is on its way, is long ago.
    pub(super) fn resumed(&mut self) {
        self.looked_at = None;
        self.outdated = self.in_flight;
    }

    /// The deciding container has written something: it runs, whatever ECS says.
    pub(super) fn has_spoken(&mut self, now: Instant) {
        self.running_since.get_or_insert(now);
    }

    /// Whether the deciding container is known to have run at any time.
    pub(super) fn ran(&self) -> bool {
        self.running_since.is_some()
    }

    /// Whether any container of the task is known to have run at any time.
    pub(super) fn any_ran(&self) -> bool {
        self.any_ran || self.ran()
    }

    /// Whether the deciding container, or the task, is known to be over.
    pub(super) fn has_ended(&self) -> bool {
        self.code_at.or(self.over_at).or(self.stopped_at).is_some()
    }

    /// Whether the deciding container's exit code is known.
    pub(super) fn has_code(&self) -> bool {
        self.code_at.is_some()
    }

    /// What is wrong with the polls, and since how long.
    pub(super) fn silence(&self, now: Instant) -> Option<(Duration, &str)> {
        self.trouble.began()?;
        Some((self.trouble.lasted(now), self.trouble.last()))
    }

    /// When to look again, to speak of trouble, or to conclude.
    pub(super) fn wakes(&self) -> [Option<Instant>; 3] {
        let look = (!self.in_flight).then_some(self.next_at);
        [look, self.trouble.wake_at(), self.concludes_at()]
    }

    pub(super) fn trouble_due(&mut self, now: Instant) -> Option<Warning> {
        self.trouble.due(now, "ECS")
    }

    /// Takes the first look in: the answer of `RunTask`.
    pub(super) fn begin(&mut self, now: Instant) -> Vec<PhaseChange> {
        self.note(now);
        self.phases.observe(&self.task)
    }

    /// Takes an answer in; returns the phases entered, and what to say.
    pub(super) fn answer(
        &mut self,
        answer: Result<Option<Box<TaskSnapshot>>, CallError>,
        now: Instant,
    ) -> (Vec<PhaseChange>, Option<Warning>) {
        self.in_flight = false;
        let outdated = std::mem::take(&mut self.outdated);
        self.trouble.answered();
        match answer {
            Ok(Some(task)) => {
                self.seen = Some(now);
                self.looked_at = (!outdated).then_some(self.sent_at);
                self.missing_since = None;
                self.refused = None;
                self.next_at = now + self.pace.succeeded();
                let phases = self.phases.observe(&task);
                self.merge(*task);
                self.note(now);
                (phases, self.trouble.recovered(now, "ECS"))
            }
            Ok(None) => {
                self.missing_since.get_or_insert(now);
                self.refused = None;
                self.next_at = now + self.pace.succeeded();
                (Vec::new(), self.trouble.recovered(now, "ECS"))
            }
            Err(error) => {
                self.missing_since = None;
                self.refused = Refusal::after(self.refused.take(), error.kind, now);
                self.trouble.failed(now, &error.to_string());
                self.next_at = now + self.pace.failed();
                (Vec::new(), None)
            }
        }
    }

    /// Takes a newer look over the older one, without losing what an eventually consistent
    /// answer forgets.
    fn merge(&mut self, newer: TaskSnapshot) {
        let older = std::mem::replace(&mut self.task, newer);
        let task = &mut self.task;
        task.stop_code = task.stop_code.take().or(older.stop_code);
        task.stopped_reason = task.stopped_reason.take().or(older.stopped_reason);
        task.definition_arn = task.definition_arn.take().or(older.definition_arn);
        task.started_by = task.started_by.take().or(older.started_by);
        if task.commands.is_empty() {
            task.commands = older.commands;
        }
        // A look without tags does not mean that there are none.
        if task.tags.is_empty() {
            task.tags = older.tags;
        }
        task.times.created = task.times.created.or(older.times.created);
        task.times.started = task.times.started.or(older.times.started);
        for before in older.containers {
            match task.containers.iter_mut().find(|c| c.name == before.name) {
                Some(container) => {
                    container.exit_code = container.exit_code.or(before.exit_code);
                    container.reason = container.reason.take().or(before.reason);
                    container.runtime_id = container.runtime_id.take().or(before.runtime_id);
                }
                None => task.containers.push(before),
            }
        }
    }

    fn note(&mut self, now: Instant) {
        let container = self.task.container(&self.deciding);
        if container.is_some_and(|c| c.exit_code.is_some()) {
            self.code_at.get_or_insert(now);
        }
        if container.is_some_and(|c| c.has_ended() && c.exit_code.is_none()) {
            self.over_at.get_or_insert(now);
        }
        self.any_ran |= self.task.any_has_run();
        // The answer to a client token that was used before says so much and no more.
        let nothing_else_is_known = self.seen.is_none() && self.task.containers.is_empty();
        if self.task.is_stopped() && !nothing_else_is_known {
            self.stopped_at.get_or_insert(now);
        }
        if self.task.has_run(&self.deciding) {
            let since = *self.running_since.get_or_insert(now);
            if now >= since + LATER {
                self.pace.set_steady(STEADY_LATER);
            }
        }
        let given_up = self.task.failed_to_start()
            || (self.task.last_status == "DEPROVISIONING" && self.task.stop_code.is_some());
        if given_up && !self.ran() {
            self.start_failed_at.get_or_insert(now);
        }
    }

    /// When the deciding container's end was noticed: from here on the log is drained.
    pub(super) fn over_since(&self, now: Instant) -> Option<Instant> {
        let start_failed_at = self.start_failed_at.filter(|_| !self.ran());
        let no_code_will_come = self
            .over_at
            .map(|at| at + STOP_WITHIN)
            .filter(|at| now >= *at);
        self.code_at
            .or(self.stopped_at)
            .or(start_failed_at)
            .or(no_code_will_come)
    }

    /// Whether nothing more will come that the run's end depends on.
    pub(super) fn is_concluded(&self, now: Instant) -> bool {
        let Some(at) = self.concludes_at().filter(|at| now >= *at) else {
            return false;
        };
        // A code that is only not known because nobody could look is not given up on time alone.
        let code_may_be_there = self.ran() && !self.has_code();
        !code_may_be_there || self.looked_since(at) || self.trouble.lasted(now) >= NO_LOOK_FOR
    }

    /// The instant from which the verdict is certain, unless another answer changes it.
    fn concludes_at(&self) -> Option<Instant> {
        if let Some(code_at) = self.code_at {
            let detailed = self.task.stop_code.is_some() && self.task.stopped_reason.is_some();
            return Some(if detailed {
                code_at
            } else {
                code_at + DETAIL_WITHIN
            });
        }
        if let Some(stopped_at) = self.stopped_at {
            return Some(match (self.ran(), self.task.stop_code.is_some()) {
                (true, _) => stopped_at + CODE_WITHIN,
                (false, true) => stopped_at,
                (false, false) => stopped_at + DETAIL_WITHIN,
            });
        }
        if let Some(failed_at) = self.start_failed_at
            && !self.ran()
        {
            return Some(failed_at + START_DETAIL_WITHIN);
        }
        self.over_at.map(|at| at + STOP_WITHIN)
    }

    /// Why there is no point in looking any longer, if so.
    pub(super) fn gives_up(&self, now: Instant) -> Option<String> {
        if let Some(since) = self.missing_since {
            let patience = if self.seen.is_some() {
                LOST_FOR
            } else {
                UNSEEN_FOR
            };
            return (now >= since + patience).then(|| {
                format!(
                    "ECS has not known the task for {}",
                    says::duration(now - since)
                )
            });
        }
        let refusal = self.refused.as_ref().filter(|refusal| refusal.is_last)?;
        let since = refusal.since;
        let patience = refusal.patience(self.credentials_grace);
        (now >= since + patience).then(|| {
            format!(
                "the task could not be looked at for {}: {}",
                says::duration(now - since),
                self.trouble.last()
            )
        })
    }
}
