//! How long a stream must be watched after its container's end before the log is complete.

use std::time::Duration;

use super::log::LogEvent;
use super::task::EpochMillis;

/// The shortest watch after the container's end.
const AT_LEAST: Duration = Duration::from_secs(3);
/// The longest watch that a late stream earns.
const AT_MOST: Duration = Duration::from_mins(1);
/// The watch over a stream that has shown nothing: the awslogs driver hands over every 5 s.
const WHILE_EMPTY: Duration = Duration::from_millis(6_500);

/// What a stream's own events tell of how late they come.
#[derive(Debug, Clone, Default)]
pub struct StreamDelay {
    longest_ms: i64,
    any: bool,
}

impl StreamDelay {
    /// Learns from an event: how long after its time stamp it was taken in, and, where an
    /// earlier read at `missed_at` had reached the end without it, how long it was missing.
    pub fn learn(&mut self, event: &LogEvent, missed_at: Option<EpochMillis>) {
        self.any = true;
        let taken_in = event.ingestion_time.unwrap_or(event.timestamp);
        let readable = missed_at.unwrap_or(i64::MIN).max(taken_in);
        self.longest_ms = self
            .longest_ms
            .max(readable.saturating_sub(event.timestamp));
    }

    /// How long to watch after the container's end: about twice the longest delay seen,
    /// at least 3 s, at most 60 s. Only the container that decides is worth waiting for its
    /// driver where it has shown nothing.
    #[must_use]
    pub fn watch(&self, decides: bool) -> Duration {
        if !self.any && decides {
            return WHILE_EMPTY;
        }
        let longest = u64::try_from(self.longest_ms).unwrap_or(0);
        Duration::from_millis(longest.saturating_mul(2)).clamp(AT_LEAST, AT_MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(timestamp: i64, ingestion_time: Option<i64>) -> LogEvent {
        LogEvent {
            timestamp,
            ingestion_time,
            message: String::new(),
        }
    }

    #[test]
    fn the_watch_follows_the_delay() {
        let watch = |events: &[(LogEvent, Option<i64>)]| {
            let mut delay = StreamDelay::default();
            for (event, missed_at) in events {
                delay.learn(event, *missed_at);
            }
            delay.watch(true).as_millis()
        };
        assert_eq!(
            watch(&[]),
            6_500,
            "nothing seen yet: the driver's flush has to pass"
        );
        assert_eq!(StreamDelay::default().watch(false).as_millis(), 3_000);
        assert_eq!(watch(&[(event(1_000, Some(1_400)), None)]), 3_000);
        assert_eq!(watch(&[(event(1_000, Some(6_000)), None)]), 10_000);
        assert_eq!(
            watch(&[
                (event(1_000, Some(6_000)), None),
                (event(9_000, Some(9_100)), None)
            ]),
            10_000,
            "one late event is enough"
        );
        assert_eq!(watch(&[(event(0, Some(900_000)), None)]), 60_000);
        assert_eq!(
            watch(&[(event(1_000, Some(1_000)), Some(5_000))]),
            8_000,
            "it was not there 4 s after it was written"
        );
        assert_eq!(watch(&[(event(1_000, Some(1_000)), Some(500))]), 3_000);
        assert_eq!(
            watch(&[(event(5_000, Some(1_000)), None)]),
            3_000,
            "skewed clocks"
        );
        assert_eq!(watch(&[(event(i64::MIN, Some(i64::MAX)), None)]), 60_000);
    }
}
