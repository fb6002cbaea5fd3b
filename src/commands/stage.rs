//! What a verb speaks through: the reporter that the settings ask for.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, stderr, stdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use futures_util::stream::Stream;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::form::Form;
use super::gather::variable;
use super::output::{Handle, Order, Progress, in_background};
use super::{screen, suspension};
use crate::engine::patience::until_signal;
use crate::engine::run::Signal;
use crate::error::Failure;
use crate::model::call::ApiCall;
use crate::model::event::{Event, EventKind, Finished, Sink};
use crate::model::outcome::ExitStatus;
use crate::report::{Human, HumanStyle, Json, ListStyle, Plain, PlainStyle, Verbosity};
use crate::settings::{Settings, Talk, Timestamps};

/// How long output that nobody takes is waited for when the run was left by a signal.
const LEAVES_WITHIN: Duration = Duration::from_secs(1);

/// A reporter whose output is written in the background.
pub struct Stage {
    reporter: Box<dyn Sink>,
    progress: Progress,
    /// Requests that are to be told, where they are wanted.
    calls: Option<(Sender<ApiCall>, Receiver<ApiCall>)>,
}

impl Stage {
    /// The reporter that these settings ask for. Where it has a status, it begins with what is
    /// waited for at first: a word in a phase's place, and what it is.
    #[must_use]
    pub fn new(settings: &Settings, opening: (&'static str, &'static str)) -> Self {
        Self::with(settings, Some(opening))
    }

    /// The same without a status, for a verb that writes on the terminal itself.
    #[must_use]
    pub fn without_status(settings: &Settings) -> Self {
        Self::with(settings, None)
    }

    fn with(settings: &Settings, opening: Option<(&'static str, &'static str)>) -> Self {
        let form = Form::of(settings.output);
        let (out, err, progress) = in_background(stdout(), stderr(), order(form));
        let reporter: Box<dyn Sink> = match form {
            Form::Json => Box::new(Json::new(out, err)),
            Form::Human => Box::new(human(out, err, &progress, settings, opening)),
            Form::Plain | Form::Github | Form::Gitlab | Form::Buildkite => {
                Box::new(Plain::new(out, err, style(settings)))
            }
        };
        Self {
            reporter,
            progress,
            calls: (settings.talk == Talk::Verbose).then(channel),
        }
    }

    /// Where to tell of each request to AWS, if that is wanted.
    #[must_use]
    pub fn listener(&self) -> Option<Sender<ApiCall>> {
        self.calls.as_ref().map(|(sender, _)| sender.clone())
    }

    /// Tells of the requests that were answered meanwhile.
    fn tell_calls(&mut self) {
        let Some((_, calls)) = &self.calls else {
            return;
        };
        for call in calls.try_iter() {
            self.reporter.event(&Event {
                at: Timestamp::now(),
                kind: EventKind::Call(call),
            });
        }
    }

    /// Waits until everything is written. A reader that stopped reading is waited for, unless
    /// another signal comes or the run was left by one.
    pub async fn close(
        mut self,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        left_by_signal: bool,
    ) {
        let patience = if left_by_signal {
            LEAVES_WITHIN
        } else {
            Duration::MAX
        };
        let written = async {
            self.progress.written(patience).await;
            // What could not be written is told now, and that is written as well.
            self.reporter.flush();
            self.progress.written(patience).await;
        };
        // Whatever ends the wait, there is nothing left to do.
        let _ = until_signal(written, signals).await;
    }
}

impl Sink for Stage {
    fn event(&mut self, event: &Event) {
        self.tell_calls();
        self.reporter.event(event);
    }

    fn flush(&mut self) {
        self.tell_calls();
        self.reporter.flush();
    }

    fn is_behind(&self) -> bool {
        self.progress.is_behind()
    }

    fn is_closed(&self) -> bool {
        self.reporter.is_closed()
    }
}

/// A status on a terminal is drawn and taken off in order with whatever is written there.
fn order(form: Form) -> Order {
    match form {
        Form::Human if stdout().is_terminal() => Order::Strict,
        Form::Human if screen::can_be_drawn_on() => Order::None,
        _ => Order::Loose,
    }
}

/// The reporter for a terminal, with a status if it can be drawn. Whatever happens to this
/// process, the status does not stay behind.
fn human(
    out: Handle,
    err: Handle,
    progress: &Progress,
    settings: &Settings,
    opening: Option<(&'static str, &'static str)>,
) -> Human<Handle, Handle> {
    let style = HumanStyle {
        lines: style(settings),
        colours: colours(stderr().is_terminal()),
        together: stdout().is_terminal() && stderr().is_terminal(),
        utf8: screen::shows_utf8(),
        width: screen::size().0.into(),
        recorded: settings.record,
    };
    let opening = opening.filter(|_| screen::can_be_drawn_on());
    let screen = opening.map(|opening| screen::of_stderr(progress.clone(), opening));
    let human = Human::new(out, err, style, screen);
    if let Some(live) = human.live() {
        suspension::make_way(live.clone(), progress.clone());
        screen::clear_in_a_panic(live);
    }
    human
}

fn style(settings: &Settings) -> PlainStyle {
    PlainStyle {
        colours: colours(stdout().is_terminal()),
        runner_obeys: runner_obeys(),
        verbosity: match settings.talk {
            Talk::Quiet => Verbosity::Warnings,
            Talk::Usual => Verbosity::Progress,
            Talk::Verbose => Verbosity::Calls,
        },
        timestamps: match settings.timestamps {
            Timestamps::None => None,
            Timestamps::Utc => Some(TimeZone::UTC),
            Timestamps::Local => Some(TimeZone::system()),
        },
        lists: ListStyle {
            zone: match settings.timestamps {
                Timestamps::Utc => TimeZone::UTC,
                Timestamps::None | Timestamps::Local => TimeZone::system(),
            },
            width: terminal_size::terminal_size_of(stdout()).map(|(width, _)| width.0.into()),
        },
    }
}

/// Whether a stream shows colours, by the usual variables (`NO_COLOR`, `CLICOLOR`,
/// `CLICOLOR_FORCE`, `TERM`) where it is a terminal.
fn colours(is_terminal: bool) -> bool {
    if anstyle_query::no_color() {
        return false;
    }
    let usual =
        anstyle_query::clicolor().unwrap_or(true) && anstyle_query::term_supports_ansi_color();
    anstyle_query::clicolor_force() || (is_terminal && usual)
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
        colours: false,
        runner_obeys: runner_obeys(),
        verbosity: Verbosity::Warnings,
        timestamps: None,
        lists: ListStyle {
            zone: TimeZone::UTC,
            width: None,
        },
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

/// Ends a run that failed before anything was asked of AWS.
pub fn fail(reporter: &mut dyn Sink, failure: &Failure) -> ExitStatus {
    fail_after(BTreeMap::new(), reporter, failure)
}

/// Ends a run that failed before there was a task, after these calls.
pub fn fail_after(
    api_calls: BTreeMap<String, u64>,
    reporter: &mut dyn Sink,
    failure: &Failure,
) -> ExitStatus {
    let finished = Finished {
        api_calls,
        ..Finished::without_task(failure.outcome, failure.exit, Some(failure.to_string()))
    };
    say(reporter, EventKind::Finished(Box::new(finished)));
    failure.exit
}
