//! `attach`: a task that exists, followed as if this run had started it.

use serde_json::json;

use crate::support::{Bench, Setting, at_once, tests};

tests! {
    a_second_process_sees_every_line_from_the_first_and_the_exit_code,
    without_an_argument_one_task_must_run,
    a_task_that_has_ended_is_followed_all_the_same,
    an_arn_carries_region_and_cluster,
    what_names_no_task_is_explained,
    a_beginning_that_several_tasks_have_lists_them,
    a_signal_leaves_somebody_elses_task_alone_unless_told_otherwise,
    a_signal_before_its_container_runs_leaves_it_alone_too,
    a_timeout_leaves_it_alone_too,
    the_container_that_got_the_command_decides_unless_another_is_named,
    the_event_stream_says_that_it_was_found,
}

/// Says that it is ready, and takes its leave when it is told to stop.
const POLITE: &str =
    "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";

fn a_second_process_sees_every_line_from_the_first_and_the_exit_code() {
    let script = "i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.05; done; exit 7";
    let bench = Setting::of(script).start();
    let mut first = bench.start(&["migrate", "--all"]);
    first.until_stdout_has("line 5\n");
    let lines: Vec<_> = (0..40).map(|number| format!("line {number}")).collect();
    let second = bench.run(&["attach"]);
    second.is(&format!(
        "{}
--- stderr
following task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate --all
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
failed: container `admin` exited 7
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 7
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status 7
",
        lines.join("\n")
    ));
    first.end().exits(7).prints(&lines);
    assert_eq!(bench.emulator.tasks().len(), 1);
    assert_eq!(bench.calls("StopTask"), 0);
}

