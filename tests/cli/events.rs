//! `--output json`: the event stream that programs rely on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Bench, Ran, Setting, at_once, shape, tests};

tests! {
    a_whole_run_in_events,
    every_call_is_counted,
    retries_are_counted_too,
    every_outcome_ends_with_finished,
    a_form_that_the_file_asks_for_holds_for_errors_too,
    a_password_in_a_url_shows_nowhere,
    a_secret_that_was_handed_on_shows_nowhere,
}

/// Holds every line to the contract, of which the schema is the greater part.
#[track_caller]
fn keeps_the_contract(ran: &Ran) {
    let events = ran.events();
    for event in &events {
        let at = event["at"].as_str().unwrap_or_default();
        assert_eq!(shape(at), "0000-00-00T00:00:00.000Z", "{event}");
    }
    let finished = ran.finished();
    assert_eq!(finished["exit_code"], ran.status, "{ran}");
    let ends = events.iter().filter(|event| event["type"] == "finished");
    assert_eq!(ends.count(), 1, "{ran}");
}

/// What explains a container that gave itself up.
fn exited_3() -> Value {
    json!({
        "cause": "essential-container-exited-nonzero",
        "summary": "The command itself failed with exit code 3.",
        "confidence": "high",
        "extracted": {},
        "evidence": [
            "stoppedReason: Essential container in task exited",
            "stopCode: EssentialContainerExited",
            "exit code: 3",
        ],
        "next_steps": ["Read the container's last log lines."],
        "related": [],
        "looked": null,
        "checks": [],
    })
}

fn a_whole_run_in_events() {
    let script = "printf 'one\\ttab  \\n\\033[1m\"two\" é\\r\\n'; sleep 1.2; exit 3";
    let bench = Setting::of(script)
        .beside_nonessential("proxy", "echo at your service")
        .start();
    let ran = bench.run(&["--output", "json", "reencrypt", "--filter", "a b"]);
    ran.exits(3);
    keeps_the_contract(&ran);
    assert_eq!(ran.stderr, "", "{ran}");
    let events = ran.events();
    let task = bench.emulator.tasks().remove(0);
    let started = &events[0];
    for (field, value) in [
        ("type", json!("started")),
        ("task_arn", json!(task.arn)),
        ("task_id", json!(task.id)),
        ("cluster", json!("everruns")),
        ("region", json!("us-east-1")),
        (
            "task_definition",
            json!("arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:1"),
        ),
        ("container", json!("admin")),
        ("containers", json!(["admin", "proxy"])),
        ("command", json!(["reencrypt", "--filter", "a b"])),
        ("log_group", json!("/ecs/everruns-admin")),
        ("log_region", json!("us-east-1")),
        ("log_stream", json!(format!("admin/admin/{}", task.id))),
        ("attached", json!(false)),
    ] {
        assert_eq!(started[field], value, "{field}\n{ran}");
    }
    let console = started["console_url"].as_str().unwrap_or_default();
    assert!(
        console.starts_with("https://us-east-1.console.aws.amazon.com/"),
        "{console}"
    );
    assert!(console.contains(&task.id), "{console}");

    let phases: Vec<_> = of_type(&events, "phase")
        .map(|event| &event["phase"])
        .collect();
    assert_eq!(
        phases,
        [
            "PROVISIONING",
            "PENDING",
            "RUNNING",
            "STOPPING",
            "DEPROVISIONING",
            "STOPPED"
        ],
        "{ran}"
    );
    let lines: Vec<_> = of_type(&events, "log")
        .filter(|event| event["container"] == "admin")
        .map(|event| &event["message"])
        .collect();
    assert_eq!(lines, ["one\ttab  ", "\u{1b}[1m\"two\" é\r"], "{ran}");
    let lines: Vec<_> = of_type(&events, "log")
        .filter(|event| event["container"] == "proxy")
        .map(|event| &event["message"])
        .collect();
    assert_eq!(lines, ["at your service"], "{ran}");

    let finished = ran.finished();
    for (field, value) in [
        ("outcome", json!("container-failed")),
        ("exit_code", json!(3)),
        ("task_arn", json!(task.arn)),
        ("diagnosis", exited_3()),
        ("stop_code", json!("EssentialContainerExited")),
        (
            "stopped_reason",
            json!("Essential container in task exited"),
        ),
        ("logs", json!({"lines": 3, "complete": true, "note": null})),
        ("error", json!(null)),
        (
            "containers",
            json!([
                {"name": "admin", "exit_code": 3, "reason": null, "essential": true},
                {"name": "proxy", "exit_code": 0, "reason": null, "essential": false},
            ]),
        ),
    ] {
        assert_eq!(finished[field], value, "{field}\n{ran}");
    }
    let timings = finished["timings"].as_object().expect("an object");
    for (name, value) in timings {
        assert!(value.as_i64().is_some_and(|ms| ms >= 0), "{name}\n{ran}");
    }
    let running = timings["running_ms"].as_i64().unwrap_or_default();
    assert!((1_200..10_000).contains(&running), "{running}");
}

