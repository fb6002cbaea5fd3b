//! Trouble on the way: throttling, failures, cut connections, hangs, credentials that expire.

use serde_json::json;

use crate::support::fault::{failure, refusal, simply};
use crate::support::{Bench, Ran, Running, Setting, Tool, at_once, tests};

tests! {
    of_many_lines_none_is_lost_or_doubled_though_three_calls_of_ten_fail,
    expired_credentials_are_told_once_and_the_task_is_left_in_peace,
    new_credentials_are_found_and_the_run_goes_on,
    credentials_that_come_too_late_are_asked_for_with_the_way_back,
    whoever_looks_on_is_told_that_the_credentials_expired,
}

const LINES: usize = 4_000;

/// Lines in twenty portions, in four seconds.
const MANY: &str =
    "for n in $(seq 0 19); do seq $((n * 200 + 1)) $((n * 200 + 200)); sleep 0.2; done; exit 3";

/// Each line once and in order, and the exit code is the container's.
#[track_caller]
fn is_whole(ran: &Ran) {
    let finished = ran.exits(3).finished();
    let logs = json!({"lines": LINES, "complete": true, "note": null});
    assert_eq!(finished["logs"], logs, "{ran}");
    let events = ran.events();
    let lines = events.iter().filter(|event| event["type"] == "log");
    let lines: Vec<_> = lines
        .map(|line| line["message"].as_str().unwrap_or_default())
        .collect();
    let wanted: Vec<_> = (1..=LINES).map(|n| n.to_string()).collect();
    assert!(lines == wanted, "{ran}");
}

fn of_many_lines_none_is_lost_or_doubled_though_three_calls_of_ten_fail() {
    let actions = [
        refusal("ThrottlingException", "Rate exceeded"),
        failure(500, "InternalServerError", "Oops"),
        failure(503, "ServiceUnavailableException", "Down"),
        simply("cut-before"),
        simply("cut-after"),
        simply("cut-body"),
    ];
    let cases = actions
        .iter()
        .flat_map(|action| [1, 2].map(|seed| (action, seed)));
    at_once(cases, |(action, seed)| {
        let struck = json!({"operation": "*", "probability": 0.3, "action": action});
        let bench = Setting::of(MANY)
            .scenario(&json!({
                "seed": seed,
                "faults": [struck],
                "logs": {"page_events": 150, "delay_ms": 300},
            }))
            .start();
        let ran = bench.run(&["--start-retries", "20", "--output", "json", "report"]);
        is_whole(&ran);
        assert_eq!(bench.emulator.tasks().len(), 1, "{ran}");
        let failed = bench.emulator.calls().len();
        assert!(failed > 20, "too few calls to prove anything: {failed}");
    });
}

