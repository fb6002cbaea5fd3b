//! A migration of many small steps: it lasts, and each step tells that it is done.

use crate::cases::{APPLIED, MIGRATED};

/// In an image of this tag the steps follow the original migrations.
pub(crate) const TAG: &str = "steps";

const COUNT: usize = 40;
const SQL: &str = "SELECT pg_sleep(0.2);";

/// The steps' files, by name and content.
pub(crate) fn migrations() -> Vec<(String, &'static str)> {
    (1..=COUNT)
        .map(|step| (format!("{}_step_{step}.sql", version(step)), SQL))
        .collect()
}

/// What `migrate` prints about them on an empty database.
pub(crate) fn lines() -> Vec<String> {
    let originals = APPLIED.iter().filter(|line| **line != MIGRATED);
    let steps = (1..=COUNT).map(|step| format!("Applied {}/migrate step {step}", version(step)));
    originals
        .map(|line| (*line).to_owned())
        .chain(steps)
        .chain([MIGRATED.to_owned()])
        .collect()
}

fn version(step: usize) -> String {
    format!("202602010000{step:02}")
}
