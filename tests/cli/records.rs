//! What a run leaves on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Bench, QUICK, Setting, shape, tests};

tests! {
    a_run_leaves_one_record_that_holds_all_of_it,
    a_container_that_fails_and_a_task_that_never_starts_leave_records,
    a_failure_without_a_task_leaves_a_record_and_a_mistake_does_not,
    a_folder_that_cannot_be_written_is_a_warning_and_not_an_end,
    who_wants_no_record_leaves_none,
    no_password_is_written,
    only_the_owner_can_read_a_record,
    two_runs_at_once_leave_two_records,
}

/// The folder of the records.
pub(crate) fn folder(bench: &Bench) -> PathBuf {
    bench.folder().join(".local/state/run-admin-task/runs")
}

/// The names of the files there, in order.
pub(crate) fn files(bench: &Bench) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder(bench)) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).into_string().expect("text"))
        .collect();
    names.sort();
    names
}

pub(crate) fn record(bench: &Bench, file: &str) -> Value {
    let text = fs::read(folder(bench).join(file)).expect("it is there");
    serde_json::from_slice(&text).expect("it is JSON")
}

/// The one record there is.
#[track_caller]
pub(crate) fn only(bench: &Bench) -> Value {
    let files = files(bench);
    assert_eq!(files.len(), 1, "{files:?}");
    record(bench, &files[0])
}

/// The task's ARN.
pub(crate) fn arn(bench: &Bench) -> String {
    bench.emulator.tasks().remove(0).arn
}

pub(crate) fn run(bench: &Bench, words: &[&str], exit: i32) {
    let words = [&QUICK[..], words].concat();
    bench.run(&words).exits(exit);
}

#[track_caller]
pub(crate) fn has(record: &Value, fields: &[(&str, Value)]) {
    for (field, expected) in fields {
        assert_eq!(record[field], *expected, "{field} of {record:#}");
    }
}

fn a_run_leaves_one_record_that_holds_all_of_it() {
    let bench = Setting::of("for n in $(seq 250); do echo line $n; done").start();
    bench.write("run-admin-task.toml", "[environments.staging]\n");
    bench
        .run(&["-E", "staging", "report", "a b"])
        .exits(0)
        .does_not_say("record");
    let record = only(&bench);
    let arn = arn(&bench);
    has(
        &record,
        &[
            ("version", json!(1)),
            ("tool_version", json!(env!("CARGO_PKG_VERSION"))),
            ("ci", json!(null)),
            ("environment", json!("staging")),
            ("region", json!("us-east-1")),
            ("cluster", json!("everruns")),
            ("command", json!(["report", "a b"])),
            ("attached", json!(false)),
            ("earlier_tasks", json!([])),
            ("task_arn", json!(arn)),
            ("container", json!("admin")),
            ("log_group", json!("/ecs/everruns-admin")),
            ("outcome", json!("succeeded")),
            ("exit_code", json!(0)),
            ("error", json!(null)),
        ],
    );
    let request = &record["request"];
    let sent = bench.run_task_request();
    for field in ["clientToken", "cluster", "overrides", "startedBy", "tags"] {
        assert_eq!(request[field], sent[field], "{field}");
    }
    let id = record["id"].as_str().unwrap_or_default();
    assert_eq!(shape(&id[..20]), "00000000T000000.000Z");
    assert_eq!(files(&bench), [format!("{id}.json")]);
    for time in ["began", "ended"] {
        let time = record[time].as_str().unwrap_or_default();
        assert_eq!(shape(time), "0000-00-00T00:00:00.000Z");
    }
    let phases = record["phases"].as_array().expect("a list");
    assert_eq!(phases[0]["phase"], "PROVISIONING");
    assert!(phases[0]["elapsed_ms"].is_i64() && phases[0]["at"].is_string());
    let tail = record["log_tail"].as_array().expect("a list");
    let lines: Vec<_> = tail.iter().map(|line| line["message"].clone()).collect();
    let wanted: Vec<_> = (51..=250).map(|n| json!(format!("line {n}"))).collect();
    assert_eq!(lines, wanted);
    assert_eq!(tail[0]["container"], "admin");
    assert_eq!(record["logs"]["lines"], 250);
    assert_eq!(record["containers"][0]["exit_code"], 0);
    assert!(record["timings"]["total_ms"].is_i64());
    assert_eq!(record["api_calls"]["RunTask"], 1);
    let who = record["who"].as_str().unwrap_or_default();
    assert!(who.contains('@'), "{who}");
}

