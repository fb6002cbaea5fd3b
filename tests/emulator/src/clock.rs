//! Points in time as AWS counts them.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

/// Milliseconds since the epoch: what `CloudWatch` Logs speaks, and what ECS divides by 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    pub(crate) fn now() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    pub(crate) fn from_epoch_ms(ms: i64) -> Self {
        Self(ms)
    }

    pub(crate) fn epoch_ms(self) -> i64 {
        self.0
    }

    /// This moment and `ms` milliseconds.
    pub(crate) fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add_unsigned(ms))
    }

    /// Seconds since the epoch with a fraction: the time stamps of ECS and Secrets Manager.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 need 41 of 52 bits"
    )]
    pub(crate) fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    pub(crate) fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}
