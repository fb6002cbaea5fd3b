//! Signals and timeouts: what they do to the task, and what is said of it.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Bench, Setting, at_once, poll, tests};

tests! {
    before_a_container_runs_an_interrupt_stops_the_task,
    an_interrupt_leaves_a_running_migration_alone_and_says_how_to_reach_it,
    an_interrupt_stops_another_command_and_the_rest_of_its_log_is_shown,
    the_user_decides_what_an_interrupt_does,
    an_interrupt_after_the_containers_end_claims_nothing_of_a_running_task,
    a_second_interrupt_leaves_at_once,
    an_interrupt_is_heard_though_nobody_reads_the_output,
    an_interrupt_before_run_task_starts_nothing,
    an_interrupt_while_run_task_is_on_its_way_loses_no_task,
    a_timeout_stops_a_command_that_can_be_stopped,
    a_timeout_leaves_a_migration_alone_unless_it_shall_be_stopped,
    the_time_counts_from_the_containers_start,
    without_a_timeout_a_container_takes_its_time,
    a_container_that_ends_in_time_is_not_timed_out,
    a_task_that_does_not_start_in_time_is_stopped,
}

/// Says that it is ready, and takes its leave when it is told to stop.
const POLITE: &str =
    "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";

fn stopped(bench: &Bench) {
    poll(|| match bench.emulator.tasks().remove(0).last_status {
        status if status == "STOPPED" => Ok(()),
        status => Err(status),
    });
}

