//! Several figures of one thing.

use std::fmt::Display;

/// Figures in ascending order; there is at least one.
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    /// Takes them in any order.
    pub(crate) fn new(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        assert!(!figures.is_empty(), "nothing was measured");
        figures.sort_by(f64::total_cmp);
        Self(figures)
    }

    /// The figure below which so many percent of all are.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)]
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// `median (min–max)` with a unit of which there are `per_unit` in one, such as 1000 ms.
    pub(crate) fn told(&self, per_unit: f64, decimals: usize, unit: &str) -> String {
        let [low, middle, high] = [0, 50, 100].map(|it| self.percentile(it) * per_unit);
        if self.0.len() == 1 {
            return format!("{middle:.decimals$} {unit}");
        }
        format!("{middle:.decimals$} {unit} ({low:.decimals$}–{high:.decimals$})")
    }

    /// Seconds, or milliseconds where they are few.
    pub(crate) fn seconds(&self) -> String {
        if self.median() < 0.1 {
            self.told(1000.0, 1, "ms")
        } else {
            self.told(1.0, 2, "s")
        }
    }
}

/// How many times as large as `b` is `a`.
pub(crate) fn ratio(a: f64, b: f64) -> String {
    format!("{:.1}", a / b)
}

/// A whole number: 1,234,567.
pub(crate) fn grouped(number: &impl Display) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
