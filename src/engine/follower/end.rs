//! The end of a run: whether it has come, and how it is judged.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{Cause, Follower, Now};
use crate::engine::tail::Drained;
use crate::engine::writer::{described, sentence};
use crate::model::event::{ContainerEnd, Finished, LogSummary};
use crate::model::outcome::{ExitStatus, Outcome, Verdict, judge};
use crate::model::timings::Timings;

impl Follower {
    /// The end of the run, if it has come.
    pub(super) fn finished(&mut self, now: Now) -> Option<Finished> {
        if self.leave_now {
            let verdict = self.verdict_of_leaving(now.instant);
            let note = "the run was left before its end".to_owned();
            let error = (verdict.outcome == Outcome::Detached)
                .then(|| format!("the task was left running: {}", self.watch.task().arn));
            return Some(self.finish(verdict, Some(note), error, now));
        }
        // A code that is known stays known, whatever became of ECS since.
        if let Some(why) = self.watch.gives_up(now.instant)
            && !self.watch.has_code()
        {
            let verdict = Verdict {
                outcome: Outcome::ToolFailed,
                exit: ExitStatus::TOOL_FAILED,
            };
            let error = format!("{why}\n{}", self.by_hand());
            return Some(self.finish(verdict, Some(why), Some(error), now));
        }
        let drained = self.tails.iter().all(|tail| *tail.drained() != Drained::No);
        let stopped = self.need_not_stop(now.instant);
        if !(self.watch.is_concluded(now.instant) && drained && stopped) {
            return None;
        }
        let verdict = self.verdict_of(self.cause);
        Some(self.finish(verdict, None, self.gave_way(now), now))
    }

    /// Why the task was stopped before it started, if it had to give way; or that it was not before.
    fn gave_way(&self, now: Now) -> Option<String> {
        let winner = self.lookout.winner.as_ref()?;
        if self.watch.ran() {
            return Some(format!(
                "the container had started before the stop reached it, and was stopped half-way: {}\n\
                 look at what it left behind before running it again",
                sentence(winner, now.wall)
            ));
        }
        let (command, reach) = (&self.followed.command, self.followed.reach.as_ref());
        Some(described(winner, command, reach, now.wall).to_string())
    }

    fn verdict_of_leaving(&self, now: Instant) -> Verdict {
        let Some(signal) = self.signal else {
            return self.verdict_of(self.cause);
        };
        // Unless it was told to stop, the task goes on as if nobody had followed it.
        let goes_on = !self.stopping && self.watch.over_since(now).is_none();
        Verdict {
            outcome: if goes_on {
                Outcome::Detached
            } else {
                Outcome::Interrupted
            },
            exit: signal.exit_status(),
        }
    }

    fn verdict_of(&self, cause: Option<Cause>) -> Verdict {
        let task = self.watch.task();
        match cause {
            Some(Cause::Signal(signal)) => Verdict {
                outcome: Outcome::Interrupted,
                exit: signal.exit_status(),
            },
            Some(Cause::TimedOut) => Verdict {
                outcome: Outcome::TimedOut,
                exit: ExitStatus::TIMED_OUT,
            },
            // A container that started while it was being stopped has an end of its own.
            Some(Cause::StartTimedOut | Cause::GaveWay) if !self.watch.ran() => Verdict {
                outcome: Outcome::NeverStarted,
                exit: ExitStatus::NEVER_STARTED,
            },
            Some(Cause::StartTimedOut | Cause::GaveWay) | None => {
                judge(task, &self.followed.deciding, self.watch.ran())
            }
        }
    }

    /// Containers of the task of which the definition that could be read says nothing.
    fn containers_beyond_the_definition(&self) -> impl Iterator<Item = ContainerEnd> {
        let known = &self.followed.definition.containers;
        let containers = self.watch.task().containers.iter();
        containers
            .filter(|container| known.iter().all(|known| known.name != container.name))
            .map(|container| ContainerEnd {
                name: container.name.clone(),
                exit_code: container.exit_code,
                reason: container.reason.clone(),
                // Absent means essential (API reference, `ContainerDefinition`).
                essential: true,
            })
    }

    fn finish(
        &mut self,
        verdict: Verdict,
        left: Option<String>,
        error: Option<String>,
        now: Now,
    ) -> Finished {
        let task = self.watch.task();
        let mut notes: Vec<_> = left.into_iter().chain(self.unread.clone()).collect();
        notes.extend(self.tails.iter().filter_map(|tail| match tail.drained() {
            Drained::Incomplete(note) => Some(note.clone()),
            Drained::No | Drained::Complete => None,
        }));
        let containers = self
            .followed
            .definition
            .containers
            .iter()
            .map(|it| ContainerEnd::of(&it.name, task.container(&it.name), it.essential))
            .chain(self.containers_beyond_the_definition());
        let total = (now.instant - self.followed.began).as_millis();
        Finished {
            outcome: verdict.outcome,
            exit_code: verdict.exit,
            task_arn: Some(task.arn.clone()),
            stop_code: task.stop_code.clone(),
            stopped_reason: task.stopped_reason.clone(),
            containers: containers.collect(),
            logs: LogSummary {
                lines: self.lines,
                complete: notes.is_empty(),
                note: (!notes.is_empty()).then(|| notes.join("; ")),
            },
            timings: Timings::of(&task.times, i64::try_from(total).ok()),
            api_calls: BTreeMap::new(),
            in_the_way: self.lookout.winner.clone(),
            ran: self.watch.any_ran() || self.lines > 0,
            diagnosis: None,
            error,
        }
    }
}
