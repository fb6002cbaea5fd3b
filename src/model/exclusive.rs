//! Which container commands must not run beside each other.

use std::collections::BTreeMap;

/// Commands of which two must not run at once, and that must not be left half-done, unless the
/// configuration file says otherwise.
const BUILT_IN: [&str; 5] = ["migrate", "reencrypt", "mark-applied", "forget", "accept"];
/// With this word a command looks, and changes nothing.
const DRY_RUN: &str = "--dry-run";

/// The commands that write, by their first words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exclusive {
    said: BTreeMap<String, bool>,
    /// What applies migrations, whatever it is called.
    migrate: Vec<String>,
    /// What looks at migrations: it may begin with the same word.
    looks: Vec<Vec<String>>,
}

impl Exclusive {
    /// The built-in ones, and what the configuration file says of single commands.
    #[must_use]
    pub fn new(said: BTreeMap<String, bool>) -> Self {
        Self {
            said,
            ..Self::default()
        }
    }

    /// Together with the command that applies migrations, and without those that look at them.
    #[must_use]
    pub fn with_migrations(self, migrate: &[String], looks: &[&[String]]) -> Self {
        // A look whose words begin every migrate as well tells nothing apart.
        let tells_apart = |look: &&&[String]| !look.is_empty() && !migrate.starts_with(look);
        Self {
            migrate: migrate.to_vec(),
            looks: looks
                .iter()
                .filter(tells_apart)
                .map(|it| it.to_vec())
                .collect(),
            ..self
        }
    }

    /// Whether this command is one. A dry run never is.
    #[must_use]
    pub fn covers(&self, command: &[String]) -> bool {
        let Some(name) = command.first() else {
            return false;
        };
        let only_looks = command.iter().any(|word| word == DRY_RUN)
            || self.looks.iter().any(|look| command.starts_with(look));
        let migrates = !self.migrate.is_empty() && command.starts_with(&self.migrate);
        let usual = migrates || BUILT_IN.contains(&name.as_str());
        self.said.get(name).copied().unwrap_or(usual) && !only_looks
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

    #[test]
    fn what_migrates_is_one_and_what_looks_is_none_whatever_they_are_called() {
        let words =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let (migrate, status, check) = (words("db up"), words("db status"), words("db up --check"));
        let exclusive = Exclusive::default().with_migrations(&migrate, &[&status, &check]);
        for (command, expected) in [
            ("db up", true),
            ("db up --target-version 3", true),
            ("db up --check", false),
            ("db up --check --target-version 3", false),
            ("db status", false),
            ("db", false),
            ("migrate", true),
        ] {
            assert_eq!(exclusive.covers(&words(command)), expected, "{command}");
        }
        // A dry run of the same words would let everything pass.
        let exclusive =
            Exclusive::default().with_migrations(&migrate, &[&words("db"), &migrate, &[]]);
        assert!(exclusive.covers(&migrate));
    }
}
