//! Calls that fail on the way. Whatever strikes, the run is the one that an operator meets on a
//! good day: its exit status, every line once and in order, and one task.
//!
//! No fault is left to chance, so that a run that fails will fail again.

use serde_json::{Value, json};

use crate::bench::{Case, without_time};
use crate::cases::Run;
use crate::steps;

pub(crate) const ALL: [(&str, Run); 9] = [
    ("throttled_calls", throttled_calls),
    ("internal_errors", internal_errors),
    ("cut_connections", cut_connections),
    ("halved_answers", halved_answers),
    ("hanging_calls", hanging_calls),
    ("a_start_with_a_cut_answer", a_start_with_a_cut_answer),
    ("a_start_with_a_halved_answer", a_start_with_a_halved_answer),
    ("a_throttled_start", a_throttled_start),
    ("an_expired_token", an_expired_token),
];

/// Milliseconds. The tool waits 20 seconds for an answer.
const TOO_LONG: u32 = 25_000;

fn throttled_calls(case: &Case<'_>) {
    let error = throttled();
    migrate_behind(
        case,
        &json!([
            {"operation": "DescribeTasks", "sequence": one_in(3), "error": error},
            {"operation": "GetLogEvents", "sequence": one_in(3), "error": error},
        ]),
    );
}

fn internal_errors(case: &Case<'_>) {
    let of_ecs = json!({"code": "ServerException", "status": 500});
    let of_logs = json!({"code": "ServiceUnavailableException", "status": 503});
    migrate_behind(
        case,
        &json!([
            {"operation": "DescribeTasks", "sequence": one_in(3), "error": of_ecs},
            {"operation": "GetLogEvents", "sequence": one_in(3), "error": of_logs},
        ]),
    );
}

/// A rule counts only what the rules before it let pass: of six calls, two strike two.
fn cut_connections(case: &Case<'_>) {
    let in_the_middle = json!({"abort_frac": 0.5});
    migrate_behind(
        case,
        &json!([
            {"operation": "DescribeTasks", "sequence": one_in(6), "reset": true},
            {"operation": "DescribeTasks", "sequence": one_in(6), "response": in_the_middle},
            {"operation": "GetLogEvents", "sequence": one_in(6), "reset": true},
            {"operation": "GetLogEvents", "sequence": one_in(6), "response": in_the_middle},
        ]),
    );
}

/// In good order, HTTP 200, but for the second half of what they should hold.
fn halved_answers(case: &Case<'_>) {
    let half = json!({"truncate_frac": 0.5});
    migrate_behind(
        case,
        &json!([
            {"operation": "DescribeTasks", "sequence": one_in(3), "response": half},
            {"operation": "GetLogEvents", "sequence": one_in(3), "response": half},
        ]),
    );
}

/// Both hang at the same time, in the middle of the run, and until after the container's end.
fn hanging_calls(case: &Case<'_>) {
    migrate_behind(
        case,
        &json!([
            let_pass("DescribeTasks", 4),
            {"operation": "DescribeTasks", "times": 1, "timeout_ms": TOO_LONG},
            let_pass("GetLogEvents", 3),
            {"operation": "GetLogEvents", "times": 1, "timeout_ms": TOO_LONG},
        ]),
    );
}

/// ministack takes no notice of the client token: a request that is sent again without a look
/// starts a second task. It does keep the tags of `RunTask`, and shows them in `DescribeTasks`, so
/// that the first task can be told by its run key.
fn a_start_with_a_cut_answer(case: &Case<'_>) {
    migrate_behind(
        case,
        &json!([{"operation": "RunTask", "times": 1, "response": {"abort_frac": 0.1}}]),
    );
}

/// HTTP 200, and yet nobody can tell from it which task was started.
fn a_start_with_a_halved_answer(case: &Case<'_>) {
    migrate_behind(
        case,
        &json!([{"operation": "RunTask", "times": 1, "response": {"truncate_frac": 0.5}}]),
    );
}

fn a_throttled_start(case: &Case<'_>) {
    migrate_behind(
        case,
        &json!([{"operation": "RunTask", "times": 2, "error": throttled()}]),
    );
}

/// By calls and not by the clock: the third of these comes some seconds after the first.
fn an_expired_token(case: &Case<'_>) {
    let error = json!({
        "code": "ExpiredTokenException",
        "status": 400,
        "message": "The security token included in the request is expired",
    });
    migrate_behind(
        case,
        &json!([
            let_pass("DescribeTasks", 4),
            {"operation": "DescribeTasks", "times": 3, "error": error},
            let_pass("GetLogEvents", 3),
            {"operation": "GetLogEvents", "times": 3, "error": error},
        ]),
    );
}

fn throttled() -> Value {
    json!({"code": "ThrottlingException", "status": 400, "message": "Rate exceeded"})
}

/// Strikes the first of so many calls, and again from there.
fn one_in(calls: u32) -> Value {
    json!({"fail": 1, "pass": calls - 1})
}

/// Strikes the first calls, but with nothing that is felt, before another rule's turn comes.
fn let_pass(operation: &str, calls: u32) -> Value {
    json!({"operation": operation, "times": calls, "latency": 1})
}

#[track_caller]
fn migrate_behind(case: &Case<'_>, rules: &Value) {
    case.deploy_steps();
    let proxy = case.microburst(rules);
    let run = case.run_against(&proxy.endpoint(), &["--output", "json", "migrate"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let events = run.events();
    let lines: Vec<_> = events.iter().filter_map(line).collect();
    assert_eq!(lines, steps::lines(), "{run:?}");
    let finished = events.last().expect("an event at the end");
    assert_eq!(finished["logs"]["complete"], true, "{run:?}");
    let tasks = case.tasks();
    assert_eq!(tasks.len(), 1, "{tasks:?} {run:?}");
    // A rule that strikes nothing proves nothing.
    for rule in proxy.rules().expect("the rules") {
        assert_ne!(rule["fired_count"], 0, "{rule} struck nothing: {run:?}");
    }
}

/// The container's line that an event tells, if it does.
fn line(event: &Value) -> Option<String> {
    let message = event["message"]
        .as_str()
        .filter(|_| event["type"] == "log")?;
    Some(without_time(message))
}
