//! `ps`: which tasks run, which ended lately, and why.

use serde_json::{Value, json};

use crate::support::{Bench, Ran, Setting, poll, tests};

tests! {
    every_state_in_a_table,
    a_task_that_was_told_to_stop_counts_until_its_container_has_ended,
    a_task_without_a_command_of_its_own_runs_its_definitions,
    no_task_is_no_failure,
    each_task_is_an_object_of_the_event_stream,
    what_cannot_be_listed_says_why,
}

fn ps(bench: &Bench) -> Ran {
    bench.run(&["ps", "--timestamps=utc"])
}

/// Who starts the tests' tasks, as the tool says it.
fn who(bench: &Bench) -> String {
    bench.emulator.tasks()[0].tags["run-admin-task:who"].clone()
}

fn every_state_in_a_table() {
    let bench = Setting::of("case $1 in serve) exec sleep 50;; esac; exit ${2:-0}").start();
    for words in [&["done"][..], &["fail", "3", "at postgres://u:secret@h"]] {
        let ran = bench.run(&[&["--drain", "0s"], words].concat());
        ran.exits(if words.len() > 1 { 3 } else { 0 });
        bench.is_stopped(&bench.emulator.tasks().pop().expect("one was started").id);
    }
    bench.running_task(&["serve"]);
    ps(&bench).is_in_words(
        &"\
TASK PHASE EXIT SINCE (UTC) AGO WHO COMMAND
[task] STOPPED 0 [minute] [time] ANA done
[task] STOPPED 3 [minute] [time] ANA fail 3 at postgres://u:***@h
EssentialContainerExited: Essential container in task exited
> [task] RUNNING - [minute] [time] ANA serve
--- stderr
tasks of everruns-admin on everruns (us-east-1): 1 running or starting, 2 ended within the last hour
--- exit status 0
"
        .replace("ANA", &who(&bench)),
    );
}

fn a_task_that_was_told_to_stop_counts_until_its_container_has_ended() {
    let script = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
    let bench = Setting::of(script).start();
    let id = bench.running_task(&["migrate"]);
    let mut stopping = bench.start(&["stop", "--yes", "--reason", "enough", &id]);
    stopping.until_stderr_has("told to stop");
    poll(|| match ps(&bench) {
        ran if ran.stdout.contains("STOPPING") => {
            ran.is_in_words(
                &"\
TASK PHASE EXIT SINCE (UTC) AGO WHO COMMAND
> [task] STOPPING - [minute] [time] ANA migrate
told to stop: UserInitiated: run-admin-task: stopped by ANA: enough
--- stderr
tasks of everruns-admin on everruns (us-east-1): 1 running or starting, 0 ended within the last hour
--- exit status 0
"
                .replace("ANA", &who(&bench)),
            );
            Ok(())
        }
        ran => Err(ran.to_string()),
    });
}

fn a_task_without_a_command_of_its_own_runs_its_definitions() {
    let bench = Setting::of("exec sleep 50")
        .admin(&json!({"command": ["serve", "--all"]}))
        .start();
    let _ = bench.run_task(&json!({"taskDefinition": "everruns-admin"}));
    let ran = ps(&bench);
    ran.exits(0);
    assert!(ran.stdout.contains("  serve --all\n"), "{ran}");
}

fn no_task_is_no_failure() {
    Setting::of("").start().run(&["ps"]).is("\
--- stderr
no task of everruns-admin on everruns (us-east-1) runs, and none stopped within the last hour
--- exit status 0
");
    let ran = Setting::of("").start().run(&["--output", "json", "ps"]);
    assert_eq!(ran.exits(0).events().len(), 1);
    assert_eq!(ran.finished()["outcome"], "succeeded");
}

fn each_task_is_an_object_of_the_event_stream() {
    let bench = Setting::of("case $1 in serve) exec sleep 50;; esac; exit 3").start();
    bench.run(&["--drain", "0s", "fail", "a b"]).exits(3);
    let ended = bench.emulator.tasks().remove(0);
    bench.is_stopped(&ended.id);
    bench.running_task(&["serve"]);
    let ran = bench.run(&["--output", "json", "ps"]);
    let events = ran.exits(0).events();
    let types: Vec<_> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["task", "task", "finished"], "{ran}");
    let who = who(&bench);
    for (field, value) in [
        ("task_arn", json!(ended.arn)),
        ("task_id", json!(ended.id)),
        ("command", json!(["fail", "a b"])),
        ("who", json!(who)),
        ("started_by", json!(ended.started_by)),
        ("phase", json!("STOPPED")),
        ("desired_status", json!("STOPPED")),
        ("exit_code", json!(3)),
        ("stop_code", json!("EssentialContainerExited")),
        (
            "stopped_reason",
            json!("Essential container in task exited"),
        ),
        (
            "containers",
            json!([{"name": "admin", "status": "STOPPED", "exit_code": 3, "reason": null}]),
        ),
    ] {
        assert_eq!(events[0][field], value, "{field}\n{ran}");
    }
    for field in ["at", "created_at", "started_at", "stopped_at"] {
        let is_time = events[0][field]
            .as_str()
            .is_some_and(|text| text.ends_with('Z'));
        assert!(is_time, "{field}\n{ran}");
    }
    assert_eq!(events[1]["phase"], "RUNNING", "{ran}");
    assert_eq!(events[1]["stopped_at"], Value::Null, "{ran}");
    assert_eq!(events[1]["exit_code"], Value::Null, "{ran}");
}

fn what_cannot_be_listed_says_why() {
    let denied = json!({"kind": "error", "status": 400, "code": "AccessDeniedException", "message": "not authorized to perform: ecs:ListTasks"});
    let faults = json!({"faults": [{"operation": "ListTasks", "action": denied}]});
    let bench = Setting::of("").scenario(&faults).start();
    bench.run(&["ps"]).is("\
--- stderr
error: the tasks could not be listed: ListTasks: AccessDeniedException: not authorized to perform: ecs:ListTasks
hint: allow the caller the operation that the message names
--- exit status 125
");
}
