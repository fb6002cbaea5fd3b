//! Chance, as a schedule's seed has it.

use super::Millis;

/// Draws that depend on nothing but the seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(fastrand::Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Dice of their own for one part: what is drawn there moves nothing elsewhere.
    pub(super) fn fork(&mut self) -> Self {
        Self(self.0.fork())
    }

    pub(super) fn chance(&mut self, percent: u8) -> bool {
        self.0.u8(0..100) < percent
    }

    pub(super) fn between(&mut self, least: Millis, most: Millis) -> Millis {
        self.0.u64(least..=most.max(least))
    }

    pub(super) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.0.usize(0..all.len())].clone()
    }

    /// One of several, the first value of each pair being its weight.
    pub(super) fn weighed<T: Clone>(&mut self, all: &[(u32, T)]) -> T {
        let mut left = self.0.u32(0..all.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in all {
            if left < *weight {
                return value.clone();
            }
            left -= weight;
        }
        unreachable!("the weights add up")
    }
}
