//! The life of a task, and the calls that start and list tasks.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::client::container;
use crate::client::definition;
use crate::client::run_request;
use crate::client::run_script;
use crate::client::start;
use crate::client::started;

fn seconds(task: &Value, field: &str) -> f64 {
    task[field]
        .as_f64()
        .unwrap_or_else(|| panic!("{field} is missing: {task:#}"))
}

#[test]
fn time_stamps_are_as_far_apart_as_the_scenario_says() {
    let (emulator, client) = start(&json!({"stamps": {
        "provisioning_ms": 9_100,
        "pull_ms": 8_000,
        "pending_ms": 4_300,
        "running_ms": 1_500,
        "stopping_ms": 3_200,
    }}));
    let arn = run_script(&emulator, &client, "true");
    let task = client.stopped_task(&arn);
    let created = seconds(&task, "createdAt");
    for (field, after) in [
        ("connectivityAt", 9.1),
        ("pullStartedAt", 9.1),
        ("pullStoppedAt", 17.1),
        ("startedAt", 21.4),
        ("stoppingAt", 22.9),
        ("executionStoppedAt", 22.9),
        ("stoppedAt", 26.1),
    ] {
        let is = seconds(&task, field) - created;
        assert!((is - after).abs() < 0.001, "{field}: {is}");
    }
}

#[test]
fn a_task_lives_from_provisioning_to_stopped() {
    let (emulator, client) = start(&json!({"phases": {"deprovisioning_ms": 500}}));
    let mut admin = container("admin", "echo definition");
    admin["environment"] = json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]);
    let definition_arn = emulator.register(definition("admin", &[admin]));
    let mut request = run_request("admin");
    request["overrides"] = json!({"containerOverrides": [{
        "name": "admin",
        "command": [r#"echo "out $A $B $HOME"; printf 'no end' >&2; exit 3"#],
        "environment": [{"name": "B", "value": "9"}],
    }]});
    request["startedBy"] = "ci/someone".into();
    request["tags"] = json!([{"key": "k", "value": "v"}]);
    let answer = client.call("RunTask", &request);
    let arn = started(&answer);
    assert_eq!(answer["tasks"][0]["lastStatus"], "PROVISIONING");
    let (prefix, id) = arn.rsplit_once('/').expect("an ARN has slashes");
    assert_eq!(prefix, "arn:aws:ecs:eu-west-1:000000000000:task/everruns");
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));

    let deprovisioning = client.task_when(&arn, |task| task["lastStatus"] == "DEPROVISIONING");
    assert_eq!(deprovisioning["containers"][0]["exitCode"], 3);
    assert_eq!(deprovisioning["stopCode"], "EssentialContainerExited");
    assert!(deprovisioning["stoppedAt"].is_null());

    let task = client.stopped_task(&arn);
    assert!(task["version"].as_u64() > deprovisioning["version"].as_u64());
    assert_eq!(task["stoppedReason"], "Essential container in task exited");
    assert_eq!(task["taskDefinitionArn"], definition_arn);
    assert_eq!(task["group"], "family:admin");
    assert_eq!(task["startedBy"], "ci/someone");
    assert_eq!(task["tags"], json!([{"key": "k", "value": "v"}]));
    assert_eq!(task["desiredStatus"], "STOPPED");
    assert_eq!(task["platformVersion"], "1.4.0");
    assert_eq!(task["attachments"][0]["details"][0]["value"], "subnet-1");
    let runtime_id = task["containers"][0]["runtimeId"]
        .as_str()
        .unwrap_or_default();
    assert!(runtime_id.starts_with(&format!("{id}-")), "{runtime_id}");
    let order = [
        "createdAt",
        "connectivityAt",
        "pullStartedAt",
        "pullStoppedAt",
        "startedAt",
        "stoppingAt",
        "executionStoppedAt",
        "stoppedAt",
    ];
    let times: Vec<f64> = order.iter().map(|field| seconds(&task, field)).collect();
    assert!(times.is_sorted(), "{times:?}");

    let mut messages = client.messages("admin", &arn);
    messages.sort();
    assert_eq!(messages, ["no end", "out 1 9 "]);

    let view = &emulator.tasks()[0];
    assert_eq!(view.started_processes, 1);
    assert_eq!(view.exit_codes, [Some(3)]);
    assert!(view.ended_at[0].is_some());
    assert_eq!(view.words[0].len(), 1);
    assert_eq!(
        view.tags,
        BTreeMap::from([("k".to_owned(), "v".to_owned())])
    );
}

