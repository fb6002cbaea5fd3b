use proptest::prelude::*;

use super::*;
use crate::model::event::{LogLine, Started, Warning};
use crate::report::columns::columns;

fn entered(phase: &str, elapsed_ms: i64) -> EventKind {
    EventKind::Phase(PhaseEntered {
        phase: phase.to_owned(),
        elapsed_ms,
    })
}

fn warning(code: &'static str, message: &str) -> EventKind {
    EventKind::Warning(Warning {
        code,
        message: message.to_owned(),
    })
}

fn waiting(what: &str) -> EventKind {
    EventKind::Waiting(Waiting {
        phase: "RUNNING".into(),
        what: what.to_owned(),
        elapsed: Duration::ZERO,
    })
}

fn line() -> EventKind {
    EventKind::Log(LogLine {
        container: "admin".into(),
        timestamp: 0,
        message: "x".into(),
        deciding: true,
    })
}

#[test]
fn it_tells_what_is_waited_for_and_what_was() {
    let begin = Instant::now();
    let at = |seconds| begin + Duration::from_secs(seconds);
    let mut status = Status::new(("starting", "asking"), begin);
    assert_eq!(
        status.lines(at(3), 80, false),
        ["starting after 3s: asking"]
    );
    status.note(&EventKind::Started(Box::<Started>::default()), at(3));
    assert_eq!(
        status.lines(at(3), 80, false),
        ["started after 3s: waiting for ECS"]
    );
    status.note(&entered("PROVISIONING", 0), at(3));
    status.note(&entered("PENDING", 9_100), at(12));
    status.note(&entered("RUNNING", 21_400), at(25));
    status.note(&line(), at(30));
    assert_eq!(
        status.lines(at(150), 80, false),
        [
            "RUNNING after 2m 30s: the container is running",
            "1 line; provisioning 9.1s, pending 12.3s, running 2m 5s",
        ]
    );
}

#[test]
fn a_sign_of_life_stands_until_something_happens() {
    let begin = Instant::now();
    let mut status = Status::new(("starting", "asking"), begin);
    status.note(&entered("RUNNING", 0), begin);
    status.note(&waiting("nothing new"), begin);
    let first = |status: &Status| status.lines(begin, 80, false).remove(0);
    assert_eq!(first(&status), "RUNNING after 0s: nothing new");
    status.note(&line(), begin);
    assert_eq!(first(&status), "RUNNING after 0s: the container is running");
}

#[test]
fn trouble_stands_until_it_is_over() {
    let begin = Instant::now();
    let mut status = Status::new(("starting", "asking"), begin);
    status.note(&warning("trouble", "ECS: no\nanswer"), begin);
    status.note(&warning("other", "x"), begin);
    let lines = status.lines(begin, 80, true);
    assert_eq!(lines[1], "\u{1b}[33mECS: no\\nanswer\u{1b}[0m");
    status.note(&warning("recovered", "ECS: back"), begin);
    assert_eq!(status.lines(begin, 80, true).len(), 1);
}

#[test]
fn the_trouble_of_another_source_is_not_over() {
    let begin = Instant::now();
    let mut status = Status::new(("starting", "asking"), begin);
    status.note(&warning("trouble", "ECS: no answer"), begin);
    status.note(&warning("trouble", "CloudWatch: no answer"), begin);
    status.note(
        &warning("recovered", "AWS takes the credentials again"),
        begin,
    );
    status.note(&warning("recovered", "ECS: back"), begin);
    assert_eq!(
        status.lines(begin, 80, false)[1..],
        ["CloudWatch: no answer"]
    );
    status.note(&warning("recovered", "CloudWatch: back"), begin);
    assert_eq!(status.lines(begin, 80, false).len(), 1);
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_terminal(text in "(?s).{0,60}", width in 1_usize..90) {
        let begin = Instant::now();
        let mut status = Status::new(("starting", "asking"), begin);
        status.note(&entered(&text, 0), begin);
        status.note(&entered(&text, 1), begin);
        status.note(&warning("trouble", &text), begin);
        status.note(&waiting(&text), begin);
        for line in status.lines(begin, width, false) {
            prop_assert!(columns(&line) < width.max(1), "{:?}", line);
            prop_assert!(!line.contains(char::is_control), "{:?}", line);
        }
    }
}
