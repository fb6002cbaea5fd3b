//! How soon to call again.

use std::time::Duration;

/// Between two looks whether a reader that is behind has caught up.
pub(super) const CATCHES_UP: Duration = Duration::from_millis(5);
/// The longest pause between two calls that fail.
const LONGEST: Duration = Duration::from_secs(10);

/// Steady while calls succeed; slower with each failure in a row; steady again after a success.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    steady: Duration,
    failures: u32,
    random: fastrand::Rng,
}

impl Pace {
    pub(super) fn new(steady: Duration, random: fastrand::Rng) -> Self {
        Self {
            steady,
            failures: 0,
            random,
        }
    }

    pub(super) fn steady(&self) -> Duration {
        self.steady
    }

    pub(super) fn set_steady(&mut self, steady: Duration) {
        self.steady = steady;
    }

    /// A call succeeded: the pause before the next.
    pub(super) fn succeeded(&mut self) -> Duration {
        self.failures = 0;
        self.steady
    }

    /// A call failed: the pause before the next, twice as long with each failure, with jitter
    /// so that many runs don't call in step.
    pub(super) fn failed(&mut self) -> Duration {
        let doubled = self
            .steady
            .saturating_mul(1 << self.failures.min(5))
            .min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        doubled.mul_f64(0.75 + self.random.f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_slow_it_down_and_a_success_makes_it_quick_again() {
        let steady = Duration::from_secs(1);
        let mut pace = Pace::new(steady, fastrand::Rng::with_seed(1));
        let pauses: Vec<_> = (0..12).map(|_| pace.failed().as_secs_f64()).collect();
        for (pause, nominal) in pauses.iter().zip([1.0, 2.0, 4.0, 8.0, 10.0, 10.0]) {
            assert!(
                (nominal * 0.75..=nominal * 1.25).contains(pause),
                "{pauses:?}"
            );
        }
        assert!(pauses[11] <= 12.5);
        assert_eq!(pace.succeeded(), steady);
        assert!(pace.failed() <= Duration::from_millis(1_250));
    }
}
