//! A clock that stands still while this process is suspended.

use std::time::Duration;

use tokio::time::Instant;

/// Waking up so much later than asked for means that the process was stopped meanwhile (Ctrl-Z, a
/// laptop's lid), not that the machine is busy.
const SUSPENDED: Duration = Duration::from_secs(5);

/// The time that this process has been awake. All patience is measured by it: an outage or a
/// deadline is not told by a clock that went on while nobody could look.
#[derive(Debug, Default)]
pub(super) struct Awake {
    lost: Duration,
    due: Option<Instant>,
}

impl Awake {
    /// Now.
    pub(super) fn now(&self) -> Instant {
        Instant::now() - self.lost
    }

    /// When the system's clock will show `at`: to sleep until then.
    pub(super) fn sleep_until(&mut self, at: Instant) -> Instant {
        let due = at + self.lost;
        self.due = Some(due.max(Instant::now()));
        due
    }

    /// The sleep is over, for whatever reason: how long the process was suspended, if it was.
    pub(super) fn woke(&mut self) -> Option<Duration> {
        let late = Instant::now().saturating_duration_since(self.due.take()?);
        if late < SUSPENDED {
            return None;
        }
        self.lost += late;
        Some(late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_was_awake_does_not_count() {
        let mut awake = Awake::default();
        let began = awake.now();
        awake.sleep_until(began + Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(12)).await;
        assert_eq!(awake.woke(), None, "a busy machine");
        assert_eq!(awake.now() - began, Duration::from_secs(12));

        awake.sleep_until(awake.now() + Duration::from_secs(1));
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!(awake.woke(), Some(Duration::from_secs(3_599)));
        assert_eq!(awake.now() - began, Duration::from_secs(13));
        let next = awake.sleep_until(awake.now() + Duration::from_secs(1));
        assert_eq!(next - Instant::now(), Duration::from_secs(1));
    }
}
