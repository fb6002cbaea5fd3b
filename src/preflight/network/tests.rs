//! A sound network, and each part of it broken alone.

use super::gather::Around;
use super::*;
use crate::model::account::network::{
    Destination, Endpoint, EndpointKind, Entry, NatGateway, NetworkAcl, Peer, Ports, Protocol,
    Route, RouteTable, Rule, SecurityGroup, Subnet, Vpc,
};
use crate::model::definition::SecretReference;
use crate::model::finding::Verdict;
use crate::model::request::PublicIp;
use crate::ports::{CallError, CallErrorKind};
use crate::preflight::group::Subject;
use crate::preflight::group::tests::subject;

pub(in crate::preflight) fn range(text: &str) -> ipnet::Ipv4Net {
    text.parse().expect("a range")
}

pub(in crate::preflight) fn rule(protocol: Protocol, ports: Ports, peer: Peer) -> Rule {
    Rule {
        protocol,
        ports,
        peers: vec![peer],
    }
}

pub(in crate::preflight) fn everywhere() -> Rule {
    rule(
        Protocol::Any,
        Ports::ALL,
        Peer::Addresses(range("0.0.0.0/0")),
    )
}

fn to(destination: &str, via: &str) -> Route {
    Route {
        to: Destination::Addresses(range(destination)),
        via: via.into(),
        blackhole: false,
    }
}

pub(in crate::preflight) fn entry(egress: bool, number: i32, allows: bool) -> Entry {
    Entry {
        number,
        egress,
        allows,
        protocol: Protocol::Any,
        ports: Ports::ALL,
        addresses: range("0.0.0.0/0"),
    }
}

pub(in crate::preflight) fn subnet(id: &str, addresses: &str) -> Subnet {
    Subnet {
        id: id.into(),
        vpc: "vpc-0a".into(),
        zone: "us-east-1a".into(),
        owner: "000000000000".into(),
        addresses: range(addresses),
        free: 250,
    }
}

fn endpoint(name: &str) -> Endpoint {
    Endpoint {
        id: format!("vpce-{name}"),
        kind: EndpointKind::Interface,
        service: format!("com.amazonaws.us-east-1.{name}"),
        state: "available".into(),
        private_dns: true,
        inbound_only: false,
        groups: vec!["sg-0e".into()],
        subnets: vec!["subnet-0e".into()],
        route_tables: Vec::new(),
    }
}

/// One private subnet, whose way out is a NAT gateway.
pub(in crate::preflight) fn seen() -> Seen {
    Seen {
        subnets: Ok(vec![subnet("subnet-0a", "10.0.1.0/24")]),
        groups: Ok(vec![SecurityGroup {
            id: "sg-0a".into(),
            vpc: "vpc-0a".into(),
            ingress: Vec::new(),
            egress: vec![everywhere()],
        }]),
        around: Some(Around {
            id: "vpc-0a".into(),
            vpc: Ok(Some(Vpc {
                id: "vpc-0a".into(),
                addresses: vec![range("10.0.0.0/16")],
                dns_support: true,
                dns_hostnames: true,
                dns_servers: vec!["AmazonProvidedDNS".into()],
            })),
            tables: Ok(vec![RouteTable {
                id: "rtb-0a".into(),
                main: true,
                subnets: Vec::new(),
                routes: vec![to("10.0.0.0/16", "local"), to("0.0.0.0/0", "nat-0a")],
            }]),
            gateways: Ok(vec![NatGateway {
                id: "nat-0a".into(),
                state: "available".into(),
                public: true,
            }]),
            acls: Ok(vec![NetworkAcl {
                id: "acl-0a".into(),
                subnets: vec!["subnet-0a".into(), "subnet-0d".into()],
                entries: vec![
                    entry(true, 100, true),
                    entry(false, 100, true),
                    entry(true, 32_767, false),
                    entry(false, 32_767, false),
                ],
            }]),
            endpoints: Ok(Vec::new()),
            endpoint_groups: Ok(Vec::new()),
            endpoint_subnets: Ok(Vec::new()),
        }),
    }
}

