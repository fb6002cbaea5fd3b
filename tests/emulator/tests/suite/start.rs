//! Starts that fail, and secrets that come through.

use serde_json::Value;
use serde_json::json;

use crate::client::Client;
use crate::client::container;
use crate::client::definition;
use crate::client::run_script;
use crate::client::start;

const SECRETS: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ";

fn failed_reason(client: &Client, arn: &str) -> String {
    let task = client.stopped_task(arn);
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    assert!(task["containers"][0]["exitCode"].is_null());
    assert!(task["startedAt"].is_null());
    task["stoppedReason"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn admin_with_secret(value_from: &str) -> Value {
    let mut admin = container("admin", "echo \"$URL\"");
    admin["secrets"] = json!([{"name": "URL", "valueFrom": value_from}]);
    definition("admin", &[admin])
}

#[test]
fn a_secret_comes_into_the_environment() {
    let (emulator, client) = start(&json!({}));
    let secret = client.call(
        "CreateSecret",
        &json!({"Name": "app", "SecretString": r#"{"url":"x://y"}"#}),
    );
    let arn = secret["ARN"].as_str().expect("a secret has an ARN");
    let _ = emulator.register(admin_with_secret(&format!("{arn}:url::")));
    let task = client.run("admin");
    client.stopped_task(&task);
    assert_eq!(client.messages("admin", &task), ["x://y"]);

    let _ = emulator.register(admin_with_secret(&format!("{arn}:user::")));
    let reason = failed_reason(&client, &client.run("admin"));
    let expected = "retrieved secret from Secrets Manager did not contain json key user";
    assert_eq!(reason, format!("{SECRETS}{expected}"));
}

#[test]
fn a_missing_secret_fails_the_start() {
    let (emulator, client) = start(&json!({}));
    let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf";
    let _ = emulator.register(admin_with_secret(arn));
    let reason = failed_reason(&client, &client.run("admin"));
    let expected = format!(
        "failed to fetch secret {arn} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."
    );
    assert_eq!(reason, format!("{SECRETS}{expected}"));
    assert_eq!(emulator.tasks()[0].started_processes, 0);
}

#[test]
fn secrets_can_be_stored_read_and_deleted() {
    let (emulator, client) = start(&json!({}));
    let arn = emulator.create_secret("app", "old");
    client.call(
        "PutSecretValue",
        &json!({"SecretId": "app", "SecretString": "new"}),
    );
    let value = client.call("GetSecretValue", &json!({"SecretId": arn}));
    assert_eq!(value["SecretString"], "new");
    let previous = json!({"SecretId": "app", "VersionStage": "AWSPREVIOUS"});
    assert_eq!(
        client.call("GetSecretValue", &previous)["SecretString"],
        "old"
    );
    assert_eq!(
        client.call("DescribeSecret", &json!({"SecretId": "app"}))["ARN"],
        arn
    );
    let again = json!({"Name": "app", "SecretString": "x"});
    assert_eq!(
        client.refusal("CreateSecret", &again).0,
        "ResourceExistsException"
    );
    client.call(
        "DeleteSecret",
        &json!({"SecretId": "app", "ForceDeleteWithoutRecovery": true}),
    );
    let gone = client.refusal("GetSecretValue", &json!({"SecretId": "app"}));
    assert_eq!(gone.1, "Secrets Manager can't find the specified secret.");
}

#[test]
fn a_missing_log_group_fails_the_start_unless_it_may_be_created() {
    let (emulator, client) = start(&json!({}));
    let mut admin = container("admin", "echo hello");
    admin["logConfiguration"]["options"]["awslogs-group"] = "/gone".into();
    let _ = emulator.register(definition("admin", &[admin.clone()]));
    let reason = failed_reason(&client, &client.run("admin"));
    assert!(
        reason.ends_with("The specified log group does not exist. : exit status 1"),
        "{reason}"
    );
    admin["logConfiguration"]["options"]["awslogs-create-group"] = "true".into();
    let _ = emulator.register(definition("admin", &[admin]));
    let task = client.run("admin");
    assert_eq!(client.stopped_task(&task)["containers"][0]["exitCode"], 0);
    let streams = client.call("DescribeLogStreams", &json!({"logGroupName": "/gone"}));
    assert_eq!(streams["logStreams"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_unknown_image_cannot_be_pulled() {
    let (emulator, client) = start(&json!({}));
    let mut admin = container("admin", "exit 0");
    admin["image"] = "example/other:v2".into();
    let _ = emulator.register(definition("admin", &[admin]));
    let task = client.run("admin");
    let reason = failed_reason(&client, &task);
    assert_eq!(
        reason,
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref example/other:v2: example/other:v2: not found"
    );
    assert_eq!(
        client.stopped_task(&task)["containers"][0]["reason"],
        reason
    );
}

#[test]
fn the_scenario_can_fail_a_start_a_number_of_times() {
    let (emulator, client) = start(&json!({"start_failure": {
        "stop_code": "TaskFailedToStart",
        "stopped_reason": "Timeout waiting for network interface provisioning to complete.",
        "at": "PROVISIONING",
        "times": 1,
    }}));
    let task = run_script(&emulator, &client, "exit 0");
    let reason = failed_reason(&client, &task);
    assert_eq!(
        reason,
        "Timeout waiting for network interface provisioning to complete."
    );
    assert!(client.stopped_task(&task)["connectivityAt"].is_null());
    let second = run_script(&emulator, &client, "exit 0");
    assert_eq!(client.stopped_task(&second)["containers"][0]["exitCode"], 0);
}
