use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use vt100::Parser;

use super::*;
use crate::model::event::{ContainerEnd, PhaseEntered, Waiting, Warning};
use crate::model::outcome::ExitStatus;
use crate::report::ListStyle;
use crate::report::Runner;

const COLUMNS: u16 = 60;

/// A terminal that both streams write on.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn written(&self) -> Vec<u8> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.clone()
    }

    fn window(&self) -> Parser {
        let some = |count| NonZeroU16::new(count).expect("more than none");
        let mut parser = Parser::new(some(20), some(COLUMNS), 100);
        let text = String::from_utf8_lossy(&self.written()).into_owned();
        // As a terminal's driver does it.
        parser.process(text.replace('\n', "\r\n").as_bytes());
        parser
    }

    fn text(&self) -> String {
        self.window().screen().contents()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut page = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn style(colours: bool) -> HumanStyle {
    HumanStyle {
        lines: PlainStyle {
            colours,
            runner: Runner::Nobody,
            verbosity: Verbosity::Calls,
            timestamps: None,
            lists: ListStyle {
                zone: TimeZone::UTC,
                width: None,
            },
        },
        colours,
        together: true,
        utf8: false,
        width: COLUMNS.into(),
        recorded: true,
    }
}

fn screen() -> Screen {
    Screen {
        size: Box::new(|| (COLUMNS, 20)),
        is_idle: Box::new(|| true),
        is_ours: Box::new(|| true),
        opening: ("starting", "asking"),
    }
}

fn human(colours: bool) -> (Page, Human<Page, Page>) {
    human_on(colours, Some(screen()))
}

fn human_on(colours: bool, screen: Option<Screen>) -> (Page, Human<Page, Page>) {
    let page = Page::default();
    let human = Human::new(page.clone(), page.clone(), style(colours), screen);
    (page, human)
}

fn tell(human: &mut dyn Sink, kind: EventKind) {
    human.event(&Event {
        at: Timestamp::UNIX_EPOCH,
        kind,
    });
}

fn started(text: &str) -> EventKind {
    EventKind::Started(Box::new(Started {
        task_id: "0f1e".into(),
        task_arn: "arn:0f1e".into(),
        container: "admin".into(),
        containers: vec!["admin".into(), text.to_owned()],
        command: vec![text.to_owned()],
        log_group: Some(text.to_owned()),
        log_stream: Some("s".into()),
        ..Started::default()
    }))
}

fn phase(phase: &str, elapsed_ms: i64) -> EventKind {
    EventKind::Phase(PhaseEntered {
        phase: phase.to_owned(),
        elapsed_ms,
    })
}

fn line(container: &str, message: &str) -> EventKind {
    EventKind::Log(LogLine {
        container: container.to_owned(),
        timestamp: 0,
        message: message.to_owned(),
        deciding: container == "admin",
    })
}

fn failed(text: &str) -> EventKind {
    let exit = ExitStatus::of_container(3);
    let mut finished =
        Finished::without_task(Outcome::ContainerFailed, exit, Some(text.to_owned()));
    finished.stopped_reason = Some(text.to_owned());
    finished.logs.note = Some(text.to_owned());
    finished.containers = vec![ContainerEnd {
        name: text.to_owned(),
        exit_code: Some(3),
        reason: Some(text.to_owned()),
        essential: true,
    }];
    EventKind::Finished(Box::new(finished))
}

/// `stop` stops a task, and that is no failure.
#[test]
fn what_was_asked_for_is_not_red() {
    for (exit, style) in [
        (ExitStatus::SUCCESS, "32m"),
        (ExitStatus::of_container(3), "31m"),
    ] {
        let (page, mut human) = human(true);
        tell(&mut human, started("proxy"));
        let stopped = Finished::without_task(Outcome::Stopped, exit, None);
        tell(&mut human, EventKind::Finished(Box::new(stopped)));
        let written = String::from_utf8_lossy(&page.written()).into_owned();
        let (before, _) = written
            .split_once("the task was stopped")
            .expect("a verdict");
        assert!(before.ends_with(style), "{written:?}");
    }
}

#[test]
fn a_line_of_a_megabyte_leaves_the_status_whole() {
    let (page, mut human) = human(false);
    tell(&mut human, started("proxy"));
    tell(&mut human, phase("RUNNING", 9_000));
    human.flush();
    let long = "表x".repeat(250_000);
    tell(&mut human, line("admin", &long));
    tell(
        &mut human,
        line("admin", &"y".repeat(60 - "admin | ".len())),
    );
    human.flush();
    let text = page.text();
    assert!(text.contains("RUNNING after 0s: the container is running\n2 lines; running 0s"));
    assert_eq!(text.matches("RUNNING").count(), 1, "{text}");
    assert!(text.contains(&"y".repeat(52)), "{text}");
    tell(&mut human, failed("no"));
    let text = page.text();
    assert!(!text.contains("RUNNING"), "{text}");
}

#[test]
fn a_batch_of_lines_takes_the_status_off_once() {
    let (page, mut human) = human(false);
    tell(&mut human, started("proxy"));
    human.flush();
    let clears = || {
        String::from_utf8_lossy(&page.written())
            .matches("\r\u{1b}[J")
            .count()
    };
    let before = clears();
    for number in 0..1_000 {
        tell(&mut human, line("admin", &number.to_string()));
        tell(&mut human, line("proxy", &number.to_string()));
    }
    human.flush();
    assert_eq!(clears() - before, 1);
}

#[test]
fn a_panic_is_told_where_the_status_was() {
    let (page, mut human) = human(false);
    tell(&mut human, started("proxy"));
    tell(&mut human, line("admin", "a line"));
    human.flush();
    assert!(page.text().contains("started after"), "{}", page.text());
    human.live().expect("a status").give_up();
    let mut told = page.clone();
    writeln!(told, "thread 'main' panicked").expect("a page");
    assert!(
        page.text().contains("a line\nthread 'main' panicked"),
        "{}",
        page.text()
    );
    // Nothing is drawn over it.
    human.flush();
    human.live().expect("a status").resume();
    drop(human);
    assert!(page.text().ends_with("panicked\n") || page.text().ends_with("panicked"));
    assert!(!page.window().screen().hide_cursor());
}

#[test]
fn what_is_dropped_leaves_no_status() {
    let (page, mut human) = human(false);
    tell(&mut human, started("proxy"));
    human.flush();
    assert!(page.text().contains("started after"));
    drop(human);
    assert!(!page.text().contains("started after"), "{}", page.text());
}

/// The text without the sequences of a status and of colours.
fn without_own(text: &str, is_drawn: bool) -> String {
    let mut rest = text;
    let mut left = String::new();
    while let Some(at) = rest.find('\u{1b}') {
        left.push_str(&rest[..at]);
        let sequence = &rest[at..];
        let known = sequence.strip_prefix("\u{1b}[").and_then(|codes| {
            let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';')?;
            let is_own = match codes[end..].chars().next()? {
                'm' => true,
                'J' | 'K' => is_drawn && end == 0,
                'A' => is_drawn && end == 1,
                _ => false,
            };
            is_own.then_some(end + 3)
        });
        let taken = known.unwrap_or_else(|| panic!("not ours: {sequence:?}"));
        rest = &sequence[taken..];
    }
    left.push_str(rest);
    left
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_that_others_say_steers(
        text in "(?s)(\\PC|[\u{0}-\u{1f}\u{7f}-\u{9f}\u{1b}\\[0-9;?mJKAHhl\u{202e}\u{2028}]){0,40}",
        colours: bool,
        is_drawn: bool,
    ) {
        let (page, mut human) = human_on(colours, is_drawn.then(screen));
        tell(&mut human, started(&text));
        for kind in [
            phase(&text, 1),
            line("admin", &text),
            line(&text, &text),
            EventKind::Warning(Warning { code: "trouble", message: text.clone() }),
            EventKind::Waiting(Waiting {
                phase: text.clone(),
                what: text.clone(),
                elapsed: std::time::Duration::ZERO,
            }),
            EventKind::Question(Question::Put(text.clone())),
            EventKind::Question(Question::Over),
        ] {
            tell(&mut human, kind);
            human.flush();
        }
        tell(&mut human, failed(&text));
        human.flush();
        drop(human);
        let written = String::from_utf8(page.written()).expect("text");
        let own = without_own(&written, is_drawn);
        let steers =
            |c: char| c.is_control() && !matches!(c, '\n' | '\t') && !(is_drawn && c == '\r');
        prop_assert!(!own.contains(steers), "{:?}", own);
        prop_assert!(!page.window().screen().hide_cursor());
    }
}