/// The same without a way out, with an endpoint for each need.
fn closed() -> Seen {
    let mut seen = seen();
    let around = around(&mut seen);
    tables(around)[0].routes.pop();
    tables(around)[0].routes.push(Route {
        to: Destination::PrefixList("pl-0a".into()),
        via: "vpce-s3".into(),
        blackhole: false,
    });
    let mut s3 = endpoint("s3");
    s3.kind = EndpointKind::Gateway;
    s3.route_tables = vec!["rtb-0a".into()];
    let by_interface = ["ecr.api", "ecr.dkr", "logs"].map(endpoint);
    around.endpoints = Ok(by_interface.into_iter().chain([s3]).collect());
    around.endpoint_groups = Ok(vec![SecurityGroup {
        id: "sg-0e".into(),
        vpc: "vpc-0a".into(),
        ingress: vec![rule(
            Protocol::Tcp,
            Ports::one(443),
            Peer::Group("sg-0a".into()),
        )],
        egress: Vec::new(),
    }]);
    around.endpoint_subnets = Ok(vec![subnet("subnet-0e", "10.0.9.0/24")]);
    seen
}

pub(in crate::preflight) fn around(seen: &mut Seen) -> &mut Around {
    seen.around.as_mut().expect("it was seen")
}

pub(in crate::preflight) fn tables(around: &mut Around) -> &mut Vec<RouteTable> {
    around.tables.as_mut().expect("they were seen")
}

fn endpoints(around: &mut Around) -> &mut Vec<Endpoint> {
    around.endpoints.as_mut().expect("they were seen")
}

pub(in crate::preflight) fn groups(seen: &mut Seen) -> &mut Vec<SecurityGroup> {
    seen.groups.as_mut().expect("they were seen")
}

fn subnets_of(seen: &mut Seen) -> &mut Vec<Subnet> {
    seen.subnets.as_mut().expect("they were seen")
}

fn vpc(around: &mut Around) -> &mut Vpc {
    let vpc = around.vpc.as_mut().expect("it was seen");
    vpc.as_mut().expect("it is there")
}

fn acl(around: &mut Around) -> &mut NetworkAcl {
    &mut around.acls.as_mut().expect("they were seen")[0]
}

fn network(subject: &mut Subject) -> &mut Network {
    let configuration = subject.request.network_configuration.as_mut();
    &mut configuration.expect("there is one").awsvpc_configuration
}

pub(in crate::preflight) fn denied(operation: &'static str) -> CallError {
    CallError {
        operation,
        kind: CallErrorKind::Denied,
        code: Some("UnauthorizedOperation".into()),
        message: "no".into(),
    }
}

fn judged(
    mut seen: Seen,
    subject: &mut Subject,
    mutate: impl FnOnce(&mut Subject, &mut Seen),
) -> Vec<Finding> {
    mutate(subject, &mut seen);
    let definition = subject.definition.clone().expect("there is one");
    let definite = Definite {
        subject,
        definition: &definition,
    };
    let network = subject.network().expect("there is one");
    judge(&definite, network, &seen)
}

/// What is not as it must be: check, verdict, cause.
fn wrong(
    seen: Seen,
    mutate: impl FnOnce(&mut Subject, &mut Seen),
) -> Vec<(&'static str, Verdict, &'static str)> {
    let findings = judged(seen, &mut subject(), mutate);
    let wrong = findings.iter().filter(|it| it.verdict != Verdict::Pass);
    let wrong: Vec<_> = wrong
        .map(|it| (it.name, it.verdict, it.cause.unwrap_or_default()))
        .collect();
    // Besides, every other check says that it passes: once.
    for about in CHECKS {
        let own = findings.iter().filter(|it| it.name == about.name);
        let passes = own.filter(|it| it.verdict == Verdict::Pass).count();
        let is_wrong = wrong.iter().any(|(name, ..)| *name == about.name);
        assert_eq!(passes, usize::from(!is_wrong), "{findings:#?}");
    }
    wrong
}

fn messages(seen: Seen) -> Vec<String> {
    let findings = judged(seen, &mut subject(), |_, _| ());
    findings.into_iter().map(|it| it.message).collect()
}

#[test]
fn a_sound_network_passes() {
    assert_eq!(
        messages(seen()),
        [
            "subnet-0a in us-east-1a with 250 free addresses; sg-0a; all in vpc-0a",
            "subnet-0a by nat-0a",
            "vpc-0a resolves names, private names of endpoints too",
            "acl-0a: 443 goes out, and answers come in",
            "sg-0a: 443 goes out to all that a start needs",
        ]
    );
    assert_eq!(
        messages(closed())[1],
        "subnet-0a by endpoints alone; endpoints for the API of ECR, the registry of ECR, S3 with the image's layers, CloudWatch Logs"
    );
    assert_eq!(wrong(closed(), |_, _| ()), []);
}

