//! What stands in the status's place at the end.

use super::HumanStyle;
use super::bars::bars;
use crate::model::duration::measured;
use crate::model::event::{Finished, Started};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::reach::Reach;
use crate::report::plain::Verbosity;
use crate::report::voice::Tone;
use crate::report::{ending, in_one_line, words};

/// A run with a task, at its end.
pub(super) struct Ended<'e> {
    pub(super) finished: &'e Finished,
    pub(super) started: &'e Started,
    /// The warnings before.
    pub(super) said: &'e [String],
}

impl Ended<'_> {
    /// The lines, the outcome first and what failed last.
    pub(super) fn lines(&self, style: &HumanStyle, width: usize) -> Vec<(Tone, String)> {
        let finished = self.finished;
        let verbosity = style.lines.verbosity;
        let succeeded = finished.outcome == Outcome::Succeeded;
        let mut lines = Vec::new();
        if !succeeded || verbosity >= Verbosity::Progress {
            lines.push(self.headline());
        }
        lines.extend(ending::lacks(finished, self.said).map(|lacks| (Tone::Warning, lacks)));
        if !succeeded || verbosity >= Verbosity::Progress {
            lines.extend(self.details().into_iter().map(|line| (Tone::Usual, line)));
            let bars = bars(&finished.timings, width, style.utf8);
            lines.extend(bars.into_iter().map(|bar| (Tone::Usual, bar)));
            lines.extend(self.ways(style).into_iter().map(|way| (Tone::Aside, way)));
        }
        let why = ending::why(finished);
        lines.extend(why.into_iter().map(|line| (Tone::Usual, line)));
        if let Some(error) = &finished.error {
            lines.push((Tone::Bad, format!("error: {error}")));
        }
        if verbosity >= Verbosity::Calls {
            lines.push((Tone::Aside, ending::time(finished)));
            lines.push((Tone::Aside, ending::requests(finished)));
        }
        lines
    }

    fn headline(&self) -> (Tone, String) {
        let verdict = words::verdict(self.finished, &self.started.container);
        let total = measured(self.finished.timings.total_ms.unwrap_or_default());
        let command = in_one_line(&self.started.command.join(" "));
        // Whoever stops a task has what he wants.
        let tone = match self.finished.exit_code {
            ExitStatus::SUCCESS => Tone::Good,
            _ => Tone::Bad,
        };
        (tone, format!("{verdict} ({total} in all): {command}"))
    }

    /// How the containers ended and why, where that is news.
    fn details(&self) -> Vec<String> {
        if self.finished.outcome == Outcome::Succeeded {
            ending::others(self.finished, &self.started.container)
        } else {
            ending::reasons(self.finished)
        }
    }

    /// Where to look, and what to type next.
    fn ways(&self, style: &HumanStyle) -> Vec<String> {
        let (started, outcome) = (self.started, self.finished.outcome);
        let log = ending::log_place(started, outcome);
        let has_log = log.is_some();
        let mut ways: Vec<_> = log.into_iter().collect();
        if outcome == Outcome::Succeeded {
            return ways;
        }
        ways.push(ending::task_place(started));
        if has_log {
            let logs = Reach::command(started.reach.as_ref(), "logs");
            ways.push(format!("to see its log again: {logs} {}", started.task_arn));
        }
        // Only a run's own task has a record.
        if style.recorded && !started.attached {
            ways.push(format!(
                "to see its record: run-admin-task history show {}",
                started.task_id
            ));
        }
        ways
    }
}
