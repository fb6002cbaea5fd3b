//! What one line of a log says about migrations.
//!
//! The words are those of sqlx-cli 0.9 (`sqlx migrate info`, `sqlx migrate run`), with and without
//! its colours, those of the admin container around it, and the runbook's
//! `VERSION/installed: NAME (NEW)`.

use crate::model::migration::Version;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The state of a migration, as `migrate-info` lists it.
    Listed(Listed),
    /// The checksum that the migration before it was applied with, in hexadecimal.
    AppliedChecksum(String),
    /// The checksum of that migration's file in the image.
    ImageChecksum(String),
    /// What became of a migration, as `migrate` tells it.
    Done(Done),
    /// What keeps `migrate` from its work.
    Error(Complaint),
    /// A sentence that says nothing about any migration.
    Sentence,
    /// None of these.
    Other,
}

/// A migration, and its state as `migrate-info` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its version.
    pub version: Version,
    /// Its description.
    pub description: String,
    /// How it stands.
    pub standing: Standing,
}

/// States that `migrate-info` tells apart. One that stopped half-way is `Installed` to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has a row, and its file is as it was.
    Installed,
    /// It has a row, and its file is another.
    DifferentChecksum,
    /// It has no row.
    Pending,
}

/// A migration, and what `migrate` did with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Its version.
    pub version: Version,
    /// Its description.
    pub description: String,
    /// What it did.
    pub act: Act,
}

/// What `migrate` does with a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It applied it.
    Applied,
    /// It would apply it.
    CanApply,
    /// It passed over it: it is newer than the version that was asked for.
    Skipped,
}

/// Errors that name what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// The migration's row says `success = false`.
    HalfApplied(Version),
    /// The migration's file was edited after it had been applied.
    Modified(Version),
    /// The migration was applied, and the image has no file of it.
    Missing(Version),
    /// The migration failed while it ran.
    Failed(Version),
    /// The version that was asked for is older than the newest that was applied.
    TargetTooOld,
    /// The version that was asked for has no file in the image.
    TargetNotThere,
    /// The command does not know one of its words.
    UnknownWord,
    /// Any other.
    Other,
}

/// Lines of the admin container that stand around sqlx's, by their beginnings, in lower case.
const SENTENCES: [&str; 6] = [
    "running database migrations",
    "running migrations",
    "showing migration status",
    "migration status",
    "migrations completed successfully",
    "no migrations",
];

/// How an error begins, in whichever case.
const ERROR: &str = "error: ";

/// What programs say of a word that they do not know, in lower case.
const UNKNOWN_WORD: [&str; 10] = [
    "unrecognized subcommand",
    "unknown command",
    "unexpected argument",
    "which wasn't expected",
    "unknown option",
    "unknown flag",
    "unrecognized option",
    "unrecognised option",
    "unrecognized argument",
    "no such option",
];

/// Reads a line, without its line end.
#[must_use]
pub fn read(line: &str) -> Line {
    let text = without_colours(line);
    let text = text.trim();
    if text.is_empty() {
        return Line::Sentence;
    }
    listed(text)
        .map(Line::Listed)
        .or_else(|| done(text).map(Line::Done))
        .or_else(|| checksum(text))
        .or_else(|| error(text).map(Line::Error))
        .unwrap_or_else(|| {
            let text = text.to_ascii_lowercase();
            if SENTENCES.iter().any(|sentence| text.starts_with(sentence)) {
                Line::Sentence
            } else {
                Line::Other
            }
        })
}

/// The text without the sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' && characters.next_if_eq(&'[').is_some() {
            // Parameters, and the letter that ends them.
            for parameter in characters.by_ref() {
                if ('@'..='~').contains(&parameter) {
                    break;
                }
            }
        } else {
            text.push(character);
        }
    }
    text
}

