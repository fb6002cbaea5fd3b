//! Calls that go wrong.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::client::Client;
use crate::client::container;
use crate::client::definition;
use crate::client::poll;
use crate::client::run_request;
use crate::client::scenario;
use crate::client::start;
use crate::client::started;

fn with_action(action: &Value) -> Value {
    json!({"faults": [{"operation": "RunTask", "first": 1, "action": action}]})
}

fn prepared(action: &Value) -> (ecs_emulator::Emulator, Client) {
    let (emulator, client) = start(&with_action(action));
    let _ = emulator.register(definition("admin", &[container("admin", "echo hello")]));
    (emulator, client)
}

#[test]
fn a_connection_cut_after_the_work_has_started_the_task() {
    for kind in ["cut-after", "cut-body"] {
        let (emulator, client) = prepared(&json!({"kind": kind}));
        let mut request = run_request("admin");
        request["clientToken"] = "t".into();
        assert!(client.try_call("RunTask", &request).is_err(), "{kind}");
        let arn = emulator.tasks()[0].arn.clone();
        assert_eq!(started(&client.call("RunTask", &request)), arn);
        client.stopped_task(&arn);
        assert_eq!(emulator.tasks().len(), 1);
        assert_eq!(emulator.tasks()[0].started_processes, 1);
        assert_eq!(emulator.call_count("RunTask"), 2);
        assert_eq!(emulator.calls()[0].body["clientToken"], "t");
    }
}

#[test]
fn an_answer_that_never_comes_may_be_that_of_work_that_was_done() {
    for (kind, tasks) in [("hang", 0), ("hang-after", 1)] {
        let (emulator, client) = prepared(&json!({"kind": kind}));
        let address = emulator.url();
        std::thread::spawn(move || client.try_call("RunTask", &run_request("admin")));
        poll(
            || match (emulator.call_count("RunTask"), emulator.tasks().len()) {
                (1, started) if started == tasks => Ok(()),
                seen => Err(format!("{seen:?} at {address}")),
            },
        );
    }
}

#[test]
fn a_key_that_has_expired_is_refused_and_another_is_not() {
    // The client signs with the key `A`.
    let (emulator, client) = start(&json!({"expired_keys": ["A"]}));
    let (code, _) = client.refusal("ListTasks", &json!({}));
    assert_eq!(code, "ExpiredTokenException");
    emulator.set_scenario(scenario(&json!({"expired_keys": ["B"]})));
    client.call("ListTasks", &json!({}));
}

#[test]
fn a_connection_cut_before_the_work_has_not() {
    let (emulator, client) = prepared(&json!({"kind": "cut-before"}));
    assert!(client.try_call("RunTask", &run_request("admin")).is_err());
    assert!(emulator.tasks().is_empty());
    client.run("admin");
}

#[test]
fn errors_latency_and_failures_come_as_told() {
    let throttled = json!({
        "kind": "error", "status": 400, "code": "ThrottlingException", "message": "Rate exceeded",
    });
    let (_emulator, client) = prepared(&throttled);
    let refusal = client.refusal("RunTask", &run_request("admin"));
    assert_eq!(
        refusal,
        ("ThrottlingException".to_owned(), "Rate exceeded".to_owned())
    );

    let failures = json!([{"arn": "a", "reason": "RESOURCE:MEMORY", "detail": "d"}]);
    let (emulator, client) = prepared(&json!({"kind": "run-task-failures", "failures": failures}));
    let answer = client.call("RunTask", &run_request("admin"));
    assert_eq!(answer, json!({"tasks": [], "failures": failures}));
    assert!(emulator.tasks().is_empty());

    let (_emulator, client) = prepared(&json!({"kind": "latency", "ms": 150}));
    let began = Instant::now();
    client.run("admin");
    assert!(began.elapsed() >= Duration::from_millis(150));
}

#[test]
fn an_outage_leaves_the_tasks_alone() {
    let (emulator, client) = prepared(&json!({"kind": "latency", "ms": 0}));
    let arn = client.run("admin");
    emulator.go_down();
    assert!(client.try_call("ListTasks", &json!({})).is_err());
    poll(|| {
        let status = emulator.tasks()[0].last_status.clone();
        if status == "STOPPED" {
            Ok(())
        } else {
            Err(status)
        }
    });
    emulator.come_up();
    assert_eq!(client.stopped_task(&arn)["containers"][0]["exitCode"], 0);
}

#[test]
fn the_scenario_can_change_by_handle_and_over_http() {
    let (emulator, client) = start(&json!({}));
    let down = json!({"faults": [{"operation": "*", "action":
        {"kind": "error", "status": 503, "code": "ServerException", "message": "Down"}}]});
    let post = |body: &Value| {
        client
            .send("POST", "/_emulator/scenario", "", &body.to_string())
            .expect("it answers")
            .status
    };
    assert_eq!(post(&down), 200);
    let answer = client
        .try_call("ListTasks", &json!({}))
        .expect("it is answered");
    assert_eq!(
        (answer.status, &answer.body["message"]),
        (503, &json!("Down"))
    );
    assert_eq!(post(&json!({"fault": []})), 400);
    emulator.set_scenario(scenario(&json!({})));
    client.call("ListTasks", &json!({}));
    let calls = client
        .send("GET", "/_emulator/calls", "", "")
        .expect("it answers")
        .body;
    assert_eq!(calls[1]["operation"], "ListTasks");
    let tasks = client
        .send("GET", "/_emulator/tasks", "", "")
        .expect("it answers")
        .body;
    assert_eq!(tasks, json!([]));
    let health = client
        .send("GET", "/_emulator/health", "", "")
        .expect("it answers");
    assert_eq!(health.status, 200);
}

#[test]
fn sts_tells_the_account() {
    let (emulator, client) = start(&json!({}));
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let answer = client.send("POST", "/", "", form).expect("it answers");
    assert!(answer.head.contains("text/xml"), "{}", answer.head);
    let xml = answer.body.as_str().unwrap_or_default();
    assert!(xml.contains("<Account>000000000000</Account>"), "{xml}");
    assert_eq!(emulator.call_count("GetCallerIdentity"), 1);
}
