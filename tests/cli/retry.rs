//! Starts that AWS could not give, and tasks that never started.

use serde_json::{Value, json};

use crate::support::fault::{denied, failure, fault, first, refusal};
use crate::support::{Bench, QUICK, Ran, Setting, at_once, tests};

tests! {
    what_passes_is_tried_as_often_as_is_said_and_told_each_time,
    a_start_that_succeeds_in_the_end_is_a_start,
    no_retries_are_none,
    a_lasting_refusal_is_not_tried_again,
    failures_are_asked_anew_with_another_token,
    a_task_that_did_not_start_for_a_passing_reason_is_started_again,
    it_is_started_again_twice_at_most,
    a_task_that_did_not_start_for_a_lasting_reason_is_not_started_again,
    a_task_whose_container_ran_is_never_started_again,
    a_task_of_which_a_sidecar_ran_is_not_started_again,
}

/// `RunTask` starts nothing, for these reasons.
fn not_placed(reason: &str) -> Value {
    json!({"kind": "run-task-failures", "failures": [{"reason": reason}]})
}

/// What may be different in a moment, and a part of AWS's reason.
fn passing() -> [(Value, &'static str); 10] {
    let hidden = "Error retrieving security group information for [sg-0a]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)";
    [
        (
            not_placed(
                "Capacity is unavailable at this time. Please try again later or in a different availability zone",
            ),
            "Capacity is unavailable",
        ),
        (not_placed("RESOURCE:MEMORY"), "RESOURCE:MEMORY"),
        (not_placed("RESOURCE:ENI"), "RESOURCE:ENI"),
        (not_placed("AGENT"), "AGENT"),
        (
            not_placed("You’ve reached the limit on the number of vCPUs you can run concurrently"),
            "limit on the number of vCPUs",
        ),
        (
            refusal("ThrottlingException", "Rate exceeded"),
            "Rate exceeded",
        ),
        (
            refusal("InvalidParameterException", hidden),
            "RequestLimitExceeded",
        ),
        (
            failure(500, "ServerException", "Oops"),
            "ServerException: Oops",
        ),
        (
            failure(503, "ServiceUnavailableException", "Down"),
            "ServiceUnavailableException: Down",
        ),
        (
            refusal("ClientException", "Capacity is unavailable at this time."),
            "Capacity is unavailable",
        ),
    ]
}

/// How often the tool said that it tries again.
fn told(ran: &Ran) -> usize {
    let told = |line: &&str| line.contains("; trying again in ");
    ran.stderr.lines().filter(told).count()
}

fn bench(action: &Value) -> Bench {
    Setting::of("echo never")
        .scenario(&json!({"faults": [fault("RunTask", action)]}))
        .start()
}

fn what_passes_is_tried_as_often_as_is_said_and_told_each_time() {
    at_once(passing(), |(action, reason)| {
        let bench = bench(&action);
        let ran = bench.run(&["--start-retries", "2", "migrate"]);
        ran.exits(126).prints::<&str>(&[]).says(&[
            reason,
            "; trying again in [time] (1 of 2, --start-retries)\n",
            "; trying again in [time] (2 of 2, --start-retries)\n",
            "\nerror: ",
            "\nhint: ",
        ]);
        assert_eq!(ran.stderr.matches(reason).count(), 3, "{ran}");
        assert_eq!(told(&ran), 2, "{ran}");
        assert_eq!(bench.calls("RunTask"), 3, "{ran}");
        assert!(bench.emulator.tasks().is_empty());
    });
}

fn a_start_that_succeeds_in_the_end_is_a_start() {
    at_once(passing(), |(action, _)| {
        let bench = Setting::of("echo at last; exit 3")
            .scenario(&json!({"faults": [first(2, "RunTask", &action)]}))
            .start();
        let ran = bench.run(&[&QUICK[..], &["migrate"]].concat());
        ran.exits(3).prints(&["at last"]).says(&["started task "]);
        assert_eq!(told(&ran), 2, "{ran}");
        assert_eq!(bench.emulator.tasks().len(), 1);
    });
}

fn no_retries_are_none() {
    at_once(passing(), |(action, _)| {
        let bench = bench(&action);
        let ran = bench.run(&["--start-retries", "0", "migrate"]);
        ran.exits(126).does_not_say("trying again");
        assert_eq!(bench.calls("RunTask"), 1, "{ran}");
    });
}

fn a_lasting_refusal_is_not_tried_again() {
    let cases = [
        (not_placed("ATTRIBUTE"), 126),
        (not_placed("MISSING"), 126),
        (json!({"kind": "run-task-failures", "failures": []}), 126),
        (
            refusal("ClusterNotFoundException", "Cluster not found."),
            126,
        ),
        (
            refusal(
                "InvalidParameterException",
                "The subnet ID 'subnet-0a' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
            ),
            126,
        ),
        (refusal("BlockedException", "Blocked."), 126),
        (
            refusal("ClientException", "TaskDefinition is inactive"),
            126,
        ),
        (denied("ecs:RunTask"), 125),
        (refusal("ExpiredTokenException", "expired"), 125),
    ];
    at_once(cases, |(action, exit)| {
        let bench = bench(&action);
        let ran = bench.run(&["migrate"]);
        ran.exits(exit).does_not_say("trying again");
        assert_eq!(bench.calls("RunTask"), 1, "{ran}");
    });
}

fn failures_are_asked_anew_with_another_token() {
    // AWS answers a token that it knows with the same failures.
    let bench = Setting::of("")
        .scenario(&json!({"faults": [first(2, "RunTask", &not_placed("RESOURCE:CPU"))]}))
        .start();
    bench.run(&[&QUICK[..], &["report"]].concat()).exits(0);
    assert_eq!(tokens(&bench), 3);
}

/// How many tokens were sent.
fn tokens(bench: &Bench) -> usize {
    let requests = bench.run_task_requests();
    let tokens = requests.iter().map(|it| it["clientToken"].to_string());
    tokens.collect::<std::collections::BTreeSet<_>>().len()
}

/// Tasks that stop before their container starts.
fn never_started(failure: &Value) -> Bench {
    Setting::of("echo at last; exit 3")
        .scenario(&json!({"start_failure": failure}))
        .start()
}

fn a_task_that_did_not_start_for_a_passing_reason_is_started_again() {
    let cases = [
        json!({
            "stopped_reason": "Timeout waiting for network interface provisioning to complete.",
            "at": "PROVISIONING", "times": 1,
        }),
        json!({
            "stopped_reason": "Timeout waiting for EphemeralStorage provisioning to complete.",
            "at": "PROVISIONING", "times": 1,
        }),
        json!({
            "stopped_reason": "CannotPullContainerError: failed to resolve ref registry.example/everruns-admin:v1: dial tcp 192.0.2.1:443: i/o timeout",
            "times": 1,
        }),
        json!({"stopped_reason": "Capacity is unavailable at this time.", "times": 1}),
        json!({
            "stop_code": "SpotInterruption",
            "stopped_reason": "Your Spot Task was interrupted.",
            "times": 1,
        }),
    ];
    at_once(cases, |case| {
        let bench = never_started(&case);
        let ran = bench.run(&[&QUICK[..], &["migrate"]].concat());
        let reason = case["stopped_reason"].as_str().unwrap_or_default();
        let warning = format!(
            "\nwarning: task arn:aws:ecs:us-east-1:000000000000:task/everruns/[task] stopped before a container of it started: {reason}; starting another one (1 of 2)\n"
        );
        ran.exits(3)
            .prints(&["at last"])
            .says(&[&warning, "\nfailed: container `admin` exited 3\n"]);
        let processes: Vec<_> = bench
            .emulator
            .tasks()
            .iter()
            .map(|task| task.started_processes)
            .collect();
        assert_eq!(processes, [0, 1], "{ran}");
        assert_eq!(tokens(&bench), 2);
        assert_eq!(ran.stderr.matches("started task ").count(), 2, "{ran}");
    });
}

fn it_is_started_again_twice_at_most() {
    let reason = "Timeout waiting for network interface provisioning to complete.";
    let bench = never_started(&json!({"stopped_reason": reason}));
    let ran = bench.run(&["--output", "json", "migrate"]);
    let finished = ran.exits(126).finished();
    assert_eq!(finished["outcome"], "never-started", "{ran}");
    assert_eq!(finished["stopped_reason"], reason, "{ran}");
    let tasks = bench.emulator.tasks();
    assert_eq!(tasks.len(), 3, "{ran}");
    assert_eq!(finished["task_arn"], json!(tasks[2].arn), "{ran}");
    assert_eq!(tokens(&bench), 3);
    let events = ran.events();
    let count = |kind: &str, code: &Value| {
        let of_kind = events.iter().filter(|event| event["type"] == kind);
        of_kind.filter(|event| event["code"] == *code).count()
    };
    assert_eq!(count("started", &Value::Null), 3, "{ran}");
    assert_eq!(count("warning", &json!("start-again")), 2, "{ran}");
}

fn a_task_that_did_not_start_for_a_lasting_reason_is_not_started_again() {
    let cases = [
        json!({"stopped_reason": "CannotPullContainerError: image not found"}),
        json!({"stopped_reason": "ResourceInitializationError: unable to retrieve secret: ResourceNotFoundException"}),
        json!({"stop_code": "UserInitiated", "stopped_reason": "i/o timeout"}),
    ];
    at_once(cases, |case| {
        let bench = never_started(&case);
        let ran = bench.run(&["migrate"]);
        ran.exits(126).does_not_say("starting another one");
        assert_eq!(bench.emulator.tasks().len(), 1, "{ran}");
    });
}

fn a_task_whose_container_ran_is_never_started_again() {
    let spot = ("SpotInterruption", "Your Spot Task was interrupted.");
    let capacity = ("TaskFailedToStart", "Capacity is unavailable at this time.");
    at_once([spot, capacity], |(code, reason)| {
        // It ends with a code of its own, by SIGTERM, or leaves no code behind.
        let scripts = [
            "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done 2>/dev/null",
            "echo up; exec sleep 50",
        ];
        at_once(scripts, |script| {
            let bench = Setting::of(script).start();
            let mut running = bench.start(&["migrate"]);
            running.until_stdout_has("up\n");
            bench.until_task_is("RUNNING");
            let id = bench.emulator.tasks()[0].id.clone();
            bench.emulator.take_task(&id, code, reason);
            let ran = running.end();
            ran.prints(&["up"])
                .says(&[&format!("stopped reason: {code}: {reason}\n")])
                .does_not_say("starting another one");
            assert!(ran.status != 0 && ran.status != 126, "{ran}");
            assert_eq!(bench.emulator.tasks().len(), 1, "{ran}");
        });
    });
}

fn a_task_of_which_a_sidecar_ran_is_not_started_again() {
    let images = json!({
        "everruns-admin": {"program": "/bin/sh", "args": ["-c", "exec sleep 50"]},
        // A reason that would pass, had nothing run.
        "everruns-job": {"program": "/nowhere/i/o timeout"},
    });
    let bench = Setting::of("")
        .without_admin("proxy")
        .beside("job", "")
        .scenario(&json!({"images": images}))
        .start();
    let ran = bench.run(&["--container", "job", "migrate"]);
    ran.exits(126)
        .says(&["CannotStartContainerError: ", "/nowhere/i/o timeout"])
        .does_not_say("starting another one");
    let tasks = bench.emulator.tasks();
    assert_eq!((tasks.len(), tasks[0].started_processes), (1, 1), "{ran}");
}