#[test]
fn subnets_and_groups_that_are_not_as_they_must_be() {
    let fail = |cause| [("subnets", Verdict::Fail, cause)];
    let second = |subject: &mut Subject| network(subject).subnets.push("subnet-0b".into());
    assert_eq!(
        wrong(seen(), |subject, _| second(subject)),
        fail("subnet-not-found")
    );
    assert_eq!(
        wrong(seen(), |subject, _| {
            network(subject).security_groups.push("sg-0b".into());
        }),
        fail("security-group-not-found")
    );
    assert_eq!(
        wrong(seen(), |subject, seen| {
            second(subject);
            let mut other = subnet("subnet-0b", "10.9.1.0/24");
            other.vpc = "vpc-0b".into();
            subnets_of(seen).push(other);
        }),
        fail("invalid-parameter-other")
    );
    assert_eq!(
        wrong(seen(), |_, seen| groups(seen)[0].vpc = "vpc-0b".into()),
        fail("security-group-invalid")
    );
    assert_eq!(
        wrong(seen(), |_, seen| subnets_of(seen)[0].free = 0),
        fail("subnet-out-of-ips")
    );
    assert_eq!(
        wrong(seen(), |_, seen| subnets_of(seen)[0].free = 4),
        [("subnets", Verdict::Warn, "")]
    );
    assert_eq!(wrong(seen(), |_, seen| subnets_of(seen)[0].free = 5), []);
}

#[test]
fn ways_out_that_do_not_lead_out() {
    let ecr = [("route", Verdict::Fail, "ecr-timeout-no-route")];
    let secret = |subject: &mut Subject| {
        let definition = subject.definition.as_mut().expect("there is one");
        definition.containers[0].secrets.push(SecretReference {
            name: "X".into(),
            value_from: "arn:aws:secretsmanager:us-east-1:000000000000:secret:x-AbCdEf".into(),
        });
    };
    let to_the_internet = |seen: &mut Seen| {
        tables(around(seen))[0].routes[1].via = "igw-0a".into();
    };
    assert_eq!(wrong(seen(), |_, seen| to_the_internet(seen)), ecr);
    // What a start asks for first is what it fails for.
    assert_eq!(
        wrong(seen(), |subject, seen| {
            secret(subject);
            to_the_internet(seen);
        }),
        [("route", Verdict::Fail, "secrets-manager-timeout-no-route")]
    );
    assert_eq!(
        wrong(seen(), |subject, seen| {
            network(subject).assign_public_ip = PublicIp::Enabled;
            to_the_internet(seen);
        }),
        []
    );
    assert_eq!(
        wrong(seen(), |subject, _| {
            network(subject).assign_public_ip = PublicIp::Enabled;
        }),
        [("route", Verdict::Warn, "")]
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            tables(around(seen))[0].routes[1].blackhole = true;
        }),
        ecr
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            let gateways = around(seen).gateways.as_mut().expect("they were seen");
            gateways[0].state = "failed".into();
        }),
        ecr
    );
    // One bad subnet among several.
    assert_eq!(
        wrong(seen(), |subject, seen| {
            network(subject).subnets.push("subnet-0d".into());
            subnets_of(seen).push(subnet("subnet-0d", "10.0.2.0/24"));
            tables(around(seen)).push(RouteTable {
                id: "rtb-0d".into(),
                subnets: vec!["subnet-0d".into()],
                routes: vec![to("0.0.0.0/0", "igw-0a")],
                ..RouteTable::default()
            });
        }),
        ecr
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            tables(around(seen))[0].routes[1].via = "tgw-0a".into();
        }),
        []
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            tables(around(seen))[0].routes.pop();
        }),
        [
            ("route", Verdict::Fail, "ecr-timeout-no-route"),
            ("route", Verdict::Fail, "ecr-timeout-no-route"),
            ("route", Verdict::Fail, "s3-layer-timeout-no-route"),
            ("route", Verdict::Fail, "logs-timeout-no-route"),
        ]
    );
}

#[test]
fn endpoints_that_are_missing_or_not_as_they_must_be() {
    let logs = [("route", Verdict::Fail, "logs-timeout-no-route")];
    for mutate in [
        |it: &mut Endpoint| it.service = "com.amazonaws.us-east-1.sqs".into(),
        |it: &mut Endpoint| it.state = "pendingacceptance".into(),
        |it: &mut Endpoint| it.private_dns = false,
        |it: &mut Endpoint| it.service = "com.amazonaws.us-west-2.logs".into(),
    ] {
        let found = wrong(closed(), |_, seen| {
            mutate(&mut endpoints(around(seen))[2]);
        });
        assert_eq!(found, logs);
    }
    assert_eq!(
        wrong(closed(), |_, seen| {
            endpoints(around(seen))[3].route_tables.clear();
        }),
        [("route", Verdict::Fail, "s3-layer-timeout-no-route")]
    );
    // An image from elsewhere.
    assert_eq!(
        wrong(closed(), |subject, _| {
            let definition = subject.definition.as_mut().expect("there is one");
            definition.containers[0].image = "ghcr.io/x/y:1".into();
        }),
        [("route", Verdict::Fail, "registry-timeout-no-route")]
    );
    // A VPC that another account shares shows less than there is.
    assert_eq!(
        wrong(closed(), |_, seen| {
            endpoints(around(seen)).remove(2);
            subnets_of(seen)[0].owner = "111111111111".into();
        }),
        [("route", Verdict::Warn, "")]
    );
}

