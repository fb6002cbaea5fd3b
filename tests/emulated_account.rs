//! What the emulated account answers, read by the AWS SDK: each operation that `check` may ask.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_ec2::types::{Filter, RouteState, VpcAttributeName};
use aws_sdk_ecr::types::ImageIdentifier;
use aws_sdk_iam::types::PolicyEvaluationDecisionType as Decision;
use aws_sdk_ssm::types::ParameterStringFilter;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ecs_emulator::Emulator;
use serde_json::{Value, json};

const ACCOUNT: &str = "000000000000";

/// An emulator with this account, and the way to it.
async fn account(account: Value) -> (Emulator, SdkConfig) {
    scenario(json!({"account": account})).await
}

async fn scenario(scenario: Value) -> (Emulator, SdkConfig) {
    let scenario = serde_json::from_value(scenario).expect("the test's scenario is right");
    let emulator = Emulator::start(scenario).expect("a free port");
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(emulator.url())
        .credentials_provider(credentials)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .load()
        .await;
    (emulator, config)
}

/// Code and message of a refusal.
fn refusal<T: std::fmt::Debug, E: ProvideErrorMetadata>(answer: Result<T, E>) -> (String, String) {
    let error = answer.expect_err("it is refused");
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (text(error.code()), text(error.message()))
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

#[tokio::test]
async fn a_subnet_and_a_group_that_are_asked_for_exist() {
    let (_emulator, config) = account(json!({})).await;
    let ec2 = aws_sdk_ec2::Client::new(&config);

    let subnets = ec2
        .describe_subnets()
        .subnet_ids("subnet-0a")
        .subnet_ids("subnet-0b");
    let subnets = subnets.send().await.expect("both").subnets.expect("a list");
    assert_eq!(subnets.len(), 2);
    assert_eq!(subnets[0].vpc_id(), Some("vpc-0a1b2c3d"));
    assert_eq!(subnets[0].available_ip_address_count(), Some(250));
    assert_eq!(subnets[0].map_public_ip_on_launch(), Some(false));
    assert!(
        subnets[0]
            .availability_zone()
            .is_some_and(|it| it.starts_with("eu-west-1"))
    );

    let groups = ec2
        .describe_security_groups()
        .group_ids("sg-0a")
        .send()
        .await;
    let group = groups
        .expect("it")
        .security_groups
        .expect("a list")
        .remove(0);
    assert_eq!(group.vpc_id(), Some("vpc-0a1b2c3d"));
    let egress = group.ip_permissions_egress();
    assert_eq!(egress[0].ip_protocol(), Some("-1"));
    assert_eq!(egress[0].from_port(), None);
    assert_eq!(egress[0].ip_ranges()[0].cidr_ip(), Some("0.0.0.0/0"));
    assert!(group.ip_permissions().is_empty());
}

#[tokio::test]
async fn a_private_subnet_reaches_the_internet_by_nat() {
    let (_emulator, config) = account(json!({})).await;
    let ec2 = aws_sdk_ec2::Client::new(&config);

    let own = ec2
        .describe_route_tables()
        .filters(filter("association.subnet-id", "subnet-0a"));
    let own = own
        .send()
        .await
        .expect("an answer")
        .route_tables
        .expect("a list");
    assert!(own.is_empty(), "{own:?}");
    let main = ec2
        .describe_route_tables()
        .filters(filter("vpc-id", "vpc-0a1b2c3d"))
        .filters(filter("association.main", "true"));
    let main = main
        .send()
        .await
        .expect("an answer")
        .route_tables
        .expect("a list");
    let [local, default] = main[0].routes() else {
        panic!("{main:?}");
    };
    assert_eq!(local.gateway_id(), Some("local"));
    assert_eq!(default.destination_cidr_block(), Some("0.0.0.0/0"));
    assert_eq!(default.state(), Some(&RouteState::Active));
    let nat = default.nat_gateway_id().expect("a NAT gateway");

    let nat = ec2
        .describe_nat_gateways()
        .nat_gateway_ids(nat)
        .send()
        .await;
    let nat = nat.expect("it").nat_gateways.expect("a list").remove(0);
    assert_eq!(nat.state().map(|state| state.as_str()), Some("available"));
    let public = nat.subnet_id().expect("a subnet");
    let public = ec2
        .describe_route_tables()
        .filters(filter("association.subnet-id", public));
    let public = public
        .send()
        .await
        .expect("an answer")
        .route_tables
        .expect("a list");
    let internet = public[0].routes()[1]
        .gateway_id()
        .expect("an internet gateway");
    let internet = ec2
        .describe_internet_gateways()
        .internet_gateway_ids(internet);
    let internet = internet
        .send()
        .await
        .expect("it")
        .internet_gateways
        .expect("a list");
    assert_eq!(internet[0].attachments()[0].vpc_id(), Some("vpc-0a1b2c3d"));
}

#[tokio::test]
async fn a_vpc_resolves_names_and_its_acl_allows_everything() {
    let (_emulator, config) = account(json!({})).await;
    let ec2 = aws_sdk_ec2::Client::new(&config);

    let vpcs = ec2.describe_vpcs().vpc_ids("vpc-0a1b2c3d").send().await;
    let vpc = vpcs.expect("it").vpcs.expect("a list").remove(0);
    assert_eq!(
        vpc.cidr_block_association_set()[0].cidr_block(),
        Some("10.0.0.0/16")
    );
    let attribute = |attribute| {
        ec2.describe_vpc_attribute()
            .vpc_id("vpc-0a1b2c3d")
            .attribute(attribute)
            .send()
    };
    let support = attribute(VpcAttributeName::EnableDnsSupport)
        .await
        .expect("it");
    assert_eq!(
        support.enable_dns_support().and_then(|it| it.value()),
        Some(true)
    );
    assert_eq!(support.enable_dns_hostnames(), None);
    let names = attribute(VpcAttributeName::EnableDnsHostnames)
        .await
        .expect("it");
    assert_eq!(
        names.enable_dns_hostnames().and_then(|it| it.value()),
        Some(true)
    );
    let dhcp = ec2
        .describe_dhcp_options()
        .dhcp_options_ids(vpc.dhcp_options_id().expect("some"));
    let dhcp = dhcp.send().await.expect("it").dhcp_options.expect("a list");
    let servers = &dhcp[0].dhcp_configurations()[1];
    assert_eq!(servers.key(), Some("domain-name-servers"));
    assert_eq!(servers.values()[0].value(), Some("AmazonProvidedDNS"));

    let acls = ec2
        .describe_network_acls()
        .filters(filter("association.subnet-id", "subnet-0a"));
    let acl = acls
        .send()
        .await
        .expect("it")
        .network_acls
        .expect("a list")
        .remove(0);
    let rules: Vec<_> = acl
        .entries()
        .iter()
        .map(|rule| {
            (
                rule.egress(),
                rule.rule_number(),
                rule.rule_action().map(|it| it.as_str()),
            )
        })
        .collect();
    let wanted = |egress| {
        [
            (Some(egress), Some(100), Some("allow")),
            (Some(egress), Some(32767), Some("deny")),
        ]
    };
    assert_eq!(rules, [wanted(false), wanted(true)].concat());
    assert!(
        acl.associations()
            .iter()
            .any(|it| it.subnet_id() == Some("subnet-0a"))
    );
}

#[tokio::test]
async fn what_is_told_of_the_network_is_answered() {
    let (_emulator, config) = account(json!({
        "dns": {"hostnames": false, "servers": ["10.0.0.2"]},
        "subnets": [
            {"id": "subnet-0a", "public": true, "zone": "eu-west-1c", "free_addresses": 0},
            {"id": "subnet-0b", "vpc": "vpc-2", "routes": [{"via": "nat-1", "blackhole": true}]},
            {"id": "subnet-0c", "acl": [{"direction": "egress", "deny": true, "port": 443}]},
        ],
        "security_groups": [{
            "id": "sg-0a",
            "egress": [{"port": 5432, "group": "sg-0b"}],
            "ingress": [{"ports": [1, 9], "cidr": "10.0.0.0/8"}],
        }],
        "endpoints": [
            {"service": "ecr.dkr", "subnets": ["subnet-0a"], "groups": ["sg-0c"], "private_dns": false},
            {"service": "s3", "type": "Gateway"},
        ],
        "interfaces": [{"private_ip": "10.0.9.9", "groups": ["sg-0d"], "description": "RDSNetworkInterface"}],
        "nat_gateways": [{"id": "nat-1", "state": "deleted", "private": true}],
    }))
    .await;
    let ec2 = aws_sdk_ec2::Client::new(&config);

    let subnets = ec2.describe_subnets().subnet_ids("subnet-0a").send().await;
    let subnet = subnets.expect("it").subnets.expect("a list").remove(0);
    assert_eq!(subnet.available_ip_address_count(), Some(0));
    assert_eq!(subnet.availability_zone(), Some("eu-west-1c"));
    let tables = ec2
        .describe_route_tables()
        .filters(filter("association.subnet-id", "subnet-0b"));
    let table = tables
        .send()
        .await
        .expect("it")
        .route_tables
        .expect("a list")
        .remove(0);
    assert_eq!(table.vpc_id(), Some("vpc-2"));
    assert_eq!(table.routes()[1].state(), Some(&RouteState::Blackhole));
    let acls = ec2
        .describe_network_acls()
        .filters(filter("association.subnet-id", "subnet-0c"));
    let acl = acls
        .send()
        .await
        .expect("it")
        .network_acls
        .expect("a list")
        .remove(0);
    let deny = acl
        .entries()
        .iter()
        .find(|it| it.egress() == Some(true))
        .expect("one");
    assert_eq!(
        (deny.rule_number(), deny.protocol()),
        (Some(100), Some("6"))
    );
    assert_eq!(deny.port_range().and_then(|it| it.to()), Some(443));

    let groups = ec2
        .describe_security_groups()
        .group_ids("sg-0a")
        .send()
        .await;
    let group = groups
        .expect("it")
        .security_groups
        .expect("a list")
        .remove(0);
    let out = &group.ip_permissions_egress()[0];
    assert_eq!(
        (out.ip_protocol(), out.from_port()),
        (Some("tcp"), Some(5432))
    );
    assert_eq!(out.user_id_group_pairs()[0].group_id(), Some("sg-0b"));
    assert!(out.ip_ranges().is_empty());
    assert_eq!(group.ip_permissions()[0].to_port(), Some(9));

    let endpoints = ec2
        .describe_vpc_endpoints()
        .filters(filter("vpc-id", "vpc-0a1b2c3d"));
    let endpoints = endpoints
        .send()
        .await
        .expect("they")
        .vpc_endpoints
        .expect("a list");
    assert_eq!(
        endpoints[0].service_name(),
        Some("com.amazonaws.eu-west-1.ecr.dkr")
    );
    assert_eq!(endpoints[0].private_dns_enabled(), Some(false));
    assert_eq!(endpoints[0].groups()[0].group_id(), Some("sg-0c"));
    assert_eq!(endpoints[0].subnet_ids(), ["subnet-0a"]);
    assert_eq!(
        endpoints[1].vpc_endpoint_type().map(|it| it.as_str()),
        Some("Gateway")
    );
    assert_eq!(endpoints[1].route_table_ids()[0], "rtb-0a1b2c3d");
    let lists = ec2.describe_prefix_lists().send().await.expect("they");
    let s3 = lists.prefix_lists()[0].prefix_list_id();
    let main = ec2
        .describe_route_tables()
        .route_table_ids("rtb-0a1b2c3d")
        .send()
        .await;
    let main = main.expect("it").route_tables.expect("a list").remove(0);
    assert!(
        main.routes()
            .iter()
            .any(|it| it.destination_prefix_list_id() == s3)
    );

    let interfaces = ec2
        .describe_network_interfaces()
        .filters(filter("addresses.private-ip-address", "10.0.9.9"));
    let interfaces = interfaces
        .send()
        .await
        .expect("it")
        .network_interfaces
        .expect("a list");
    assert_eq!(interfaces[0].description(), Some("RDSNetworkInterface"));
    assert_eq!(interfaces[0].groups()[0].group_id(), Some("sg-0d"));
    let nat = ec2
        .describe_nat_gateways()
        .nat_gateway_ids("nat-1")
        .send()
        .await;
    let nat = nat.expect("it").nat_gateways.expect("a list").remove(0);
    assert_eq!(
        nat.connectivity_type().map(|it| it.as_str()),
        Some("private")
    );
}

#[tokio::test]
async fn the_network_refuses_in_ec2s_words() {
    let (_emulator, config) = scenario(json!({
        "account": {
            "subnets": [{"id": "subnet-0a", "missing": true}],
            "security_groups": [{"id": "sg-0a", "missing": true}],
        },
        "faults": [{"operation": "DescribeVpcs", "action": {
            "kind": "error", "status": 403, "code": "UnauthorizedOperation",
            "message": "You are not authorized to perform this operation.",
        }}],
    }))
    .await;
    let ec2 = aws_sdk_ec2::Client::new(&config);
    let told = |code: &str, message: &str| (code.to_owned(), message.to_owned());
    assert_eq!(
        refusal(ec2.describe_subnets().subnet_ids("subnet-0a").send().await),
        told(
            "InvalidSubnetID.NotFound",
            "The subnet ID 'subnet-0a' does not exist"
        )
    );
    assert_eq!(
        refusal(
            ec2.describe_security_groups()
                .group_ids("sg-0a")
                .send()
                .await
        ),
        told(
            "InvalidGroup.NotFound",
            "The security group 'sg-0a' does not exist"
        )
    );
    assert_eq!(
        refusal(ec2.describe_vpcs().send().await),
        told(
            "UnauthorizedOperation",
            "You are not authorized to perform this operation."
        )
    );
}

#[tokio::test]
async fn a_role_exists_and_is_trusted_until_told_otherwise() {
    let (_emulator, config) = scenario(json!({
        "account": {"roles": [
            {"name": "gone", "missing": true},
            {"name": "other", "trust": "ec2.amazonaws.com", "path": "/team/"},
        ]},
        "faults": [{"operation": "ListRolePolicies", "action": {
            "kind": "error", "status": 403, "code": "AccessDenied", "message": "no",
        }}],
    }))
    .await;
    let iam = aws_sdk_iam::Client::new(&config);
    let role = iam
        .get_role()
        .role_name("execution")
        .send()
        .await
        .expect("it");
    let role = role.role.expect("a role");
    assert_eq!(role.arn(), format!("arn:aws:iam::{ACCOUNT}:role/execution"));
    let policy = role.assume_role_policy_document().expect("a policy");
    assert!(
        policy.contains("ecs-tasks.amazonaws.com") && policy.starts_with("%7B%22"),
        "{policy}"
    );
    let other = iam
        .get_role()
        .role_name("other")
        .send()
        .await
        .expect("it")
        .role;
    let other = other.expect("a role");
    assert_eq!(
        other.arn(),
        format!("arn:aws:iam::{ACCOUNT}:role/team/other")
    );
    assert!(
        other
            .assume_role_policy_document()
            .is_some_and(|it| it.contains("ec2.amazonaws.com"))
    );
    let gone = refusal(iam.get_role().role_name("gone").send().await);
    assert_eq!(gone.0, "NoSuchEntity");
    assert_eq!(gone.1, "The role with name gone cannot be found.");
    let attached = iam
        .list_attached_role_policies()
        .role_name("execution")
        .send()
        .await;
    assert_eq!(attached.expect("it").attached_policies().len(), 1);
    let none = iam
        .get_role_policy()
        .role_name("execution")
        .policy_name("x")
        .send()
        .await;
    assert_eq!(refusal(none).0, "NoSuchEntity");
    let denied = iam.list_role_policies().role_name("execution").send().await;
    assert_eq!(refusal(denied).0, "AccessDenied");
}

#[tokio::test]
async fn what_is_denied_is_simulated_and_the_rest_is_allowed() {
    let caller = format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ana");
    let (_emulator, config) = account(json!({
        "caller": {"arn": caller, "denied_actions": ["ecs:RunTask"]},
        "roles": [{"name": "execution", "denied_actions": ["kms:Decrypt arn:aws:kms:*:key/a"]}],
    }))
    .await;
    let sts = aws_sdk_sts::Client::new(&config);
    let identity = sts.get_caller_identity().send().await.expect("it");
    assert_eq!(identity.arn(), Some(caller.as_str()));
    assert_eq!(identity.account(), Some(ACCOUNT));

    let iam = aws_sdk_iam::Client::new(&config);
    let key = |name: &str| format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/{name}");
    let answer = iam
        .simulate_principal_policy()
        .policy_source_arn(format!("arn:aws:iam::{ACCOUNT}:role/execution"))
        .action_names("kms:Decrypt")
        .action_names("ecr:GetAuthorizationToken")
        .resource_arns(key("a"))
        .resource_arns(key("b"))
        .send()
        .await
        .expect("it is simulated");
    let [decrypt, token] = answer.evaluation_results() else {
        panic!("{answer:?}");
    };
    assert_eq!(decrypt.eval_action_name(), "kms:Decrypt");
    assert_eq!(decrypt.eval_decision(), &Decision::ImplicitDeny);
    let on_each = decrypt.resource_specific_results();
    assert_eq!(on_each[0].eval_resource_decision(), &Decision::ImplicitDeny);
    assert_eq!(on_each[1].eval_resource_decision(), &Decision::Allowed);
    assert_eq!(on_each[1].eval_resource_name(), key("b"));
    assert_eq!(token.eval_decision(), &Decision::Allowed);

    let run_task = iam.simulate_principal_policy().action_names("ecs:RunTask");
    let of_role = run_task
        .clone()
        .policy_source_arn(format!("arn:aws:iam::{ACCOUNT}:role/deploy"));
    let of_role = of_role.send().await.expect("it is simulated");
    assert_eq!(
        of_role.evaluation_results()[0].eval_decision(),
        &Decision::ImplicitDeny
    );
    assert_eq!(
        refusal(run_task.policy_source_arn(caller).send().await).0,
        "InvalidInput"
    );

    let custom = iam
        .simulate_custom_policy()
        .policy_input_list(r#"{"Statement":[{"Effect":"Allow","Action":"ssm:*","Resource":"*"}]}"#)
        .action_names("ssm:GetParameters")
        .action_names("ecs:RunTask")
        .send()
        .await
        .expect("it is simulated");
    let decisions = custom
        .evaluation_results()
        .iter()
        .map(|it| it.eval_decision());
    assert_eq!(
        decisions.collect::<Vec<_>>(),
        [&Decision::Allowed, &Decision::ImplicitDeny]
    );
}

fn tag(tag: &str) -> ImageIdentifier {
    ImageIdentifier::builder().image_tag(tag).build()
}

/// A plain GET of what is behind an address, which nobody signs.
fn get(url: &str) -> Value {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|it| it.split_once('/'))
        .expect("it");
    let mut stream = TcpStream::connect(host).expect("the emulator listens");
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is text");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("it is JSON")
}

#[tokio::test]
async fn an_image_is_there_for_two_architectures_until_told_otherwise() {
    let (_emulator, config) = account(json!({
        "repositories": [{"name": "gone", "missing": true}, {"name": "admin", "policy": {"a": 1}}],
        "images": [
            {"repository": "admin", "tag": "arm", "architectures": ["ARM64"], "size_bytes": 7},
            {"repository": "admin", "tag": "v9", "missing": true},
        ],
    }))
    .await;
    let ecr = aws_sdk_ecr::Client::new(&config);
    let manifest = async |id: ImageIdentifier| {
        let answer = ecr
            .batch_get_image()
            .repository_name("admin")
            .image_ids(id)
            .send()
            .await;
        let image = answer.expect("an answer").images.expect("a list").remove(0);
        serde_json::from_str::<Value>(image.image_manifest().expect("it has one")).expect("JSON")
    };
    let index = manifest(tag("v1")).await;
    let first = &index["manifests"][0];
    assert_eq!(first["platform"]["architecture"], "amd64");
    let digest = first["digest"].as_str().expect("a digest");
    let of_digest = manifest(ImageIdentifier::builder().image_digest(digest).build()).await;
    assert!(of_digest["config"]["digest"].is_string(), "{of_digest}");

    let arm = manifest(tag("arm")).await;
    let config_digest = arm["config"]["digest"].as_str().expect("a digest");
    let layer = ecr.get_download_url_for_layer().repository_name("admin");
    let layer = layer
        .layer_digest(config_digest)
        .send()
        .await
        .expect("an address");
    let config = get(layer.download_url().expect("an address"));
    assert_eq!(config["architecture"], "arm64");

    let describe = async |tag_name: &str, repository: &str| {
        let call = ecr
            .describe_images()
            .repository_name(repository)
            .image_ids(tag(tag_name));
        call.send().await
    };
    let arm = describe("arm", "admin")
        .await
        .expect("it")
        .image_details
        .expect("a list");
    assert_eq!(arm[0].image_size_in_bytes(), Some(7));
    assert_eq!(arm[0].image_tags(), ["arm"]);
    let (code, message) = refusal(describe("v9", "admin").await);
    assert_eq!(code, "ImageNotFoundException");
    assert!(message.starts_with("The image with imageId {imageDigest:'null', imageTag:'v9'}"));
    let gone = ecr
        .batch_get_image()
        .repository_name("admin")
        .image_ids(tag("v9"));
    let gone = gone
        .send()
        .await
        .expect("an answer")
        .failures
        .expect("a list");
    assert_eq!(
        gone[0].failure_code().map(|it| it.as_str()),
        Some("ImageNotFound")
    );
    assert_eq!(
        refusal(describe("v1", "gone").await).0,
        "RepositoryNotFoundException"
    );

    let repositories = ecr
        .describe_repositories()
        .repository_names("any")
        .send()
        .await;
    let uri = format!("{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/any");
    assert_eq!(
        repositories.expect("it").repositories()[0].repository_uri(),
        Some(uri.as_str())
    );
    let policy = ecr
        .get_repository_policy()
        .repository_name("admin")
        .send()
        .await;
    assert_eq!(policy.expect("it").policy_text(), Some(r#"{"a":1}"#));
    let none = ecr
        .get_repository_policy()
        .repository_name("any")
        .send()
        .await;
    assert_eq!(refusal(none).0, "RepositoryPolicyNotFoundException");
}

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
    assert_eq!(
        found[0].r#type().map(|it| it.as_str()),
        Some("SecureString")
    );
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
    assert_eq!(
        settings[0].name().map(|it| it.as_str()),
        Some("defaultLogDriverMode")
    );
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
