//! What a review is told beforehand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    /// What is applied already, by the folder of its file: the same version may be in two.
    pub applied: BTreeMap<(PathBuf, Version), Applied>,
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

    /// The newest version of a folder that is applied.
    #[must_use]
    pub(super) fn newest_applied(&self, folder: &Path) -> Option<Version> {
        let at = |version| (folder.to_path_buf(), version);
        let of_it = self.applied.range(at(Version::MIN)..=at(Version::MAX));
        of_it.map(|((_, version), _)| *version).next_back()
    }

    /// What is known of the migration that was applied under the file's version.
    pub(super) fn applied(&self, file: &MigrationFile) -> Option<&Applied> {
        let key = (file.folder().to_path_buf(), file.name.version);
        self.applied.get(&key)
    }

    /// Whether the file is another than the one that was applied under its version.
    #[must_use]
    pub(super) fn is_edited(&self, file: &MigrationFile) -> bool {
        let applied = self.applied(file);
        let checksum = applied.and_then(|applied| applied.checksum.as_deref());
        file.leads_forward() && checksum.is_some_and(|checksum| checksum != file.checksum())
    }

    /// Whether the file is new, or another than the one that was applied.
    #[must_use]
    pub(super) fn is_to_be_reviewed(&self, file: &MigrationFile) -> bool {
        self.applied(file).is_none() || self.is_edited(file)
    }

    /// The rules that are looked for.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        rules::all().filter(|rule| self.severity(rule).is_some())
    }
}
