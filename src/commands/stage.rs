//! What a verb speaks through: the reporter that the settings ask for.

use std::io::{BufWriter, IsTerminal as _, stderr, stdout};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::gather::variable;
use crate::error::Failure;
use crate::model::event::{Event, EventKind, Finished, Sink};
use crate::model::outcome::ExitStatus;
use crate::report::{Json, Plain, PlainStyle, Verbosity};
use crate::settings::{Output, Settings, Talk, Timestamps};

/// Bytes gathered before they are written: a page of a log in a few writes.
const BUFFER: usize = 64 * 1024;

/// The reporter that these settings ask for.
#[must_use]
pub fn reporter(settings: &Settings) -> Box<dyn Sink> {
    let zone = match settings.timestamps {
        Timestamps::None => None,
        Timestamps::Utc => Some(TimeZone::UTC),
        Timestamps::Local => Some(TimeZone::system()),
    };
    let out = BufWriter::with_capacity(BUFFER, stdout());
    match settings.output {
        Output::Json => Box::new(Json::new(out, stderr())),
        Output::Plain => {
            let style = PlainStyle {
                stdout_is_terminal: stdout().is_terminal(),
                runner_obeys: runner_obeys(),
                verbosity: match settings.talk {
                    Talk::Quiet => Verbosity::Warnings,
                    Talk::Usual => Verbosity::Progress,
                    Talk::Verbose => Verbosity::Calls,
                },
                timestamps: zone,
            };
            Box::new(Plain::new(out, stderr(), style))
        }
    }
}

/// Whether this is a job of GitHub Actions.
fn runner_obeys() -> bool {
    variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The reporter for failures that come before the settings are known.
#[must_use]
pub fn early_reporter(json: bool) -> Box<dyn Sink> {
    if json {
        return Box::new(Json::new(stdout(), stderr()));
    }
    let style = PlainStyle {
        stdout_is_terminal: false,
        runner_obeys: runner_obeys(),
        verbosity: Verbosity::Warnings,
        timestamps: None,
    };
    Box::new(Plain::new(stdout(), stderr(), style))
}

/// Whether these words ask for the event stream, by flag: for failures to read them.
#[must_use]
pub fn wants_json(words: &[std::ffi::OsString]) -> bool {
    words.windows(2).any(|pair| {
        pair[0] == "--output=json"
            || pair[1] == "--output=json"
            || (pair[0] == "--output" && pair[1] == "json")
    })
}

/// Says one event.
pub fn say(reporter: &mut dyn Sink, kind: EventKind) {
    reporter.event(&Event {
        at: Timestamp::now(),
        kind,
    });
    reporter.flush();
}

/// Ends a run that failed before there was a task.
pub fn fail(reporter: &mut dyn Sink, failure: &Failure) -> ExitStatus {
    let finished = Finished::without_task(failure.outcome, failure.exit, Some(failure.to_string()));
    say(reporter, EventKind::Finished(Box::new(finished)));
    failure.exit
}
