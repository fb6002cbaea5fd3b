//! Lines for pipes and for people: the container's on stdout, the tool's own on stderr.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ci::Runner;
use super::harmless::{harmless, harmless_coloured};
use super::mask::mask;
use super::tasks::{ListStyle, table};
use super::words::{ended, lost_output, reasons, request, timeline, verdict};
use crate::model::duration::measured;
use crate::model::event::{
    Event, EventKind, Finished, LogLine, Question, Sink, Started, rfc3339_millis,
};
use crate::model::listing::Listing;
use crate::model::outcome::Outcome;

/// How plain lines look.
#[derive(Debug, Clone)]
pub struct PlainStyle {
    /// Whether the container's own colours are shown.
    pub colours: bool,
    /// Whether a runner reads along that obeys commands in the output (GitHub Actions).
    pub runner_obeys: bool,
    /// How much is told.
    pub verbosity: Verbosity,
    /// The zone of the log lines' time stamps; `None`: no time stamps.
    pub timestamps: Option<TimeZone>,
    /// How lists of tasks look.
    pub lists: ListStyle,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Warnings and failures.
    Warnings,
    /// Phases, signs of life and the end too.
    Progress,
    /// Timings and API calls too.
    Calls,
}

/// Writes events as plain lines.
///
/// stdout holds the deciding container's output and nothing else; other containers' lines go to
/// stderr with the container's name before them.
pub struct Plain<O, E> {
    out: O,
    err: E,
    style: PlainStyle,
    started: Option<Started>,
    /// Who reads along and must find nothing to obey.
    runner: Runner,
    /// Until this is printed, the runner obeys nothing in stdout.
    stopped_until: Option<String>,
    /// The warnings so far.
    said: Vec<String>,
    /// Nobody reads stdout any longer: printing ends, the run does not.
    out_closed: bool,
}

impl<O: Write, E: Write> Plain<O, E> {
    /// Writes to `out` (which should be buffered) and `err`.
    pub fn new(out: O, err: E, style: PlainStyle) -> Self {
        let runner = if style.runner_obeys {
            Runner::Github
        } else {
            Runner::Nobody
        };
        Self {
            out,
            err,
            style,
            runner,
            stopped_until: None,
            started: None,
            said: Vec::new(),
            out_closed: false,
        }
    }

    /// Another runner than GitHub's reads along.
    #[must_use]
    pub fn read_by(mut self, runner: Runner) -> Self {
        self.runner = runner;
        self
    }

    /// Writes the marks of a CI system among the container's lines.
    pub(super) fn mark(&mut self, text: &str) {
        if !self.out_closed {
            let written = self.out.write_all(text.as_bytes());
            self.note_output(written);
        }
    }

    /// The same where the tool's own words stand.
    pub(super) fn mark_err(&mut self, text: &str) {
        self.flush_out();
        let _ = self
            .err
            .write_all(text.as_bytes())
            .and_then(|()| self.err.flush());
    }

    /// The runner obeys nothing in stdout until it reads this token.
    pub(super) fn stop_until(&mut self, token: Option<String>) {
        self.stopped_until = token;
    }

    /// Tells a warning that is no event.
    pub(super) fn tell_warning(&mut self, message: &str) {
        self.say(&format!("warning: {message}"));
    }

    /// Takes note of a warning that was said in another way.
    pub(super) fn has_said(&mut self, warning: &str) {
        self.said.push(warning.to_owned());
    }

    fn log(&mut self, line: &LogLine) {
        let message = mask(&line.message);
        let message = message.strip_suffix('\n').unwrap_or(&message);
        let time = match &self.style.timestamps {
            None => String::new(),
            Some(zone) => format!("{} ", time(line.timestamp, zone)),
        };
        if !line.deciding {
            let text = format!("{time}[{}] {message}", line.container);
            self.say(&text);
        } else if !self.out_closed {
            let message = if self.style.colours {
                harmless_coloured(message)
            } else {
                harmless(message)
            };
            // Only now: a command may have hidden behind a colour.
            let stopped_until = self.stopped_until.as_deref();
            let message = self.runner.unobeyed_until(stopped_until, &message);
            let written = writeln!(self.out, "{time}{message}");
            self.note_output(written);
        }
    }

    fn note_output(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written {
            self.out_closed = true;
            if let Some(text) = lost_output(&error) {
                self.say(&text);
            }
        }
    }

    /// Says something on stderr, after the lines that came before it. Nobody can be told that
    /// stderr is closed.
    fn say(&mut self, text: &str) {
        self.flush_out();
        let text = mask(text);
        let text = harmless(&text);
        let text = self.runner.unobeyed(&text);
        let _ = writeln!(self.err, "{text}").and_then(|()| self.err.flush());
    }

    /// Puts a question: the answer is typed behind it.
    fn ask(&mut self, text: &str) {
        self.flush_out();
        let text = mask(text);
        let _ = write!(self.err, "{}", harmless(&text)).and_then(|()| self.err.flush());
    }

    fn flush_out(&mut self) {
        if !self.out_closed {
            let flushed = self.out.flush();
            self.note_output(flushed);
        }
    }

    fn tell(&mut self, text: &str) {
        if self.style.verbosity >= Verbosity::Progress {
            self.say(text);
        }
    }

