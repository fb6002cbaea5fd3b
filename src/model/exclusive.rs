//! Which container commands must not run beside each other.

use std::collections::BTreeMap;

/// Commands of which two must not run at once, and that must not be left half-done, unless the
/// configuration file says otherwise.
const BUILT_IN: [&str; 5] = ["migrate", "reencrypt", "mark-applied", "forget", "accept"];
/// With this word a command looks, and changes nothing.
const DRY_RUN: &str = "--dry-run";

/// The commands that write, by their first word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exclusive {
    said: BTreeMap<String, bool>,
}

impl Exclusive {
    /// The built-in ones, and what the configuration file says of single commands.
    #[must_use]
    pub fn new(said: BTreeMap<String, bool>) -> Self {
        Self { said }
    }

    /// Whether this command is one. A dry run never is.
    #[must_use]
    pub fn covers(&self, command: &[String]) -> bool {
        let Some(name) = command.first() else {
            return false;
        };
        let usual = BUILT_IN.contains(&name.as_str());
        self.said.get(name).copied().unwrap_or(usual) && !command.iter().any(|word| word == DRY_RUN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_are_and_readers_are_not() {
        let said = [("seed".to_owned(), true), ("reencrypt".to_owned(), false)];
        let exclusive = Exclusive::new(said.into());
        for (command, expected) in [
            ("migrate", true),
            ("migrate --target-version 3", true),
            ("migrate --dry-run", false),
            ("migrate-info", false),
            ("reencrypt --batch-size 5", false),
            ("mark-applied 3", true),
            ("mark-applied 3 --dry-run", false),
            ("forget 3", true),
            ("accept 3", true),
            ("seed", true),
            ("seed --dry-run", false),
            ("", false),
        ] {
            let words: Vec<_> = command.split_whitespace().map(str::to_owned).collect();
            assert_eq!(exclusive.covers(&words), expected, "{command}");
        }
    }
}
