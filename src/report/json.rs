//! The event stream: one JSON object a line, on stdout. Warnings and errors
//! stand on stderr as well.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::harmless::harmless;
use super::mask::{mask, mask_value};
use super::runner::Runner;
use super::words::{lost_output, request};
use crate::model::event::{Event, EventKind, LogLine, Question, Sink};
use crate::model::listing::Listing;

/// Writes events as JSON lines.
pub struct Json<O, E> {
    out: O,
    err: E,
    /// Who reads along.
    runner: Runner,
    /// Nobody reads any longer: printing ends, the run does not.
    closed: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    at: String,
    #[serde(flatten)]
    kind: Cow<'a, EventKind>,
}

impl<O: Write, E: Write> Json<O, E> {
    /// Writes to `out`, which should be buffered, and errors to `err`.
    pub fn new(out: O, err: E) -> Self {
        Self {
            out,
            err,
            runner: Runner::Nobody,
            closed: false,
        }
    }

    /// This runner reads along.
    #[must_use]
    pub fn read_by(mut self, runner: Runner) -> Self {
        self.runner = runner;
        self
    }

    fn write(&mut self, event: &Event) -> std::io::Result<()> {
        let at = format!("{:.3}", event.at);
        match &event.kind {
            EventKind::Waiting(_) | EventKind::Question(_) | EventKind::Call(_) => return Ok(()),
            EventKind::Tasks(listing) => return self.tasks(&at, listing),
            EventKind::Checks(found) => {
                for finding in &**found {
                    self.object(at.clone(), &EventKind::Check(finding.clone()))?;
                }
            }
            EventKind::Reviewed(review) => {
                for finding in &review.findings {
                    self.object(at.clone(), &EventKind::Review(Box::new(finding.clone())))?;
                }
            }
            // The one event that comes by the million: no detour by a `Value`.
            EventKind::Log(line) => {
                let kind = match mask(&line.message) {
                    Cow::Borrowed(_) => Cow::Borrowed(&event.kind),
                    Cow::Owned(message) => Cow::Owned(EventKind::Log(LogLine {
                        message,
                        ..line.clone()
                    })),
                };
                self.line(&Line { at, kind })?;
            }
            kind => self.object(at, kind)?,
        }
        Ok(())
    }

    /// Writes an event without passwords.
    fn object(&mut self, at: String, kind: &EventKind) -> std::io::Result<()> {
        let kind = Cow::Borrowed(kind);
        let mut value: Value = serde_json::to_value(Line { at, kind })?;
        mask_value(&mut value);
        self.line(&value)
    }

    /// Writes one object on a line.
    fn line(&mut self, object: &impl Serialize) -> std::io::Result<()> {
        let line = serde_json::to_string(object)?;
        writeln!(self.out, "{}", self.runner.shown_json(&line))
    }
}

impl<O: Write, E: Write> Json<O, E> {
    /// Writes an object for each task.
    fn tasks(&mut self, at: &str, listing: &Listing) -> std::io::Result<()> {
        for task in &listing.tasks {
            let mut value = serde_json::to_value(task)?;
            value["type"] = "task".into();
            value["at"] = at.into();
            mask_value(&mut value);
            self.line(&value)?;
        }
        Ok(())
    }

    /// Says something to people.
    fn say(&mut self, text: &str) {
        self.ask(&format!("{text}\n"));
    }

    /// The same without a line end: an answer is typed behind it. Nobody can be told that stderr
    /// is closed.
    fn ask(&mut self, text: &str) {
        let text = mask(text);
        let text = harmless(&text);
        let text = self.runner.unobeyed(&text);
        let _ = write!(self.err, "{text}").and_then(|()| self.err.flush());
    }

    fn close(&mut self, error: &std::io::Error) {
        self.closed = true;
        if let Some(text) = lost_output(error) {
            self.say(&text);
        }
    }
}

impl<O: Write, E: Write> Sink for Json<O, E> {
    fn event(&mut self, event: &Event) {
        if !self.closed
            && let Err(error) = self.write(event)
        {
            self.close(&error);
        }
        // Whoever reads the stream may be gone, or may not show it: what a person must know
        // stands on stderr as well.
        match &event.kind {
            EventKind::Warning(warning) => self.say(&format!("warning: {}", warning.message)),
            EventKind::Finished(finished) => {
                if let Some(error) = &finished.error {
                    self.say(&format!("error: {error}"));
                }
            }
            EventKind::Question(Question::Put(text)) => self.ask(text),
            EventKind::Question(Question::Left) => self.ask("\n"),
            EventKind::Call(call) => self.say(&request(call)),
            _ => {}
        }
    }