#[test]
fn a_task_hides_its_exit_code_and_reason_as_long_as_the_scenario_wants() {
    let late = json!({
        "exit_code_delay_ms": 700, "stop_detail_delay_ms": 700,
        "phases": {"deprovisioning_ms": 0},
    });
    let (emulator, client) = start(&late);
    let arn = run_script(&emulator, &client, "exit 7");
    let stopped = client.stopped_task(&arn);
    assert!(stopped["containers"][0]["exitCode"].is_null());
    assert_eq!(stopped["containers"][0]["lastStatus"], "STOPPED");
    let coded = client.task_when(&arn, |task| task["containers"][0]["exitCode"] == 7);
    assert!(coded["stopCode"].is_null());
    let told = client.task_when(&arn, |task| !task["stopCode"].is_null());
    assert!(stopped["version"].as_u64() < coded["version"].as_u64());
    assert!(coded["version"].as_u64() < told["version"].as_u64());
}

#[test]
fn ecs_forgets_a_stopped_task_after_a_while_and_its_log_stays() {
    let (emulator, client) = start(&json!({"phases": {"deprovisioning_ms": 0}}));
    let arn = run_script(&emulator, &client, "echo still there");
    client.stopped_task(&arn);
    let messages = client.messages("admin", &arn);
    let forgetful = json!({"forget_after_ms": 0});
    emulator.set_scenario(serde_json::from_value(forgetful).expect("the scenario is right"));
    let answer = client.call(
        "DescribeTasks",
        &json!({"cluster": "everruns", "tasks": [arn]}),
    );
    assert_eq!(answer["tasks"], json!([]));
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
    let stopped = json!({"cluster": "everruns", "desiredStatus": "STOPPED"});
    assert_eq!(client.call("ListTasks", &stopped)["taskArns"], json!([]));
    let stop = client.refusal("StopTask", &json!({"cluster": "everruns", "task": arn}));
    assert_eq!(stop.1, "The referenced task was not found.");
    assert_eq!(messages, ["still there"]);
    assert_eq!(client.messages("admin", &arn), messages);
    assert_eq!(emulator.tasks().len(), 1, "a test sees it all the same");
}

#[test]
fn a_killed_process_has_128_and_the_signal() {
    let (emulator, client) = start(&json!({}));
    let arn = run_script(&emulator, &client, "kill -KILL $$");
    assert_eq!(client.stopped_task(&arn)["containers"][0]["exitCode"], 137);
}

#[test]
fn a_client_token_starts_one_task() {
    let (emulator, client) = start(&json!({}));
    let _ = emulator.register(definition("admin", &[container("admin", "exit 0")]));
    let mut request = run_request("admin");
    request["clientToken"] = "token-1".into();
    let arn = started(&client.call("RunTask", &request));
    let replay = client.call("RunTask", &request);
    assert_eq!(started(&replay), arn);
    assert!(!replay["tasks"][0]["overrides"].is_null());
    client.stopped_task(&arn);
    let late_replay = client.call("RunTask", &request);
    let bare = json!([{"taskArn": arn, "lastStatus": "STOPPED", "desiredStatus": "STOPPED"}]);
    assert_eq!(late_replay["tasks"], bare);

    request["startedBy"] = "other".into();
    let answer = client
        .try_call("RunTask", &request)
        .expect("it is answered");
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["__type"], "ConflictException");
    assert_eq!(answer.body["resourceIds"], json!([arn]));
    assert_eq!(emulator.tasks().len(), 1);
    assert_eq!(emulator.tasks()[0].client_token.as_deref(), Some("token-1"));
}

