//! What is wrong between files, and between them and what is applied.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::asked::Asked;
use super::found::Found;
use super::rules;
use crate::migrations::file::{Direction, MigrationFile};
use crate::model::migration::Version;
use crate::model::review::ReviewFinding;

/// What was found, by file.
#[derive(Debug, Default)]
pub(super) struct Between {
    found: BTreeMap<String, Vec<Found>>,
    /// Where applied migrations had their files.
    deleted: Vec<(Version, String)>,
}

impl Between {
    /// What was found of this file.
    pub(super) fn of(&self, path: &str) -> &[Found] {
        self.found.get(path).map_or(&[], Vec::as_slice)
    }

    /// What was found of files that are no more.
    pub(super) fn of_no_file(&self, asked: &Asked) -> Vec<ReviewFinding> {
        let Some(rule) = rules::find("deleted-after-applied") else {
            return Vec::new();
        };
        let Some(severity) = asked.severity(rule) else {
            return Vec::new();
        };
        let finding = |(version, path): &(Version, String)| ReviewFinding {
            file: path.clone(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            rule: rule.name.to_owned(),
            severity,
            message: format!("migration {version} was applied, and its file is gone"),
            effect: rule.effect.to_owned(),
            affects: rule.affects,
            safe_way: rule.safe_way.to_owned(),
            accept: format!("--rule {}=warn", rule.name),
            span: 0..0,
        };
        self.deleted.iter().map(finding).collect()
    }

    fn tell(&mut self, file: &MigrationFile, rule: &str, message: String) {
        let found = self.found.entry(file.path.clone()).or_default();
        found.extend(Found::of_file(rule, message));
    }
}

/// Looks at all files, and tells of those that are to be reviewed.
pub(super) fn look(all: &[&MigrationFile], to_review: &[&MigrationFile], asked: &Asked) -> Between {
    let mut between = Between::default();
    let folders = Folders::of(all);
    for file in to_review.iter().filter(|file| file.leads_forward()) {
        let version = file.name.version;
        if let Some(first) = folders.first(file, asked) {
            let message = format!("`{}` has version {version} as well", name(first));
            between.tell(file, "duplicate-version", message);
        } else if asked.is_edited(file) {
            let message = edited(file, asked);
            between.tell(file, "edited-after-applied", message);
        }
        if let Some(newest) = asked.newest_applied(file.folder())
            && version < newest
            && asked.applied(file).is_none()
        {
            let message = format!("{version} is new, and sorts before {newest}, which was applied");
            between.tell(file, "out-of-order", message);
        }
        if folders.lacks_way_back(file) {
            let message = format!("there is no `.down.sql` of version {version}");
            between.tell(file, "missing-down-file", message);
        }
    }
    let there: BTreeSet<_> = all
        .iter()
        .filter(|file| file.leads_forward())
        .map(|file| (file.folder(), file.name.version))
        .collect();
    let gone = asked
        .applied
        .iter()
        .filter_map(|((folder, version), applied)| {
            let path = applied.path.clone()?;
            (!there.contains(&(folder.as_path(), *version))).then_some((*version, path))
        });
    between.deleted = gone.collect();
    between
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How a file is another than the one that was applied.
fn edited(file: &MigrationFile, asked: &Asked) -> String {
    let version = file.name.version;
    let checksum = asked.applied(file).and_then(|it| it.checksum.as_deref());
    if checksum.is_some_and(|checksum| file.differs_in_line_ends_alone(checksum)) {
        return format!(
            "migration {version} was applied with other line ends, and nothing else differs: git may have changed them at checkout, which `*.sql -text` in .gitattributes prevents"
        );
    }
    format!("migration {version} was applied, and has been edited since")
}

/// The migrations of each folder. Folders are databases' own: the same version may be in both.
struct Folders<'f> {
    forward: BTreeMap<(&'f Path, Version), Vec<&'f MigrationFile>>,
    back: BTreeMap<&'f Path, BTreeSet<Version>>,
}

impl<'f> Folders<'f> {
    fn of(all: &[&'f MigrationFile]) -> Self {
        let mut forward = BTreeMap::<_, Vec<_>>::new();
        let mut back = BTreeMap::<_, BTreeSet<_>>::new();
        for &file in all {
            let version = file.name.version;
            if file.name.direction == Direction::Down {
                back.entry(file.folder()).or_default().insert(version);
            } else {
                forward
                    .entry((file.folder(), version))
                    .or_default()
                    .push(file);
            }
        }
        Self { forward, back }
    }

    /// The other migration that has this one's version by right: the one that was applied, or
    /// else the first.
    fn first(&self, file: &MigrationFile, asked: &Asked) -> Option<&'f str> {
        let same = self.forward.get(&(file.folder(), file.name.version))?;
        let is_applied =
            |other: &&&MigrationFile| asked.applied(other).is_some() && !asked.is_edited(other);
        let first = same.iter().find(is_applied).or(same.first())?;
        (first.path != file.path).then_some(first.path.as_str())
    }

    /// Whether others in its folder can be reverted, and this one cannot.
    fn lacks_way_back(&self, file: &MigrationFile) -> bool {
        match self.back.get(file.folder()) {
            Some(back) => !back.contains(&file.name.version),
            None => file.name.direction == Direction::Up,
        }
    }
}
