//! Jobs of GitHub Actions: the log in a group in which the runner obeys nothing, annotations,
//! a summary of the step, and outputs for later steps.
//!
//! The runner reads stdout and stderr through two pipes and keeps no order between them, so all
//! that belongs to the group stands on stdout with the lines.

mod annotations;
mod append;
mod outputs;
mod plan;
mod summary;
mod tail;

use std::io::Write;

use uuid::Uuid;

use super::about::About;
use super::escape::{cut, data, property};
use super::{JobStyle, Marks};
use crate::model::event::{Event, EventKind, Finished, LogLine, Sink, Warning};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::plan::Plan;
use crate::model::review::Review;
use crate::report::Runner;
use crate::report::ending::{reasons, why};
use crate::report::plain::Plain;
use crate::report::shown;
use crate::report::words::verdict;
use tail::Tail;

pub use outputs::OUTPUTS;

/// The runner keeps no more of an annotation.
const ANNOTATION: usize = 4_000;
/// So many warnings are kept for the summary.
const WARNINGS: usize = 20;

/// What nobody can guess.
type Tokens = Box<dyn FnMut() -> String>;

/// Writes events for GitHub's runner: plain lines, with what the runner obeys around them.
pub struct Github<O: Write, E: Write> {
    plain: Plain<O, E>,
    style: JobStyle,
    about: About,
    group: Group,
    tail: Tail,
    warnings: Vec<String>,
    /// Of all warnings.
    warned: u64,
    /// What looks at migrations saw.
    plans: Vec<Plan>,
    /// Whether findings stand at their lines: they say why the step failed.
    reviewed: bool,
    tokens: Tokens,
}

/// Where stdout stands.
#[derive(Debug, PartialEq, Eq)]
enum Group {
    /// In no group of ours.
    Closed,
    /// In ours, and the runner obeys.
    Open,
    /// In ours, and the runner obeys nothing until it reads this token.
    Stopped(String),
}

/// How bad an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Warning,
    Error,
}

impl<O: Write, E: Write> Github<O, E> {
    /// Writes to `out` (which should be buffered) and `err`.
    pub fn new(out: O, err: E, style: JobStyle) -> Self {
        Self::with_tokens(out, err, style, Box::new(|| Uuid::new_v4().to_string()))
    }

    fn with_tokens(out: O, err: E, mut style: JobStyle, tokens: Tokens) -> Self {
        style.plain.runner = Runner::Github;
        Self {
            plain: Plain::new(out, err, style.plain.clone()),
            about: About::new(&style),
            style,
            group: Group::Closed,
            tail: Tail::default(),
            warnings: Vec::new(),
            warned: 0,
            plans: Vec::new(),
            reviewed: false,
            tokens,
        }
    }

    /// Before a line of the container: the runner must not obey it.
    fn stop(&mut self, line: &LogLine) {
        if !self.style.marks.are_on_stdout() || matches!(self.group, Group::Stopped(_)) {
            return;
        }
        if self.group == Group::Closed {
            let title = data(&self.about.title(&line.container));
            self.plain.mark(&format!("::group::{title}\n"));
        }
        let token = (self.tokens)();
        self.plain.mark(&format!("::stop-commands::{token}\n"));
        self.plain.stop_until(Some(token.clone()));
        self.group = Group::Stopped(token);
    }

    /// The runner obeys again.
    fn resume(&mut self) {
        if let Group::Stopped(token) = &self.group {
            self.plain.mark(&format!("::{token}::\n"));
            self.plain.stop_until(None);
            self.group = Group::Open;
        }
    }

    /// Ends the group, if there is one.
    fn close(&mut self) {
        self.resume();
        if self.group == Group::Open {
            self.plain.mark("::endgroup::\n");
            self.group = Group::Closed;
        }
    }

    /// Says something where the page shows it without anybody looking for it. Returns whether
    /// it said all, to somebody who reads it.
    fn annotate(&mut self, level: Level, title: &str, message: &str) -> bool {
        let level = match level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let message = shown(message);
        let begin = cut(&message, ANNOTATION);
        let title = property(title);
        let line = format!("::{level} title={title}::{}\n", data(&begin));
        if self.style.marks.are_on_stdout() {
            self.resume();
            self.plain.mark(&line);
        } else {
            self.plain.mark_err(&line);
        }
        self.style.marks != Marks::AskedFor && begin == message
    }

    fn warning(&mut self, event: &Event, warning: &Warning) {
        self.warned += 1;
        if self.warnings.len() < WARNINGS {
            self.warnings.push(warning.message.clone());
        }
        if self.annotate_warning(&warning.message) {
            self.plain.has_said(&warning.message);
        } else {
            self.plain.event(event);
        }
    }

