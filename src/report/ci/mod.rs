//! Jobs of CI systems: the container's log in a group of its own, the verdict where the system
//! shows it, and nothing in all of it that the system would obey.

mod about;
mod buildkite;
pub mod escape;
mod github;
mod gitlab;
pub mod markdown;
mod sections;

use std::path::PathBuf;

pub use buildkite::Buildkite;
pub use github::{Github, OUTPUTS};
pub use gitlab::Gitlab;

use super::plain::PlainStyle;

/// How a job's output looks, and what the reporter cannot learn from events.
#[derive(Debug, Clone)]
pub struct JobStyle {
    /// How lines look.
    pub plain: PlainStyle,
    /// Where the system's marks stand.
    pub marks: Marks,
    /// The environment of the configuration file.
    pub environment: Option<String>,
    /// The container's command, as far as it is known before there is a task.
    pub command: Vec<String>,
    /// The file of GitHub's summary of the step.
    pub summary: Option<PathBuf>,
    /// The file of the step's outputs.
    pub outputs: Option<PathBuf>,
}

/// Where the system's marks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// On stdout, which the system reads.
    Read,
    /// On stdout, which goes elsewhere: they were asked for. The system reads stderr alone.
    AskedFor,
    /// On stderr alone, as far as they make sense there: stdout holds the container's output and
    /// nothing else.
    OnStderr,
}

impl Marks {
    /// Whether the container's lines stand between marks.
    fn are_on_stdout(self) -> bool {
        self != Self::OnStderr
    }
}