fn of_type<'a>(events: &'a [Value], kind: &str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["type"] == kind)
}

fn every_call_is_counted() {
    let followed = [
        "DescribeTaskDefinition",
        "DescribeTasks",
        "GetLogEvents",
        "RunTask",
    ];
    // A writer looks for others.
    let cases = [("report", &[][..]), ("migrate", &["ListTasks"])];
    at_once(cases, |(command, looks)| {
        // The watch over the log ends between two looks at the task, so that no call is on its way.
        let bench = Setting::of("seq 3; sleep 1").start();
        let ran = bench.run(&["--drain", "1700ms", "--output", "json", command]);
        let counted = &ran.exits(0).finished()["api_calls"];
        let mut arrived = BTreeMap::<_, u64>::new();
        for call in bench.emulator.calls() {
            *arrived.entry(call.operation).or_default() += 1;
        }
        assert_eq!(*counted, json!(arrived), "{ran}");
        let operations: BTreeSet<_> = arrived.keys().map(String::as_str).collect();
        let wanted: BTreeSet<_> = followed.iter().chain(looks).copied().collect();
        assert_eq!(operations, wanted, "no call is spent on anything else");
    });
}

fn retries_are_counted_too() {
    let lost = json!({"operation": "RunTask", "first": 1, "action": {"kind": "cut-before"}});
    let bench = Setting::of("seq 3; sleep 1")
        .scenario(&json!({"faults": [lost]}))
        .start();
    let ran = bench.run(&["--output", "json", "migrate"]);
    assert_eq!(ran.exits(0).finished()["api_calls"]["RunTask"], 2, "{ran}");
}