/// Who has credentials in a file.
fn with_file(bench: &Bench, key: &str) -> Tool {
    log_in(bench, key);
    bench
        .tool()
        .without(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
        .env("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        .env("AWS_PROFILE", "prod")
}

/// Writes new credentials over the old ones.
fn log_in(bench: &Bench, key: &str) {
    bench.write(
        "credentials.new",
        &format!("[prod]\naws_access_key_id = {key}\naws_secret_access_key = secret\n"),
    );
    let [new, old] = ["credentials.new", "credentials"].map(|name| bench.folder().join(name));
    std::fs::rename(new, old).expect("the file is there");
}

const EXPIRED: &str = "AWS no longer takes the credentials: ";

/// Follows a container until it runs, and lets the credentials expire.
fn until_expired(tool: &Tool, bench: &Bench, words: &[&str]) -> Running {
    let mut running = tool.start(words);
    running.until_stdout_has("20\n");
    running.until_stderr_has("RUNNING after");
    bench.change(&json!({"expired_keys": ["AKIDOLD", "AKIDEXAMPLE"]}));
    running.until_stderr_has(EXPIRED);
    running
}

fn expired_credentials_are_told_once_and_the_task_is_left_in_peace() {
    at_once(["migrate", "report"], |command| {
        let bench = Setting::of("seq 20; exec sleep 50").start();
        let words = ["--credentials-grace", "3s", command];
        let ran = until_expired(&bench.tool(), &bench, &words).end();
        ran.exits(125).says(&[
            "\nwarning: AWS no longer takes the credentials: ",
            "ExpiredTokenException: The security token included in the request is expired\n",
            "log in again in another terminal (for example: aws sso login)",
            "during 3s (--credentials-grace)",
            "\nto follow it:   run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]\n",
            "\nthe run could not be followed to its end\n",
            "\nerror: the task could not be looked at for ",
        ]);
        assert_eq!(ran.stderr.matches(EXPIRED).count(), 1, "{ran}");
        let way_back = ran.stderr.matches("run-admin-task attach ").count();
        assert_eq!(way_back, 2, "at once, and in the end\n{ran}");
        assert_eq!(bench.calls("StopTask"), 0);
        assert_eq!(bench.emulator.tasks()[0].last_status, "RUNNING");
    });
}

fn new_credentials_are_found_and_the_run_goes_on() {
    let script = "seq 20; sleep 6; seq 21 40; sleep 4; seq 41 60; exit 3";
    let bench = Setting::of(script).start();
    let tool = with_file(&bench, "AKIDOLD");
    let mut running = until_expired(&tool, &bench, &["migrate"]);
    log_in(&bench, "AKIDNEW");
    running.until_stderr_has("warning: AWS takes the credentials again after ");
    let ran = running.end();
    let numbers: Vec<_> = (1..=60).map(|n| n.to_string()).collect();
    ran.exits(3)
        .prints(&numbers)
        .says(&["(for example: aws sso login --profile prod)"])
        .does_not_say("not complete");
    assert_eq!(ran.stderr.matches(EXPIRED).count(), 1, "{ran}");
    assert_eq!(bench.emulator.tasks().len(), 1);
}

fn credentials_that_come_too_late_are_asked_for_with_the_way_back() {
    let bench = Setting::of("seq 20; exec sleep 50").start();
    let tool = with_file(&bench, "AKIDOLD");
    let words = ["--credentials-grace", "3s", "--output", "json", "report"];
    let mut running = tool.start(&words);
    running.until_stdout_has(r#""message":"20""#);
    running.until_stdout_has("RUNNING");
    bench.change(&json!({"expired_keys": ["AKIDOLD"]}));
    let ran = running.end();
    let finished = ran.exits(125).finished();
    assert_eq!(finished["outcome"], "tool-failed", "{ran}");
    assert_eq!(finished["logs"]["complete"], false, "{ran}");
    let task = bench.emulator.tasks().remove(0);
    let way_back = format!("run-admin-task attach --profile prod {}", task.arn);
    let error = finished["error"].as_str().unwrap_or_default();
    assert!(error.contains(&way_back), "{ran}");
    let events = ran.events();
    let warnings = events.iter().filter(|event| event["code"] == "credentials");
    assert_eq!(warnings.count(), 1, "{ran}");
    assert_eq!(task.last_status, "RUNNING");
}

fn whoever_looks_on_is_told_that_the_credentials_expired() {
    let script = "trap '' TERM; seq 20; while :; do sleep 0.1; done 2>/dev/null";
    let verbs = [&["logs", "--follow"][..], &["stop", "--yes"]];
    at_once(verbs, |verb| {
        let bench = Setting::of(script).start();
        let id = bench.running_task(&["migrate"]);
        let words = [&["--credentials-grace", "3s"], verb, &[&id]].concat();
        let mut running = bench.start(&words);
        match verb[0] {
            "logs" => running.until_stdout_has("20\n"),
            _ => running.until_stderr_has("told to stop; waiting"),
        }
        bench.change(&json!({"expired_keys": ["AKIDEXAMPLE"]}));
        let ran = running.end();
        ran.exits(125).says(&[
            "warning: AWS no longer takes the credentials: ",
            "during 3s (--credentials-grace)",
            "the task could not be looked at for ",
        ]);
        assert_eq!(ran.stderr.matches(EXPIRED).count(), 1, "{ran}");
        let way_back = ran.stderr.matches("run-admin-task attach ").count();
        assert_eq!(way_back, 2, "at once, and in the end\n{ran}");
    });
}
