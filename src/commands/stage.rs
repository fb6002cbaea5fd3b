//! What a verb speaks through: the reporter that the settings ask for.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{IsTerminal as _, Write, stderr, stdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use futures_util::stream::Stream;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::form::Form;
use super::gather::variable;
use super::output::{Handle, Order, Progress, in_background};
use super::{job, screen, suspension};
use crate::engine::patience::until_signal;
use crate::engine::run::Signal;
use crate::error::Failure;
use crate::model::call::ApiCall;
use crate::model::event::{Event, EventKind, Finished, Sink};
use crate::model::outcome::ExitStatus;
use crate::report::ci::{Buildkite, Github, Gitlab};
use crate::report::{Human, HumanStyle, Json, ListStyle, Plain, PlainStyle, Runner, Verbosity};
use crate::settings::{Output, Settings, Talk, Timestamps};

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
        Self::with(settings, &[], Some(opening))
    }

    /// The same for a container's command: some forms name it even where no task comes of it.
    #[must_use]
    pub fn of_command(
        settings: &Settings,
        command: &[String],
        opening: (&'static str, &'static str),
    ) -> Self {
        Self::with(settings, command, Some(opening))
    }

    /// The same without a status, for a verb that writes on the terminal itself.
    #[must_use]
    pub fn without_status(settings: &Settings) -> Self {
        Self::with(settings, &[], None)
    }

    fn with(
        settings: &Settings,
        command: &[String],
        opening: Option<(&'static str, &'static str)>,
    ) -> Self {
        let form = Form::of(settings.output);
        let (out, err, progress) = in_background(stdout(), stderr(), order(form));
        let environment = || settings.environment.clone();
        let job = || job::style(settings.output, style(settings), environment(), command);
        let reporter: Box<dyn Sink> = match form {
            Form::Json => Box::new(json(out, err)),
            Form::Plain => Box::new(Plain::new(out, err, style(settings))),
            Form::Human => Box::new(human(out, err, &progress, settings, opening)),
            Form::Github => Box::new(Github::new(out, err, job())),
            Form::Gitlab => Box::new(Gitlab::new(out, err, job())),
            Form::Buildkite => Box::new(Buildkite::new(out, err, job())),
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

/// A panic leaves no mark of a CI system open: the reporter, which closes them, goes before the
/// process does, and what it wrote is waited for.
impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.reporter = Box::new(Silence);
            self.progress.written_now(LEAVES_WITHIN);
        }
    }
}

/// Says nothing.
struct Silence;

impl Sink for Silence {
    fn event(&mut self, _: &Event) {}

    fn flush(&mut self) {}
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
        runner: runner(),
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

/// The event stream. What reads along in a job reads it too.
fn json<O: Write, E: Write>(out: O, err: E) -> Json<O, E> {
    Json::new(out, err).read_by(runner())
}

/// Who reads along, whatever the form of the output.
pub(super) fn runner() -> Runner {
    let is_set = |name: &str| variable(name).is_some_and(|value| value == "true");
    if is_set("GITHUB_ACTIONS") {
        Runner::Github
    } else if is_set("BUILDKITE") {
        Runner::Buildkite
    } else {
        Runner::Nobody
    }
}

/// The reporter for failures that come before the settings are known.
#[must_use]
pub fn early_reporter(output: Output) -> Box<dyn Sink> {
    let style = PlainStyle {
        colours: false,
        runner: runner(),
        verbosity: Verbosity::Warnings,
        timestamps: None,
        lists: ListStyle {
            zone: TimeZone::UTC,
            width: None,
        },
    };
    let job = || job::style(output, style.clone(), None, &[]);
    match Form::of(output) {
        Form::Json => Box::new(json(stdout(), stderr())),
        Form::Plain | Form::Human => Box::new(Plain::new(stdout(), stderr(), style)),
        Form::Github => Box::new(Github::new(stdout(), stderr(), job())),
        Form::Gitlab => Box::new(Gitlab::new(stdout(), stderr(), job())),
        Form::Buildkite => Box::new(Buildkite::new(stdout(), stderr(), job())),
    }
}

/// The form of the output that these words ask for, by flag: for failures to read them.
#[must_use]
pub fn early_output(words: &[OsString]) -> Output {
    let words = words.iter().map(|word| word.to_str().unwrap_or_default());
    let mut asks = false;
    for word in words.skip(1) {
        let said = if asks {
            Some(word)
        } else {
            word.strip_prefix("--output=")
        };
        if let Some(output) = said.and_then(Output::of_word) {
            return output;
        }
        asks = word == "--output";
    }
    Output::Auto
}

/// Says one event.
pub fn say(reporter: &mut dyn Sink, kind: EventKind) {
    reporter.event(&Event {
        at: Timestamp::now(),
        kind,
    });
    reporter.flush();
}

/// The end of a run that failed before there was a task.
#[must_use]
pub fn ended_by(failure: &Failure) -> Finished {
    Finished::without_task(failure.outcome, failure.exit, Some(failure.to_string()))
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
        ..ended_by(failure)
    };
    say(reporter, EventKind::Finished(Box::new(finished)));
    failure.exit
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;
    use crate::model::event::LogLine;
    use crate::report::ci::{JobStyle, Marks};

    #[test]
    fn the_form_is_known_before_the_words_are_understood() {
        for (words, expected) in [
            (&["x", "--output", "json", "--nonsense"][..], Output::Json),
            (&["x", "--output=github"], Output::Github),
            (&["x", "--nonsense", "--output=gitlab"], Output::Gitlab),
            (&["x", "--output", "nonsense"], Output::Auto),
            (&["x", "--output"], Output::Auto),
            (&["--output=json"], Output::Auto),
        ] {
            let words: Vec<_> = words.iter().map(OsString::from).collect();
            assert_eq!(early_output(&words), expected);
        }
    }

    /// Remembers what is written to it, where the test can see it.
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    /// Takes its time, as a pipe does whose reader is busy.
    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            std::thread::sleep(Duration::from_millis(50));
            let mut page = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            page.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_leaves_nothing_stopped() {
        let page = Page::default();
        let (out, err, progress) = in_background(page.clone(), std::io::sink(), Order::Loose);
        let style = JobStyle {
            plain: PlainStyle {
                colours: false,
                runner: Runner::Github,
                verbosity: Verbosity::Warnings,
                timestamps: None,
                lists: ListStyle {
                    zone: TimeZone::UTC,
                    width: None,
                },
            },
            marks: Marks::Read,
            environment: None,
            command: Vec::new(),
            summary: None,
            outputs: None,
        };
        let mut stage = Stage {
            reporter: Box::new(Github::new(out, err, style)),
            progress,
            calls: None,
        };
        let line = LogLine {
            container: "admin".into(),
            timestamp: 0,
            message: "one".into(),
            deciding: true,
        };
        let panicked = catch_unwind(AssertUnwindSafe(move || {
            say(&mut stage, EventKind::Log(line));
            panic!("as expected");
        }));
        assert!(panicked.is_err());
        let page = page.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&page);
        let token = text
            .lines()
            .find_map(|line| line.strip_prefix("::stop-commands::"));
        let token = token.expect("commands were stopped");
        assert!(
            text.ends_with(&format!("one\n::{token}::\n::endgroup::\n")),
            "{text}"
        );
    }
}
