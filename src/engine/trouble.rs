//! Trouble on the way: said once it lasts, and when it is over.

use std::time::Duration;

use tokio::time::Instant;

use super::says;
use crate::model::event::Warning;

/// Trouble shorter than this is nobody's business.
pub(super) const SAID_AFTER: Duration = Duration::from_secs(10);

/// The state of one source: the task's polls, or one log stream.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    since: Option<Instant>,
    /// When the call was sent that is not answered yet.
    waiting_since: Option<Instant>,
    last: String,
    said: bool,
}

impl Trouble {
    /// A call was sent: one that hangs is trouble before it fails.
    pub(super) fn sent(&mut self, now: Instant) {
        self.waiting_since = Some(now);
    }

    /// Whatever the answer, there is one.
    pub(super) fn answered(&mut self) {
        self.waiting_since = None;
    }

    /// A call failed.
    pub(super) fn failed(&mut self, now: Instant, error: &str) {
        self.since.get_or_insert(now);
        error.clone_into(&mut self.last);
    }

    /// A call succeeded: what to say, if the trouble had been told.
    pub(super) fn recovered(&mut self, now: Instant, source: &str) -> Option<Warning> {
        let since = self.since.take()?;
        std::mem::take(&mut self.said).then(|| Warning {
            code: "recovered",
            message: format!("{source}: back after {}", says::duration(now - since)),
        })
    }

    /// What to say now, if it has lasted.
    pub(super) fn due(&mut self, now: Instant, source: &str) -> Option<Warning> {
        if let (None, Some(sent)) = (self.since, self.waiting_since)
            && now >= sent + SAID_AFTER
        {
            self.failed(sent, "a call is not answered");
        }
        let since = self.since?;
        if self.said || now < since + SAID_AFTER {
            return None;
        }
        self.said = true;
        Some(Warning {
            code: "trouble",
            message: format!(
                "{source}: no answer for {}; trying on. The last error was: {}",
                says::duration(now - since),
                self.last
            ),
        })
    }

    /// When [`Self::due`] has something to say.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.since
            .or(self.waiting_since)
            .filter(|_| !self.said)
            .map(|since| since + SAID_AFTER)
    }

    /// How long it has lasted.
    pub(super) fn lasted(&self, now: Instant) -> Duration {
        self.since.map_or(Duration::ZERO, |since| now - since)
    }

    /// When it began, if it lasts.
    pub(super) fn began(&self) -> Option<Instant> {
        self.since
    }

    /// The last error.
    pub(super) fn last(&self) -> &str {
        &self.last
    }
}