    fn flush(&mut self) {
        if !self.closed
            && let Err(error) = self.out.flush()
        {
            self.close(&error);
        }
    }

    fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
#[path = "../../tests/cli/support/strict.rs"]
mod strict;

#[cfg(test)]
mod tests {
    use super::strict::Events;
    use super::*;
    use crate::model::event::{
        ContainerEnd, Finished, LogSummary, OtherWriter, PhaseEntered, Started, Warning,
    };
    use crate::model::listing::{ListedContainer, ListedTask};
    use crate::model::outcome::{ExitStatus, Outcome};
    use crate::model::timings::Timings;
    use crate::report::SCHEMA;
    use jiff::Timestamp;

    fn written(kind: EventKind) -> String {
        let mut out = Vec::new();
        Json::new(&mut out, std::io::sink()).event(&Event {
            at: Timestamp::UNIX_EPOCH,
            kind,
        });
        String::from_utf8(out).expect("JSON is text")
    }

    #[test]
    fn each_event_is_an_object_on_a_line() {
        let phase = PhaseEntered {
            phase: "RUNNING".into(),
            elapsed_ms: 12,
        };
        assert_eq!(
            written(EventKind::Phase(phase)),
            "{\"at\":\"1970-01-01T00:00:00.000Z\",\"elapsed_ms\":12,\"phase\":\"RUNNING\",\"type\":\"phase\"}\n"
        );
        let line = LogLine {
            container: "admin".into(),
            timestamp: 1_500,
            message: "at postgres://u:p@h\n\u{1b}[1m\u{9b}2J\u{7f}".into(),
            deciding: true,
        };
        assert_eq!(
            written(EventKind::Log(line)),
            "{\"at\":\"1970-01-01T00:00:00.000Z\",\"type\":\"log\",\"container\":\"admin\",\
             \"timestamp\":\"1970-01-01T00:00:01.500Z\",\"message\":\"at postgres://u:***@h\\n\\u001b[1m\\u009b2J\\u007f\"}\n"
        );
    }

    fn event(kind: EventKind) -> Value {
        serde_json::from_str(&written(kind)).expect("JSON")
    }

    #[test]
    fn the_page_of_a_github_job_finds_nothing_to_interpret() {
        let message = "##[error] \\##[x ###[".to_owned();
        let line = LogLine {
            container: "admin".into(),
            timestamp: 0,
            message: message.clone(),
            deciding: true,
        };
        let mut out = Vec::new();
        let mut err = Vec::new();
        let mut json = Json::new(&mut out, &mut err).read_by(Runner::Github);
        let warning = Warning {
            code: "x",
            message: "a\n::error::b".into(),
        };
        for kind in [EventKind::Log(line), EventKind::Warning(warning)] {
            json.event(&Event {
                at: Timestamp::UNIX_EPOCH,
                kind,
            });
        }
        let out = String::from_utf8(out).expect("JSON is text");
        assert!(
            !out.contains("##[") && out.contains("#\\u0023[error]"),
            "{out}"
        );
        let first = out.lines().next().unwrap_or_default();
        let value: Value = serde_json::from_str(first).expect("JSON");
        assert_eq!(value["message"], message);
        let err = String::from_utf8(err).expect("text");
        assert_eq!(err, "warning: a\n\u{200b}::error::b\n");
    }

    #[test]
    fn the_last_event_has_no_password() {
        let finished = Finished::without_task(
            Outcome::ToolFailed,
            ExitStatus::TOOL_FAILED,
            Some("at a://b:c@d".into()),
        );
        let value = event(EventKind::Finished(Box::new(finished)));
        assert_eq!(value["outcome"], "tool-failed");
        assert_eq!(value["exit_code"], 125);
        assert_eq!(value["error"], "at a://b:***@d");
        assert_eq!(value["logs"]["complete"], false);
    }

    #[test]
    fn every_event_keeps_the_schema_whether_much_is_known_or_little() {
        let events = Events::of(SCHEMA);
        for kind in little().into_iter().chain(much()).chain(ends()) {
            let value = event(kind);
            assert_eq!(events.fault(&value), None, "{value:#}");
        }
    }

