//! A failure for the person who must act: what failed, why, what to do next.

use std::fmt;

use crate::model::outcome::{ExitStatus, Outcome};

/// Why the tool ends other than by a container's exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For programs: how the run ended.
    pub outcome: Outcome,
    /// What this process exits with.
    pub exit: ExitStatus,
    /// What failed and why.
    pub message: String,
    /// What to do next, most likely first.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure of any kind.
    pub fn new(outcome: Outcome, exit: ExitStatus, message: impl Into<String>) -> Self {
        Self {
            outcome,
            exit,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Usage or configuration: nothing was started.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Outcome::NeverStarted, ExitStatus::USAGE, message)
    }

    /// The task never started.
    pub fn never_started(message: impl Into<String>) -> Self {
        Self::new(Outcome::NeverStarted, ExitStatus::NEVER_STARTED, message)
    }

    /// The tool could not do its work.
    pub fn tool(message: impl Into<String>) -> Self {
        Self::new(Outcome::ToolFailed, ExitStatus::TOOL_FAILED, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        for hint in &self.hints {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