    /// The same as [`Self::annotate`] for a warning.
    fn annotate_warning(&mut self, message: &str) -> bool {
        let title = match self.about.command() {
            command if command.is_empty() => "run-admin-task".to_owned(),
            command => format!("run-admin-task {command}"),
        };
        self.annotate(Level::Warning, &title, message)
    }

    /// The findings stand in the log, at the lines of a pull request and in the summary.
    fn reviewed(&mut self, event: &Event, review: &Review) {
        self.close();
        self.plain.event(event);
        self.reviewed = true;
        for command in annotations::commands(review) {
            if self.style.marks.are_on_stdout() {
                self.plain.mark(&command);
            } else {
                self.plain.mark_err(&command);
            }
        }
        if let Some(path) = &self.style.summary
            && let Err(error) = append::append(path, &annotations::summary(review))
        {
            let message = format!("the step's summary cannot be written: {error}");
            self.plain.tell_warning(&message);
        }
    }

    fn finished(&mut self, event: &Event, finished: &Finished) {
        self.close();
        self.plain.event(event);
        if self.reviewed && self.plans.is_empty() && finished.outcome == Outcome::NotAsRequired {
            return;
        }
        let failed = finished.exit_code != ExitStatus::SUCCESS;
        if failed {
            // The verdict says it all on stderr as well.
            self.annotate(Level::Error, &self.headline(finished), &self.why(finished));
        }
        // A list of tasks, or the log of one, is nothing to sum up, and must not take the place of
        // an earlier run's outputs.
        if failed || self.about.started.is_some() || !self.plans.is_empty() {
            self.leave_files(finished);
        }
    }

    /// The command, the outcome and the exit status.
    fn headline(&self, finished: &Finished) -> String {
        let what = match self.about.command() {
            command if command.is_empty() => "run-admin-task".to_owned(),
            command => command,
        };
        let (outcome, exit) = (finished.outcome.word(), finished.exit_code.code());
        format!("{what}: {outcome}, exit status {exit}")
    }

    fn why(&self, finished: &Finished) -> String {
        let mut lines = Vec::new();
        let judged = finished.outcome != Outcome::NeverStarted || self.about.started.is_some();
        if judged || finished.error.is_none() {
            lines.push(verdict(finished, self.about.container()));
        }
        lines.extend(reasons(finished));
        lines.extend(why(finished));
        lines.extend(finished.error.clone());
        lines.join("\n")
    }

    /// Appends to the step's files. The run has ended: what can't be written is told, and that is
    /// all.
    fn leave_files(&mut self, finished: &Finished) {
        let mut lost = Vec::new();
        if let Some(path) = &self.style.summary {
            let summary = summary::Summary {
                about: &self.about,
                finished,
                headline: self.headline(finished),
                warnings: &self.warnings,
                warned: self.warned,
                plans: &self.plans,
                log: self.tail.text(),
            };
            if let Err(error) = append::append(path, &summary.text()) {
                lost.push(format!("the step's summary cannot be written: {error}"));
            }
        }
        if let Some(path) = &self.style.outputs {
            let delimiter = format!("run-admin-task-{}-", (self.tokens)());
            let outputs = outputs::text(&self.about, finished, &delimiter);
            if let Err(error) = append::append(path, &outputs) {
                lost.push(format!("the step's outputs cannot be written: {error}"));
            }
        }
        for message in lost {
            if !self.annotate_warning(&message) {
                self.plain.tell_warning(&message);
            }
        }
    }
}

impl<O: Write, E: Write> Sink for Github<O, E> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Started(started) => self.about.started = Some((**started).clone()),
            EventKind::Log(line) => {
                self.tail.take(line);
                if line.deciding {
                    self.stop(line);
                }
            }
            EventKind::Warning(warning) => return self.warning(event, warning),
            EventKind::Finished(finished) => return self.finished(event, finished),
            EventKind::Tasks(_) | EventKind::Checks(_) => self.resume(),
            EventKind::Plan(plan) => {
                self.close();
                self.plans.push((**plan).clone());
            }
            EventKind::Recovery(_) => self.close(),
            EventKind::Reviewed(review) => return self.reviewed(event, review),
            _ => {}
        }
        self.plain.event(event);
    }

    fn flush(&mut self) {
        self.plain.flush();
    }

    fn is_closed(&self) -> bool {
        self.plain.is_closed()
    }
}

/// However the run ended, a panic too: the next step's commands are obeyed.
impl<O: Write, E: Write> Drop for Github<O, E> {
    fn drop(&mut self) {
        if self.group != Group::Closed {
            self.close();
            self.plain.flush();
        }
    }
}

#[cfg(test)]
mod tests;
