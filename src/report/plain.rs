//! Lines for pipes and for people: the container's on stdout, the tool's own on stderr.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::harmless::{harmless, harmless_coloured};
use super::mask::mask;
use super::runner::Runner;
use super::tasks::{ListStyle, table};
use super::voice::{Tone, Voice};
use super::words;
use super::{ending, findings, plan, recovery, review};
use crate::model::duration::measured;
use crate::model::event::{
    Event, EventKind, Finished, LogLine, Question, Sink, Started, Warning, rfc3339_millis,
};
use crate::model::finding::{Finding, Verdict};
use crate::model::listing::Listing;
use crate::model::outcome::Outcome;
use crate::model::plan::Plan;
use crate::model::recovery::Recovery;
use crate::model::review::Review;

/// How plain lines look.
#[derive(Debug, Clone)]
pub struct PlainStyle {
    /// Whether the container's own colours are shown.
    pub colours: bool,
    /// Who reads along, and may find nothing to obey.
    pub runner: Runner,
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
    pub(super) voice: Voice<O, E>,
    pub(super) style: PlainStyle,
    pub(super) started: Option<Started>,
    /// The warnings so far.
    pub(super) said: Vec<String>,
}

impl<O: Write, E: Write> Plain<O, E> {
    /// Writes to `out` (which should be buffered) and `err`.
    pub fn new(out: O, err: E, style: PlainStyle) -> Self {
        Self {
            voice: Voice::new(out, err, style.runner),
            style,
            started: None,
            said: Vec::new(),
        }
    }

    /// Writes the marks of a CI system among the container's lines.
    pub(super) fn mark(&mut self, text: &str) {
        self.voice.mark(text);
    }

    /// The same where the tool's own words stand.
    pub(super) fn mark_err(&mut self, text: &str) {
        self.voice.mark_err(text);
    }

    /// The runner obeys nothing in stdout until it reads this token.
    pub(super) fn stop_until(&mut self, token: Option<String>) {
        self.voice.stopped_until = token;
    }

    /// Tells a warning that is no event.
    pub(super) fn tell_warning(&mut self, message: &str) {
        self.voice.say(&format!("warning: {message}"));
    }

    /// Takes note of a warning that was said in another way.
    pub(super) fn has_said(&mut self, warning: &str) {
        self.said.push(warning.to_owned());
    }

    /// A line of a log. A label, where it has one, stands before the text, whoever wrote it.
    pub(super) fn log(&mut self, line: &LogLine, label: Option<&str>) {
        let message = mask(&line.message);
        let message = message.strip_suffix('\n').unwrap_or(&message);
        let time = match &self.style.timestamps {
            None => String::new(),
            Some(zone) => format!("{} ", time(line.timestamp, zone)),
        };
        if !line.deciding && label.is_none() {
            let text = format!("{time}[{}] {message}", line.container);
            return self.voice.say(&text);
        }
        let message = if self.style.colours {
            harmless_coloured(message)
        } else {
            harmless(message)
        };
        // Only now: a command may have hidden behind a colour.
        let message = if line.deciding {
            self.voice.unobeyed_in_log(&message)
        } else {
            self.voice.unobeyed(&message)
        };
        let line_of = format_args!("{time}{}{message}", label.unwrap_or_default());
        if line.deciding {
            self.voice.print(line_of);
        } else {
            self.voice.print_aside(line_of);
        }
    }

    pub(super) fn tell(&mut self, text: &str) {
        if self.style.verbosity >= Verbosity::Progress {
            self.voice.say(text);
        }
    }

