//! What is looked up by name: parameters, quotas, settings, clusters, log groups, secrets.

use aws_sdk_ecs::types::SettingName;
use aws_sdk_ssm::types::{ParameterStringFilter, ParameterType};
use serde_json::json;

use crate::{account, refusal, scenario};

#[tokio::test]
async fn parameters_are_those_that_are_told() {
    let (_emulator, config) = scenario(json!({
        "account": {"parameters": [{"name": "/app/url", "value": "x://y"}]},
        "faults": [{"operation": "GetParameter", "action": {
            "kind": "error", "status": 400, "code": "AccessDeniedException", "message": "no",
        }}],
    }))
    .await;
    let ssm = aws_sdk_ssm::Client::new(&config);
    let by_name = |name: &str| {
        let filter = ParameterStringFilter::builder()
            .key("Name")
            .option("Equals")
            .values(name);
        let filter = filter.build().expect("a filter");
        ssm.describe_parameters().parameter_filters(filter).send()
    };
    let found = by_name("/app/url")
        .await
        .expect("it")
        .parameters
        .expect("a list");
    assert_eq!(found[0].r#type(), Some(&ParameterType::SecureString));
    assert!(
        by_name("/app/key")
            .await
            .expect("an answer")
            .parameters()
            .is_empty()
    );
    let arn = found[0].arn().expect("an ARN");
    let values = ssm
        .get_parameters()
        .names(arn)
        .names("/app/key")
        .with_decryption(true);
    let values = values.send().await.expect("an answer");
    assert_eq!(values.parameters()[0].value(), Some("x://y"));
    assert_eq!(values.invalid_parameters(), ["/app/key"]);
    let denied = ssm.get_parameter().name("/app/url").send().await;
    assert_eq!(refusal(denied).0, "AccessDeniedException");
}

#[tokio::test]
async fn quotas_and_settings_are_generous_until_told_otherwise() {
    let quotas = json!({"on_demand_vcpus": 1});
    let (_emulator, config) = account(json!({"quotas": quotas, "log_driver_mode": null})).await;
    let client = aws_sdk_servicequotas::Client::new(&config);
    let get = |code| {
        client
            .get_service_quota()
            .service_code("fargate")
            .quota_code(code)
            .send()
    };
    let quota = get("L-3032A538").await.expect("it").quota.expect("a quota");
    assert_eq!(quota.value(), Some(1.0));
    assert_eq!(
        quota.quota_name(),
        Some("Fargate On-Demand vCPU resource count")
    );
    assert_eq!(
        refusal(get("L-00000000").await).0,
        "NoSuchResourceException"
    );
    let all = client
        .list_service_quotas()
        .service_code("fargate")
        .send()
        .await
        .expect("they");
    assert_eq!(all.quotas()[1].value(), Some(4000.0));

    let ecs = aws_sdk_ecs::Client::new(&config);
    let settings = ecs
        .list_account_settings()
        .effective_settings(true)
        .send()
        .await;
    let settings = settings.expect("they").settings.expect("a list");
    assert_eq!(settings[0].name(), Some(&SettingName::DefaultLogDriverMode));
    assert_eq!(settings[0].value(), Some("non-blocking"));
    let made = ecs.list_account_settings().send().await.expect("they");
    assert!(made.settings().is_empty());
}

#[tokio::test]
async fn clusters_log_groups_and_secrets_are_those_that_were_created() {
    let (emulator, config) = account(json!({})).await;
    let arn = emulator.create_secret("app", "x");
    emulator.create_log_group("/ecs/app");

    let secrets = aws_sdk_secretsmanager::Client::new(&config);
    let described = secrets
        .describe_secret()
        .secret_id(&arn)
        .send()
        .await
        .expect("it");
    assert_eq!(described.name(), Some("app"));
    let versions = secrets
        .list_secret_version_ids()
        .secret_id("app")
        .send()
        .await;
    let versions = versions.expect("they").versions.expect("a list");
    assert_eq!(versions[0].version_stages(), ["AWSCURRENT"]);
    let value = secrets
        .get_secret_value()
        .secret_id("app")
        .send()
        .await
        .expect("it");
    assert_eq!(value.secret_string(), Some("x"));
    let gone = secrets.describe_secret().secret_id("gone").send().await;
    assert_eq!(refusal(gone).0, "ResourceNotFoundException");

    let logs = aws_sdk_cloudwatchlogs::Client::new(&config);
    let groups = logs
        .describe_log_groups()
        .log_group_name_prefix("/ecs/app")
        .send()
        .await;
    assert_eq!(groups.expect("it").log_groups().len(), 1);
    let ecs = aws_sdk_ecs::Client::new(&config);
    let clusters = ecs
        .describe_clusters()
        .clusters("everruns")
        .clusters("gone")
        .send()
        .await;
    let clusters = clusters.expect("an answer");
    assert_eq!(clusters.clusters()[0].status(), Some("ACTIVE"));
    assert_eq!(clusters.failures()[0].reason(), Some("MISSING"));
}