#[test]
fn run_task_is_refused_in_awss_words() {
    let (emulator, client) = start(&json!({}));
    let arn = emulator.register(definition("admin", &[container("admin", "exit 0")]));
    let refusal = |change: &dyn Fn(&mut Value)| {
        let mut request = run_request("admin");
        change(&mut request);
        client.refusal("RunTask", &request)
    };
    let pair = |code: &str, message: &str| (code.to_owned(), message.to_owned());
    assert_eq!(
        refusal(&|request| request["networkConfiguration"] = Value::Null),
        pair(
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    );
    assert_eq!(
        refusal(&|request| request["cluster"] = "nowhere".into()),
        pair("ClusterNotFoundException", "Cluster not found.")
    );
    assert_eq!(
        refusal(&|request| request["taskDefinition"] = "nobody".into()),
        pair("ClientException", "TaskDefinition not found.")
    );
    assert_eq!(
        refusal(&|request| {
            request["overrides"] = json!({"containerOverrides": [{"name": "web"}]});
        }),
        pair(
            "InvalidParameterException",
            "Override for container named web is not a container in the TaskDefinition."
        )
    );
    client.call("DeregisterTaskDefinition", &json!({"taskDefinition": arn}));
    assert_eq!(
        refusal(&|request| request["taskDefinition"] = arn.clone().into()),
        pair("ClientException", "TaskDefinition is inactive")
    );
    assert!(emulator.tasks().is_empty());
}

#[test]
fn list_tasks_takes_started_by_alone() {
    let (emulator, client) = start(&json!({}));
    let _ = emulator.register(definition("admin", &[container("admin", "sleep 60")]));
    let mut request = run_request("admin");
    request["startedBy"] = "me".into();
    let mine = started(&client.call("RunTask", &request));
    let other = client.run("admin");
    let list = |filters: Value| {
        let mut filters = filters;
        filters["cluster"] = "everruns".into();
        client.call("ListTasks", &filters)["taskArns"].clone()
    };
    assert_eq!(list(json!({})), json!([mine, other]));
    assert_eq!(list(json!({"startedBy": "me"})), json!([mine]));
    assert_eq!(list(json!({"family": "admin"})), json!([mine, other]));
    assert_eq!(list(json!({"family": "web"})), json!([]));
    let both = json!({"cluster": "everruns", "startedBy": "me", "desiredStatus": "RUNNING"});
    assert_eq!(
        client.refusal("ListTasks", &both).0,
        "InvalidParameterException"
    );
    client.call("StopTask", &json!({"cluster": "everruns", "task": mine}));
    assert_eq!(list(json!({"startedBy": "me"})), json!([]));
    assert_eq!(list(json!({"desiredStatus": "STOPPED"})), json!([mine]));
}

#[test]
fn a_new_task_may_be_missing_and_a_foreign_one_is_refused() {
    let (emulator, client) = start(&json!({"visible_after_ms": 60_000}));
    let arn = run_script(&emulator, &client, "exit 0");
    let answer = client.call(
        "DescribeTasks",
        &json!({"cluster": "everruns", "tasks": [arn]}),
    );
    assert_eq!(answer["tasks"], json!([]));
    assert_eq!(
        answer["failures"],
        json!([{"arn": arn, "reason": "MISSING"}])
    );
    let foreign = json!({"cluster": "default", "tasks": [arn]});
    assert_eq!(
        client.refusal("DescribeTasks", &foreign).0,
        "InvalidParameterException"
    );
}

#[test]
fn a_definition_keeps_fields_that_nobody_knows() {
    let (_emulator, client) = start(&json!({}));
    let mut admin = definition("admin", &[container("admin", "exit 0")]);
    admin["somethingNew"] = json!({"deep": [1]});
    client.call("RegisterTaskDefinition", &admin);
    client.call("RegisterTaskDefinition", &admin);
    let describe = |id: &str| {
        client.call("DescribeTaskDefinition", &json!({"taskDefinition": id}))["taskDefinition"]
            .clone()
    };
    assert_eq!(describe("admin")["revision"], 2);
    assert_eq!(describe("admin:1")["revision"], 1);
    let arn = describe("admin")["taskDefinitionArn"].clone();
    assert_eq!(
        arn,
        "arn:aws:ecs:eu-west-1:000000000000:task-definition/admin:2"
    );
    assert_eq!(describe("admin")["somethingNew"], json!({"deep": [1]}));
    let unknown = json!({"taskDefinition": "admin:3"});
    let refusal = client.refusal("DescribeTaskDefinition", &unknown);
    assert_eq!(refusal.1, "Unable to describe task definition.");
    let list = client.call("ListTaskDefinitions", &json!({"familyPrefix": "admin"}));
    assert_eq!(list["taskDefinitionArns"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_service_shows_its_network_and_tags_can_be_read() {
    let (emulator, client) = start(&json!({}));
    emulator.create_service("web", &["subnet-1", "subnet-2"], &["sg-1"], true);
    let request = json!({"cluster": "everruns", "services": ["web", "gone"]});
    let answer = client.call("DescribeServices", &request);
    let network = &answer["services"][0]["networkConfiguration"]["awsvpcConfiguration"];
    assert_eq!(network["subnets"], json!(["subnet-1", "subnet-2"]));
    assert_eq!(network["assignPublicIp"], "ENABLED");
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
    let resource = "arn:aws:ecs:eu-west-1:000000000000:service/everruns/web";
    let tags = json!([{"key": "a", "value": "b"}]);
    client.call(
        "TagResource",
        &json!({"resourceArn": resource, "tags": tags}),
    );
    let listed = client.call("ListTagsForResource", &json!({"resourceArn": resource}));
    assert_eq!(listed["tags"], tags);
    let unknown = client.refusal("ExecuteCommand", &json!({}));
    assert_eq!(unknown.0, "UnknownOperationException");
}
