//! EC2, of an account of which nothing is said.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, NatGatewayState, RouteState, RuleAction, VpcAttributeName,
};
use serde_json::json;

use crate::{account, filter};

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
    assert_eq!(nat.state(), Some(&NatGatewayState::Available));
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
        support
            .enable_dns_support()
            .and_then(AttributeBooleanValue::value),
        Some(true)
    );
    assert_eq!(support.enable_dns_hostnames(), None);
    let names = attribute(VpcAttributeName::EnableDnsHostnames)
        .await
        .expect("it");
    assert_eq!(
        names
            .enable_dns_hostnames()
            .and_then(AttributeBooleanValue::value),
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
        .map(|rule| (rule.egress(), rule.rule_number(), rule.rule_action()))
        .collect();
    let wanted = |egress| {
        [
            (Some(egress), Some(100), Some(&RuleAction::Allow)),
            (Some(egress), Some(32767), Some(&RuleAction::Deny)),
        ]
    };
    assert_eq!(rules, [wanted(false), wanted(true)].concat());
    assert!(
        acl.associations()
            .iter()
            .any(|it| it.subnet_id() == Some("subnet-0a"))
    );
}
