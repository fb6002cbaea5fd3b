//! How a run ends: whose exit code counts, what is waited for, and what is not.

use serde_json::json;

use crate::support::{Setting, at_once, tests};

tests! {
    success_is_told_in_full,
    the_containers_exit_code_is_the_tools_with_every_reason_and_where_to_look,
    a_container_that_prints_nothing_has_a_complete_and_empty_log,
    an_exit_code_and_a_stop_reason_that_come_late_are_waited_for,
    a_stop_reason_that_does_not_come_holds_nothing_up,
    an_exit_code_that_never_comes_is_no_success,
    a_task_that_outlives_its_deciding_container_holds_nothing_up,
    the_network_that_is_taken_down_is_not_waited_for_unless_that_is_wanted,
    a_sidecar_that_was_killed_decides_nothing,
    how_a_sidecar_ended_is_told_after_a_success_too,
    a_sidecar_that_ecs_stops_after_the_deciding_container_decides_nothing,
    a_sidecar_that_takes_its_time_to_end_is_not_waited_for,
    an_essential_sidecar_that_fails_stops_the_deciding_container_whose_code_counts,
    the_container_that_was_named_gets_the_command_and_decides,
    the_only_essential_container_decides_where_there_is_no_admin,
    where_several_containers_could_decide_nothing_is_started,
}

