use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::outcome::ExitStatus;

fn started(arn: &str) -> Started {
    Started {
        task_arn: arn.into(),
        task_id: arn.into(),
        cluster: "everruns".into(),
        region: "eu-west-1".into(),
        task_definition: "everruns-admin:7".into(),
        container: "admin".into(),
        command: vec!["migrate".into()],
        log_group: Some("/ecs/everruns-admin".into()),
        console_url: "https://console".into(),
        ..Started::default()
    }
}

fn finished(outcome: Outcome, arn: Option<&str>) -> Finished {
    Finished {
        task_arn: arn.map(str::to_owned),
        ..Finished::without_task(outcome, ExitStatus::SUCCESS, None)
    }
}

fn begun() -> Record {
    let about = About {
        command: vec!["migrate".into()],
        ..About::default()
    };
    Record::new("id".into(), Timestamp::UNIX_EPOCH, about)
}

fn entered(phase: &str) -> PhaseEntered {
    PhaseEntered {
        phase: phase.into(),
        elapsed_ms: 1,
    }
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let mut record = begun();
    let at = Timestamp::UNIX_EPOCH;
    record.start(&started("a"));
    record.enter(at, &entered("RUNNING"));
    let warning = Warning {
        code: "x",
        message: "y".into(),
    };
    record.tell(at, &warning);
    record.about.request = json!({"count": 1, "overrides": {"cpu": "256"}});
    record.log_tail.push(Line {
        container: "admin".into(),
        timestamp: "1970-01-01T00:00:00.000Z".into(),
        message: "hello".into(),
    });
    let running = serde_json::to_vec(&record).expect("JSON");
    assert_eq!(Record::read("id", &running).expect("sound"), record);
    let value: Value = serde_json::from_slice(&running).expect("JSON");
    for field in ["ended", "outcome", "exit_code", "containers", "timings"] {
        assert_eq!(value.get(field), Some(&Value::Null), "{field}");
    }

    let mut end = finished(Outcome::ContainerFailed, Some("a"));
    end.timings.pull_ms = Some(3);
    end.api_calls.insert("RunTask".into(), 2);
    end.containers.push(ContainerEnd {
        name: "admin".into(),
        exit_code: Some(3),
        reason: None,
        essential: true,
    });
    record.finish(at, &end);
    let ended = serde_json::to_vec(&record).expect("JSON");
    assert_eq!(Record::read("id", &ended).expect("sound"), record);
    let value: Value = serde_json::from_slice(&ended).expect("JSON");
    for (field, expected) in [
        ("version", json!(1)),
        ("began", json!("1970-01-01T00:00:00.000Z")),
        ("command", json!(["migrate"])),
        ("region", json!("eu-west-1")),
        ("task_arn", json!("a")),
        ("outcome", json!("container-failed")),
        ("exit_code", json!(0)),
        ("diagnosis", json!(null)),
        ("api_calls", json!({"RunTask": 2})),
    ] {
        assert_eq!(value[field], expected, "{field}");
    }
}

#[test]
fn what_is_absent_or_unknown_does_no_harm() {
    let read = |text: &str| Record::read("id", text.as_bytes());
    let empty = read("{}").expect("tolerant");
    let expected = Record {
        id: "id".into(),
        ..Record::default()
    };
    assert_eq!(empty, expected);
    assert_eq!(empty.outcome(), None);
    assert!(!empty.tells_its_tasks_end());

    let newer = r#"{
        "version": 9, "id": "another", "mood": {"good": true}, "outcome": "rolled-back",
        "phases": [{"phase": "RUNNING", "colour": "green"}],
        "containers": [{"name": "admin", "restarts": 3}], "timings": {"nap_ms": 4},
        "diagnosis": {"cause": "x"}
    }"#;
    let newer = read(newer).expect("tolerant");
    assert_eq!((newer.version, newer.id.as_str()), (9, "id"));
    assert_eq!(newer.outcome(), None);
    assert_eq!(newer.end.outcome.as_deref(), Some("rolled-back"));
    assert_eq!(newer.phases[0].phase, "RUNNING");
    assert_eq!(newer.end.diagnosis, Some(json!({"cause": "x"})));
    assert!(!newer.tells_its_tasks_end());

    for damaged in ["", "[]", "3", r#"{"id":"x""#, r#"{"phases":3}"#] {
        assert!(read(damaged).is_err(), "{damaged}");
    }
}

