//! How tasks are stopped.

use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::client::Client;
use crate::client::container;
use crate::client::definition;
use crate::client::poll;
use crate::client::run_request;
use crate::client::run_script;
use crate::client::start;

fn stop(client: &Client, arn: &str, reason: &str) -> Value {
    let request = json!({"cluster": "everruns", "task": arn, "reason": reason});
    client.call("StopTask", &request)["task"].clone()
}

fn wait_for_message(client: &Client, arn: &str, message: &str) {
    client.running_task(arn);
    poll(|| {
        let messages = client.messages("admin", arn);
        if messages.iter().any(|it| it == message) {
            Ok(())
        } else {
            Err(format!("{messages:?}"))
        }
    });
}

#[test]
fn stop_task_asks_first() {
    let (emulator, client) = start(&json!({}));
    let script = "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.02; done";
    let arn = run_script(&emulator, &client, script);
    wait_for_message(&client, &arn, "ready");
    let answer = stop(&client, &arn, "enough");
    assert_eq!(answer["desiredStatus"], "STOPPED");
    assert_eq!(answer["lastStatus"], "RUNNING");
    assert_eq!(answer["stopCode"], "UserInitiated");
    let task = client.stopped_task(&arn);
    assert_eq!(task["containers"][0]["exitCode"], 5);
    assert_eq!(task["stopCode"], "UserInitiated");
    assert_eq!(task["stoppedReason"], "enough");
    // The whole group gets the signal; the shell may tell that of its own child.
    assert_eq!(
        client.messages("admin", &arn).last().map(String::as_str),
        Some("bye")
    );
}

#[test]
fn ecs_takes_a_task_with_a_code_and_a_reason_of_its_own() {
    let (emulator, client) = start(&json!({}));
    let _ = emulator.register(definition("admin", &[container("admin", "exec sleep 50")]));
    let arn = emulator.run_task(&run_request("admin"));
    client.running_task(&arn);
    let id = emulator.tasks()[0].id.clone();
    emulator.take_task(&id, "SpotInterruption", "Your Spot Task was interrupted.");
    let task = client.stopped_task(&arn);
    assert_eq!(task["stopCode"], "SpotInterruption");
    assert_eq!(task["stoppedReason"], "Your Spot Task was interrupted.");
    assert_eq!(task["containers"][0]["exitCode"], 143);
}

#[test]
fn stop_task_kills_after_the_timeout() {
    let (emulator, client) = start(&json!({"stop_timeout_ms": 100}));
    let script = "trap '' TERM; echo ready; while :; do sleep 0.02; done";
    let arn = run_script(&emulator, &client, script);
    wait_for_message(&client, &arn, "ready");
    stop(&client, &arn, "enough");
    assert_eq!(client.stopped_task(&arn)["containers"][0]["exitCode"], 137);
}

#[test]
fn a_task_that_is_stopped_early_never_starts() {
    let (emulator, client) = start(&json!({"phases": {"provisioning_ms": 60_000}}));
    let arn = run_script(&emulator, &client, "exit 0");
    stop(&client, &arn, "too early");
    let task = client.stopped_task(&arn);
    assert_eq!(task["stoppedReason"], "too early");
    assert!(task["containers"][0]["exitCode"].is_null());
    assert!(task["containers"][0]["runtimeId"].is_null());
    assert_eq!(emulator.tasks()[0].started_processes, 0);
    let unknown = client.refusal("StopTask", &json!({"cluster": "everruns", "task": "gone"}));
    assert_eq!(unknown.1, "The referenced task was not found.");
}

#[test]
fn an_essential_containers_exit_ends_the_others() {
    let (emulator, client) = start(&json!({"stop_timeout_ms": 500}));
    let sidecar = container("sidecar", "exec sleep 60");
    let stubborn = container("stubborn", "trap '' TERM; while :; do sleep 0.02; done");
    let admin = container("admin", "sleep 0.3; exit 0");
    let _ = emulator.register(definition("admin", &[admin, sidecar, stubborn]));
    let arn = client.run("admin");
    let first = client.task_when(&arn, |task| task["containers"][0]["exitCode"] == 0);
    assert_eq!(first["containers"][2]["lastStatus"], "RUNNING");
    let task = client.stopped_task(&arn);
    let codes: Vec<&Value> = (0..3)
        .map(|index| &task["containers"][index]["exitCode"])
        .collect();
    assert_eq!(codes, [&json!(0), &json!(143), &json!(137)]);
    assert_eq!(task["stopCode"], "EssentialContainerExited");
}

#[test]
fn a_container_that_is_not_essential_may_end_before() {
    let (emulator, client) = start(&json!({}));
    let mut helper = container("helper", "exit 4");
    helper["essential"] = false.into();
    let admin = container("admin", "exec sleep 60");
    let _ = emulator.register(definition("admin", &[admin, helper]));
    let arn = client.run("admin");
    let task = client.task_when(&arn, |task| task["containers"][1]["exitCode"] == 4);
    assert_eq!(task["desiredStatus"], "RUNNING");
}

#[test]
fn processes_and_their_children_die_with_the_emulator() {
    let (emulator, client) = start(&json!({}));
    let arn = run_script(&emulator, &client, "sleep 60 & echo \"$$ $!\"; wait");
    client.running_task(&arn);
    let line = poll(|| client.messages("admin", &arn).pop().ok_or_else(String::new));
    let is_alive = |pid: &str| {
        // A killed child that nobody has reaped yet is dead too.
        let status = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
        status.is_ok_and(|text| !text.contains(") Z "))
    };
    let pids: Vec<&str> = line.split(' ').collect();
    assert!(
        pids.len() == 2 && pids.iter().all(|pid| is_alive(pid)),
        "{line}"
    );
    drop(emulator);
    poll(|| {
        if pids.iter().any(|pid| is_alive(pid)) {
            Err(line.clone())
        } else {
            Ok(())
        }
    });
}