#[test]
fn an_endpoint_that_does_not_admit_the_task_is_in_its_way() {
    let shut = |seen: &mut Seen| {
        let own = around(seen).endpoint_groups.as_mut();
        own.expect("they were seen")[0].ingress.clear();
    };
    let all = [
        ("route", Verdict::Fail, "ecr-timeout-no-route"),
        ("route", Verdict::Fail, "ecr-timeout-no-route"),
        ("route", Verdict::Fail, "logs-timeout-no-route"),
    ];
    assert_eq!(wrong(closed(), |_, seen| shut(seen)), all);
    // Though there is a NAT gateway besides.
    let with_both = |seen: &mut Seen| {
        shut(seen);
        tables(around(seen))[0]
            .routes
            .push(to("0.0.0.0/0", "nat-0a"));
    };
    assert_eq!(wrong(closed(), |_, seen| with_both(seen)), all);
    // The subnet's addresses do as well as the group.
    assert_eq!(
        wrong(closed(), |_, seen| {
            let own = around(seen).endpoint_groups.as_mut();
            own.expect("they were seen")[0].ingress[0].peers =
                vec![Peer::Addresses(range("10.0.0.0/16"))];
        }),
        []
    );
    assert_eq!(
        wrong(closed(), |_, seen| {
            let own = around(seen).endpoint_groups.as_mut();
            own.expect("they were seen")[0].ingress[0].peers =
                vec![Peer::Addresses(range("10.0.1.0/25"))];
        })[0],
        ("route", Verdict::Warn, "")
    );
}

#[test]
fn names_that_are_not_resolved() {
    let ecr = [("dns", Verdict::Fail, "ecr-timeout-no-route")];
    assert_eq!(
        wrong(seen(), |_, seen| vpc(around(seen)).dns_support = false),
        ecr
    );
    // It matters only where endpoints are needed.
    let hostnames = |seen: &mut Seen| vpc(around(seen)).dns_hostnames = false;
    assert_eq!(wrong(seen(), |_, seen| hostnames(seen)), []);
    assert_eq!(wrong(closed(), |_, seen| hostnames(seen)), ecr);
    let servers = |servers: &'static [&str]| {
        move |_: &mut Subject, seen: &mut Seen| {
            let servers = servers.iter().map(|it| (*it).to_owned());
            vpc(around(seen)).dns_servers = servers.collect();
        }
    };
    assert_eq!(wrong(seen(), servers(&["10.0.0.2", "169.254.169.253"])), []);
    assert_eq!(
        wrong(seen(), servers(&["10.9.9.9"])),
        [("dns", Verdict::Warn, "")]
    );
}

#[test]
fn network_acls_that_shut() {
    let ecr = [("network-acl", Verdict::Fail, "ecr-timeout-no-route")];
    for egress in [true, false] {
        let shut = |_: &mut Subject, seen: &mut Seen| {
            acl(around(seen)).entries.push(entry(egress, 50, false));
        };
        assert_eq!(wrong(seen(), shut), ecr);
        assert_eq!(wrong(closed(), shut), ecr);
    }
    // Only what endpoints need.
    assert_eq!(
        wrong(seen(), |_, seen| {
            acl(around(seen)).entries[0].addresses = range("10.0.0.0/8");
        }),
        [("network-acl", Verdict::Warn, "")]
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            acl(around(seen)).entries[1].ports = Ports {
                first: 1_024,
                last: 65_535,
            };
        }),
        []
    );
    assert_eq!(
        wrong(seen(), |_, seen| acl(around(seen)).entries[1].ports =
            Ports::one(443)),
        ecr
    );
}

