use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::model::event::{LogLine, PhaseEntered, Started};
use crate::model::outcome::Outcome;
use crate::record::tail::LINES;

/// Remembers what passed.
#[derive(Default)]
struct Passed {
    events: Vec<EventKind>,
    flushes: usize,
}

impl Sink for Passed {
    fn event(&mut self, event: &Event) {
        self.events.push(event.kind.clone());
    }

    fn flush(&mut self) {
        self.flushes += 1;
    }

    fn is_behind(&self) -> bool {
        true
    }
}

impl Passed {
    /// The codes of warnings, and the types of other events.
    fn kinds(&self) -> Vec<String> {
        let kind = |kind: &EventKind| match kind {
            EventKind::Warning(warning) => warning.code.to_owned(),
            kind => {
                let value = serde_json::to_value(kind).expect("JSON");
                value["type"].as_str().unwrap_or_default().to_owned()
            }
        };
        self.events.iter().map(kind).collect()
    }
}

fn started(arn: &str) -> EventKind {
    EventKind::Started(Box::new(Started {
        task_arn: arn.into(),
        task_id: arn.into(),
        cluster: "everruns".into(),
        region: "us-east-1".into(),
        task_definition: "everruns-admin:7".into(),
        container: "admin".into(),
        command: vec!["migrate".into()],
        ..Started::default()
    }))
}

fn finished(outcome: Outcome, exit: ExitStatus) -> EventKind {
    EventKind::Finished(Box::new(Finished::without_task(outcome, exit, None)))
}

fn line(message: &str) -> EventKind {
    EventKind::Log(LogLine {
        container: "admin".into(),
        timestamp: 0,
        message: message.into(),
        deciding: true,
    })
}

fn phase(phase: &str) -> EventKind {
    EventKind::Phase(PhaseEntered {
        phase: phase.into(),
        elapsed_ms: 0,
    })
}

fn say(recorder: &mut Recorder<'_>, kinds: impl IntoIterator<Item = EventKind>) {
    for kind in kinds {
        recorder.event(&Event {
            at: Timestamp::UNIX_EPOCH,
            kind,
        });
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn only(folder: &Path) -> Record {
    let mut records = Store::at(folder).list().expect("readable").records;
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0)
}

#[test]
fn what_passes_is_kept_and_handed_on_unchanged() {
    let folder = folder();
    let mut passed = Passed::default();
    let store = Some(Store::at(folder.path()));
    let mut recorder = Recorder::new(&mut passed, store, About::default());
    recorder.about().run_key = Some("key".into());
    assert!(recorder.is_behind());
    let kinds = [
        started("a"),
        phase("RUNNING"),
        line("at a://u:s3cret@h"),
        EventKind::Warning(Warning {
            code: "slow",
            message: "slow".into(),
        }),
    ];
    say(&mut recorder, kinds.clone());
    recorder.flush();
    let running = only(folder.path());
    assert_eq!(running.task.task_arn.as_deref(), Some("a"));
    assert_eq!(running.about.run_key.as_deref(), Some("key"));
    assert_eq!((running.ended, running.end.outcome), (None, None));

    let end = finished(Outcome::Succeeded, ExitStatus::SUCCESS);
    say(&mut recorder, [end.clone()]);
    let ended = only(folder.path());
    assert_eq!(ended.id, running.id);
    assert_eq!(ended.outcome(), Some(Outcome::Succeeded));
    assert_eq!(ended.phases[0].phase, "RUNNING");
    assert_eq!(ended.warnings[0].code, "slow");
    assert_eq!(ended.log_tail[0].message, "at a://u:***@h");
    assert_eq!(passed.events[..4], kinds);
    assert_eq!(passed.events[4..], [end]);
    assert_eq!(passed.flushes, 1);
}

#[test]
fn a_run_without_a_task_leaves_a_record_unless_it_was_a_mistake() {
    let mut passed = Passed::default();
    for (exit, expected) in [
        (ExitStatus::NEVER_STARTED, 1),
        (ExitStatus::TOOL_FAILED, 1),
        (ExitStatus::USAGE, 0),
    ] {
        let folder = folder();
        let store = Store::at(folder.path());
        let mut recorder = Recorder::new(&mut passed, Some(store.clone()), About::default());
        say(&mut recorder, [finished(Outcome::NeverStarted, exit)]);
        let records = store.list().expect("readable").records;
        assert_eq!(records.len(), expected, "{exit:?}");
    }
    // A container may exit with that number too.
    let folder = folder();
    let store = Some(Store::at(folder.path()));
    let mut recorder = Recorder::new(&mut passed, store, About::default());
    let end = finished(Outcome::ContainerFailed, ExitStatus::USAGE);
    say(&mut recorder, [started("a"), end]);
    assert_eq!(only(folder.path()).end.exit_code, Some(2));
}

#[test]
fn what_cannot_be_written_is_told_once() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let runs = file.join("runs");
    let end = finished(Outcome::Succeeded, ExitStatus::SUCCESS);

    let mut passed = Passed::default();
    let store = Some(Store::at(&runs));
    let mut recorder = Recorder::new(&mut passed, store.clone(), About::default());
    say(&mut recorder, [started("a"), line("x"), end.clone()]);
    assert_eq!(
        passed.kinds(),
        ["started", "record-not-written", "log", "finished"]
    );
    let EventKind::Warning(warning) = &passed.events[1] else {
        panic!("no warning");
    };
    for text in [&*runs.to_string_lossy(), "--no-record"] {
        assert!(warning.message.contains(text), "{}", warning.message);
    }

    // `finished` stays the last event.
    let mut passed = Passed::default();
    let mut recorder = Recorder::new(&mut passed, store, About::default());
    say(
        &mut recorder,
        [finished(Outcome::NeverStarted, ExitStatus::NEVER_STARTED)],
    );
    assert_eq!(passed.kinds(), ["record-not-written", "finished"]);
}

#[test]
fn without_a_store_events_pass_and_that_is_all() {
    let mut passed = Passed::default();
    let mut recorder = Recorder::new(&mut passed, None, About::default());
    let kinds = [
        started("a"),
        line("x"),
        finished(Outcome::Succeeded, ExitStatus::SUCCESS),
    ];
    say(&mut recorder, kinds.clone());
    assert_eq!(passed.events, kinds);
}

#[test]
fn a_run_that_is_started_again_and_a_long_log_make_one_record() {
    let folder = folder();
    let mut passed = Passed::default();
    let store = Some(Store::at(folder.path()));
    let mut recorder = Recorder::new(&mut passed, store, About::default());
    say(
        &mut recorder,
        [started("a"), phase("STOPPED"), started("b")],
    );
    assert_eq!(only(folder.path()).earlier_tasks, ["a"]);
    let lines = (0..LINES * 3).map(|number| line(&number.to_string()));
    say(&mut recorder, lines);
    say(
        &mut recorder,
        [finished(Outcome::Succeeded, ExitStatus::SUCCESS)],
    );
    let record = only(folder.path());
    assert_eq!(record.task.task_arn.as_deref(), Some("b"));
    assert_eq!(record.log_tail.len(), LINES);
    assert_eq!(record.log_tail[0].message, (LINES * 2).to_string());
}
