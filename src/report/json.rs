//! The event stream: one JSON object a line, on stdout. Warnings and errors
//! stand on stderr as well.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::harmless::harmless;
use super::mask::{mask, mask_value};
use super::words::{lost_output, request};
use crate::model::event::{Event, EventKind, LogLine, Question, Sink};
use crate::model::listing::Listing;

/// Writes events as JSON lines.
pub struct Json<O, E> {
    out: O,
    err: E,
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
            closed: false,
        }
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
                serde_json::to_writer(&mut self.out, &Line { at, kind })?;
            }
            kind => {
                let kind = Cow::Borrowed(kind);
                let mut value: Value = serde_json::to_value(Line { at, kind })?;
                mask_value(&mut value);
                serde_json::to_writer(&mut self.out, &value)?;
            }
        }
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
            serde_json::to_writer(&mut self.out, &value)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Says something to people. Nobody can be told that stderr is closed.
    fn say(&mut self, text: &str) {
        let _ = writeln!(self.err, "{}", harmless(&mask(text))).and_then(|()| self.err.flush());
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