fn a_container_that_fails_and_a_task_that_never_starts_leave_records() {
    let bench = Setting::of("exit 3").start();
    run(&bench, &["migrate"], 3);
    has(
        &only(&bench),
        &[
            ("outcome", json!("container-failed")),
            ("exit_code", json!(3)),
        ],
    );

    let gone = json!({"image": "registry.example/gone:v9"});
    let bench = Setting::of("").admin(&gone).start();
    run(&bench, &["migrate"], 126);
    let record = only(&bench);
    has(
        &record,
        &[
            ("outcome", json!("never-started")),
            ("stop_code", json!("TaskFailedToStart")),
            ("task_arn", json!(arn(&bench))),
        ],
    );
    let reason = record["stopped_reason"].as_str().unwrap_or_default();
    assert!(reason.contains("gone:v9"), "{record:#}");
}

fn a_failure_without_a_task_leaves_a_record_and_a_mistake_does_not() {
    let failures = json!([{"reason": "AGENT"}]);
    let faults = json!({"faults": [{"operation": "RunTask", "action": {"kind": "run-task-failures", "failures": failures}}]});
    let bench = Setting::of("").scenario(&faults).start();
    run(&bench, &["migrate"], 126);
    let record = only(&bench);
    has(
        &record,
        &[
            ("outcome", json!("never-started")),
            ("exit_code", json!(126)),
            ("task_arn", json!(null)),
            ("region", json!("us-east-1")),
        ],
    );
    let error = record["error"].as_str().unwrap_or_default();
    assert!(error.starts_with("ECS started no task: AGENT"), "{error}");
    assert_eq!(record["request"]["count"], 1);

    let bench = Setting::of("").start();
    run(&bench, &["--task-definition", "gone", "migrate"], 126);
    let record = only(&bench);
    has(
        &record,
        &[("request", json!(null)), ("command", json!(["migrate"]))],
    );
    run(&bench, &["--container", "gone", "migrate"], 2);
    bench
        .tool()
        .without(&["ECS_SUBNETS"])
        .run(&["migrate"])
        .exits(2);
    run(&bench, &["--dry-run", "migrate"], 0);
    assert_eq!(files(&bench).len(), 1);
}

fn a_folder_that_cannot_be_written_is_a_warning_and_not_an_end() {
    let bench = Setting::of("echo hello; exit 3").start();
    bench.write(".local", "a file in the way\n");
    let ran = bench.run(&["migrate"]);
    ran.exits(3).prints(&["hello"]).says(&[
        "\nwarning: the run leaves no record: [folder]/.local/state/run-admin-task/runs: ",
        "; --no-record asks for none\n",
    ]);
    assert_eq!(ran.stderr.matches("no record").count(), 1, "{ran}");

    let ran = bench.run(&["--drain", "0s", "--output", "json", "migrate"]);
    let events = ran.exits(3).events();
    let codes: Vec<_> = events.iter().filter_map(|it| it["code"].as_str()).collect();
    assert_eq!(codes, ["record-not-written"]);
    assert_eq!(ran.finished()["exit_code"], 3);
    bench
        .run(&["--drain", "0s", "--no-record", "migrate"])
        .exits(3)
        .does_not_say("no record");
    bench.run(&["history"]).exits(125).says(&[
        "error: the records cannot be read: [folder]/.local/state/run-admin-task/runs: ",
        "hint: they are below XDG_STATE_HOME, else below ~/.local/state\n",
    ]);
}

