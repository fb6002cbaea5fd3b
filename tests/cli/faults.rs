//! Calls that go wrong on the way: no second task, no lost line, the right exit code.

use serde_json::{Value, json};

use crate::support::{Setting, at_once, tests};

tests! {
    a_lost_answer_of_run_task_starts_no_second_task,
    a_task_that_stopped_before_the_answer_came_through_is_followed_to_its_end,
    where_no_answer_of_run_task_comes_through_the_tool_says_that_it_does_not_know,
    polls_of_which_every_third_fails_cost_no_line_and_leave_the_exit_code_right,
    an_outage_of_aws_is_told_and_survived,
    a_denied_log_is_said_once_and_the_exit_code_is_still_told,
    a_stop_that_is_refused_is_told_with_what_to_do,
}

fn fault(operation: &str, action: &Value) -> Value {
    json!({"operation": operation, "action": action})
}

fn a_lost_answer_of_run_task_starts_no_second_task() {
    // A task that came of it is found by a look; else the same is asked for again.
    let cases = [("cut-before", 2), ("cut-after", 1), ("cut-body", 1)];
    at_once(cases, |(kind, tries)| {
        let lost = json!({"operation": "RunTask", "first": 1, "action": {"kind": kind}});
        let bench = Setting::of("echo once; exit 3")
            .scenario(&json!({"faults": [lost]}))
            .start();
        let ran = bench.run(&["migrate"]);
        ran.exits(3).prints(&["once"]);
        let tasks = bench.emulator.tasks();
        assert_eq!((tasks.len(), tasks[0].started_processes), (1, 1), "{kind}");
        let requests = bench.run_task_requests();
        assert_eq!(requests.len(), tries, "{kind}");
        assert!(
            requests.iter().all(|request| *request == requests[0]),
            "{requests:#?}"
        );
        assert!(requests[0]["clientToken"].is_string());
    });
}

fn a_task_that_stopped_before_the_answer_came_through_is_followed_to_its_end() {
    // The repeated call finds the task stopped, and AWS then tells little of it.
    let lost = json!({"operation": "RunTask", "first": 2, "action": {"kind": "cut-after"}});
    let bench = Setting::of("echo once; exit 3")
        .scenario(&json!({"faults": [lost], "phases": {
            "provisioning_ms": 0, "pull_ms": 0, "pending_ms": 0, "deprovisioning_ms": 0,
        }}))
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(3)
        .prints(&["once"])
        .says(&["started task ", "STOPPED after [time]\n"]);
    assert_eq!(bench.emulator.tasks().len(), 1);
}

fn where_no_answer_of_run_task_comes_through_the_tool_says_that_it_does_not_know() {
    let denied = json!({
        "kind": "error", "status": 400, "code": "AccessDeniedException",
        "message": "User: ana is not authorized to perform: ecs:ListTasks",
    });
    at_once([("cut-before", 0), ("cut-after", 1)], |(kind, started)| {
        let bench = Setting::of("sleep 50")
            .scenario(&json!({"faults": [
                fault("RunTask", &json!({"kind": kind})),
                fault("ListTasks", &denied),
            ]}))
            .start();
        let ran = bench.run(&["--start-retries", "2", "report"]);
        ran.exits(125).prints::<&str>(&[]).says(&[
            "error: it is not known whether the task was started: RunTask: ",
            "look before running it again: run-admin-task ps --region us-east-1 --cluster everruns --task-definition everruns-admin\n",
        ]);
        assert_eq!(bench.emulator.tasks().len(), started, "{kind}");
        let requests = bench.run_task_requests();
        assert_eq!(requests.len(), 3, "{requests:#?}");
        let first = &requests[0];
        assert!(
            requests.iter().all(|request| request == first),
            "{requests:#?}"
        );
    });
}

fn polls_of_which_every_third_fails_cost_no_line_and_leave_the_exit_code_right() {
    let error = |status: u16, code: &str, message: &str| json!({"kind": "error", "status": status, "code": code, "message": message});
    let actions = [
        error(400, "ThrottlingException", "Rate exceeded"),
        error(500, "ServerException", "Oops"),
        error(503, "ServiceUnavailableException", "Down"),
        json!({"kind": "cut-before"}),
        json!({"kind": "cut-after"}),
        json!({"kind": "cut-body"}),
    ];
    at_once(actions, |action| {
        let faults = ["DescribeTasks", "GetLogEvents"]
            .map(|operation| json!({"operation": operation, "every": 3, "action": action}));
        let script = "for n in 0 1 2 3 4; do seq $((n * 400 + 1)) $((n * 400 + 400)); sleep 0.4; done; exit 3";
        let bench = Setting::of(script)
            .scenario(&json!({"faults": faults, "logs": {"page_events": 150}}))
            .start();
        let ran = bench.run(&["--output", "json", "migrate"]);
        let finished = ran.exits(3).finished();
        let logs = json!({"lines": 2_000, "complete": true, "note": null});
        assert_eq!(finished["logs"], logs, "{action}\n{ran}");
        let events = ran.events();
        let lines = events.iter().filter(|event| event["type"] == "log");
        let lines: Vec<_> = lines
            .map(|line| line["message"].as_str().unwrap_or_default())
            .collect();
        let wanted: Vec<_> = (1..=2_000).map(|n| n.to_string()).collect();
        assert!(lines == wanted, "{action}\n{ran}");
    });
}

fn an_outage_of_aws_is_told_and_survived() {
    let bench = Setting::of("echo before; sleep 4; echo after; exit 3").start();
    let mut running = bench.start(&["migrate"]);
    running.until_stdout_has("before\n");
    bench.emulator.go_down();
    running.until_stderr_has("warning: ");
    bench.emulator.come_up();
    let ran = running.end();
    ran.exits(3).prints(&["before", "after"]).says(&[
        "warning: ECS: no answer for ",
        "trying on. The last error was: ",
        "warning: ECS: back after ",
        "failed: container `admin` exited 3\n",
    ]);
}

fn a_denied_log_is_said_once_and_the_exit_code_is_still_told() {
    let denied = json!({
        "kind": "error", "status": 400, "code": "AccessDeniedException",
        "message": "User: ana is not authorized to perform: logs:GetLogEvents",
    });
    let bench = Setting::of("echo unseen; sleep 3; exit 3")
        .scenario(&json!({"faults": [fault("GetLogEvents", &denied)]}))
        .start();
    bench.run(&["migrate"]).is("\
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
warning: the log of container `admin` cannot be shown: GetLogEvents: AccessDeniedException: User: ana is not authorized to perform: logs:GetLogEvents; allow logs:GetLogEvents on log group /ecs/everruns-admin
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
failed: container `admin` exited 3
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 3
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status 3
");
    let ran = bench.run(&["--output", "json", "migrate"]);
    assert_eq!(ran.exits(3).finished()["logs"]["complete"], false, "{ran}");
}

fn a_stop_that_is_refused_is_told_with_what_to_do() {
    let denied = json!({
        "kind": "error", "status": 400, "code": "AccessDeniedException",
        "message": "not authorized to perform: ecs:StopTask",
    });
    let bench = Setting::of("echo ready; sleep 3")
        .scenario(&json!({"faults": [fault("StopTask", &denied)]}))
        .start();
    let ran = bench.run(&["--timeout", "1s", "report"]);
    ran.exits(124).prints(&["ready"]).says(&[
        "StopTask: AccessDeniedException: not authorized to perform: ecs:StopTask\n",
        "to stop it:     run-admin-task stop arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]\n",
    ]);
}
