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
    /// A line on its way.
    line: Vec<u8>,
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
            line: Vec::new(),
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
            kind => {
                let kind = Cow::Borrowed(kind);
                let mut value: Value = serde_json::to_value(Line { at, kind })?;
                mask_value(&mut value);
                self.line(&value)?;
            }
        }
        Ok(())
    }

    /// Writes one object. No line of JSON is a command; but the page of a GitHub job interprets
    /// `##[` anywhere, which only a string can hold, and there the second `#` may be written otherwise.
    fn line(&mut self, object: &impl Serialize) -> std::io::Result<()> {
        if self.runner != Runner::Github {
            serde_json::to_writer(&mut self.out, object)?;
            return self.out.write_all(b"\n");
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, object)?;
        let mut rest = &*self.line;
        while let Some(at) = rest.windows(3).position(|bytes| bytes == b"##[") {
            self.out.write_all(&rest[..=at])?;
            self.out.write_all(b"\\u0023")?;
            rest = &rest[at + 2..];
        }
        self.out.write_all(rest)?;
        self.out.write_all(b"\n")
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

    /// Says something to people. Nobody can be told that stderr is closed.
    fn say(&mut self, text: &str) {
        let text = mask(text);
        let text = harmless(&text);
        let text = self.runner.unobeyed(&text);
        let _ = writeln!(self.err, "{text}").and_then(|()| self.err.flush());
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
            EventKind::Question(Question::Put(text)) => {
                let text = mask(text);
                let _ = write!(self.err, "{}", harmless(&text)).and_then(|()| self.err.flush());
            }
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
mod tests {
    use super::*;
    use crate::model::event::{Finished, PhaseEntered, Warning};
    use crate::model::outcome::{ExitStatus, Outcome};
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
            message: "at postgres://u:p@h\n\u{1b}[1m".into(),
            deciding: true,
        };
        assert_eq!(
            written(EventKind::Log(line)),
            "{\"at\":\"1970-01-01T00:00:00.000Z\",\"type\":\"log\",\"container\":\"admin\",\
             \"timestamp\":\"1970-01-01T00:00:01.500Z\",\"message\":\"at postgres://u:***@h\\n\\u001b[1m\"}\n"
        );
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
    fn the_last_event_has_every_field_and_no_password() {
        let finished = Finished::without_task(
            Outcome::ToolFailed,
            ExitStatus::TOOL_FAILED,
            Some("at a://b:c@d".into()),
        );
        let value: Value =
            serde_json::from_str(&written(EventKind::Finished(Box::new(finished)))).expect("JSON");
        assert_eq!(value["outcome"], "tool-failed");
        assert_eq!(value["exit_code"], 125);
        assert_eq!(value["error"], "at a://b:***@d");
        assert_eq!(value["logs"]["complete"], false);
        for field in [
            "task_arn",
            "stop_code",
            "stopped_reason",
            "containers",
            "timings",
            "api_calls",
            "diagnosis",
        ] {
            assert!(value.get(field).is_some(), "{field}");
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
