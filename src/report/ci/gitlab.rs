//! Jobs of GitLab CI: the log in a section that can be folded.
//!
//! The marks are escape sequences; those of the container are made visible, so it can't forge one.

use std::io::Write;

use jiff::Timestamp;
use uuid::Uuid;

use super::JobStyle;
use super::sections::{Named, Section, Sections};
use crate::model::event::Finished;
use crate::report::Runner;

/// Writes events as plain lines, the log in a section.
pub type Gitlab<O, E> = Sections<O, E, Foldable>;

/// A section that can be folded.
#[derive(Debug, Default)]
pub struct Foldable {
    name: String,
}

impl<O: Write, E: Write> Gitlab<O, E> {
    /// Writes to `out` (which should be buffered) and `err`.
    pub fn new(out: O, err: E, style: JobStyle) -> Self {
        Self::of(out, err, style, Foldable::default())
    }
}

impl Section for Foldable {
    const RUNNER: Runner = Runner::Nobody;

    fn open(&mut self, named: &Named<'_>, at: Timestamp) -> String {
        // Each section of a job has a name of its own, of these characters alone.
        let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let id = named
            .task_id
            .filter(|id| !id.is_empty() && id.chars().all(is_fit));
        let id = id.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        self.name = format!("run_admin_task_{id}");
        mark(
            "start",
            at,
            &format!("{}[collapsed=false]", self.name),
            named.title,
        )
    }

    fn close(&mut self, _: Option<&Finished>, at: Timestamp) -> String {
        mark("end", at, &self.name, "")
    }
}

fn mark(what: &str, at: Timestamp, name: &str, title: &str) -> String {
    let seconds = at.as_second();
    format!("\u{1b}[0Ksection_{what}:{seconds}:{name}\r\u{1b}[0K{title}\n")
}
