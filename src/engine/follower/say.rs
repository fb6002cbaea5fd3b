//! What a run says.

use tokio::time::Instant;

use super::{Follower, Now};
use crate::engine::says::{self, SILENCE};
use crate::model::event::{Event, EventKind, LogLine, PhaseEntered, Waiting, Warning};
use crate::model::log::LogEvent;
use crate::model::phase::PhaseChange;

impl Follower {
    /// When something has to be said again. While a question stands, nothing has.
    pub(super) fn breaks_silence_at(&self, now: Instant) -> Instant {
        match self.question {
            Some(_) => now + SILENCE,
            None => self.last_said + SILENCE,
        }
    }

    pub(super) fn break_silence(&mut self, now: Now) {
        // A question stands on the screen.
        if self.question.is_some() || now.instant < self.last_said + SILENCE {
            return;
        }
        let phase = self.watch.phase().to_owned();
        let what = if let Some((lasted, error)) = self.watch.silence(now.instant) {
            format!("no answer from ECS for {}: {error}", says::duration(lasted))
        } else if self.watch.over_since(now.instant).is_some() {
            "the container has ended; reading the rest of its log".to_owned()
        } else {
            says::waiting_for(&phase).to_owned()
        };
        let elapsed = now.instant - self.followed.began;
        self.say(
            EventKind::Waiting(Waiting {
                phase,
                what,
                elapsed,
            }),
            now,
        );
    }

    pub(super) fn say_phases(&mut self, phases: Vec<PhaseChange>, now: Now) {
        let created = self.watch.task().times.created;
        for change in phases {
            let stamped = change
                .at
                .zip(created)
                .map(|(at, created)| at.saturating_sub(created));
            let here =
                i64::try_from((now.instant - self.task_since).as_millis()).unwrap_or(i64::MAX);
            let phase = PhaseEntered {
                phase: change.phase,
                elapsed_ms: stamped.unwrap_or(here).max(0),
            };
            self.say(EventKind::Phase(phase), now);
        }
    }

    pub(super) fn say_lines(&mut self, container: &str, lines: Vec<LogEvent>, now: Now) {
        let deciding = container == self.followed.deciding;
        if deciding && !lines.is_empty() {
            self.watch.has_spoken(now.instant);
        }
        self.lines += lines.len() as u64;
        if !lines.is_empty() {
            self.last_said = now.instant;
        }
        self.events.reserve(lines.len());
        self.events.extend(lines.into_iter().map(|line| Event {
            at: now.wall,
            kind: EventKind::Log(LogLine {
                container: container.to_owned(),
                timestamp: line.timestamp,
                message: line.message,
                deciding,
            }),
        }));
    }

    pub(super) fn warn(&mut self, warning: Option<Warning>, now: Now) {
        if let Some(warning) = warning {
            self.say(EventKind::Warning(warning), now);
        }
    }

    pub(super) fn warn_with(&mut self, code: &'static str, message: String, now: Now) {
        self.say(EventKind::Warning(Warning { code, message }), now);
    }

    pub(super) fn say(&mut self, kind: EventKind, now: Now) {
        self.last_said = now.instant;
        self.events.push(Event { at: now.wall, kind });
    }

    pub(super) fn by_hand(&self) -> String {
        says::by_hand(self.followed.reach.as_ref(), &self.followed.task.arn)
    }
}