/// The reason that ECS was given for the stop.
fn stop_reason(bench: &Bench) -> String {
    let calls = bench.emulator.calls();
    let stops: Vec<_> = calls
        .iter()
        .filter(|call| call.operation == "StopTask")
        .collect();
    assert_eq!(stops.len(), 1, "{stops:#?}");
    stops[0].body["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn before_a_container_runs_an_interrupt_stops_the_task() {
    let slow = json!({"phases": {"provisioning_ms": 50_000}});
    let bench = Setting::of("echo never").scenario(&slow).start();
    let mut running = bench.start(&["migrate"]);
    running.until_stderr_has("PROVISIONING");
    running.signal("INT");
    let ran = running.end();
    ran.exits(130).prints::<&str>(&[]).says(&[
        "warning: SIGINT: stopping the task and following it to its end; the same again leaves at once\n",
        "\ninterrupted\n",
        "stopped reason: UserInitiated: run-admin-task: SIGINT, by ",
    ]);
    assert!(stop_reason(&bench).starts_with("run-admin-task: SIGINT, by "));
    stopped(&bench);
    assert_eq!(bench.emulator.tasks()[0].started_processes, 0);
}

fn an_interrupt_leaves_a_running_migration_alone_and_says_how_to_reach_it() {
    for signal in ["INT", "TERM"] {
        let bench = Setting::of(POLITE).start();
        let mut running = bench.start(&["migrate"]);
        running.until_stdout_has("ready\n");
        running.until_stderr_has("RUNNING");
        running.signal(signal);
        let exit = if signal == "INT" { 130 } else { 143 };
        running.end().exits(exit).prints(&["ready"]).says(&[
            &format!("\nwarning: SIG{signal}: leaving the task running\n"),
            "\nto follow it:   run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]\n",
            "\nto see its log: run-admin-task logs arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]\n",
            "\nto stop it:     run-admin-task stop arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]\n",
            "\nthe log is not complete: the run was left before its end\n",
            "\nleft: the task goes on\n",
        ]);
        assert_eq!(bench.calls("StopTask"), 0);
        assert_eq!(bench.emulator.tasks()[0].last_status, "RUNNING");
    }
}

fn an_interrupt_stops_another_command_and_the_rest_of_its_log_is_shown() {
    at_once([("INT", 130), ("TERM", 143)], |(signal, exit)| {
        let bench = Setting::of(POLITE).start();
        let mut running = bench.start(&["report"]);
        running.until_stdout_has("ready\n");
        running.until_stderr_has("RUNNING");
        running.signal(signal);
        let wanted = "\
ready
bye
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: report
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
warning: SIGNAL: stopping the task and following it to its end; the same again leaves at once
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
interrupted
stopped reason: UserInitiated: REASON
container `admin`: exited 9
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status CODE
";
        let ran = running.end();
        let wanted = wanted
            .replace("SIGNAL", &format!("SIG{signal}"))
            .replace("REASON", &stop_reason(&bench))
            .replace("CODE", &exit.to_string());
        ran.is(&wanted);
    });
}

fn the_user_decides_what_an_interrupt_does() {
    let cases = [
        (&["--on-interrupt", "stop", "migrate"][..], 1),
        (&["--on-interrupt", "detach", "report"], 0),
        // It changes nothing that could be left half-done.
        (&["migrate", "--dry-run"], 1),
        (&["reencrypt"], 0),
    ];
    at_once(cases, |(words, stops)| {
        let bench = Setting::of(POLITE).start();
        let mut running = bench.start(words);
        running.until_stdout_has("ready\n");
        running.until_stderr_has("RUNNING");
        running.signal("INT");
        running.end().exits(130);
        assert_eq!(bench.calls("StopTask"), stops, "{words:?}");
    });
}

fn an_interrupt_after_the_containers_end_claims_nothing_of_a_running_task() {
    at_once(["migrate", "report"], |command| {
        let bench = Setting::of("echo done; exit 3").start();
        let mut running = bench.start(&["--drain", "50s", command]);
        running.until_stdout_has("done\n");
        running.until_stderr_has("STOPPED");
        let signal = Instant::now();
        running.signal("INT");
        let ran = running.end();
        ran.exits(130)
            .does_not_say("leaving the task running")
            .does_not_say("stopping the task")
            .does_not_say("the task goes on");
        assert!(signal.elapsed() < Duration::from_secs(10), "{ran}");
    });
}

fn a_second_interrupt_leaves_at_once() {
    let bench = Setting::of("trap '' TERM; echo ready; while :; do sleep 0.1; done").start();
    let mut running = bench.start(&["--output", "json", "report"]);
    running.until_stdout_has("ready");
    running.until_stdout_has("RUNNING");
    running.signal("INT");
    running.until_stdout_has("stopping the task");
    let second = Instant::now();
    running.signal("INT");
    let ran = running.end();
    assert!(second.elapsed() < Duration::from_secs(2), "{ran}");
    let finished = ran.exits(130).finished();
    assert_eq!(finished["outcome"], "interrupted", "{ran}");
    assert_eq!(finished["logs"]["complete"], false, "{ran}");
    poll(|| match bench.calls("StopTask") {
        1 => Ok(()),
        calls => Err(format!("{calls} stops")),
    });
}

fn an_interrupt_is_heard_though_nobody_reads_the_output() {
    let bench = Setting::of("seq 300000; echo end; exec sleep 50").start();
    let mut running = bench.tool().stall_after(1).start(&["report"]);
    running.until_stdout_has("1\n");
    running.until_stderr_has("RUNNING");
    running.signal("INT");
    running.until_stderr_has("stopping the task");
    stopped(&bench);
    running.signal("INT");
    running.end().exits(130);
    assert_eq!(bench.calls("StopTask"), 1);
}

fn an_interrupt_before_run_task_starts_nothing() {
    let late =
        json!({"operation": "DescribeTaskDefinition", "action": {"kind": "latency", "ms": 50_000}});
    let bench = Setting::of("").scenario(&json!({"faults": [late]})).start();
    let running = bench.start(&["migrate"]);
    poll(|| match bench.calls("DescribeTaskDefinition") {
        0 => Err("no call yet".to_owned()),
        _ => Ok(()),
    });
    running.signal("INT");
    let ran = running.end();
    ran.exits(130).says(&["SIGINT: nothing was started\n"]);
    assert_eq!(bench.calls("RunTask"), 0);
}

fn an_interrupt_while_run_task_is_on_its_way_loses_no_task() {
    let late = json!({"operation": "RunTask", "action": {"kind": "latency", "ms": 1_500}});
    let slow = json!({"faults": [late], "phases": {"provisioning_ms": 50_000}});
    let bench = Setting::of("").scenario(&slow).start();
    let running = bench.start(&["migrate"]);
    poll(|| match bench.calls("RunTask") {
        0 => Err("no call yet".to_owned()),
        _ => Ok(()),
    });
    running.signal("INT");
    let ran = running.end();
    ran.exits(130).says(&[
        "warning: SIGINT: waiting for the answer of RunTask first, so that no task is lost; the same again leaves at once\n",
        "stopping the task",
    ]);
    assert_eq!(bench.emulator.tasks().len(), 1);
    stopped(&bench);
}

fn a_timeout_stops_a_command_that_can_be_stopped() {
    let bench = Setting::of(POLITE).start();
    let ran = bench.run(&["--timeout", "2s", "report"]);
    ran.exits(124).prints(&["ready", "bye"]).says(&[
        "warning: the container has run for 2s (--timeout); stopping the task\n",
        "\ntimed out\n",
        "container `admin`: exited 9\n",
    ]);
    assert!(stop_reason(&bench).starts_with("run-admin-task: timed out after 2s, by "));
}

fn a_timeout_leaves_a_migration_alone_unless_it_shall_be_stopped() {
    let cases = [
        (&["migrate"][..], 0),
        (&["--on-timeout", "stop", "migrate"], 1),
        // As on an interrupt.
        (&["--on-interrupt", "stop", "migrate"], 1),
        (&["--on-timeout", "detach", "report"], 0),
        (
            &["--on-interrupt", "stop", "--on-timeout", "detach", "report"],
            0,
        ),
    ];
    at_once(cases, |(words, stops)| {
        let bench = Setting::of(POLITE).start();
        let ran = bench.run(&[&["--timeout", "1s"], words].concat());
        ran.exits(124).says(&["\ntimed out\n"]);
        if stops == 0 {
            ran.says(&[
                "leaving the task running\n",
                "to stop it:     run-admin-task stop arn:aws:ecs:",
            ]);
        }
        assert_eq!(bench.calls("StopTask"), stops, "{words:?}\n{ran}");
    });
}

fn the_time_counts_from_the_containers_start() {
    let slow = json!({"phases": {"provisioning_ms": 3_500}});
    let bench = Setting::of("sleep 2; echo done; exit 3")
        .scenario(&slow)
        .start();
    let ran = bench.run(&["--timeout", "3s", "report"]);
    ran.exits(3).prints(&["done"]).does_not_say("--timeout");
    assert_eq!(bench.calls("StopTask"), 0);
}

fn without_a_timeout_a_container_takes_its_time() {
    // The time to start is none to run.
    let bench = Setting::of("sleep 8; echo done; exit 3").start();
    let ran = bench.run(&["--start-timeout", "3s", "migrate"]);
    ran.exits(3).prints(&["done"]).does_not_say("timeout");
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_container_that_ends_in_time_is_not_timed_out() {
    // The watch over the log goes on beyond the limit.
    let bench = Setting::of("echo done; exit 3").start();
    let ran = bench.run(&["--timeout", "2s", "report"]);
    ran.exits(3).prints(&["done"]);
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_task_that_does_not_start_in_time_is_stopped() {
    let slow = json!({"phases": {"provisioning_ms": 50_000}});
    let bench = Setting::of("echo never").scenario(&slow).start();
    let ran = bench.run(&["--start-timeout", "1s", "migrate"]);
    ran.exits(126).prints::<&str>(&[]).says(&[
        "warning: no container has started within 1s (--start-timeout); stopping the task\n",
        "\nthe task never started\n",
        "\ntime: ",
        "stopping [time], in all [time]\n",
    ]);
    assert!(stop_reason(&bench).starts_with("run-admin-task: not started within 1s, by "));
    stopped(&bench);
}
