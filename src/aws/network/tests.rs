//! EC2's own answers, replayed.

use super::super::replay::{Answer, answer as event, at_once, replaying, sent};
use super::*;
use crate::model::account::network::{
    Destination, EndpointKind, Entry, Peer, Ports, Protocol, Route, Rule,
};
use crate::ports::CallErrorKind;

/// An answer of an operation, in EC2's wire form.
fn answer(operation: &str, content: &str) -> Answer {
    event(
        200,
        &format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<{operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
<requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>{content}</{operation}Response>"#
        ),
    )
}

fn refusal(status: u16, code: &str) -> Answer {
    event(
        status,
        &format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>{code}</Code><Message>You are not told more.</Message></Error></Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>"#
        ),
    )
}

fn range(text: &str) -> ipnet::Ipv4Net {
    text.parse().expect("a range")
}

#[test]
fn subnets_come_in_pages() {
    let subnet = |id: &str| {
        format!(
            "<subnetSet><item><subnetId>{id}</subnetId><state>available</state><vpcId>vpc-0a</vpcId>\
             <ownerId>000000000000</ownerId><cidrBlock>10.0.1.0/24</cidrBlock>\
             <availableIpAddressCount>251</availableIpAddressCount>\
             <availabilityZone>us-east-1a</availabilityZone></item></subnetSet>"
        )
    };
    let first = format!("{}<nextToken>more</nextToken>", subnet("subnet-0a"));
    let (aws, client) = replaying([
        answer("DescribeSubnets", &first),
        answer("DescribeSubnets", &subnet("subnet-0b")),
    ]);
    let found = at_once(aws.subnets(&["subnet-0a".into(), "subnet-0b".into()]));
    let wanted = ["subnet-0a", "subnet-0b"].map(|id| Subnet {
        id: id.into(),
        vpc: "vpc-0a".into(),
        zone: "us-east-1a".into(),
        owner: "000000000000".into(),
        addresses: range("10.0.1.0/24"),
        free: 251,
    });
    assert_eq!(found, Ok(wanted.to_vec()));
    let sent = sent(&client);
    let filter = "Filter.1.Name=subnet-id&Filter.1.Value.1=subnet-0a&Filter.1.Value.2=subnet-0b";
    assert!(sent[0].body.contains(filter), "{}", sent[0].body);
    assert!(sent[1].body.contains("NextToken=more"), "{}", sent[1].body);
}

#[test]
fn groups_and_their_rules() {
    let (aws, _) = replaying([answer(
        "DescribeSecurityGroups",
        "<securityGroupInfo><item><ownerId>000000000000</ownerId><groupId>sg-0a</groupId>\
         <groupName>task</groupName><groupDescription>x</groupDescription><vpcId>vpc-0a</vpcId>\
         <ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort><toPort>5433</toPort>\
         <groups><item><userId>000000000000</userId><groupId>sg-0b</groupId></item></groups>\
         <ipRanges><item><cidrIp>10.0.0.0/16</cidrIp></item></ipRanges><ipv6Ranges/>\
         <prefixListIds><item><prefixListId>pl-0a</prefixListId></item></prefixListIds></item></ipPermissions>\
         <ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item>\
         <cidrIp>0.0.0.0/0</cidrIp></item></ipRanges><ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges>\
         <prefixListIds/></item></ipPermissionsEgress></item></securityGroupInfo>",
    )]);
    let found = at_once(aws.security_groups(&["sg-0a".into()]));
    let wanted = SecurityGroup {
        id: "sg-0a".into(),
        vpc: "vpc-0a".into(),
        ingress: vec![Rule {
            protocol: Protocol::Tcp,
            ports: Ports {
                first: 5432,
                last: 5433,
            },
            peers: vec![
                Peer::Addresses(range("10.0.0.0/16")),
                Peer::Group("sg-0b".into()),
                Peer::PrefixList("pl-0a".into()),
            ],
        }],
        egress: vec![Rule {
            protocol: Protocol::Any,
            ports: Ports::ALL,
            peers: vec![Peer::Addresses(range("0.0.0.0/0"))],
        }],
    };
    assert_eq!(found, Ok(vec![wanted]));
}

