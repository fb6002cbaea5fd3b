//! `history`: what the records tell of earlier runs.

use std::fs;
use std::time::UNIX_EPOCH;

use run_admin_task::model::task::task_id;
use serde_json::{Value, json};

use crate::records::{arn, files, folder, has, only, record, run};
use crate::support::{Setting, poll, shape, tests};

tests! {
    a_run_that_is_killed_leaves_the_way_back_to_its_task,
    history_lists_the_runs_newest_last,
    a_record_is_shown_by_the_beginning_of_a_name,
    a_damaged_record_is_named_and_left_out,
    without_records_history_says_so,
}

fn a_run_that_is_killed_leaves_the_way_back_to_its_task() {
    let bench = Setting::of("echo ready; sleep 100").start();
    let mut running = bench.start(&["migrate"]);
    running.until_stderr_has("started task");
    running.signal("KILL");
    running.end().exits(137);
    let arn = arn(&bench);
    has(
        &only(&bench),
        &[
            ("task_arn", json!(arn)),
            ("ended", json!(null)),
            ("outcome", json!(null)),
            ("exit_code", json!(null)),
            ("containers", json!(null)),
        ],
    );
    let ran = bench.run(&["history"]);
    let line = ran.exits(0).stdout.lines().nth(1).unwrap_or_default();
    assert!(line.ends_with("migrate  not ended  -"), "{ran}");
    let advice = format!(" goes on, or its process was killed: run-admin-task attach {arn}\n");
    assert!(ran.stderr.ends_with(&advice), "{ran}");
}

/// Each object has its type and its time, and the last is the end.
#[track_caller]
fn is_a_stream_that_succeeded(events: &[Value]) {
    for event in events {
        let at = event["at"].as_str().unwrap_or_default();
        assert_eq!(shape(at), "0000-00-00T00:00:00.000Z", "{event:#}");
        assert!(event["type"].is_string(), "{event:#}");
    }
    let end = [
        ("type", json!("finished")),
        ("outcome", json!("succeeded")),
        ("exit_code", json!(0)),
    ];
    has(events.last().expect("an end"), &end);
}

fn history_lists_the_runs_newest_last() {
    let bench = Setting::of("exit $1").start();
    run(&bench, &["--cluster", "everruns", "--", "0"], 0);
    // Two of the same second have longer names.
    let second = || UNIX_EPOCH.elapsed().expect("a clock").as_secs();
    let first = second();
    poll(|| match second() {
        now if now > first => Ok(()),
        now => Err(format!("still second {now}")),
    });
    run(
        &bench,
        &["3", "some more words than eighty columns can hold"],
        3,
    );
    let ran = bench.run(&["history"]);
    ran.exits(0);
    assert_eq!(ran.stderr, "");
    let lines: Vec<_> = ran.stdout.lines().map(shape).collect();
    let wanted = [
        "ID               WHEN          WHERE     COMMAND          OUTCOME           EXIT",
        "00000000T000000  Mon 00 00:00  everruns  0                succeeded         0",
        "00000000T000000  Mon 00 00:00  everruns  0 some more wo…  container-failed  0",
    ];
    let month = |line: &String| match line.char_indices().nth(17) {
        Some((at, c)) if !line.starts_with("ID") && c.is_alphabetic() => {
            format!("{}Mon{}", &line[..at], &line[at + 3..])
        }
        _ => line.clone(),
    };
    let lines: Vec<_> = lines.iter().map(month).collect();
    assert_eq!(lines, wanted, "{ran}");
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{ran}");
    assert!(ran.stdout.ends_with("  3\n"), "{ran}");

    let ran = bench.run(&["history", "--output", "json"]);
    let rows = ran.exits(0).events();
    assert_eq!(rows.len(), 3);
    has(
        &rows[1],
        &[
            ("type", json!("record")),
            (
                "task_arn",
                record(&bench, &files(&bench)[1])["task_arn"].clone(),
            ),
            ("cluster", json!("everruns")),
            ("outcome", json!("container-failed")),
            ("exit_code", json!(3)),
        ],
    );
    assert!(rows[0]["id"].as_str() < rows[1]["id"].as_str());
    assert!(rows[1].get("log_tail").is_none());
    is_a_stream_that_succeeded(&rows);
}

fn a_record_is_shown_by_the_beginning_of_a_name() {
    let bench = Setting::of("").start();
    run(&bench, &["migrate-info"], 0);
    run(&bench, &["migrate"], 0);
    let files = files(&bench);
    let ids: Vec<_> = files
        .iter()
        .map(|file| file.trim_end_matches(".json"))
        .collect();
    let newest = record(&bench, &files[1]);
    let arn = newest["task_arn"].as_str().unwrap_or_default();
    let task = task_id(arn);
    for name in [ids[1], &ids[1][..27], arn, task, &task[..20]] {
        let ran = bench.run(&["history", "show", name]);
        let shown: Value = serde_json::from_str(&ran.exits(0).stdout).expect("JSON");
        assert_eq!(shown, newest, "{name}");
        assert!(ran.stdout.starts_with("{\n  \"version\": 1,\n  \"id\": "));
    }
    let ran = bench.run(&["history", "--output", "json", "show", ids[1]]);
    let mut events = ran.exits(0).events();
    assert_eq!(events.len(), 2, "{ran}");
    is_a_stream_that_succeeded(&events);
    has(&events[0], &[("type", json!("record"))]);
    let shown = events[0].as_object_mut().expect("an object");
    shown.retain(|field, _| field != "type" && field != "at");
    assert_eq!(events[0], newest);
    // Also where a file asks for the stream, and after a failure.
    bench.write("run-admin-task.toml", "[defaults]\noutput = \"json\"\n");
    let finished = bench.run(&["history", "show", "zz"]).exits(2).finished();
    has(&finished, &[("exit_code", json!(2))]);
    bench.write("run-admin-task.toml", "");

    let candidates = format!("{} migrate; {} migrate-info\n", ids[1], ids[0]);
    for (name, message) in [
        ("20", "`20` names 2 records"),
        ("zz", "there is no record `zz`"),
    ] {
        bench.run(&["history", "show", name]).exits(2).says(&[
            &format!("error: {message}\nhint: the newest of them: "),
            &candidates,
        ]);
    }
}

fn a_damaged_record_is_named_and_left_out() {
    let bench = Setting::of("").start();
    run(&bench, &["migrate"], 0);
    let damaged = "20200101T000000.000Z-00000000.json";
    fs::write(folder(&bench).join(damaged), "{\"version\":").expect("ours");
    for words in [&["history"][..], &["history", "--output", "json"]] {
        let ran = bench.run(words);
        let warning = format!(
            "warning: [folder]/.local/state/run-admin-task/runs/{damaged} is left out: it cannot be read: "
        );
        ran.exits(0).says(&[&warning]);
        assert!(!ran.stdout.contains("20200101"), "{ran}");
        assert!(ran.stdout.contains("succeeded"), "{ran}");
    }
}

fn without_records_history_says_so() {
    let bench = Setting::of("").start();
    let nothing = "\
--- stderr
no run is recorded in [folder]/.local/state/run-admin-task/runs
--- exit status 0
";
    bench.run(&["history"]).is(nothing);
    let ran = bench.run(&["history", "--output", "json"]);
    is_a_stream_that_succeeded(&ran.exits(0).events());
    assert!(ran.stderr.starts_with("no run is recorded in "), "{ran}");
    bench
        .run(&["history", "show", "x"])
        .exits(2)
        .says(&["error: there is no record `x`\nhint: no run is recorded; "]);
    assert!(bench.emulator.calls().is_empty());
}
