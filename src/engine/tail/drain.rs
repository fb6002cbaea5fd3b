//! Reading a stream to its end: how long to watch, when to give up.

use std::time::Duration;

use tokio::time::Instant;

use super::Tail;
use crate::engine::says;

/// Between two reads after the container's end.
const DRAINING: Duration = Duration::from_millis(500);
/// The stream must have brought nothing new for this long.
const QUIET: Duration = Duration::from_secs(1);
/// How long a stream may stay missing after its container's end: the awslogs driver makes it
/// before the container starts, so this is ECS's and `CloudWatch`'s own delay.
const APPEARS_WITHIN: Duration = Duration::from_secs(10);
/// How long reads may fail after the container's end: an outage of ten minutes costs no line.
const FAILS_FOR: Duration = Duration::from_mins(12);
/// How long pages may stay empty, each with a new token, after the container's end.
const EMPTY_FOR: Duration = Duration::from_mins(1);
/// How long the stream of a container that runs on is read, once nothing else is waited for.
const LEAVES_WITHIN: Duration = Duration::from_secs(1);
/// The end of a drain comes soon; after this long the usual interval is enough.
const SOON: Duration = Duration::from_mins(1);

/// Whether the stream has been read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Drained {
    /// Not yet.
    No,
    /// Yes: nothing is missing.
    Complete,
    /// As far as it will be: this is what may be missing.
    Incomplete(String),
}

impl Tail {
    /// The run is over: read to the end and be done. Called again and again, it gives up on time
    /// alone where no answer comes.
    pub(in crate::engine) fn close(&mut self, now: Instant) {
        if self.closing.is_none() {
            self.closing = Some(now);
            self.opens_at = self.opens_at.min(now);
            self.pace.set_steady(DRAINING);
            self.hurry(now);
        }
        self.settle(now);
    }

    /// Whether this container runs on although the run is over.
    pub(in crate::engine) fn runs_on(&self) -> bool {
        self.started && self.ended.is_none()
    }

    /// Nobody waits for this container any longer: read what there is and be done.
    pub(in crate::engine) fn leave(&mut self, now: Instant) {
        self.leaving.get_or_insert(now);
        self.settle(now);
    }

    pub(in crate::engine) fn drained(&self) -> &Drained {
        &self.drained
    }

    /// Decides whether the stream has been read to its end. Only after the run's end.
    pub(super) fn settle(&mut self, now: Instant) {
        let Some(closing) = self.closing else { return };
        if self.drained != Drained::No {
            return;
        }
        if let Some(why) = &self.hopeless
            && self.asked_since(closing)
        {
            self.drained = Drained::Incomplete(why.clone());
        } else if self.stream.is_none() {
            self.drained = if self.started {
                Drained::Incomplete(format!(
                    "container `{}` has no log stream that could be named",
                    self.container
                ))
            } else {
                Drained::Complete
            };
        } else if self.gives_up_at().is_some_and(|at| now >= at) {
            self.drained = Drained::Incomplete(self.gave_up(now));
        } else if self.is_read_to_the_end(closing) {
            self.drained = if self.runs_on() {
                Drained::Incomplete(self.gave_up(now))
            } else {
                Drained::Complete
            };
        } else if self.exists {
            // Be there when the watch ends rather than half an interval later.
            let ends = self.watch_ends(closing);
            if now < ends {
                self.next_at = self.next_at.min(ends);
            }
        }
    }

    /// Whether a read was answered that was sent then or later.
    fn asked_since(&self, then: Instant) -> bool {
        self.answered.is_some_and(|sent| sent >= then)
    }

    fn is_read_to_the_end(&self, closing: Instant) -> bool {
        let Some(read) = self.caught_up else {
            return false;
        };
        if self.started && !self.exists || self.runs_on() && self.leaving.is_none() {
            return false;
        }
        read.at >= self.watch_ends(closing)
    }

    /// The first instant at which a read that reaches the end proves that nothing is missing.
    fn watch_ends(&self, closing: Instant) -> Instant {
        let ran = self.started || self.last_new.is_some();
        match self.ended {
            Some(ended) if ran => {
                let watched = ended
                    + self
                        .watch_override
                        .unwrap_or_else(|| self.delay.watch(self.decides));
                let quiet = if self.watch_override.is_some() {
                    Duration::ZERO
                } else {
                    QUIET
                };
                watched
                    .max(self.last_new.map_or(watched, |last| last + quiet))
                    .max(closing)
            }
            _ => closing,
        }
    }

    /// When time alone ends the drain.
    pub(super) fn gives_up_at(&self) -> Option<Instant> {
        let closing = self.closing?;
        if let Some(leaving) = self.leaving
            && self.runs_on()
        {
            return Some(leaving + LEAVES_WITHIN);
        }
        if let Some(began) = self.trouble.began() {
            return Some(closing.max(began) + FAILS_FOR);
        }
        if self.started && !self.exists && self.asked_since(closing) {
            let patience = self.watch_override.unwrap_or(APPEARS_WITHIN);
            return Some(self.ended.unwrap_or(closing).max(closing) + patience);
        }
        self.empty_since.map(|since| since.max(closing) + EMPTY_FOR)
    }

    fn gave_up(&self, now: Instant) -> String {
        if self.runs_on() {
            format!(
                "container `{}` was still running; what it writes later is not shown",
                self.container
            )
        } else if self.trouble.began().is_some() {
            format!(
                "the log of container `{}` could not be read for {}: {}",
                self.container,
                says::duration(self.trouble.lasted(now)),
                self.trouble.last()
            )
        } else if self.exists {
            format!(
                "the end of the log of container `{}` was not reached",
                self.container
            )
        } else {
            format!(
                "log stream {} of container `{}` never appeared in log group {}",
                self.stream.as_ref().map_or("", |stream| &stream.name),
                self.container,
                self.group
            )
        }
    }

    pub(super) fn interval(&self, now: Instant) -> Duration {
        if self.closing.is_some() || self.ended.is_some_and(|ended| now < ended + SOON) {
            DRAINING
        } else {
            self.pace.steady()
        }
    }

    pub(super) fn hurry(&mut self, now: Instant) {
        if self.trouble.began().is_none() {
            self.next_at = self.next_at.min(now);
        }
    }
}