fn who_wants_no_record_leaves_none() {
    let bench = Setting::of("").start();
    run(&bench, &["--no-record", "migrate"], 0);
    bench.write("run-admin-task.toml", "[defaults]\nrecord = false\n");
    run(&bench, &["migrate"], 0);
    assert!(!bench.folder().join(".local").exists());

    bench.write("run-admin-task.toml", "");
    let elsewhere = bench.folder().join("elsewhere");
    let tool = bench
        .tool()
        .env("XDG_STATE_HOME", &elsewhere.to_string_lossy());
    tool.run(&["--drain", "0s", "migrate"]).exits(0);
    assert!(!bench.folder().join(".local").exists());
    let runs = fs::read_dir(elsewhere.join("run-admin-task/runs")).expect("a folder");
    assert_eq!(runs.count(), 1);
}

fn no_password_is_written() {
    let bench = Setting::of("echo at postgres://ana:hunter2@db/app").start();
    bench.write("vars", "URL=postgres://ana:hunter2@db/app\nTOKEN=hunter2\n");
    let words = [
        "--env-file",
        "vars",
        "--env",
        "OTHER=redis://:hunter2@h",
        "--env",
        "KEY=hunter2",
        "--tag",
        "url=postgres://ana:hunter2@db",
        "migrate",
        "see postgres://ana:hunter2@db/app",
    ];
    bench.run(&words).exits(0);
    let text = fs::read_to_string(folder(&bench).join(&files(&bench)[0])).expect("it is there");
    assert!(!text.contains("hunter2"), "{text}");
    let record = only(&bench);
    assert_eq!(
        record["log_tail"][0]["message"],
        "at postgres://ana:***@db/app"
    );
    assert_eq!(record["command"][1], "see postgres://ana:***@db/app");
    let environment = &record["request"]["overrides"]["containerOverrides"][0]["environment"];
    let hidden = |name: &str| json!({"name": name, "value": "(not shown)"});
    assert_eq!(
        *environment,
        json!([
            hidden("KEY"),
            hidden("OTHER"),
            hidden("TOKEN"),
            hidden("URL")
        ])
    );

    // Whoever put it there: it is not shown.
    let file = folder(&bench).join(&files(&bench)[0]);
    let spoilt = text.replace("***", "hunter2").replace("see ", "\u{9b}2J");
    fs::write(file, spoilt).expect("ours");
    for words in [
        &["history"][..],
        &["history", "show", "2"],
        &["history", "--output", "json"],
    ] {
        let ran = bench.run(words);
        let all = ran.exits(0).to_string();
        assert!(!all.contains("hunter2") && !all.contains('\u{9b}'), "{all}");
    }
}

fn only_the_owner_can_read_a_record() {
    let bench = Setting::of("").start();
    run(&bench, &["migrate"], 0);
    let mode = |path: &Path| {
        let about = fs::metadata(path).expect("it is there");
        about.permissions().mode() & 0o7777
    };
    assert_eq!(mode(&folder(&bench)), 0o700);
    assert_eq!(mode(&folder(&bench).join(&files(&bench)[0])), 0o600);
}

fn two_runs_at_once_leave_two_records() {
    let bench = Setting::of("echo ready; sleep 0.2").start();
    let runs = [bench.start(&["report"]), bench.start(&["report"])];
    for running in runs {
        running.end().exits(0);
    }
    let files = files(&bench);
    assert_eq!(files.len(), 2, "{files:?}");
    let mut arns: Vec<_> = files
        .iter()
        .map(|file| record(&bench, file))
        .inspect(|record| assert_eq!(record["outcome"], "succeeded"))
        .map(|record| record["task_arn"].to_string())
        .collect();
    arns.dedup();
    assert_eq!(arns.len(), 2);
}
