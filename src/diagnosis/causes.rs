//! The causes this tool knows.

use std::sync::LazyLock;

/// A cause: its name, what it means, and what to do first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// A stable word for programs.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// What to do, in a sentence.
    pub next_step: &'static str,
}

/// Nothing that is known fits.
pub(super) const UNKNOWN: &str = "unknown";

/// Every cause, in the order of their names; `unknown` is the last.
pub static CAUSES: LazyLock<Vec<Cause>> = LazyLock::new(|| {
    include_str!("causes.tsv")
        .lines()
        .filter_map(cause)
        .collect()
});

fn cause(line: &'static str) -> Option<Cause> {
    let mut fields = line.split('\t');
    Some(Cause {
        name: fields.next()?,
        meaning: fields.next()?,
        next_step: fields.next()?,
    })
}

/// The cause of this name.
pub(super) fn named(name: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_line_is_a_cause_with_a_name_of_its_own() {
        let lines = include_str!("causes.tsv").lines().count();
        let names: BTreeSet<_> = CAUSES.iter().map(|cause| cause.name).collect();
        assert_eq!((CAUSES.len(), names.len()), (lines, lines));
        for cause in &*CAUSES {
            let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(cause.name.chars().all(word), "{}", cause.name);
            let sentence = |text: &str| text.len() > 8 && text.ends_with(['.', '!']);
            assert!(
                sentence(cause.meaning) && sentence(cause.next_step),
                "{cause:?}"
            );
        }
    }
}
