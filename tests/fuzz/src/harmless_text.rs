//! Other people's text as the reporters show it: before, within and after a URL with a password.
//! The three are separated by `|`.

use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use run_admin_task::model::event::{
    ContainerEnd, Event, EventKind, Finished, LogLine, PhaseEntered, Sink, Started, Waiting,
    Warning,
};
use run_admin_task::model::outcome::{ExitStatus, Outcome};
use run_admin_task::report::ci::{Buildkite, Github, Gitlab, JobStyle, Marks, escape, markdown};
use run_admin_task::report::mask::mask;
use run_admin_task::report::{
    Human, HumanStyle, Json, ListStyle, Plain, PlainStyle, Runner, Verbosity,
};

use crate::reading::{number, text};

const PASSWORD: &str = "Kennwort";

/// What a terminal, a runner and a reader get to see cannot steer them and has no password in it.
pub(crate) fn check(input: &[u8]) {
    let text = &*text(input);
    let mut parts = text.splitn(3, '|');
    let before = parts.next().unwrap_or_default();
    let within = password(parts.next().unwrap_or_default());
    let after = parts.next().unwrap_or_default();
    let secret = !before.contains(PASSWORD) && !after.contains(PASSWORD);
    let shown = format!("{before} postgres://ana:{within}@db/{after}");

    let masked = mask(&shown).into_owned();
    assert!(!secret || !masked.contains(PASSWORD), "{masked:?}");
    assert_eq!(mask(&masked), masked, "masking again changes something");

    let events = events(&shown);
    let (out, err) = plain(&events, Reader::Terminal);
    assert_harmless(&out);
    assert_harmless(&err);
    assert!(!secret || !(out + &err).contains(PASSWORD));
    let (out, err) = human(&events);
    assert_harmless(&out);
    assert_harmless(&err);
    assert!(!secret || !(out + &err).contains(PASSWORD));
    let (out, err) = plain(&events, Reader::Runner);
    assert_harmless(&err);
    assert!(!commands(&out) && !commands(&err), "{out:?} {err:?}");
    assert!(!secret || !(out + &err).contains(PASSWORD));
    let (out, err) = json(&events);
    assert_harmless(&err);
    assert!(!secret || !(out + &err).contains(PASSWORD));
    for (out, err) in [github(&events), gitlab(&events), buildkite(&events)] {
        assert_harmless(&err);
        assert!(!secret || !(out + &err).contains(PASSWORD));
    }
    escaped(&shown);
}

/// In a job of GitHub Actions: stdout has lines that nobody obeys, and commands of ours.
fn github(events: &[Event]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    tell(&mut Github::new(&mut out, &mut err, job()), events);
    let (out, err) = (as_text(out), as_text(err));
    assert!(!commands(&err) && !out.contains("##["), "{out:?} {err:?}");
    let ours = [
        "::group::",
        "::warning title=",
        "::error title=",
        "::endgroup::",
    ];
    let mut token = None;
    for line in out.lines() {
        match &token {
            Some(until) if line.contains(until) => {
                assert_eq!(line, format!("::{until}::"));
                token = None;
            }
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(until) => token = Some(until.to_owned()),
                None => assert!(ours.iter().any(|mark| line.starts_with(mark)), "{out:?}"),
            },
        }
    }
    assert_eq!(token, None, "{out:?}");
    (out, err)
}

/// In a job of GitLab: the only escape sequences are those of our two marks.
fn gitlab(events: &[Event]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    tell(&mut Gitlab::new(&mut out, &mut err, job()), events);
    let out = as_text(out);
    assert_eq!(out.matches('\u{1b}').count(), 4, "{out:?}");
    assert_eq!(out.matches('\r').count(), 2, "{out:?}");
    (out, as_text(err))
}

/// In a job of Buildkite: the only headers are ours.
fn buildkite(events: &[Event]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    tell(&mut Buildkite::new(&mut out, &mut err, job()), events);
    let (out, err) = (as_text(out), as_text(err));
    let marks = ["--- ", "+++ ", "~~~ ", "^^^ "];
    let is_header = |line: &&str| marks.iter().any(|mark| line.starts_with(mark));
    assert_eq!(out.lines().filter(is_header).count(), 3, "{out:?}");
    assert_eq!(err.lines().filter(is_header).count(), 0, "{err:?}");
    (out, err)
}

fn job() -> JobStyle {
    JobStyle {
        plain: style(Reader::Runner),
        marks: Marks::Read,
        environment: None,
        command: Vec::new(),
        summary: None,
        outputs: None,
    }
}

/// Text in the places where a summary, an annotation or an output has it.
fn escaped(text: &str) {
    assert!(!escape::data(text).contains(['\n', '\r']));
    assert!(!escape::property(text).contains(['\n', '\r', ':', ',']));
    let output = escape::output("name", text, "d");
    let (first, rest) = output.split_once('\n').expect("a line");
    let delimiter = first.strip_prefix("name<<").expect("a delimiter");
    assert_eq!(rest, format!("{text}\n{delimiter}\n"));
    assert!(!text.contains(delimiter));
    let cell = markdown::text(text);
    assert!(
        !cell
            .replace("<br>", "")
            .contains(['\n', '|', '<', '>', '`', '[', '*']),
        "{cell:?}"
    );
    let fenced = markdown::fenced(text);
    let (first, _) = fenced.split_once('\n').expect("a line");
    assert!(!text.contains(first.trim_end_matches("text")));
    let link = markdown::link("x", &format!("https://{text}"));
    assert!(
        link.starts_with("[x](") && link.matches(')').count() == 1,
        "{link:?}"
    );
}