#[test]
fn a_vpc_and_how_it_resolves_names() {
    let (aws, _) = replaying([
        answer(
            "DescribeVpcs",
            "<vpcSet><item><vpcId>vpc-0a</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>\
             <dhcpOptionsId>dopt-0a</dhcpOptionsId><cidrBlockAssociationSet>\
             <item><cidrBlock>10.0.0.0/16</cidrBlock></item><item><cidrBlock>10.1.0.0/16</cidrBlock></item>\
             </cidrBlockAssociationSet></item></vpcSet>",
        ),
        answer(
            "DescribeVpcAttribute",
            "<vpcId>vpc-0a</vpcId><enableDnsSupport><value>true</value></enableDnsSupport>",
        ),
        answer(
            "DescribeVpcAttribute",
            "<vpcId>vpc-0a</vpcId><enableDnsHostnames><value>false</value></enableDnsHostnames>",
        ),
        answer(
            "DescribeDhcpOptions",
            "<dhcpOptionsSet><item><dhcpOptionsId>dopt-0a</dhcpOptionsId><dhcpConfigurationSet>\
             <item><key>domain-name</key><valueSet><item><value>ec2.internal</value></item></valueSet></item>\
             <item><key>domain-name-servers</key><valueSet><item><value>10.0.0.2</value></item>\
             <item><value>10.9.9.9</value></item></valueSet></item></dhcpConfigurationSet></item></dhcpOptionsSet>",
        ),
    ]);
    let wanted = Vpc {
        id: "vpc-0a".into(),
        addresses: vec![range("10.0.0.0/16"), range("10.1.0.0/16")],
        dns_support: true,
        dns_hostnames: false,
        dns_servers: vec!["10.0.0.2".into(), "10.9.9.9".into()],
    };
    assert_eq!(at_once(aws.vpc("vpc-0a")), Ok(Some(wanted)));
}

#[test]
fn a_vpc_that_is_not_there() {
    let (aws, _) = replaying([
        answer("DescribeVpcs", "<vpcSet/>"),
        refusal(400, "InvalidVpcID.NotFound"),
        refusal(400, "InvalidVpcID.NotFound"),
    ]);
    assert_eq!(at_once(aws.vpc("vpc-0a")), Ok(None));
}

#[test]
fn ways_out_of_a_vpc() {
    let (aws, _) = replaying([
        answer(
            "DescribeRouteTables",
            "<routeTableSet><item><routeTableId>rtb-0a</routeTableId><vpcId>vpc-0a</vpcId><routeSet>\
             <item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>\
             <item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-0a</natGatewayId><state>blackhole</state></item>\
             <item><destinationPrefixListId>pl-0a</destinationPrefixListId><gatewayId>vpce-0a</gatewayId><state>active</state></item>\
             <item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock><egressOnlyInternetGatewayId>eigw-0a</egressOnlyInternetGatewayId><state>active</state></item>\
             </routeSet><associationSet><item><routeTableAssociationId>a</routeTableAssociationId><main>true</main></item>\
             <item><routeTableAssociationId>b</routeTableAssociationId><subnetId>subnet-0a</subnetId><main>false</main></item></associationSet>\
             </item></routeTableSet>",
        ),
        answer(
            "DescribeNatGateways",
            "<natGatewaySet><item><natGatewayId>nat-0a</natGatewayId><state>failed</state><vpcId>vpc-0a</vpcId>\
             <connectivityType>public</connectivityType></item></natGatewaySet>",
        ),
        answer(
            "DescribeVpcEndpoints",
            "<vpcEndpointSet><item><vpcEndpointId>vpce-0a</vpcEndpointId><vpcEndpointType>Gateway</vpcEndpointType>\
             <vpcId>vpc-0a</vpcId><serviceName>com.amazonaws.us-east-1.s3</serviceName><state>available</state>\
             <routeTableIdSet><item>rtb-0a</item></routeTableIdSet><subnetIdSet/><groupSet/>\
             <privateDnsEnabled>false</privateDnsEnabled></item>\
             <item><vpcEndpointId>vpce-0b</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType>\
             <vpcId>vpc-0a</vpcId><serviceName>com.amazonaws.us-east-1.logs</serviceName><state>pendingAcceptance</state>\
             <routeTableIdSet/><subnetIdSet><item>subnet-0a</item></subnetIdSet>\
             <groupSet><item><groupId>sg-0a</groupId><groupName>x</groupName></item></groupSet>\
             <privateDnsEnabled>true</privateDnsEnabled></item>\
             <item><vpcEndpointId>vpce-0c</vpcEndpointId><vpcEndpointType>GatewayLoadBalancer</vpcEndpointType>\
             <serviceName>x</serviceName></item></vpcEndpointSet>",
        ),
    ]);
    let tables = at_once(aws.route_tables("vpc-0a")).expect("an answer");
    let route = |to, via: &str, blackhole| Route {
        to,
        via: via.into(),
        blackhole,
    };
    let wanted = RouteTable {
        id: "rtb-0a".into(),
        main: true,
        subnets: vec!["subnet-0a".into()],
        routes: vec![
            route(Destination::Addresses(range("10.0.0.0/16")), "local", false),
            route(Destination::Addresses(range("0.0.0.0/0")), "nat-0a", true),
            route(Destination::PrefixList("pl-0a".into()), "vpce-0a", false),
        ],
    };
    assert_eq!(tables, [wanted]);
    let gateways = at_once(aws.nat_gateways("vpc-0a")).expect("an answer");
    assert_eq!((&*gateways[0].state, gateways[0].public), ("failed", true));
    let endpoints = at_once(aws.endpoints("vpc-0a")).expect("an answer");
    let told: Vec<_> = endpoints
        .iter()
        .map(|it| (&*it.id, it.kind, &*it.state, it.private_dns))
        .collect();
    let wanted = [
        ("vpce-0a", EndpointKind::Gateway, "available", false),
        (
            "vpce-0b",
            EndpointKind::Interface,
            "pendingacceptance",
            true,
        ),
    ];
    assert_eq!(told, wanted);
    assert_eq!(endpoints[0].route_tables, ["rtb-0a"]);
    assert_eq!(endpoints[1].groups, ["sg-0a"]);
}

