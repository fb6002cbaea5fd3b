//! Calls that are never answered: each is given up after a while, and the run goes on.

use serde_json::json;

use crate::support::fault::{fault, first, simply};
use crate::support::{Setting, at_once, tests};

tests! {
    a_start_that_is_not_answered_is_asked_for_again,
    a_start_that_was_made_and_not_answered_is_found,
    a_signal_during_a_start_that_was_made_stops_its_task,
    a_look_or_a_read_that_is_not_answered_costs_no_line,
    a_log_that_is_behind_keeps_no_signal_from_being_heard,
}

fn a_start_that_is_not_answered_is_asked_for_again() {
    let bench = Setting::of("echo once; exit 3")
        .scenario(&json!({"faults": [first(1, "RunTask", &simply("hang"))]}))
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(3).prints(&["once"]).says(&[
        "starting after [time]: waiting for the answer of RunTask\n",
        "warning: it is not known yet whether the task was started: ",
    ]);
    let requests = bench.run_task_requests();
    assert_eq!(requests.len(), 2, "{requests:#?}");
    assert_eq!(requests[0], requests[1]);
    assert_eq!(bench.emulator.tasks().len(), 1);
}

fn a_start_that_was_made_and_not_answered_is_found() {
    let bench = Setting::of("echo once; exit 3")
        .scenario(&json!({"faults": [first(1, "RunTask", &simply("hang-after"))]}))
        .start();
    let ran = bench.run(&["--output", "json", "report"]);
    let finished = ran.exits(3).finished();
    assert_eq!(finished["logs"]["lines"], 1, "{ran}");
    let events = ran.events();
    let started = events.iter().filter(|event| event["type"] == "started");
    let attached: Vec<_> = started.map(|event| &event["attached"]).collect();
    assert_eq!(attached, [false], "it is this process's own: {ran}");
    assert_eq!(bench.calls("RunTask"), 1);
    assert_eq!(bench.emulator.tasks().len(), 1);
}

fn a_signal_during_a_start_that_was_made_stops_its_task() {
    let scenario = json!({
        "faults": [fault("RunTask", &simply("hang-after"))],
        "phases": {"provisioning_ms": 50_000},
    });
    at_once(["migrate", "report"], |command| {
        let bench = Setting::of("echo never").scenario(&scenario).start();
        let mut running = bench.start(&[command]);
        bench.until_called("RunTask", 1);
        running.signal_and_hear("TERM");
        let ran = running.end();
        ran.exits(143).prints::<&str>(&[]).says(&[
            "warning: SIGTERM: waiting for the answer of RunTask first, so that no task is lost; the same again leaves at once\n",
            "\nwarning: SIGTERM: stopping the task and following it to its end; the same again leaves at once\n",
            "\ninterrupted\nstopped reason: UserInitiated: run-admin-task: SIGTERM, by ",
        ]);
        assert_eq!((bench.calls("RunTask"), bench.calls("StopTask")), (1, 1));
        let task = bench.emulator.tasks().remove(0);
        assert_eq!((&*task.last_status, task.started_processes), ("STOPPED", 0));
    });
}

fn a_look_or_a_read_that_is_not_answered_costs_no_line() {
    let cases = [
        ("DescribeTasks", "ECS"),
        ("GetLogEvents", "log of container `admin`"),
    ];
    at_once(cases, |(operation, source)| {
        let hangs = json!({"operation": operation, "nth": [3], "action": {"kind": "hang"}});
        let bench = Setting::of("for n in $(seq 60); do echo $n; sleep 0.1; done; exit 3")
            .scenario(&json!({"faults": [hangs]}))
            .start();
        // A reader: a writer also looks for others, and would take the third call.
        let ran = bench.run(&["report"]);
        let lines: Vec<_> = (1..=60).map(|n| n.to_string()).collect();
        ran.exits(3).prints(&lines).does_not_say("not complete");
        let warnings = ran
            .stderr
            .lines()
            .filter(|line| line.starts_with("warning: "));
        let warnings: Vec<_> = warnings.collect();
        assert_eq!(warnings.len(), 2, "{ran}");
        for (warning, text) in warnings.iter().zip(["no answer for 10.", "back after 2"]) {
            let wanted = format!("warning: {source}: {text}");
            assert!(warning.starts_with(&wanted), "{wanted}\n{ran}");
        }
    });
}

fn a_log_that_is_behind_keeps_no_signal_from_being_heard() {
    at_once([("migrate", 0), ("report", 1)], |(command, stops)| {
        let bench = Setting::of(
            "echo ready; trap 'echo bye; exit 9' TERM; while :; do sleep 0.1; done 2>/dev/null",
        )
        .scenario(&json!({"faults": [first(1, "GetLogEvents", &simply("hang"))]}))
        .start();
        let mut running = bench.start(&[command]);
        running.until_stderr_has("RUNNING after");
        running.signal_and_hear("INT");
        let ran = running.end();
        ran.exits(130);
        assert_eq!(bench.calls("StopTask"), stops, "{ran}");
        if stops == 1 {
            // The rest of the log is waited for.
            ran.prints(&["ready", "bye"]);
        } else {
            ran.says(&["SIGINT: leaving the task running\n"]);
        }
    });
}
