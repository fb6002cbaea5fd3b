//! The template in `task-definitions/` renders to a definition that runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ecs_emulator::{Emulator, Scenario};
use serde_json::Value;

const VALUES: [(&str, &str); 8] = [
    (
        "EXECUTION_ROLE_ARN",
        "arn:aws:iam::000000000000:role/everruns-execution",
    ),
    (
        "TASK_ROLE_ARN",
        "arn:aws:iam::000000000000:role/everruns-task",
    ),
    ("REGISTRY", "registry.example"),
    ("IMAGE_TAG", "1.2.3"),
    ("AWS_REGION", "eu-west-1"),
    (
        "DATABASE_URL_SECRET_ARN",
        "arn:aws:secretsmanager:eu-west-1:000000000000:secret:database-url-AbCdEf",
    ),
    (
        "SECRETS_ENCRYPTION_KEY_SECRET_ARN",
        "arn:aws:secretsmanager:eu-west-1:000000000000:secret:key-AbCdEf",
    ),
    (
        "SECRETS_ENCRYPTION_KEY_PREVIOUS_SECRET_ARN",
        "arn:aws:secretsmanager:eu-west-1:000000000000:secret:old-key-AbCdEf",
    ),
];

fn template() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("task-definitions/everruns-admin.json");
    fs::read_to_string(path).expect("the template")
}

/// The template with each `${NAME}` replaced, as `envsubst` does it.
fn rendered() -> String {
    let mut text = template();
    for (name, value) in VALUES {
        let placeholder = format!("${{{name}}}");
        assert!(
            text.contains(&placeholder),
            "the template does not use {name}"
        );
        text = text.replace(&placeholder, value);
    }
    assert!(!text.contains("${"), "a placeholder is left: {text}");
    text
}

#[test]
fn it_is_what_the_tool_expects_by_default() {
    let definition: Value = serde_json::from_str(&rendered()).expect("JSON");
    assert_eq!(definition["family"], "everruns-admin");
    assert_eq!(definition["networkMode"], "awsvpc");
    assert_eq!(
        definition["requiresCompatibilities"],
        serde_json::json!(["FARGATE"])
    );
    // The smallest of the valid Fargate sizes.
    assert_eq!(
        (definition["cpu"].as_str(), definition["memory"].as_str()),
        (Some("256"), Some("512"))
    );

    let containers = definition["containerDefinitions"]
        .as_array()
        .expect("containers");
    let [admin] = containers.as_slice() else {
        panic!("one container: {containers:?}");
    };
    assert_eq!(admin["name"], "admin");
    assert_eq!(admin["essential"], true);
    assert_eq!(admin["command"], serde_json::json!(["help"]));

    let options = &admin["logConfiguration"]["options"];
    assert_eq!(admin["logConfiguration"]["logDriver"], "awslogs");
    assert_eq!(options["awslogs-group"], "/ecs/everruns-admin");
    assert_eq!(options["awslogs-region"], "eu-west-1");
    assert_eq!(options["awslogs-stream-prefix"], "admin");
    // ECS's default may drop lines when its buffer is full.
    assert_eq!(options["mode"], "blocking");

    let secrets: BTreeMap<_, _> = admin["secrets"]
        .as_array()
        .expect("secrets")
        .iter()
        .map(|secret| (secret["name"].as_str(), secret["valueFrom"].as_str()))
        .collect();
    for name in [
        "DATABASE_URL",
        "SECRETS_ENCRYPTION_KEY",
        "SECRETS_ENCRYPTION_KEY_PREVIOUS",
    ] {
        let from = secrets[&Some(name)].expect("an ARN");
        assert!(
            from.starts_with("arn:aws:secretsmanager:"),
            "{name}: {from}"
        );
    }
}

#[test]
fn ecs_takes_it() {
    let emulator = Emulator::start(Scenario::default()).expect("the emulator starts");
    let arn = emulator.register(serde_json::from_str(&rendered()).expect("JSON"));
    assert!(arn.ends_with(":task-definition/everruns-admin:1"), "{arn}");
}