    fn tasks(&mut self, listing: &Listing, at: Timestamp) {
        let place = format!(
            "{} on {} ({})",
            listing.family, listing.cluster, listing.region
        );
        if listing.tasks.is_empty() {
            self.voice.say(&format!(
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
            let line = self.voice.unobeyed(&line).into_owned();
            self.voice.print(format_args!("{line}"));
        }
    }

    /// What was found before a run: what is well is told to whoever asks for all.
    fn check(&mut self, finding: &Finding) {
        let least = match finding.verdict {
            Verdict::Warn | Verdict::Fail => Verbosity::Warnings,
            Verdict::Skip | Verdict::Pass => Verbosity::Calls,
        };
        if self.style.verbosity >= least {
            let tone = findings::tone(finding.verdict);
            self.voice.say_in(tone, &findings::told(finding));
        }
    }

    /// What was asked for: the findings themselves.
    fn checks(&mut self, found: &[Finding]) {
        for line in findings::page(found, self.style.lists.width, self.style.colours) {
            let line = self.voice.unobeyed(&line).into_owned();
            self.voice.print(format_args!("{line}"));
        }
        self.tell(&format!("checks: {}", findings::count(found)));
    }

    /// What was asked for: the state of the migrations.
    fn plan(&mut self, found: &Plan) {
        for line in plan::page(found, &self.style) {
            let line = self.voice.unobeyed(&line).into_owned();
            self.voice.print(format_args!("{line}"));
        }
        self.tell(&plan::told(found));
    }

    /// What was asked for: the ways to put a migration right, or the SQL of one.
    fn recovery(&mut self, found: &Recovery) {
        let Some((sql, offer)) = recovery::sql(found) else {
            for line in recovery::page(found, &self.style) {
                let line = self.voice.unobeyed(&line).into_owned();
                self.voice.print(format_args!("{line}"));
            }
            return;
        };
        for line in sql.lines() {
            // A program gets it as it is: it is to be run.
            let line = if self.style.lists.width.is_some() {
                harmless(line)
            } else {
                line.into()
            };
            let line = self.voice.unobeyed(&line).into_owned();
            self.voice.print(format_args!("{line}"));
        }
        for line in recovery::words(offer) {
            self.tell(&line);
        }
    }

    /// The same of what was found in their text.
    fn reviewed(&mut self, found: &Review) {
        for line in review::page(found, &self.style) {
            let line = self.voice.unobeyed(&line).into_owned();
            self.voice.print(format_args!("{line}"));
        }
        self.tell(&review::count(found));
    }

    fn warning(&mut self, warning: &Warning) {
        let text = format!("warning: {}", warning.message);
        self.voice.say_in(Tone::Warning, &text);
        self.said.push(warning.message.clone());
    }

    fn finished(&mut self, finished: &Finished) {
        if let Some(lacks) = ending::lacks(finished, &self.said) {
            self.voice.say_in(Tone::Warning, &lacks);
        }
        if finished.outcome == Outcome::Detached {
            // How to reach the task was said a moment ago: no more may push it off the screen.
            self.voice.say(&words::verdict(finished, ""));
            return;
        }
        if let Some(started) = self.started.take() {
            self.ended(finished, &started);
        }
        for line in ending::why(finished) {
            self.voice.say(&line);
        }
        if let Some(error) = &finished.error {
            self.voice.say_in(Tone::Bad, &format!("error: {error}"));
        }
        if self.style.verbosity >= Verbosity::Calls {
            if finished.outcome != Outcome::NeverStarted {
                self.voice.say(&ending::time(finished));
            }
            self.voice.say(&ending::requests(finished));
        }
    }

    /// How the task ended.
    fn ended(&mut self, finished: &Finished, started: &Started) {
        let verdict = words::verdict(finished, &started.container);
        if finished.outcome == Outcome::Succeeded {
            let total = finished.timings.total_ms.unwrap_or_default();
            for other in ending::others(finished, &started.container) {
                self.tell(&other);
            }
            self.tell(&format!("{verdict} ({} in all)", measured(total)));
            return;
        }
        let never = finished.outcome == Outcome::NeverStarted;
        let time = never.then(|| ending::time(finished));
        let lines = std::iter::once(verdict)
            .chain(ending::reasons(finished))
            .chain(time)
            .chain(ending::log_place(started, finished.outcome))
            .chain([ending::task_place(started)]);
        for line in lines {
            self.voice.say(&line);
        }
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
            EventKind::Started(started) => {
                self.tell(&words::started(started));
                self.started = Some((**started).clone());
            }
            EventKind::Phase(phase) => self.tell(&words::phase(phase)),
            EventKind::Log(line) => self.log(line, None),
            EventKind::Warning(warning) => self.warning(warning),
            EventKind::Waiting(waiting) => self.tell(&words::waiting(waiting)),
            EventKind::Tasks(listing) => self.tasks(listing, event.at),
            EventKind::Question(Question::Put(text)) => self.voice.ask(text),
            EventKind::Question(Question::Over) | EventKind::Review(_) => {}
            EventKind::Question(Question::Left) => self.voice.ask("\n"),
            EventKind::Call(call) => self.voice.say_in(Tone::Aside, &words::request(call)),
            EventKind::Check(finding) => self.check(finding),
            EventKind::Checks(found) => self.checks(found),
            EventKind::Plan(plan) => self.plan(plan),
            EventKind::Recovery(found) => self.recovery(found),
            EventKind::Reviewed(found) => self.reviewed(found),
            EventKind::Finished(finished) => self.finished(finished),
        }
    }

    fn flush(&mut self) {
        self.voice.flush();
    }

    fn is_closed(&self) -> bool {
        self.voice.is_closed()
    }
}

#[cfg(test)]
mod tests;
