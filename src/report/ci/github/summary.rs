//! The summary of a step: what became of the run, at a glance.

use std::fmt::Write as _;

use super::plan::table;
use crate::model::event::Finished;
use crate::model::outcome::ExitStatus;
use crate::model::plan::Plan;
use crate::report::ci::about::About;
use crate::report::ci::escape::cut;
use crate::report::ci::markdown::{fenced, link, text};
use crate::report::ending::{ended, stopped_reason, why};
use crate::report::shown;
use crate::report::words::timeline;

/// What is shown of anything that may be of any length, in bytes. GitHub takes a megabyte in all.
const OF_A_TEXT: usize = 2_000;
/// So many containers are listed; no task has more than ten.
const CONTAINERS: usize = 10;

/// All that the summary is made of.
pub(super) struct Summary<'a> {
    pub(super) about: &'a About,
    pub(super) finished: &'a Finished,
    pub(super) headline: String,
    /// The first warnings.
    pub(super) warnings: &'a [String],
    /// How many there were.
    pub(super) warned: u64,
    /// What looks at migrations saw.
    pub(super) plans: &'a [Plan],
    /// The last lines of the log.
    pub(super) log: String,
}

impl Summary<'_> {
    /// The summary in Markdown.
    pub(super) fn text(&self) -> String {
        let mut written = format!("### {}\n\n| | |\n|---|---|\n", plainly(&self.headline));
        for (name, value) in self.rows() {
            // Writing to a `String` does not fail.
            let _ = writeln!(written, "| {name} | {value} |");
        }
        written.push('\n');
        for plan in self.plans {
            written.push_str(&table(plan, plainly));
            written.push('\n');
        }
        for warning in self.warnings {
            let _ = writeln!(written, "- Warning: {}", plainly(warning));
        }
        let more = self.warned.saturating_sub(self.warnings.len() as u64);
        if more > 0 {
            let _ = writeln!(written, "- and {}", counted(more, "more warning"));
        }
        if self.warned > 0 {
            written.push('\n');
        }
        if self.finished.exit_code != ExitStatus::SUCCESS && !self.log.is_empty() {
            let _ = writeln!(written, "The end of the log:\n\n{}", fenced(&self.log));
        }
        written
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        let finished = self.finished;
        let mut rows = Vec::new();
        let mut row = |name, value: Option<String>| {
            rows.extend(
                value
                    .filter(|value| !value.is_empty())
                    .map(|value| (name, value)),
            );
        };
        row("Command", Some(plainly(&self.about.command())));
        row(
            "Environment",
            self.about.environment.as_deref().map(plainly),
        );
        if let Some(started) = &self.about.started {
            let cluster = format!("{} ({})", started.cluster, started.region);
            row("Cluster", Some(plainly(&cluster)));
            let task = link(&shown(&started.task_id), &shown(&started.console_url));
            row("Task", Some(task));
            row(
                "Log",
                started
                    .log_url
                    .as_deref()
                    .map(|url| link("console", &shown(url))),
            );
        }
        row("Outcome", Some(finished.outcome.word().to_owned()));
        row("Exit status", Some(finished.exit_code.code().to_string()));
        row(
            "Stopped reason",
            stopped_reason(finished).as_deref().map(plainly),
        );
        for container in finished.containers.iter().take(CONTAINERS) {
            let end = ended(container);
            let end = end.map(|end| plainly(&format!("{}: {end}", container.name)));
            row("Container", end);
        }
        for line in why(finished) {
            let (name, text) = line.split_once(": ").unwrap_or(("cause", &line));
            let name = if name == "next" { "Next step" } else { "Cause" };
            row(name, Some(plainly(text)));
        }
        row("Error", finished.error.as_deref().map(plainly));
        row("Time", Some(timeline(&finished.timings)));
        let calls = finished.api_calls.values().sum();
        let counts = [
            counted(finished.logs.lines, "log line"),
            counted(self.warned, "warning"),
            counted(calls, "API call"),
        ];
        row("Counts", Some(counts.join(", ")));
        row(
            "Log is incomplete",
            finished.logs.note.as_deref().map(plainly),
        );
        rows
    }
}

/// Anything as itself: masked, harmless, bounded, and nothing that Markdown knows.
fn plainly(other: &str) -> String {
    text(&cut(&shown(other), OF_A_TEXT))
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