    fn started(&mut self, started: &Started) {
        let verb = if started.attached {
            "following"
        } else {
            "started"
        };
        self.tell(&format!(
            "{verb} task {} of {} on {} ({}), container `{}`: {}",
            started.task_id,
            started
                .task_definition
                .rsplit('/')
                .next()
                .unwrap_or_default(),
            started.cluster,
            started.region,
            started.container,
            started.command.join(" "),
        ));
        self.started = Some(started.clone());
    }

    fn tasks(&mut self, listing: &Listing, at: Timestamp) {
        let place = format!(
            "{} on {} ({})",
            listing.family, listing.cluster, listing.region
        );
        if listing.tasks.is_empty() {
            self.say(&format!(
                "no task of {place} runs, and none stopped within the last hour"
            ));
            return;
        }
        let alive = listing.tasks.iter().filter(|task| task.alive).count();
        self.tell(&format!(
            "tasks of {place}: {alive} running or starting, {} ended within the last hour",
            listing.tasks.len() - alive
        ));
        for line in table(listing, at, &self.style.lists) {
            if !self.out_closed {
                let line = self.runner.unobeyed(&line);
                let written = writeln!(self.out, "{line}");
                self.note_output(written);
            }
        }
    }

    fn finished(&mut self, finished: &Finished) {
        let succeeded = finished.outcome == Outcome::Succeeded;
        if let Some(note) = &finished.logs.note {
            // What a warning has said is not said again.
            let news = self
                .said
                .iter()
                .fold(note.clone(), |note, said| note.replace(said.as_str(), ""));
            let news = news.trim_matches([';', ' ']);
            if !news.is_empty() {
                self.say(&format!("the log is not complete: {news}"));
            }
        }
        if finished.outcome == Outcome::Detached {
            // How to reach the task was said a moment ago: no more may push it off the screen.
            self.say(&verdict(finished, ""));
            return;
        }
        if let Some(started) = self.started.take() {
            let verdict = verdict(finished, &started.container);
            if succeeded {
                let total = finished.timings.total_ms.unwrap_or_default();
                self.others(finished, &started.container);
                self.tell(&format!("{verdict} ({} in all)", measured(total)));
            } else {
                self.say(&verdict);
                self.reasons(finished);
                if finished.outcome == Outcome::NeverStarted {
                    self.say(&format!("time: {}", timeline(&finished.timings)));
                }
                self.where_to_look(&started, finished.outcome);
            }
        }
        if let Some(error) = &finished.error {
            self.say(&format!("error: {error}"));
        }
        if self.style.verbosity >= Verbosity::Calls {
            let calls: Vec<_> = finished
                .api_calls
                .iter()
                .map(|(name, n)| format!("{name} {n}"))
                .collect();
            if finished.outcome != Outcome::NeverStarted {
                self.say(&format!("time: {}", timeline(&finished.timings)));
            }
            self.say(&format!("requests: {}", calls.join(", ")));
        }
    }

    /// How the other containers ended, where that is news.
    fn others(&mut self, finished: &Finished, deciding: &str) {
        let others = finished
            .containers
            .iter()
            .filter(|container| container.name != deciding);
        for container in others {
            if let Some(ended) = ended(container).filter(|_| container.exit_code != Some(0)) {
                self.tell(&format!("container `{}`: {ended}", container.name));
            }
        }
    }

    /// Every reason that AWS gave, in full.
    fn reasons(&mut self, finished: &Finished) {
        for reason in reasons(finished) {
            self.say(&reason);
        }
    }

    fn where_to_look(&mut self, started: &Started, outcome: Outcome) {
        // A container that never ran has no log.
        if outcome != Outcome::NeverStarted
            && let (Some(group), Some(stream)) = (&started.log_group, &started.log_stream)
        {
            let region = started.log_region.as_deref().unwrap_or(&started.region);
            self.say(&format!("log: {group} {stream} ({region})"));
        }
        self.say(&format!("task: {}", started.console_url));
    }
}

fn time(millis: i64, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(at) if *zone != TimeZone::UTC => at
            .to_zoned(zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
            .to_string(),
        _ => rfc3339_millis(millis),
    }
}

impl<O: Write, E: Write> Sink for Plain<O, E> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Started(started) => self.started(started),
            EventKind::Phase(phase) => self.tell(&format!(
                "{} after {}",
                phase.phase,
                measured(phase.elapsed_ms)
            )),
            EventKind::Log(line) => self.log(line),
            EventKind::Warning(warning) => {
                self.say(&format!("warning: {}", warning.message));
                self.said.push(warning.message.clone());
            }
            EventKind::Waiting(waiting) => {
                let elapsed =
                    measured(i64::try_from(waiting.elapsed.as_millis()).unwrap_or(i64::MAX));
                self.tell(&format!(
                    "{} after {elapsed}: {}",
                    waiting.phase, waiting.what
                ));
            }
            EventKind::Tasks(listing) => self.tasks(listing, event.at),
            EventKind::Question(Question::Put(text)) => self.ask(text),
            EventKind::Question(Question::Over) => {}
            EventKind::Call(call) => self.say(&request(call)),
            EventKind::Finished(finished) => self.finished(finished),
        }
    }

    fn flush(&mut self) {
        self.flush_out();
    }

    fn is_closed(&self) -> bool {
        self.out_closed
    }
}

#[cfg(test)]
mod tests;