fn without_an_argument_one_task_must_run() {
    let bench = Setting::of(POLITE).start();
    bench.run(&["attach"]).is("\
--- stderr
error: no task of family everruns-admin runs on cluster everruns (us-east-1)
hint: run-admin-task ps --region us-east-1 --cluster everruns --task-definition everruns-admin lists those that ended lately: attach and logs take their ids
--- exit status 2
");
    bench.running_task(&["migrate"]);
    bench.running_task(&["report", "--to", "a b"]);
    let ran = bench.run(&["attach"]);
    ran.exits(2).prints::<&str>(&[]).says(&[
        "error: 2 tasks of family everruns-admin run on cluster everruns (us-east-1):\n  [task]  RUNNING  since [time]  ",
        "  migrate\n  [task]  RUNNING  since [time]  ",
        "  report --to a b\nhint: say which one: run-admin-task attach --region us-east-1 --cluster everruns --task-definition everruns-admin ID\n",
    ]);
}

fn a_task_that_has_ended_is_followed_all_the_same() {
    let bench = Setting::of("seq 3; exit 3").start();
    bench.run(&["--drain", "0s", "migrate"]).exits(3);
    let task = bench.emulator.tasks().remove(0);
    bench.is_stopped(&task.id);
    at_once([&task.id, &task.id[..9], task.arn.as_str()], |name| {
        let ran = bench.run(&["attach", name]);
        ran.exits(3).prints(&["1", "2", "3"]).says(&[
            "following task [task] of everruns-admin:1",
            "failed: container `admin` exited 3\n",
        ]);
    });
}

fn an_arn_carries_region_and_cluster() {
    let bench = Setting::of("echo done").start();
    bench.run(&["--drain", "0s", "migrate"]).exits(0);
    let arn = bench.emulator.tasks().remove(0).arn;
    let tool = bench
        .tool()
        .env("AWS_REGION", "eu-west-1")
        .env("ECS_CLUSTER", "default");
    let ran = tool.run(&["attach", &arn]);
    ran.exits(0)
        .prints(&["done"])
        .says(&["on everruns (us-east-1)"])
        .does_not_say("warning");
    let ran = tool.run(&["attach", "-v", &arn]);
    ran.exits(0).says(&[
        "looking on everruns (us-east-1), as the ARN says, and not on default (eu-west-1)\n",
    ]);
}

fn what_names_no_task_is_explained() {
    let bench = Setting::of("").start();
    bench.run(&["attach", "0f1e"]).is("\
--- stderr
error: there is no task `0f1e` among those of family everruns-admin on cluster everruns (us-east-1)
hint: run-admin-task ps --region us-east-1 --cluster everruns --task-definition everruns-admin lists the tasks; --cluster, --task-definition, --region and --profile say where it looks
hint: ECS forgets a stopped task after an hour; its log may still be there: run-admin-task logs --region us-east-1 --cluster everruns --task-definition everruns-admin 0f1e
--- exit status 2
");
    let ran = bench.run(&["attach", "0123456789abcdef0123456789abcdef"]);
    ran.exits(2)
        .says(&["there is no task `[task]` on cluster everruns (us-east-1)\n"]);
    let ran = bench.run(&["attach", "a/b"]);
    ran.exits(2)
        .says(&["`a/b` is neither a task's id nor its beginning nor its ARN\n"]);
    let ran = bench.run(&["--cluster", "elsewhere", "attach"]);
    ran.exits(125)
        .says(&["ClusterNotFoundException", "check --cluster"]);
}

/// Starts tasks until two of their ids begin with the same character, which is returned.
fn alike(bench: &Bench) -> String {
    loop {
        bench.running_task(&["report"]);
        let tasks = bench.emulator.tasks();
        for (number, task) in tasks.iter().enumerate() {
            let first = &task.id[..1];
            if tasks[..number]
                .iter()
                .any(|other| other.id.starts_with(first))
            {
                return first.to_owned();
            }
        }
    }
}

fn a_beginning_that_several_tasks_have_lists_them() {
    let bench = Setting::of("exec sleep 50").start();
    let beginning = alike(&bench);
    for words in [
        &["attach", &beginning][..],
        &["logs", &beginning],
        &["stop", "--yes", &beginning],
    ] {
        let ran = bench.run(words);
        ran.exits(2).says(&[
            &format!("error: `{beginning}` may be any of these tasks of family everruns-admin on cluster everruns (us-east-1):\n  [task]  RUNNING  since [time]  "),
            "  report\nhint: type more of the id\n",
        ]);
    }
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_signal_leaves_somebody_elses_task_alone_unless_told_otherwise() {
    let cases = [
        (&["attach"][..], 0),
        (&["attach", "--on-interrupt", "stop"], 1),
    ];
    at_once(cases, |(words, stops)| {
        let bench = Setting::of(POLITE).start();
        // What a file says of own runs does not count for the tasks of others.
        bench.write(
            "run-admin-task.toml",
            "[defaults]\non-interrupt = \"stop\"\n",
        );
        bench.running_task(&["report"]);
        let mut running = bench.start(words);
        running.until_stdout_has("ready\n");
        running.signal("INT");
        let ran = running.end();
        ran.exits(130);
        if stops == 0 {
            ran.says(&["leaving the task running\n", "left: the task goes on\n"]);
        } else {
            ran.prints(&["ready", "bye"]);
        }
        assert_eq!(bench.calls("StopTask"), stops, "{ran}");
    });
}

fn a_signal_before_its_container_runs_leaves_it_alone_too() {
    let slow = json!({"phases": {"provisioning_ms": 50_000}});
    let bench = Setting::of("echo never").scenario(&slow).start();
    let mut starter = bench.start(&["migrate"]);
    starter.until_stderr_has("PROVISIONING");
    let mut running = bench.start(&["attach"]);
    running.until_stderr_has("PROVISIONING");
    running.signal("INT");
    running.end().exits(130).says(&[
        "\nleft: the task goes on\n",
        "to follow it:   run-admin-task attach arn:",
    ]);
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_timeout_leaves_it_alone_too() {
    let bench = Setting::of(POLITE).start();
    bench.running_task(&["report"]);
    let ran = bench.run(&["--timeout", "1s", "attach"]);
    ran.exits(124)
        .says(&["leaving the task running\n", "\ntimed out\n"]);
    assert_eq!(bench.calls("StopTask"), 0);
}

fn the_container_that_got_the_command_decides_unless_another_is_named() {
    let bench = Setting::of("exec sleep 50")
        .beside("job", "echo \"job: $*\"; sleep 1; exit 7")
        .start();
    bench.running_task(&["--container", "job", "report"]);
    let tool = bench.tool().env("ECS_CONTAINER", "admin");
    at_once(
        [
            (&["attach"][..], 7),
            (&["attach", "--container", "admin"], 143),
        ],
        |(words, exit)| {
            let ran = tool.run(words);
            let decides = if exit == 7 { "job" } else { "admin" };
            ran.exits(exit)
                .says(&[&format!("container `{decides}`: report\n")]);
        },
    );
    let ran = bench.run(&[
        "attach",
        "--container",
        "web",
        &bench.emulator.tasks()[0].id,
    ]);
    ran.exits(2).says(&["has no container `web`"]);
}

fn the_event_stream_says_that_it_was_found() {
    let bench = Setting::of("echo one; sleep 1; echo two").start();
    bench.running_task(&["migrate"]);
    let ran = bench.run(&["--output", "json", "attach"]);
    let finished = ran.exits(0).finished();
    assert_eq!(finished["outcome"], "succeeded", "{ran}");
    assert_eq!(
        finished["logs"],
        json!({"lines": 2, "complete": true, "note": null})
    );
    let events = ran.events();
    assert_eq!(events[0]["type"], "started", "{ran}");
    assert_eq!(events[0]["attached"], true, "{ran}");
    assert_eq!(events[0]["command"], json!(["migrate"]), "{ran}");
    // A failure has the same last event.
    let ran = bench.run(&["--output", "json", "attach", "x9"]);
    assert_eq!(ran.exits(2).finished()["exit_code"], 2);
}
