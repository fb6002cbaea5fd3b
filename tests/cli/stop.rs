//! `stop`: a task is told to stop, by somebody who said so, and its end is waited for.

use serde_json::json;

use crate::support::{Bench, Setting, at_once, tests};

tests! {
    a_task_is_told_to_stop_and_its_end_is_told,
    without_a_terminal_nothing_is_stopped_unless_it_is_said_so,
    at_a_terminal_a_person_is_asked,
    a_task_that_has_ended_already_is_no_failure,
    a_task_that_has_not_started_never_will,
    a_refusal_is_told_in_awss_words,
    trouble_on_the_way_is_tried_again,
    a_signal_leaves_at_once_and_says_that_the_task_was_told,
    a_dry_run_stops_nothing,
    a_reason_that_is_too_long_is_refused_before_anything_is_asked,
    the_event_stream_of_a_stop,
}

/// Says that it is ready, and takes its leave when it is told to stop.
const POLITE: &str =
    "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";

/// The reason that ECS was given for the one stop.
fn stop_reason(bench: &Bench) -> String {
    let calls = bench.emulator.calls().into_iter();
    let stops: Vec<_> = calls.filter(|call| call.operation == "StopTask").collect();
    assert_eq!(stops.len(), 1, "{stops:#?}");
    stops[0].body["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Who starts and stops the tests' tasks, as the tool says it.
fn who(bench: &Bench) -> String {
    bench.emulator.tasks()[0].tags["run-admin-task:who"].clone()
}

fn a_task_is_told_to_stop_and_its_end_is_told() {
    let bench = Setting::of(POLITE).start();
    let id = bench.running_task(&["migrate"]);
    let ran = bench.run(&["stop", "--yes", "--reason", "wrong cluster", &id[..10]]);
    let reason = format!("run-admin-task: stopped by {}: wrong cluster", who(&bench));
    assert_eq!(stop_reason(&bench), reason);
    let stderr = ran.stderr.clone();
    ran.exits(0).prints::<&str>(&[]).says(&[
        "\
following task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
RUNNING after [time]: told to stop; waiting for the container's end
",
        &format!(
            "\nthe task was stopped: container `admin` exited 9\nstopped reason: UserInitiated: {reason}\ncontainer `admin`: exited 9\nlog: /ecs/everruns-admin admin/admin/[task] (us-east-1)\ntask: https://"
        ),
    ]);
    assert!(
        stderr.contains("STOPPING after") || stderr.contains("DEPROVISIONING after"),
        "{stderr}"
    );
}

fn without_a_terminal_nothing_is_stopped_unless_it_is_said_so() {
    let bench = Setting::of(POLITE).start();
    let id = bench.running_task(&["migrate"]);
    bench.run(&["stop", &id]).is(&format!("\
--- stderr
error: nothing was stopped: it would stop task [task] (migrate, RUNNING, started by {} [time] ago) on everruns, and there is nobody to ask
hint: without a terminal, --yes says that it shall be stopped
--- exit status 2
", who(&bench)));
    assert_eq!(bench.calls("StopTask"), 0);
}

fn at_a_terminal_a_person_is_asked() {
    at_once([("y\n", 0), ("n\n", 2), ("\u{4}", 2)], |(answer, exit)| {
        let bench = Setting::of(POLITE).start();
        let id = bench.running_task(&["migrate"]);
        let mut terminal = bench.tool().start_at_terminal(&["stop", &id]);
        let question = format!(
            "stop task [task] (migrate, RUNNING, started by {} ",
            who(&bench)
        );
        terminal.until_shows(&question);
        terminal.until_shows(" ago) on everruns? [y/N] ");
        terminal.types(answer);
        let (screen, status) = terminal.end();
        assert_eq!(status, exit, "{screen}");
        let not = screen.contains("error: not confirmed: nothing was stopped");
        assert_eq!(not, exit == 2, "{screen}");
        let stops = usize::from(exit == 0);
        assert_eq!(bench.calls("StopTask"), stops, "{screen}");
    });
}

fn a_task_that_has_ended_already_is_no_failure() {
    let bench = Setting::of("exit 3").start();
    bench.run(&["--drain", "0s", "migrate"]).exits(3);
    let id = bench.emulator.tasks().remove(0).id;
    bench.is_stopped(&id);
    // There is nothing to be asked.
    bench.run(&["stop", &id]).is("\
--- stderr
warning: nothing was stopped: task [task] has ended already [time] ago: container `admin` exited 3 (EssentialContainerExited: Essential container in task exited)
--- exit status 0
");
    assert_eq!(bench.calls("StopTask"), 0);
    bench.change(&json!({"forget_after_ms": 0}));
    bench
        .run(&["stop", "--yes", &id])
        .exits(2)
        .says(&["there is no task `[task]` on cluster everruns (us-east-1)\n"]);
}

fn a_task_that_has_not_started_never_will() {
    let slow = json!({"phases": {"provisioning_ms": 50_000}});
    let bench = Setting::of("echo never").scenario(&slow).start();
    let mut starter = bench.start(&["migrate"]);
    starter.until_stderr_has("PROVISIONING");
    drop(starter);
    let id = bench.emulator.tasks().remove(0).id;
    let ran = bench.run(&["stop", "-y", &id]);
    ran.exits(0).says(&[
        "\nthe task never started\nstopped reason: UserInitiated: run-admin-task: stopped by ",
    ]);
    assert_eq!(bench.emulator.tasks()[0].started_processes, 0);
}

fn a_refusal_is_told_in_awss_words() {
    let denied = json!({"kind": "error", "status": 400, "code": "AccessDeniedException", "message": "not authorized to perform: ecs:StopTask"});
    let faults = json!({"faults": [{"operation": "StopTask", "action": denied}]});
    let bench = Setting::of(POLITE).scenario(&faults).start();
    let id = bench.running_task(&["migrate"]);
    bench.run(&["stop", "--yes", &id]).is("\
--- stderr
error: task [task] could not be told to stop: StopTask: AccessDeniedException: not authorized to perform: ecs:StopTask
hint: allow the caller the operation that the message names
hint: the operation is ecs:StopTask on task/everruns/*
--- exit status 125
");
    assert_eq!(bench.emulator.tasks()[0].last_status, "RUNNING");
}

fn trouble_on_the_way_is_tried_again() {
    let throttled = json!({"kind": "error", "status": 400, "code": "ThrottlingException", "message": "Rate exceeded"});
    let faults = json!({"faults": [
        {"operation": "StopTask", "nth": [1], "action": throttled},
        {"operation": "StopTask", "nth": [2], "action": {"kind": "cut-after"}},
        {"operation": "DescribeTasks", "every": 3, "action": throttled},
    ]});
    let bench = Setting::of(POLITE).scenario(&faults).start();
    let id = bench.running_task(&["migrate"]);
    let ran = bench.run(&["stop", "--yes", &id]);
    ran.exits(0)
        .says(&["the task was stopped: container `admin` exited 9\n"]);
    assert_eq!(bench.calls("StopTask"), 3);
}

fn a_signal_leaves_at_once_and_says_that_the_task_was_told() {
    let script = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
    let bench = Setting::of(script).start();
    let id = bench.running_task(&["migrate"]);
    let mut running = bench.start(&["stop", "--yes", &id]);
    running.until_stderr_has("told to stop; waiting");
    running.signal("INT");
    running.end().exits(130).says(&[
        "warning: SIGINT: leaving; the task was told to stop and may still be ending\n",
        "\ninterrupted\n",
    ]);
    assert_eq!(bench.calls("StopTask"), 1);
}

fn a_dry_run_stops_nothing() {
    let bench = Setting::of(POLITE).start();
    let id = bench.running_task(&["migrate"]);
    let ran = bench.run(&["--dry-run", "stop", "--yes", &id]);
    ran.exits(0).says(&[
        "dry run: nothing was stopped; it would stop task [task] (migrate, RUNNING, started by ",
    ]);
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_reason_that_is_too_long_is_refused_before_anything_is_asked() {
    let bench = Setting::of("").start();
    let ran = bench.run(&["stop", "--yes", "--reason", &"x".repeat(300), "0f1e"]);
    ran.exits(2).says(&["the reason is too long"]);
    assert!(bench.emulator.calls().is_empty());
}

fn the_event_stream_of_a_stop() {
    let bench = Setting::of(POLITE).start();
    let id = bench.running_task(&["migrate"]);
    let ran = bench.run(&["--output", "json", "stop", "--yes", &id]);
    let events = ran.exits(0).events();
    assert_eq!(events[0]["type"], "started", "{ran}");
    assert_eq!(events[0]["task_id"], json!(id), "{ran}");
    let finished = ran.finished();
    assert_eq!(finished["outcome"], "stopped", "{ran}");
    assert_eq!(finished["exit_code"], 0, "{ran}");
    assert_eq!(finished["containers"][0]["exit_code"], 9, "{ran}");
    assert_eq!(finished["api_calls"]["StopTask"], 1, "{ran}");
}
