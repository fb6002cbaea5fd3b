//! EC2, of an account in which something is broken.

use aws_sdk_ec2::types::{ConnectivityType, PortRange, RouteState, VpcEndpointType};
use serde_json::json;

use crate::{account, filter, refusal, scenario};

#[tokio::test]
async fn what_is_told_of_subnets_is_answered() {
    let (_emulator, config) = account(json!({"subnets": [
        {"id": "subnet-0a", "public": true, "zone": "eu-west-1c", "free_addresses": 0},
        {"id": "subnet-0b", "vpc": "vpc-2", "routes": [{"via": "nat-1", "blackhole": true}]},
        {"id": "subnet-0c", "acl": [{"direction": "egress", "deny": true, "port": 443}]},
    ]}))
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
    assert_eq!(deny.port_range().and_then(PortRange::to), Some(443));
}

#[tokio::test]
async fn what_is_told_of_groups_and_endpoints_is_answered() {
    let (_emulator, config) = account(json!({
        "security_groups": [{
            "id": "sg-0a",
            "egress": [{"port": 5432, "group": "sg-0b"}],
            "ingress": [{"ports": [1, 9], "cidr": "10.0.0.0/8"}],
        }],
        "endpoints": [
            {"service": "ecr.dkr", "subnets": ["subnet-0a"], "groups": ["sg-0c"], "private_dns": false},
            {"service": "s3", "type": "Gateway"},
        ],
    }))
    .await;
    let ec2 = aws_sdk_ec2::Client::new(&config);

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
        endpoints[1].vpc_endpoint_type(),
        Some(&VpcEndpointType::Gateway)
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
}

#[tokio::test]
async fn what_is_told_of_dns_interfaces_and_gateways_is_answered() {
    let (_emulator, config) = account(json!({
        "dns": {"hostnames": false, "servers": ["10.0.0.2"]},
        "interfaces": [{"private_ip": "10.0.9.9", "groups": ["sg-0d"], "description": "RDSNetworkInterface"}],
        "nat_gateways": [{"id": "nat-1", "state": "deleted", "private": true}],
    }))
    .await;
    let ec2 = aws_sdk_ec2::Client::new(&config);

    let dhcp = ec2.describe_dhcp_options().send().await.expect("it");
    let servers = &dhcp.dhcp_options()[0].dhcp_configurations()[1];
    assert_eq!(servers.values()[0].value(), Some("10.0.0.2"));
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
    assert_eq!(nat.connectivity_type(), Some(&ConnectivityType::Private));
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