fn every_outcome_ends_with_finished() {
    type Case = (
        &'static str,
        i32,
        &'static str,
        Option<fn() -> Bench>,
        &'static [&'static str],
    );
    fn gone() -> Bench {
        let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf";
        let secrets = json!({"secrets": [{"name": "X", "valueFrom": arn}]});
        Setting::of("").admin(&secrets).start()
    }
    fn refused() -> Bench {
        let action =
            json!({"kind": "error", "status": 400, "code": "BlockedException", "message": "no"});
        let fault = json!({"operation": "RunTask", "action": action});
        Setting::of("")
            .scenario(&json!({"faults": [fault]}))
            .start()
    }
    fn sleeping() -> Bench {
        Setting::of("exec sleep 50").start()
    }
    let cases: [Case; 10] = [
        ("succeeded", 0, "", None, &["migrate"]),
        ("never-started", 126, "", Some(gone), &["migrate"]),
        (
            "never-started",
            126,
            "BlockedException",
            Some(refused),
            &["migrate"],
        ),
        (
            "timed-out",
            124,
            "",
            Some(sleeping),
            &["--timeout", "1s", "report"],
        ),
        ("never-started", 2, "`chekc`", None, &["chekc"]),
        ("never-started", 2, "no command", None, &[]),
        ("never-started", 2, "--bogus", None, &["--bogus", "migrate"]),
        (
            "never-started",
            2,
            "`soon`",
            None,
            &["--timeout", "soon", "migrate"],
        ),
        (
            "never-started",
            2,
            "`staging`",
            None,
            &["-E", "staging", "migrate"],
        ),
        (
            "never-started",
            2,
            "gone.toml",
            None,
            &["--config", "gone.toml", "config"],
        ),
    ];
    at_once(cases, |(outcome, exit, error, bench, words)| {
        let bench = bench.map_or_else(|| Setting::of("").start(), |bench| bench());
        let ran = bench.run(&[&["--output=json"], words].concat());
        ran.exits(exit);
        keeps_the_contract(&ran);
        let finished = ran.finished();
        assert_eq!(finished["outcome"], outcome, "{ran}");
        if error.is_empty() {
            assert_eq!(finished["error"], json!(null), "{ran}");
        } else {
            let told = finished["error"].as_str().unwrap_or_default();
            assert!(told.contains(error), "{ran}");
            ran.says(&["error: ", error]);
        }
    });
}

fn a_form_that_the_file_asks_for_holds_for_errors_too() {
    let bench = Setting::of("").start();
    bench.write("run-admin-task.toml", "[defaults]\noutput = \"json\"\n");
    let tool = bench.tool().without(&["ECS_SUBNETS"]);
    let ran = tool.run(&["migrate"]);
    ran.exits(2).says(&["error: ", "ECS_SUBNETS"]);
    keeps_the_contract(&ran);
}

fn a_secret_that_was_handed_on_shows_nowhere() {
    let bench =
        Setting::of("echo \"$LEVEL: key is $API_TOKEN\"; echo \"pin is $DB_PIN_SECRET\"; exit 1")
            .start();
    bench.write("vars", "DB_PIN_SECRET=drei-vier\n");
    for output in ["json", "plain"] {
        let tool = bench
            .tool()
            .env("API_TOKEN", "zwei+eins")
            .env("LEVEL", "info");
        let words = ["--env", "API_TOKEN", "--env", "LEVEL", "--env-file", "vars"];
        let ran = tool.run(&[&words[..], &["-v", "--output", output, "x"]].concat());
        ran.exits(1);
        assert!(ran.stdout.contains("info: key is ***"), "{ran}");
        assert!(ran.stdout.contains("pin is ***"), "{ran}");
        assert!(!ran.to_string().contains("zwei+eins"), "{ran}");
    }
    let id = bench.emulator.tasks().remove(0).id;
    let history = bench.run(&["history", "show", &id]).stdout;
    assert!(history.contains("pin is ***"), "{history}");
    assert!(!history.contains("drei-vier"), "{history}");
}

fn a_password_in_a_url_shows_nowhere() {
    let url = "postgres://ana:hunter2@db/app";
    let bench = Setting::of("echo \"connecting to $2\"; exit 1").start();
    for output in ["json", "plain"] {
        let ran = bench.run(&["-v", "--output", output, "migrate", url]);
        ran.exits(1);
        assert!(
            ran.stdout
                .contains("connecting to postgres://ana:***@db/app"),
            "{ran}"
        );
        assert!(!ran.to_string().contains("hunter2"), "{ran}");
    }
    assert_eq!(bench.emulator.tasks()[0].words, [["migrate", url]]);
    for request in bench.run_task_requests() {
        assert!(
            !request["tags"].to_string().contains("hunter2"),
            "{request:#}"
        );
    }
    let ran = bench.run(&["--dry-run", "migrate", url]);
    assert!(!ran.to_string().contains("hunter2"), "{ran}");
}
