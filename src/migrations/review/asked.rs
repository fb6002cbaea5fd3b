//! What a review is told beforehand.

use std::collections::BTreeMap;

use super::rules;
use crate::migrations::file::MigrationFile;
use crate::model::migration::Version;
use crate::model::review::{Rule, Severity, Usual};

/// What a review is told beforehand. By default: nothing is applied, so all is reviewed.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The oldest version of `PostgreSQL` that the migrations meet; empty: squawk's own guess.
    pub postgres_version: String,
    /// How much the findings of single rules matter; `None`: not at all.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// What is applied already.
    pub applied: BTreeMap<Version, Applied>,
}

/// What is known of a migration that was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// SHA-384 of the file that was applied, in hexadecimal.
    pub checksum: Option<String>,
    /// Where the file was, if it is to be missed.
    pub path: Option<String>,
}

impl Asked {
    /// How much a finding of this rule matters; `None`: not at all.
    #[must_use]
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        match (self.severities.get(rule.name), rule.usual) {
            (Some(said), _) => *said,
            (None, Usual::Severity(severity)) => Some(severity),
            (None, Usual::Off(_)) => None,
        }
    }

    /// The newest version that is applied.
    #[must_use]
    pub fn newest_applied(&self) -> Option<Version> {
        self.applied.keys().next_back().copied()
    }

    /// Whether the file is another than the one that was applied under its version.
    #[must_use]
    pub(super) fn is_edited(&self, file: &MigrationFile) -> bool {
        let applied = self.applied.get(&file.name.version);
        let checksum = applied.and_then(|applied| applied.checksum.as_deref());
        file.leads_forward() && checksum.is_some_and(|checksum| checksum != file.checksum())
    }

    /// Whether the file is new, or another than the one that was applied.
    #[must_use]
    pub(super) fn is_to_be_reviewed(&self, file: &MigrationFile) -> bool {
        !self.applied.contains_key(&file.name.version) || self.is_edited(file)
    }

    /// The rules that are looked for.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        rules::all().filter(|rule| self.severity(rule).is_some())
    }
}