/// `VERSION/STATE DESCRIPTION`, or the runbook's `VERSION/STATE: DESCRIPTION (NEW)`.
fn listed(text: &str) -> Option<Listed> {
    let (version, rest) = versioned(text)?;
    let (standing, rest) = [
        (
            Standing::DifferentChecksum,
            "installed (different checksum)",
        ),
        (Standing::Installed, "installed"),
        (Standing::Pending, "pending"),
    ]
    .into_iter()
    .find_map(|(standing, word)| Some((standing, rest.strip_prefix(word)?)))?;
    let description = match rest.strip_prefix(':') {
        Some(of_runbook) => {
            let of_runbook = of_runbook.trim();
            of_runbook
                .strip_suffix("(NEW)")
                .map_or(of_runbook, str::trim_end)
        }
        // The word must end there.
        None if rest.is_empty() || rest.starts_with(char::is_whitespace) => rest.trim(),
        None => return None,
    };
    Some(Listed {
        version,
        description: description.to_owned(),
        standing,
    })
}

/// `Applied VERSION/migrate DESCRIPTION (TIME)` and its like.
fn done(text: &str) -> Option<Done> {
    let (act, rest) = [
        (Act::Applied, "Applied "),
        (Act::CanApply, "Can apply "),
        (Act::Skipped, "Skipped "),
    ]
    .into_iter()
    .find_map(|(act, word)| Some((act, text.strip_prefix(word)?)))?;
    let (version, rest) = versioned(rest)?;
    let rest = rest.strip_prefix("migrate")?;
    // The time stands at the end, in parentheses; a description may have parentheses too.
    let description = match rest.rfind(" (") {
        Some(at) if rest.ends_with(')') => &rest[..at],
        _ => rest,
    };
    Some(Done {
        version,
        description: description.trim().to_owned(),
        act,
    })
}

/// A version before a slash, and what follows it.
fn versioned(text: &str) -> Option<(Version, &str)> {
    let (version, rest) = text.split_once('/')?;
    Some((version.parse().ok()?, rest))
}

fn checksum(text: &str) -> Option<Line> {
    let of = |words| {
        let digits: &str = text.strip_prefix(words)?;
        let is_one = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit());
        is_one.then(|| digits.to_ascii_lowercase())
    };
    of("applied migration had checksum ")
        .map(Line::AppliedChecksum)
        .or_else(|| of("local migration has checksum ").map(Line::ImageChecksum))
}

fn error(text: &str) -> Option<Complaint> {
    let lower = text.to_ascii_lowercase();
    let unknown = || {
        let knows_not = UNKNOWN_WORD.iter().any(|words| lower.contains(words));
        knows_not.then_some(Complaint::UnknownWord)
    };
    let begin = text.get(..ERROR.len());
    let Some(rest) = begin
        .filter(|begin| begin.eq_ignore_ascii_case(ERROR))
        .map(|_| &text[ERROR.len()..])
    else {
        return unknown();
    };
    let about_one = |rest: &str| {
        let (version, rest) = rest.split_once(|c: char| c.is_whitespace() || c == ':')?;
        let version = version.parse().ok()?;
        [
            (Complaint::HalfApplied(version), "is partially applied"),
            (
                Complaint::Modified(version),
                "was previously applied but has been modified",
            ),
            (
                Complaint::Missing(version),
                "was previously applied but is missing",
            ),
        ]
        .into_iter()
        .find_map(|(complaint, words)| rest.trim_start().starts_with(words).then_some(complaint))
        .or_else(|| {
            let words = "is older than the latest applied migration";
            rest.contains(words).then_some(Complaint::TargetTooOld)
        })
        .or_else(|| {
            let words = "is not present in the migration source";
            rest.contains(words).then_some(Complaint::TargetNotThere)
        })
    };
    let failed = |rest: &str| {
        let (version, _) = rest.split_once(':')?;
        Some(Complaint::Failed(version.trim().parse().ok()?))
    };
    let complaint = rest
        .strip_prefix("migration ")
        .and_then(about_one)
        .or_else(|| {
            rest.strip_prefix("while executing migration ")
                .and_then(failed)
        });
    // What sqlx says in words of its own comes first: it may quote anything.
    Some(complaint.or_else(unknown).unwrap_or(Complaint::Other))
}
