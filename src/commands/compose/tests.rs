use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::model::definition::ContainerDefinition;
use crate::settings::layer::{Layers, Origin, Said, built_in};
use crate::settings::{Variable, key::Key, resolve};

fn settings(pairs: &[(Key, &str)]) -> Settings {
    let mut layers = Layers::default();
    let said = |(key, value): &(Key, &str)| {
        let origin = Origin::Flag(key.spec().flag);
        (
            *key,
            Said {
                values: vec![(*value).to_owned()],
                origin,
            },
        )
    };
    layers.push(pairs.iter().map(said).collect());
    layers.push(built_in());
    resolve(
        &layers,
        None,
        |_| None,
        |_| Err(std::io::ErrorKind::NotFound.into()),
    )
    .expect("sound")
}

fn definition() -> TaskDefinition {
    TaskDefinition {
        arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:3".into(),
        network_mode: Some("awsvpc".into()),
        containers: vec![ContainerDefinition {
            name: "admin".into(),
            essential: true,
            ..ContainerDefinition::default()
        }],
        ..TaskDefinition::default()
    }
}

fn composed(settings: &Settings, command: &[&str]) -> Result<RunTaskRequest, Failure> {
    let command: Vec<_> = command.iter().map(|word| (*word).to_owned()).collect();
    let identity = Identity {
        user: "ana".into(),
        host: "laptop".into(),
        ci: None,
    };
    let network = network(settings, None)?;
    request(
        settings,
        &definition(),
        "admin",
        Some(network),
        &identity,
        &command,
        &RunKey::fresh("token"),
    )
}

const NETWORK: [(Key, &str); 2] = [
    (Key::Subnets, "subnet-1,subnet-2"),
    (Key::SecurityGroups, "sg-1"),
];

#[test]
fn the_request_as_it_is_sent() {
    let request = composed(&settings(&NETWORK), &["reencrypt", "--filter", "a b"]).expect("sound");
    let json = serde_json::to_value(&request).expect("JSON");
    assert_eq!(
        json["overrides"]["containerOverrides"][0]["command"],
        serde_json::json!(["reencrypt", "--filter", "a b"])
    );
    assert_eq!(
        json["networkConfiguration"]["awsvpcConfiguration"]["subnets"],
        serde_json::json!(["subnet-1", "subnet-2"])
    );
    assert_eq!(
        json["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"],
        "DISABLED"
    );
    assert_eq!(json["launchType"], "FARGATE");
    assert_eq!(json["taskDefinition"], definition().arn);
    assert_eq!(json["startedBy"], "run-admin-task/ana/laptop");
    assert_eq!(json["count"], 1);
    assert_eq!(json["clientToken"], RunKey::fresh("token").token(0));
    let tags = json["tags"].as_array().expect("a list");
    let run_key = RunKey::fresh("token").to_string();
    assert!(tags.contains(&json!({"key": "run-admin-task:run-key", "value": run_key})));
    assert!(json.get("capacityProviderStrategy").is_none());
    assert!(json["overrides"].get("cpu").is_none());
}

#[test]
fn what_is_missing_is_named() {
    let failure = composed(&settings(&NETWORK[1..]), &["migrate"]).expect_err("no subnets");
    assert_eq!(failure.exit.code(), 2);
    assert_eq!(
        failure.message,
        "the task's network is not known: no subnets given"
    );
    assert!(failure.hints[0].contains("ECS_SUBNETS=") && failure.hints[0].contains("--subnets "));
    let failure = composed(&settings(&[]), &["migrate"]).expect_err("no network");
    assert_eq!(
        failure.message,
        "the task's network is not known: no subnets and no security groups given"
    );
    assert!(failure.hints[1].contains("ECS_SECURITY_GROUP="));
}

#[test]
fn a_service_lends_what_is_missing() {
    let lent = Network {
        subnets: vec!["subnet-9".into()],
        security_groups: vec!["sg-9".into()],
        assign_public_ip: PublicIp::Enabled,
    };
    let whole = network(&settings(&[]), Some(lent.clone())).expect("lent");
    assert_eq!(whole, lent);
    let part = network(&settings(&NETWORK[..1]), Some(lent)).expect("lent in part");
    assert_eq!(part.subnets, ["subnet-1", "subnet-2"]);
    assert_eq!(part.security_groups, ["sg-9"]);
    assert_eq!(part.assign_public_ip, PublicIp::Disabled);
}

#[test]
fn what_ecs_would_not_take_is_refused_before_the_call() {
    let long = "x".repeat(8_200);
    let failure = composed(&settings(&NETWORK), &["migrate", &long]).expect_err("too long");
    assert_eq!(failure.exit.code(), 2);
    assert!(failure.message.contains("8192"), "{failure}");

    let mut many = settings(&NETWORK);
    many.tags = (0..50)
        .map(|n| (format!("k{n}"), String::new()))
        .collect::<BTreeMap<_, _>>();
    assert!(
        composed(&many, &["migrate"])
            .expect_err("too many")
            .message
            .contains("54 tags")
    );
}

#[test]
fn a_password_in_the_command_is_not_in_the_tags() {
    let request =
        composed(&settings(&NETWORK), &["shell", "postgres://u:secret@h/d"]).expect("sound");
    assert!(request.tags.iter().all(|tag| !tag.value.contains("secret")));
}

#[test]
fn runs_of_one_ci_job_are_told_apart_by_all_that_the_container_gets() {
    let variable = |value: &str| Variable {
        value: value.to_owned(),
        written_out: false,
    };
    let told = |value: &str, command: &[&str], cpu: Option<&str>| {
        let mut settings = settings(&NETWORK);
        settings.env = BTreeMap::from([("TENANT".to_owned(), variable(value))]);
        settings.cpu = cpu.map(str::to_owned);
        let command: Vec<_> = command.iter().map(|word| (*word).to_owned()).collect();
        what(&settings, "us-east-1", &command)
    };
    let first = told("a", &["seed", "--all"], None);
    assert_eq!(first, told("a", &["seed", "--all"], None));
    for other in [
        told("b", &["seed", "--all"], None),
        told("a", &["seed"], None),
        told("a", &["seed", "--all"], Some("512")),
    ] {
        assert_ne!(first, other);
    }
}

#[test]
fn a_password_is_masked_where_it_stands_and_nothing_else_goes() {
    let request = composed(&settings(&NETWORK), &["echo", "postgres://u:p@h/d"]).expect("sound");
    let shown = shown(&request, &settings(&NETWORK));
    let command = &shown.overrides.container_overrides[0].command;
    assert_eq!(command[1], "postgres://u:***@h/d");
    assert_eq!(shown.tags.len(), request.tags.len());
    assert!(shown.tags.iter().any(|tag| tag.value == "ana@laptop"));
}