fn success_is_told_in_full() {
    Setting::of("echo one; echo two >&2")
        .start()
        .run(&["migrate"])
        .is("\
one
two
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
succeeded: container `admin` exited 0 ([time] in all)
--- exit status 0
");
}

fn the_containers_exit_code_is_the_tools_with_every_reason_and_where_to_look() {
    let cases = [
        ("echo no; exit 1", "1"),
        ("echo no; exit 3", "3"),
        ("echo no; exit 125", "125"),
        ("echo no; exit 255", "255"),
        ("echo no; kill -9 $$", "137"),
    ];
    at_once(cases, |(script, code)| {
        let wanted = "\
no
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
failed: container `admin` exited CODE
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited CODE
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status CODE
";
        let ran = Setting::of(script).start().run(&["migrate"]);
        ran.is(&wanted.replace("CODE", code));
    });
}

fn a_container_that_prints_nothing_has_a_complete_and_empty_log() {
    let ran = Setting::of("exit 3")
        .start()
        .run(&["--output", "json", "migrate"]);
    let finished = ran.exits(3).finished();
    let logs = json!({"lines": 0, "complete": true, "note": null});
    assert_eq!(finished["logs"], logs, "{ran}");
}

fn an_exit_code_and_a_stop_reason_that_come_late_are_waited_for() {
    let late = json!({"exit_code_delay_ms": 4_000, "stop_detail_delay_ms": 2_000});
    let ran = Setting::of("echo no; exit 3")
        .scenario(&late)
        .start()
        .run(&["migrate"]);
    ran.exits(3).prints(&["no"]).says(&[
        "failed: container `admin` exited 3\n",
        "stopped reason: EssentialContainerExited: Essential container in task exited\n",
    ]);
}

fn a_stop_reason_that_does_not_come_holds_nothing_up() {
    let late = json!({"stop_detail_delay_ms": 50_000});
    let ran = Setting::of("echo no; exit 3")
        .scenario(&late)
        .start()
        .run(&["migrate"]);
    ran.exits(3)
        .prints(&["no"])
        .says(&["failed: container `admin` exited 3\n"])
        .does_not_say("stopped reason");
}

fn an_exit_code_that_never_comes_is_no_success() {
    let late = json!({"exit_code_delay_ms": 55_000});
    let bench = Setting::of("echo done; exit 0").scenario(&late).start();
    let ran = bench.run(&["--output", "json", "migrate"]);
    let finished = ran.exits(125).finished();
    assert_eq!(finished["outcome"], "container-failed", "{ran}");
    assert_eq!(finished["containers"][0]["exit_code"], json!(null), "{ran}");
    assert_eq!(finished["logs"]["lines"], 1, "{ran}");
}

fn a_task_that_outlives_its_deciding_container_holds_nothing_up() {
    let bench = Setting::of("echo done; exit 3")
        .admin(&json!({"essential": false}))
        .beside("web", "echo serving; exec sleep 50")
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(3).prints(&["done"]).says(&[
        "\n[web] serving\n",
        "\nfailed: container `admin` exited 3\n",
    ]);
    assert_eq!(bench.emulator.tasks()[0].last_status, "RUNNING");
    assert_eq!(bench.calls("StopTask"), 0);
}

fn the_network_that_is_taken_down_is_not_waited_for_unless_that_is_wanted() {
    at_once([false, true], |wait| {
        let slow = json!({"phases": {"deprovisioning_ms": if wait { 6_000 } else { 55_000 }}});
        let bench = Setting::of("echo done").scenario(&slow).start();
        let words: &[_] = if wait {
            &["--wait-stopped", "migrate"]
        } else {
            &["migrate"]
        };
        let ran = bench.run(words);
        ran.exits(0).prints(&["done"]).says(&["DEPROVISIONING"]);
        let last = bench.emulator.tasks().remove(0).last_status;
        if wait {
            ran.says(&["STOPPED after"]);
            assert_eq!(last, "STOPPED");
        } else {
            ran.does_not_say("STOPPED");
            assert_eq!(last, "DEPROVISIONING");
        }
    });
}

fn a_sidecar_that_was_killed_decides_nothing() {
    let ran = Setting::of("sleep 1.2; echo done")
        .beside_nonessential("proxy", "echo at your service; kill -TERM $$")
        .start()
        .run(&["migrate"]);
    ran.exits(0).prints(&["done"]).says(&[
        "\n[proxy] at your service\n",
        "\nsucceeded: container `admin` exited 0 (",
    ]);
}

fn how_a_sidecar_ended_is_told_after_a_success_too() {
    let ran = Setting::of("sleep 1.2; echo done")
        .beside_nonessential("proxy", "kill -TERM $$")
        .start()
        .run(&["migrate"]);
    ran.exits(0).says(&["container `proxy`: exited 143\n"]);
}

fn a_sidecar_that_ecs_stops_after_the_deciding_container_decides_nothing() {
    let bench = Setting::of("echo done; exit 0")
        .beside("proxy", "echo at your service; exec sleep 50")
        .start();
    let ran = bench.run(&["--output", "json", "migrate"]);
    let finished = ran.exits(0).finished();
    assert_eq!(finished["outcome"], "succeeded");
    assert_eq!(
        finished["containers"],
        json!([
            {"name": "admin", "exit_code": 0, "reason": null, "essential": true},
            {"name": "proxy", "exit_code": 143, "reason": null, "essential": true},
        ]),
        "{ran}"
    );
}

fn a_sidecar_that_takes_its_time_to_end_is_not_waited_for() {
    let bench = Setting::of("sleep 1; echo done")
        .beside(
            "proxy",
            "trap '' TERM; echo up; while :; do sleep 0.2; done",
        )
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(0)
        .prints(&["done"])
        .says(&["[proxy] up\n", "\nsucceeded: container `admin` exited 0 ("]);
    assert_eq!(bench.emulator.tasks()[0].exit_codes, [Some(0), None]);
}

fn an_essential_sidecar_that_fails_stops_the_deciding_container_whose_code_counts() {
    let bench = Setting::of(
        "trap 'echo told to stop; exit 4' TERM; while :; do sleep 0.1; done 2>/dev/null",
    )
    .beside("proxy", "sleep 0.5; echo cannot listen; exit 1")
    .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(4).prints(&["told to stop"]).says(&[
        "[proxy] cannot listen\n",
        "failed: container `admin` exited 4\n",
        "container `admin`: exited 4\n",
        "container `proxy`: exited 1\n",
    ]);
}

fn the_container_that_was_named_gets_the_command_and_decides() {
    let bench = Setting::of("exec sleep 50")
        .beside("job", "echo \"job: $*\"; exit 7")
        .start();
    let ran = bench.run(&["--container", "job", "report", "--all"]);
    ran.exits(7)
        .prints(&["job: report --all"])
        .says(&["failed: container `job` exited 7\n"]);
    let request = bench.run_task_request();
    let overrides = &request["overrides"]["containerOverrides"];
    assert_eq!(
        *overrides,
        json!([{"name": "job", "command": ["report", "--all"]}])
    );
}

fn the_only_essential_container_decides_where_there_is_no_admin() {
    let bench = Setting::of("echo \"$*\"; exit 5")
        .without_admin("job")
        .beside_nonessential("proxy", "exit 1")
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(5).prints(&["migrate"]);
}

fn where_several_containers_could_decide_nothing_is_started() {
    let bench = Setting::of("")
        .without_admin("one")
        .beside("two", "")
        .start();
    bench.run(&["migrate"]).is("\
--- stderr
error: arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:1: several containers could decide how the run ended: `one`, `two`
hint: name one with --container one or ECS_CONTAINER
--- exit status 2
");
    assert_eq!(bench.calls("RunTask"), 0);
    bench.run(&["--container", "three", "migrate"]).is("\
--- stderr
error: arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:1: the task definition has no container `three`; it has `one`, `two`
hint: name one with --container one or ECS_CONTAINER
--- exit status 2
");
    assert_eq!(bench.calls("RunTask"), 0);
}
