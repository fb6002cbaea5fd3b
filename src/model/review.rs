//! What was found in the text of migrations.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// The files that were read, in the order of their versions.
    pub files: Vec<ReviewedFile>,
    /// What was found in them: by file, then by place.
    pub findings: Vec<ReviewFinding>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedFile {
    /// Where it was found, as it was asked for.
    pub path: String,
    /// What stands in it.
    pub text: Arc<str>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewFinding {
    /// The file.
    pub file: String,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// The column that it begins at, in characters from 1.
    pub column: usize,
    /// The line that it ends on.
    pub end_line: usize,
    /// The column behind its end.
    pub end_column: usize,
    /// The rule's name.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What it locks or breaks.
    pub effect: String,
    /// Whom.
    pub affects: Affects,
    /// A safe way to the same end.
    pub safe_way: String,
    /// How to accept it: the comment that goes before the statement, or what else to do.
    pub accept: String,
    /// The place in the file's text, in bytes.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// What is looked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in settings, comments and findings.
    pub name: &'static str,
    /// How much its findings matter where nobody says otherwise.
    pub usual: Usual,
    /// Whom they concern.
    pub affects: Affects,
    /// What is wrong, in a sentence.
    pub message: &'static str,
    /// What it locks or breaks.
    pub effect: &'static str,
    /// A safe way to the same end.
    pub safe_way: &'static str,
}

/// How much a rule's findings matter where nobody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    /// So much.
    Severity(Severity),
    /// Not at all, for this reason.
    Off(&'static str),
}

impl Usual {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Severity(severity) => severity.word(),
            Self::Off(_) => "off",
        }
    }
}

impl ReviewFinding {
    /// All of it in a few lines, for whoever shows findings one at a time.
    #[must_use]
    pub fn told(&self) -> String {
        format!(
            "{}\nbreaks: {} ({})\nsafe way: {}\naccept: {}",
            self.message,
            self.effect,
            self.affects.whom(),
            self.safe_way,
            self.accept
        )
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// It needs a look.
    Warn,
    /// It must be changed or accepted first.
    Block,
}

/// Who suffers from what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Affects {
    /// The code that runs while the migration does, and until the next deploy.
    RunningCode,
    /// Whoever reads from the table or writes to it during the change.
    ReadersAndWriters,
    /// Whoever writes to the table during the change.
    Writers,
    /// The migration itself: it fails, or cannot be repeated.
    TheMigration,
    /// The data: it may be lost, or cannot hold what will come.
    TheData,
    /// Whoever has to go on with these files.
    TheTeam,
}

impl Severity {
    /// The word for it, everywhere the same.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }

    /// The severity of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Note, Self::Warn, Self::Block]
            .into_iter()
            .find(|severity| severity.word() == word)
    }
}

impl Affects {
    /// Whom, in a sentence's words.
    #[must_use]
    pub fn whom(self) -> &'static str {
        match self {
            Self::RunningCode => "the code that still runs",
            Self::ReadersAndWriters => "readers and writers during the change",
            Self::Writers => "writers during the change",
            Self::TheMigration => "the migration itself",
            Self::TheData => "the data",
            Self::TheTeam => "whoever works with these files",
        }
    }
}

impl Review {
    /// How many findings there are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = self.findings.iter().filter(|it| it.severity == severity);
        of_it.count()
    }
}
