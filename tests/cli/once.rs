//! One run, one task: whatever becomes of the answers of `RunTask`.

use serde_json::{Value, json};

use crate::support::fault::{denied, failure, fault, first, simply};
use crate::support::{Bench, QUICK, Ran, Setting, at_once, tests};

tests! {
    fifty_runs_of_which_half_lose_the_answer_start_fifty_tasks,
    a_lost_answer_is_told_as_what_it_is,
    each_try_of_one_start_bears_the_same_token,
    a_task_that_ecs_does_not_list_yet_is_given_by_its_token,
    starts_that_have_nothing_in_common_have_other_tokens,
}

/// Takes a moment, so that a second task would be seen beside the first.
const SHORT: &str = "echo once; sleep 0.3; exit 3";

/// One task was started, and followed to its end.
#[track_caller]
fn is_of_one_task(bench: &Bench, ran: &Ran) {
    ran.exits(3).prints(&["once"]).says(&["started task "]);
    let tasks = bench.emulator.tasks();
    let processes: Vec<_> = tasks.iter().map(|task| task.started_processes).collect();
    assert_eq!(processes, [1], "{ran}");
}

/// The requests, all alike.
#[track_caller]
fn one_request(bench: &Bench, tries: usize) -> Value {
    let mut requests = bench.run_task_requests();
    assert_eq!(requests.len(), tries, "{requests:#?}");
    requests.dedup();
    assert_eq!(requests.len(), 1, "they differ: {requests:#?}");
    assert!(requests[0]["clientToken"].is_string());
    requests.remove(0)
}

fn fifty_runs_of_which_half_lose_the_answer_start_fifty_tasks() {
    let lost = json!({"operation": "RunTask", "probability": 0.5, "action": {"kind": "cut-after"}});
    // Where the tasks cannot be listed, the token alone keeps them apart.
    let blind = fault("ListTasks", &denied("ecs:ListTasks"));
    let benches: Vec<_> = (1..=5)
        .map(|seed| {
            let mut faults = vec![lost.clone()];
            faults.extend((seed % 2 == 0).then(|| blind.clone()));
            Setting::of("echo \"$2\"")
                .scenario(&json!({"seed": seed, "faults": faults}))
                .start()
        })
        .collect();
    let losses = std::sync::atomic::AtomicUsize::new(0);
    let runs = benches
        .iter()
        .flat_map(|bench| (0..10).map(move |run| (bench, run.to_string())));
    at_once(runs, |(bench, run)| {
        let ran = bench.run(&[&QUICK[..], &["--start-retries", "20", "report", &run]].concat());
        ran.exits(0).prints(&[&run]);
        let lost = ran.stderr.matches("trying again in").count();
        losses.fetch_add(lost.min(1), std::sync::atomic::Ordering::Relaxed);
    });
    let tasks: Vec<_> = benches.iter().flat_map(|it| it.emulator.tasks()).collect();
    assert_eq!(tasks.len(), 50);
    assert!(tasks.iter().all(|task| task.started_processes == 1));
    let losses = losses.into_inner();
    assert!((10..=40).contains(&losses), "{losses} runs lost an answer");
}

fn a_lost_answer_is_told_as_what_it_is() {
    let bench = Setting::of(SHORT)
        .scenario(&json!({"faults": [first(1, "RunTask", &simply("cut-after"))]}))
        .start();
    let ran = bench.run(&[&QUICK[..], &["migrate"]].concat());
    is_of_one_task(&bench, &ran);
    // There is one, as it turns out.
    ran.does_not_say("no task was started").says(&[
        "warning: it is not known yet whether the task was started: RunTask: ",
        "connection closed before message completed; trying again in [time] (1 of 5, --start-retries)\n",
    ]);
}

fn each_try_of_one_start_bears_the_same_token() {
    let throttled = failure(400, "ThrottlingException", "Rate exceeded");
    let cases = [
        simply("cut-before"),
        throttled,
        failure(500, "ServerException", "Oops"),
        failure(503, "ServiceUnavailableException", "Down"),
    ];
    at_once(cases, |action| {
        let bench = Setting::of(SHORT)
            .scenario(&json!({"faults": [first(3, "RunTask", &action)]}))
            .start();
        let ran = bench.run(&[&QUICK[..], &["migrate"]].concat());
        is_of_one_task(&bench, &ran);
        one_request(&bench, 4);
        assert_eq!(ran.stderr.matches("trying again in").count(), 3, "{ran}");
    });
}

fn a_task_that_ecs_does_not_list_yet_is_given_by_its_token() {
    let bench = Setting::of(SHORT)
        .scenario(&json!({
            "visible_after_ms": 3_000,
            "faults": [first(2, "RunTask", &simply("cut-after"))],
        }))
        .start();
    let ran = bench.run(&["migrate"]);
    is_of_one_task(&bench, &ran);
    let request = one_request(&bench, 3);
    let task = bench.emulator.tasks().remove(0);
    assert_eq!(
        task.client_token.as_deref(),
        request["clientToken"].as_str()
    );
}

fn starts_that_have_nothing_in_common_have_other_tokens() {
    let bench = Setting::of("").start();
    for _ in 0..2 {
        bench.run(&[&QUICK[..], &["report"]].concat()).exits(0);
    }
    let requests = bench.run_task_requests();
    assert_ne!(requests[0]["clientToken"], requests[1]["clientToken"]);
    assert_eq!(bench.emulator.tasks().len(), 2);
}
