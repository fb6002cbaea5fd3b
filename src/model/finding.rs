//! What a check found.

use serde::{Deserialize, Serialize};

/// Whether what a check looked at is as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is.
    Pass,
    /// The task will start, yet something may go wrong.
    Warn,
    /// The task will not start, or cannot do its work.
    Fail,
    /// It could not be looked at, or there is nothing to look at.
    Skip,
}

impl Verdict {
    /// The word for it, everywhere the same.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// One thing that a check found. A check finds one thing that passes, or one for each thing that
/// does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check's name.
    pub name: &'static str,
    /// What it means for the start.
    pub verdict: Verdict,
    /// What was found, in a sentence without a full stop.
    pub message: String,
    /// What to do about it, as a command or a click; of several steps each is a line.
    pub hint: Option<String>,
    /// The cause, by the diagnosis' names, that a start would fail for.
    #[serde(skip)]
    pub cause: Option<&'static str>,
}

impl Finding {
    fn new(name: &'static str, verdict: Verdict, message: impl Into<String>) -> Self {
        Self {
            name,
            verdict,
            message: message.into(),
            hint: None,
            cause: None,
        }
    }

    /// All is as it must be.
    pub fn pass(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Pass, message)
    }

    /// Something may go wrong.
    pub fn warn(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Warn, message)
    }

    /// The task will not start, or cannot do its work.
    pub fn fail(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Fail, message)
    }

    /// It could not be looked at, for this reason.
    pub fn skip(name: &'static str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Skip, message)
    }

    /// Adds the cause, by the diagnosis' names, that a start would fail for.
    #[must_use]
    pub fn because(mut self, cause: &'static str) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