#[test]
fn groups_that_let_nothing_out() {
    assert_eq!(
        wrong(seen(), |_, seen| groups(seen)[0].egress.clear()),
        [("egress", Verdict::Fail, "ecr-timeout-no-route")]
    );
    let to_endpoints = || {
        vec![
            rule(Protocol::Tcp, Ports::one(443), Peer::Group("sg-0e".into())),
            rule(
                Protocol::Tcp,
                Ports::one(443),
                Peer::PrefixList("pl-0a".into()),
            ),
        ]
    };
    assert_eq!(
        wrong(closed(), |_, seen| groups(seen)[0].egress = to_endpoints()),
        []
    );
    assert_eq!(
        wrong(closed(), |_, seen| {
            groups(seen)[0].egress = vec![rule(
                Protocol::Tcp,
                Ports::one(443),
                Peer::Addresses(range("10.0.0.0/16")),
            )];
        }),
        // S3's addresses are not the VPC's, and some of everywhere is let out to.
        [("egress", Verdict::Warn, "")]
    );
    assert_eq!(
        wrong(closed(), |_, seen| {
            groups(seen)[0].egress = to_endpoints();
            groups(seen)[0].egress.pop();
        }),
        [("egress", Verdict::Fail, "s3-layer-timeout-no-route")]
    );
}

#[test]
fn what_could_not_be_looked_at_names_the_permission() {
    let skip = |name| (name, Verdict::Skip, "");
    assert_eq!(
        wrong(seen(), |_, seen| {
            around(seen).acls = Err(denied("ec2:DescribeNetworkAcls"));
        }),
        [skip("network-acl")]
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            around(seen).gateways = Err(denied("ec2:DescribeNatGateways"));
        }),
        [skip("route")]
    );
    assert_eq!(
        wrong(closed(), |_, seen| {
            around(seen).gateways = Err(denied("ec2:DescribeNatGateways"));
        }),
        []
    );
    assert_eq!(
        wrong(seen(), |_, seen| {
            seen.groups = Err(denied("ec2:DescribeSecurityGroups"));
        }),
        [skip("subnets"), skip("egress")]
    );
    let nothing = |_: &mut Subject, seen: &mut Seen| {
        seen.subnets = Err(denied("ec2:DescribeSubnets"));
        seen.around = None;
    };
    let every = ["subnets", "route", "dns", "network-acl", "egress"].map(skip);
    assert_eq!(wrong(seen(), nothing), every);
    let findings = judged(seen(), &mut subject(), nothing);
    assert!(
        findings
            .iter()
            .all(|it| it.message.ends_with("permission ec2:DescribeSubnets"))
    );
    let on_instances = wrong(seen(), |subject, _| {
        subject.request.launch_type = Some("EC2".into());
    });
    assert_eq!(on_instances, &every[1..]);
}

#[test]
fn commands_have_real_names() {
    let hints = |seen: Seen, mutate: fn(&mut Seen)| {
        let findings = judged(seen, &mut subject(), |_, seen| mutate(seen));
        let hints = findings.into_iter().filter_map(|it| it.hint);
        hints.collect::<Vec<_>>()
    };
    assert_eq!(
        hints(closed(), |seen| {
            endpoints(around(seen)).remove(2);
        }),
        [
            "aws ec2 create-vpc-endpoint --region us-east-1 --vpc-id vpc-0a --vpc-endpoint-type Interface --service-name com.amazonaws.us-east-1.logs --private-dns-enabled --subnet-ids subnet-0a --security-group-ids sg-0e"
        ]
    );
    assert_eq!(
        hints(closed(), |seen| {
            endpoints(around(seen)).remove(3);
        }),
        [
            "aws ec2 create-vpc-endpoint --region us-east-1 --vpc-id vpc-0a --service-name com.amazonaws.us-east-1.s3 --route-table-ids rtb-0a"
        ]
    );
    assert_eq!(
        hints(closed(), |seen| endpoints(around(seen))[3]
            .route_tables
            .clear()),
        [
            "aws ec2 modify-vpc-endpoint --region us-east-1 --vpc-endpoint-id vpce-s3 --add-route-table-ids rtb-0a"
        ]
    );
    assert_eq!(
        hints(seen(), |seen| groups(seen)[0].egress.clear()),
        [
            "aws ec2 authorize-security-group-egress --region us-east-1 --group-id sg-0a --protocol tcp --port 443 --cidr 0.0.0.0/0"
        ]
    );
    assert_eq!(
        hints(seen(), |seen| {
            let gateways = around(seen).gateways.as_mut().expect("they were seen");
            gateways[0].id = "nat-0b".into();
        }),
        [
            "aws ec2 replace-route --region us-east-1 --route-table-id rtb-0a --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0b"
        ]
    );
}
