//! What moto answers to the calls of `check`, through the SDK.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_ec2::types::{AttributeBooleanValue, Filter, VpcAttributeName};
use aws_sdk_ecr::types::ImageIdentifier;

use crate::ministack::REGION;
use crate::moto::Moto;

pub(crate) fn the_sdk_sees_what_was_seeded(moto: &Moto) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let config = config(moto).await;
        network(moto, &config).await;
        what_a_task_needs(moto, &config).await;
    });
}

async fn config(moto: &Moto) -> SdkConfig {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .endpoint_url(moto.endpoint())
        .credentials_provider(credentials)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

async fn network(moto: &Moto, config: &SdkConfig) {
    let ec2 = aws_sdk_ec2::Client::new(config);
    let vpc = moto.seeded("vpc");
    let subnet = moto.seeded("private_subnet");

    let subnets = ec2.describe_subnets().subnet_ids(subnet).send().await;
    let subnets = subnets.expect("it is there").subnets.expect("a list");
    assert_eq!(subnets[0].vpc_id(), Some(vpc));
    let routes = ec2
        .describe_route_tables()
        .filters(filter("association.subnet-id", subnet));
    let tables = routes.send().await.expect("it has one").route_tables;
    let table = tables.expect("a list").remove(0);
    let by_nat = table.routes().iter().any(|route| {
        route.destination_cidr_block() == Some("0.0.0.0/0") && route.nat_gateway_id().is_some()
    });
    assert!(by_nat, "{table:?}");
    let endpoints = ec2.describe_vpc_endpoints().filters(filter("vpc-id", vpc));
    let endpoints = endpoints.send().await.expect("they are there");
    assert_eq!(endpoints.vpc_endpoints().len(), 5, "{endpoints:?}");
    let groups = ec2.describe_security_groups();
    let groups = groups.group_ids(moto.seeded("endpoint_group")).send().await;
    let group = groups
        .expect("it is there")
        .security_groups
        .expect("a list")
        .remove(0);
    let from = &group.ip_permissions()[0].user_id_group_pairs()[0];
    assert_eq!(from.group_id(), Some(moto.seeded("group")));
    let names = ec2
        .describe_vpc_attribute()
        .vpc_id(vpc)
        .attribute(VpcAttributeName::EnableDnsHostnames);
    let names = names.send().await.expect("it is told");
    assert_eq!(
        names
            .enable_dns_hostnames()
            .and_then(AttributeBooleanValue::value),
        Some(true)
    );
}

async fn what_a_task_needs(moto: &Moto, config: &SdkConfig) {
    let sts = aws_sdk_sts::Client::new(config);
    let caller = sts.get_caller_identity().send().await.expect("somebody");
    let account = caller.account().expect("of an account");
    assert!(moto.seeded("image").starts_with(account));

    let (_, image) = moto.seeded("image").split_once('/').expect("a path");
    let (repository, tag) = image.split_once(':').expect("a tag");
    let id = ImageIdentifier::builder().image_tag(tag).build();
    let ecr = aws_sdk_ecr::Client::new(config);
    let images = ecr.batch_get_image().repository_name(repository);
    let images = images.image_ids(id).send().await.expect("an answer");
    let manifest = images.images()[0].image_manifest();
    assert!(manifest.is_some_and(|it| it.contains("\"schemaVersion\"")));

    let secrets = aws_sdk_secretsmanager::Client::new(config);
    let secret = secrets.describe_secret().secret_id(moto.seeded("secret"));
    assert!(secret.send().await.is_ok());
    let ssm = aws_sdk_ssm::Client::new(config);
    let parameters = ssm.get_parameters().names(moto.seeded("parameter"));
    let parameters = parameters.names("/gone").send().await.expect("an answer");
    assert_eq!(parameters.parameters().len(), 1);
    assert_eq!(parameters.invalid_parameters(), ["/gone"]);
    let iam = aws_sdk_iam::Client::new(config);
    let (_, name) = moto.seeded("role").rsplit_once('/').expect("a name");
    let role = iam.get_role().role_name(name).send().await;
    let role = role.expect("it is there").role.expect("a role");
    let trust = role.assume_role_policy_document();
    assert!(trust.is_some_and(|it| it.contains("ecs-tasks.amazonaws.com")));
    let ecs = aws_sdk_ecs::Client::new(config);
    let definition = moto.seeded("task_definition");
    let definition = ecs.describe_task_definition().task_definition(definition);
    assert!(definition.send().await.is_ok());
    let logs = aws_sdk_cloudwatchlogs::Client::new(config);
    let groups = logs.describe_log_groups();
    let groups = groups.log_group_name_prefix("/ecs/everruns-admin").send();
    assert_eq!(groups.await.expect("an answer").log_groups().len(), 1);
}