    #[test]
    fn what_the_schema_does_not_describe_is_a_fault() {
        let events = Events::of(SCHEMA);
        let sound = event(EventKind::Finished(Box::new(end(Outcome::Succeeded))));
        let changes: [fn(&mut Value); 6] = [
            |event| event["new"] = 1.into(),
            |event| event["logs"]["new"] = 1.into(),
            |event| event["outcome"] = "lost".into(),
            |event| event["at"] = "yesterday".into(),
            |event| event["exit_code"] = Value::Null,
            |event| event["type"] = "end".into(),
        ];
        for change in changes {
            let mut event = sound.clone();
            change(&mut event);
            assert!(events.fault(&event).is_some(), "{event:#}");
        }
    }

    /// Events of which all is left out that can be.
    fn little() -> Vec<EventKind> {
        vec![
            EventKind::Started(Box::default()),
            EventKind::Log(LogLine {
                container: String::new(),
                timestamp: 0,
                message: String::new(),
                deciding: false,
            }),
            EventKind::Tasks(Box::new(listing(ListedTask::default()))),
        ]
    }

    /// Events that have all they can.
    fn much() -> Vec<EventKind> {
        let text = || Some("text".to_owned());
        let started = Started {
            containers: vec!["admin".into()],
            command: vec!["migrate".into()],
            log_group: text(),
            log_region: text(),
            log_stream: text(),
            log_url: text(),
            ..Started::default()
        };
        let task = ListedTask {
            who: text(),
            started_by: text(),
            created_at: Some(0),
            started_at: Some(0),
            stopped_at: Some(0),
            desired_status: text(),
            exit_code: Some(-1),
            stop_code: text(),
            stopped_reason: text(),
            containers: vec![
                ListedContainer::default(),
                ListedContainer {
                    exit_code: Some(0),
                    reason: text(),
                    ..ListedContainer::default()
                },
            ],
            ..ListedTask::default()
        };
        let finished = Finished {
            task_arn: text(),
            stop_code: text(),
            stopped_reason: text(),
            containers: vec![
                ContainerEnd::default(),
                ContainerEnd {
                    exit_code: Some(137),
                    reason: text(),
                    ..ContainerEnd::default()
                },
            ],
            logs: LogSummary {
                note: text(),
                ..LogSummary::default()
            },
            timings: Timings {
                provisioning_ms: Some(1),
                pull_ms: Some(1),
                pending_ms: Some(1),
                running_ms: Some(1),
                stopping_ms: Some(1),
                total_ms: Some(1),
            },
            api_calls: [("RunTask".to_owned(), 1)].into(),
            in_the_way: Some(OtherWriter {
                task_arn: String::new(),
                command: vec!["migrate".into()],
                who: text(),
                since: Some(0),
                phase: "RUNNING".into(),
            }),
            error: text(),
            ..end(Outcome::NeverStarted)
        };
        vec![
            EventKind::Started(Box::new(started)),
            EventKind::Phase(PhaseEntered {
                phase: "RUNNING".into(),
                elapsed_ms: 1,
            }),
            EventKind::Warning(Warning {
                code: "x",
                message: String::new(),
            }),
            EventKind::Tasks(Box::new(listing(task))),
            EventKind::Finished(Box::new(finished)),
        ]
    }

    /// An end of each kind.
    fn ends() -> Vec<EventKind> {
        let outcomes = [
            Outcome::Succeeded,
            Outcome::ContainerFailed,
            Outcome::NeverStarted,
            Outcome::Stopped,
            Outcome::TimedOut,
            Outcome::Interrupted,
            Outcome::Detached,
            Outcome::ToolFailed,
        ];
        let ends = outcomes.map(|outcome| EventKind::Finished(Box::new(end(outcome))));
        ends.into()
    }

    fn end(outcome: Outcome) -> Finished {
        Finished::without_task(outcome, ExitStatus::TOOL_FAILED, None)
    }

    fn listing(task: ListedTask) -> Listing {
        Listing {
            family: String::new(),
            cluster: String::new(),
            region: String::new(),
            tasks: vec![task],
        }
    }

    /// A pipe whose reader went away.
    struct Broken(usize);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            self.0 += 1;
            Err(std::io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_broken_pipe_ends_printing_alone() {
        let mut json = Json::new(Broken(0), std::io::sink());
        for _ in 0..3 {
            let warning = Warning {
                code: "x",
                message: String::new(),
            };
            json.event(&Event {
                at: Timestamp::UNIX_EPOCH,
                kind: EventKind::Warning(warning),
            });
            json.flush();
        }
        assert_eq!(json.out.0, 1);
    }
}
