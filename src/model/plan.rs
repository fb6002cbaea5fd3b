//! What two looks at a database's migrations say together.

use serde::Serialize;

use super::migration::{Migration, State};

/// The state of a database's migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// When it was looked.
    pub look: Look,
    /// Every migration that was told of, by version.
    pub migrations: Vec<Migration>,
    /// What the dry run said.
    pub dry_run: DryRun,
    /// What contradicts itself, or cannot be known: each a sentence.
    pub notes: Vec<String>,
    /// Lines of the container that say nothing about a migration and are none of its usual
    /// sentences, as they came.
    pub other_lines: Vec<String>,
    /// Whether both looks say the same, and something.
    pub consistent: bool,
    /// Whether nothing is pending, nothing is wrong, and nothing contradicts itself.
    pub clean: bool,
}

/// When it was looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Nothing else was to be done.
    Only,
    /// Before `migrate`.
    Before,
    /// After it.
    After,
}

/// What the dry run said: it alone tells the truth about half-applied and missing migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum DryRun {
    /// The migrations that `migrate` would apply are those that are pending.
    Fine,
    /// `migrate` would apply nothing: this is in its way.
    Refused {
        /// The error, as it came.
        error: String,
    },
    /// The container has no dry run, or none was asked for: the status alone counts.
    None {
        /// Why.
        why: String,
    },
    /// It applied migrations: the container takes no notice of the words that ask for a dry run.
    Applied,
}

impl Plan {
    /// The migrations that `migrate` would apply, in its order.
    pub fn pending(&self) -> impl Iterator<Item = &Migration> {
        self.migrations.iter().filter(|it| it.state.is_pending())
    }

    /// The migrations that `migrate` refuses to go past.
    pub fn wrong(&self) -> impl Iterator<Item = &Migration> {
        self.migrations.iter().filter(|it| it.state.is_wrong())
    }

    /// How many are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        let of_it = self.migrations.iter().filter(|it| it.state == state);
        of_it.count()
    }
}