#[test]
fn entries_of_a_network_acl() {
    let (aws, _) = replaying([answer(
        "DescribeNetworkAcls",
        "<networkAclSet><item><networkAclId>acl-0a</networkAclId><vpcId>vpc-0a</vpcId><default>true</default><entrySet>\
         <item><ruleNumber>100</ruleNumber><protocol>6</protocol><ruleAction>allow</ruleAction><egress>true</egress>\
         <cidrBlock>0.0.0.0/0</cidrBlock><portRange><from>443</from><to>443</to></portRange></item>\
         <item><ruleNumber>32767</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction><egress>false</egress>\
         <cidrBlock>0.0.0.0/0</cidrBlock></item>\
         <item><ruleNumber>101</ruleNumber><protocol>-1</protocol><ruleAction>allow</ruleAction><egress>false</egress>\
         <ipv6CidrBlock>::/0</ipv6CidrBlock></item></entrySet>\
         <associationSet><item><subnetId>subnet-0a</subnetId></item></associationSet></item></networkAclSet>",
    )]);
    let acls = at_once(aws.network_acls("vpc-0a")).expect("an answer");
    let wanted = NetworkAcl {
        id: "acl-0a".into(),
        subnets: vec!["subnet-0a".into()],
        entries: vec![
            Entry {
                number: 100,
                egress: true,
                allows: true,
                protocol: Protocol::Tcp,
                ports: Ports::one(443),
                addresses: range("0.0.0.0/0"),
            },
            Entry {
                number: 32767,
                egress: false,
                allows: false,
                protocol: Protocol::Any,
                ports: Ports::ALL,
                addresses: range("0.0.0.0/0"),
            },
        ],
    };
    assert_eq!(acls, [wanted]);
}

#[test]
fn an_interface_by_its_address() {
    let found = "<networkInterfaceSet><item><networkInterfaceId>eni-0a</networkInterfaceId>\
        <subnetId>subnet-0d</subnetId><vpcId>vpc-0a</vpcId><description>RDSNetworkInterface</description>\
        <groupSet><item><groupId>sg-0d</groupId><groupName>db</groupName></item></groupSet>\
        <privateIpAddress>10.0.3.4</privateIpAddress></item></networkInterfaceSet>";
    let found = || answer("DescribeNetworkInterfaces", found);
    let none = || answer("DescribeNetworkInterfaces", "<networkInterfaceSet/>");
    let (aws, _) = replaying([found(), none(), none(), found()]);
    let address = Ipv4Addr::new(10, 0, 3, 4);
    let wanted = Interface {
        id: "eni-0a".into(),
        description: "RDSNetworkInterface".into(),
        address,
        subnet: "subnet-0d".into(),
        groups: vec!["sg-0d".into()],
    };
    let seen = at_once(aws.interface("vpc-0a", address));
    assert_eq!(seen, Ok(Some(wanted.clone())));
    assert_eq!(at_once(aws.interface("vpc-0a", address)), Ok(None));
    let public = Ipv4Addr::new(203, 0, 113, 9);
    assert_eq!(at_once(aws.interface("vpc-0a", public)), Ok(Some(wanted)));
}

#[test]
fn a_refusal_names_the_permission() {
    let denied = || refusal(403, "UnauthorizedOperation");
    let (aws, _) = replaying([denied(), denied()]);
    let error = at_once(aws.subnets(&[])).expect_err("it is denied");
    assert_eq!(error.operation, "ec2:DescribeSubnets");
    assert_eq!(error.kind, CallErrorKind::Denied);
    let error = at_once(aws.network_acls("vpc-0a")).expect_err("it is denied");
    assert_eq!(error.operation, "ec2:DescribeNetworkAcls");
}