#[test]
fn a_run_that_was_started_again_is_one_record() {
    let mut record = begun();
    for arn in ["a", "a", "b", "c"] {
        record.start(&started(arn));
    }
    assert_eq!(record.task.task_arn.as_deref(), Some("c"));
    assert_eq!(record.earlier_tasks, ["a", "b"]);
}

#[test]
fn a_task_that_only_the_end_knows_is_kept() {
    let mut record = begun();
    record.finish(
        Timestamp::UNIX_EPOCH,
        &finished(Outcome::NeverStarted, Some("a")),
    );
    assert_eq!(record.task.task_arn.as_deref(), Some("a"));
}

#[test]
fn whether_the_tasks_end_was_told() {
    use Outcome::{
        ContainerFailed, Detached, Interrupted, NeverStarted, Stopped, Succeeded, TimedOut,
        ToolFailed,
    };
    for (outcome, task, exit_code, phase, expected) in [
        (Succeeded, true, Some(0), "RUNNING", true),
        (ContainerFailed, true, None, "RUNNING", true),
        (Stopped, true, None, "STOPPED", true),
        (NeverStarted, true, None, "STOPPED", true),
        (NeverStarted, false, None, "", false),
        (TimedOut, true, Some(143), "STOPPING", true),
        (TimedOut, true, None, "RUNNING", false),
        (Interrupted, true, None, "STOPPED", true),
        (Interrupted, true, None, "STOPPING", false),
        (Interrupted, false, None, "", false),
        (Detached, true, None, "RUNNING", false),
        (ToolFailed, true, None, "RUNNING", false),
        (ToolFailed, false, None, "", false),
    ] {
        let mut record = begun();
        if task {
            record.start(&started("a"));
            record.enter(Timestamp::UNIX_EPOCH, &entered(phase));
        }
        assert!(!record.tells_its_tasks_end());
        let mut end = finished(outcome, task.then_some("a"));
        end.containers.push(ContainerEnd {
            name: "admin".into(),
            exit_code,
            ..ContainerEnd::default()
        });
        record.finish(Timestamp::UNIX_EPOCH, &end);
        assert_eq!(
            record.tells_its_tasks_end(),
            expected,
            "{outcome:?} {exit_code:?} {phase}"
        );
    }
}

#[test]
fn passwords_go_wherever_they_stand() {
    let mut record = begun();
    record.about.command = vec!["at".into(), "a://u:s3cret@h".into()];
    record.about.request = json!({"deep": [{"value": "see a://u:s3cret@h"}]});
    record.end.error = Some("no a://u:s3cret@h".into());
    let masked = record.masked();
    let text = serde_json::to_string(&masked).expect("JSON");
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(masked.about.command[1], "a://u:***@h");
    assert_eq!(masked.clone().masked(), masked);
}

#[test]
fn a_night_of_trouble_has_an_end() {
    let mut record = begun();
    for number in 0..1_000 {
        record.enter(Timestamp::UNIX_EPOCH, &entered(&number.to_string()));
    }
    assert_eq!(record.phases.len(), MOST);
    assert_eq!(record.phases[MOST - 1].phase, "999");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Record::read("id", &bytes);
    }

    #[test]
    fn no_json_panics(
        name in "version|id|began|ended|command|request|phases|log_tail|containers|timings|exit_code|outcome|api_calls|[a-z]{0,3}",
        value in "null|true|-?[0-9]{1,25}|\"[a-z:/@]{0,9}\"|\\[\\]|\\[null\\]|\\{\\}|\\{\"phase\":[0-9\"]{1,2}\\}|[\\[\\]{}\",:]{0,8}",
    ) {
        if let Ok(record) = Record::read("id", format!("{{\"{name}\":{value}}}").as_bytes()) {
            let masked = record.clone().masked();
            prop_assert_eq!(masked.id, "id");
            let _ = (record.outcome(), record.tells_its_tasks_end());
        }
    }

    #[test]
    fn half_a_record_is_none(part in 0.0..1.0_f64) {
        let mut record = begun();
        record.start(&started("a"));
        let text = serde_json::to_vec(&record).expect("JSON");
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "any length will do"
        )]
        let length = (text.len() as f64 * part) as usize;
        prop_assert!(Record::read("id", &text[..length]).is_err());
    }
}