/// A password is what a URL can hold, and begins with no digit: that would be a port.
fn password(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control());
    kept.skip_while(char::is_ascii_digit)
        .chain(PASSWORD.chars())
        .collect()
}

fn assert_harmless(text: &str) {
    let steers = |c: char| c.is_control() && c != '\t' && c != '\n';
    assert!(!text.contains(steers), "{text:?}");
}

/// Whether GitHub's runner takes something in the text for a command.
fn commands(text: &str) -> bool {
    let begins = |line: &str| line.trim_start().starts_with("::");
    text.contains("##[") || text.split(['\n', '\r']).any(begins)
}

/// Who reads the plain lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Terminal,
    /// GitHub's runner, which obeys commands in what it reads.
    Runner,
}

fn plain(events: &[Event], reader: Reader) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    tell(&mut Plain::new(&mut out, &mut err, style(reader)), events);
    (as_text(out), as_text(err))
}

/// The terminal's form without its status.
fn human(events: &[Event]) -> (String, String) {
    let style = HumanStyle {
        lines: style(Reader::Terminal),
        colours: false,
        together: true,
        utf8: true,
        width: 80,
        recorded: true,
    };
    let err = Page::default();
    let mut out = Vec::new();
    tell(&mut Human::new(&mut out, err.clone(), style, None), events);
    let err = err.0.lock().expect("no panic before").clone();
    (as_text(out), as_text(err))
}

/// Remembers what is written to it, where the test can see it.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic before").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn style(reader: Reader) -> PlainStyle {
    PlainStyle {
        colours: false,
        runner: match reader {
            Reader::Terminal => Runner::Nobody,
            Reader::Runner => Runner::Github,
        },
        verbosity: Verbosity::Calls,
        timestamps: (reader == Reader::Terminal).then(|| TimeZone::fixed(Offset::constant(-25))),
        lists: ListStyle {
            zone: TimeZone::UTC,
            width: Some(80),
        },
    }
}

fn json(events: &[Event]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    tell(&mut Json::new(&mut out, &mut err), events);
    let out = as_text(out);
    // All but the signs of life, which are no part of the stream.
    assert_eq!(out.lines().count(), events.len() - 1);
    for line in out.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(value.is_object());
    }
    (out, as_text(err))
}

fn tell(reporter: &mut dyn Sink, events: &[Event]) {
    for event in events {
        reporter.event(event);
    }
    reporter.flush();
}

fn as_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is text")
}

/// One event of each kind, with this text wherever others decide what it says.
fn events(text: &str) -> Vec<Event> {
    let line = |deciding| {
        EventKind::Log(LogLine {
            container: "admin".to_owned(),
            timestamp: number(text),
            message: text.to_owned(),
            deciding,
        })
    };
    let kinds = [
        started(text),
        EventKind::Phase(PhaseEntered {
            phase: text.to_owned(),
            elapsed_ms: number(text),
        }),
        line(true),
        line(false),
        EventKind::Warning(Warning {
            code: "x",
            message: text.to_owned(),
        }),
        EventKind::Waiting(Waiting {
            phase: text.to_owned(),
            what: text.to_owned(),
            elapsed: std::time::Duration::from_millis(number(text).unsigned_abs()),
        }),
        finished(text),
    ];
    let at = Timestamp::UNIX_EPOCH;
    kinds.into_iter().map(|kind| Event { at, kind }).collect()
}

fn started(text: &str) -> EventKind {
    EventKind::Started(Box::new(Started {
        task_arn: "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e".to_owned(),
        task_id: "0f1e".to_owned(),
        cluster: "everruns".to_owned(),
        region: "us-east-1".to_owned(),
        task_definition: "everruns-admin:3".to_owned(),
        container: "admin".to_owned(),
        containers: vec!["admin".to_owned(), text.to_owned()],
        command: vec![text.to_owned()],
        log_group: Some(text.to_owned()),
        log_stream: None,
        console_url: text.to_owned(),
        ..Started::default()
    }))
}

fn finished(text: &str) -> EventKind {
    let exit = ExitStatus::TOOL_FAILED;
    let mut finished =
        Finished::without_task(Outcome::ContainerFailed, exit, Some(text.to_owned()));
    finished.stop_code = Some(text.to_owned());
    finished.stopped_reason = Some(text.to_owned());
    finished.logs.note = Some(format!("{text}; {text}"));
    finished.containers = vec![ContainerEnd {
        name: "admin".to_owned(),
        exit_code: None,
        reason: Some(text.to_owned()),
        essential: true,
    }];
    EventKind::Finished(Box::new(finished))
}
