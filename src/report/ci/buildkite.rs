//! Jobs of Buildkite: the log and the verdict below headers, each of which begins a group.

use std::io::Write;

use jiff::Timestamp;

use super::JobStyle;
use super::sections::{Named, Section, Sections};
use crate::model::event::Finished;
use crate::model::outcome::ExitStatus;
use crate::report::Runner;

/// Writes events as plain lines below headers.
pub type Buildkite<O, E> = Sections<O, E, Headers>;

/// Headers of groups.
#[derive(Debug)]
pub struct Headers;

impl<O: Write, E: Write> Buildkite<O, E> {
    /// Writes to `out` (which should be buffered) and `err`.
    pub fn new(out: O, err: E, style: JobStyle) -> Self {
        Self::of(out, err, style, Headers)
    }
}

impl Section for Headers {
    const RUNNER: Runner = Runner::Buildkite;

    fn open(&mut self, named: &Named<'_>, _: Timestamp) -> String {
        format!("--- {}\n", named.title)
    }

    /// A group ends where the next one begins. After a success none does: the last group is the
    /// one that Buildkite shows opened, and that is the log. After a failure both are open.
    fn close(&mut self, finished: Option<&Finished>, _: Timestamp) -> String {
        match finished {
            Some(finished) if finished.exit_code == ExitStatus::SUCCESS => String::new(),
            Some(finished) => format!(
                "^^^ +++\n+++ run-admin-task: {}, exit status {}\n",
                finished.outcome.word(),
                finished.exit_code.code()
            ),
            None => "^^^ +++\n".to_owned(),
        }
    }
}
