//! A database that is reached, and each part of the way to it broken alone.

use std::io;
use std::net::Ipv4Addr;

use async_trait::async_trait;

use super::facts::Found;
use super::*;
use crate::model::account::network::{
    Endpoint, Interface, NatGateway, NetworkAcl, Peer, Ports, Protocol, RouteTable, SecurityGroup,
    Subnet, Vpc,
};
use crate::model::account::stored::{Parameter, Secret};
use crate::model::definition::SecretReference;
use crate::model::finding::Verdict;
use crate::model::secret_text::SecretText;
use crate::model::value_from::SecretPart;
use crate::ports::CallError;
use crate::preflight::group::Subject;
use crate::preflight::group::tests::subject;
use crate::preflight::network::tests::{
    around, denied, entry, everywhere, groups, range, rule, seen, subnet, tables,
};

const AT: Ipv4Addr = Ipv4Addr::new(10, 0, 3, 4);

fn found() -> Found {
    Found {
        interface: Interface {
            id: "eni-0d".into(),
            description: "RDSNetworkInterface".into(),
            address: AT,
            subnet: "subnet-0d".into(),
            groups: vec!["sg-0d".into()],
        },
        groups: Ok(vec![SecurityGroup {
            id: "sg-0d".into(),
            vpc: "vpc-0a".into(),
            ingress: vec![rule(
                Protocol::Tcp,
                Ports::one(5432),
                Peer::Group("sg-0a".into()),
            )],
            egress: Vec::new(),
        }]),
        subnet: Some(subnet("subnet-0d", "10.0.3.0/24")),
    }
}

/// What was looked at.
struct All {
    seen: Seen,
    looked: Looked,
}

impl All {
    fn found(&mut self) -> &mut Found {
        let found = self.looked.addresses[0].found.as_mut();
        let found = found.expect("it could be looked for");
        found.as_mut().expect("it is there")
    }

    fn lies_at(&mut self, address: Ipv4Addr) {
        self.looked.resolved = Ok(vec![address.into()]);
        self.looked.addresses[0] = Address {
            address,
            found: Ok(None),
        };
    }
}

fn findings(mutate: impl FnOnce(&mut All)) -> Vec<Finding> {
    let mut all = All {
        seen: seen(),
        looked: Looked {
            server: Server {
                host: "db.example".into(),
                port: 5432,
            },
            resolved: Ok(vec![AT.into()]),
            addresses: vec![Address {
                address: AT,
                found: Ok(Some(found())),
            }],
        },
    };
    mutate(&mut all);
    let subject = subject();
    let definition = subject.definition.as_ref().expect("there is one");
    let definite = Definite {
        subject: &subject,
        definition,
    };
    let network = subject.network().expect("there is one");
    judge(&definite, network, &all.seen, &[all.looked])
}

fn wrong(mutate: impl FnOnce(&mut All)) -> Vec<(Verdict, &'static str)> {
    let findings = findings(mutate).into_iter();
    let of = |it: Finding| (it.verdict, it.cause.unwrap_or_default());
    findings.map(of).collect()
}

#[test]
fn a_database_that_is_reached() {
    let findings = findings(|_| ());
    assert_eq!(
        findings,
        [Finding::pass(
            NAME,
            "db.example:5432 at 10.0.3.4: eni-0d (RDSNetworkInterface) admits sg-0a"
        )]
    );
}

#[test]
fn groups_that_do_not_let_through() {
    let timeout = [(Verdict::Fail, "db-timeout")];
    let shut_in = |all: &mut All| {
        let groups = all.found().groups.as_mut().expect("they were seen");
        groups[0].ingress[0].ports = Ports::one(3306);
    };
    assert_eq!(wrong(shut_in), timeout);
    assert_eq!(
        findings(shut_in)[0].hint.as_deref(),
        Some(
            "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-0d --protocol tcp --port 5432 --source-group sg-0a"
        )
    );
    let shut_out = |all: &mut All| {
        groups(&mut all.seen)[0].egress[0].ports = Ports::one(443);
    };
    assert_eq!(wrong(shut_out), timeout);
    assert_eq!(
        findings(shut_out)[0].hint.as_deref(),
        Some(
            "aws ec2 authorize-security-group-egress --region us-east-1 --group-id sg-0a --protocol tcp --port 5432 --source-group sg-0d"
        )
    );
    for (addresses, found) in [
        ("10.0.1.0/24", (Verdict::Pass, "")),
        ("10.0.1.0/25", (Verdict::Warn, "")),
        ("10.0.7.0/24", (Verdict::Fail, "db-timeout")),
    ] {
        let admits = |all: &mut All| {
            let groups = all.found().groups.as_mut().expect("they were seen");
            groups[0].ingress[0].peers = vec![Peer::Addresses(range(addresses))];
        };
        assert_eq!(wrong(admits), [found], "{addresses}");
    }
    // To the address is as good as to the group.
    assert_eq!(
        wrong(|all| {
            groups(&mut all.seen)[0].egress = vec![rule(
                Protocol::Tcp,
                Ports::one(5432),
                Peer::Addresses(range("10.0.3.4/32")),
            )];
        }),
        [(Verdict::Pass, "")]
    );
}

#[test]
fn network_acls_between_them() {
    let timeout = [(Verdict::Fail, "db-timeout")];
    let shut = |egress| {
        move |all: &mut All| {
            let acls = around(&mut all.seen).acls.as_mut().expect("they were seen");
            let mut rule = entry(egress, 10, false);
            rule.ports = Ports::one(5432);
            acls[0].entries.push(rule);
        }
    };
    // Of the task's subnet, out; of the database's, in.
    assert_eq!(wrong(shut(true)), timeout);
    assert_eq!(wrong(shut(false)), timeout);
    // Within a subnet none is asked.
    assert_eq!(
        wrong(|all| {
            shut(true)(all);
            all.found().subnet = Some(subnet("subnet-0a", "10.0.1.0/24"));
        }),
        [(Verdict::Pass, "")]
    );
}

#[test]
fn addresses_that_are_nobodys() {
    assert_eq!(
        wrong(|all| all.lies_at(AT)),
        [(Verdict::Warn, "db-timeout")]
    );
    let peered = Ipv4Addr::new(10, 77, 3, 4);
    assert_eq!(wrong(|all| all.lies_at(peered)), [(Verdict::Warn, "")]);
    let public = Ipv4Addr::new(198, 51, 100, 4);
    assert_eq!(wrong(|all| all.lies_at(public)), [(Verdict::Pass, "")]);
    assert_eq!(
        wrong(|all| {
            all.lies_at(public);
            tables(around(&mut all.seen))[0].routes.pop();
        }),
        [(Verdict::Fail, "db-timeout")]
    );
    assert_eq!(
        wrong(|all| {
            all.looked.addresses[0].found = Err(denied("ec2:DescribeNetworkInterfaces"));
        }),
        [(Verdict::Skip, "")]
    );
}

#[test]
fn names_that_lead_nowhere() {
    assert_eq!(
        wrong(|all| {
            all.looked.resolved = Err("no such name".into());
            all.looked.addresses.clear();
        }),
        [(Verdict::Warn, "db-dns-unresolvable")]
    );
    assert_eq!(
        wrong(|all| {
            all.looked.server.host = "localhost".into();
            all.looked.addresses.clear();
        }),
        [(Verdict::Warn, "db-unreachable")]
    );
}

/// An account with the sound network and the database in it.
struct World;

#[async_trait]
impl Networks for World {
    async fn subnets(&self, ids: &[String]) -> Result<Vec<Subnet>, CallError> {
        let all = [
            subnet("subnet-0a", "10.0.1.0/24"),
            subnet("subnet-0d", "10.0.3.0/24"),
        ];
        Ok(all.into_iter().filter(|it| ids.contains(&it.id)).collect())
    }

    async fn security_groups(&self, ids: &[String]) -> Result<Vec<SecurityGroup>, CallError> {
        let own = SecurityGroup {
            id: "sg-0a".into(),
            vpc: "vpc-0a".into(),
            ingress: Vec::new(),
            egress: vec![everywhere()],
        };
        let all = found().groups?.into_iter().chain([own]);
        Ok(all.filter(|it| ids.contains(&it.id)).collect())
    }

    async fn default_group(&self, _: &str) -> Result<Option<SecurityGroup>, CallError> {
        Ok(None)
    }

    async fn vpc(&self, _: &str) -> Result<Option<Vpc>, CallError> {
        around(&mut seen()).vpc.clone()
    }

    async fn route_tables(&self, _: &str) -> Result<Vec<RouteTable>, CallError> {
        around(&mut seen()).tables.clone()
    }

    async fn nat_gateways(&self, _: &str) -> Result<Vec<NatGateway>, CallError> {
        around(&mut seen()).gateways.clone()
    }

    async fn endpoints(&self, _: &str) -> Result<Vec<Endpoint>, CallError> {
        Ok(Vec::new())
    }

    async fn network_acls(&self, _: &str) -> Result<Vec<NetworkAcl>, CallError> {
        around(&mut seen()).acls.clone()
    }

    async fn interface(&self, _: &str, at: Ipv4Addr) -> Result<Option<Interface>, CallError> {
        Ok((at == AT).then(|| found().interface))
    }
}

#[async_trait]
impl Secrets for World {
    async fn secret(&self, _: &str, _: &str) -> Result<Option<Secret>, CallError> {
        Ok(None)
    }

    async fn parameters(&self, _: &str, _: &[String]) -> Result<Vec<Parameter>, CallError> {
        Ok(Vec::new())
    }

    async fn text(&self, _: &str, _: &SecretPart) -> Result<Option<SecretText>, CallError> {
        Ok(None)
    }

    async fn value(&self, region: &str, from: &ValueFrom) -> Result<SecretText, CallError> {
        let url = ValueFrom::parse("/url").expect("a parameter");
        assert_eq!((region, from), ("us-east-1", &url));
        Ok(SecretText::new("mysql://u:SECRET@db.example:5432/d"))
    }
}

#[async_trait]
impl Names for World {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match host {
            "db.example" => Ok(vec![AT.into()]),
            _ => Err(io::Error::other("no such name")),
        }
    }
}

fn look_at(mutate: impl FnOnce(&mut Subject)) -> (Verdict, String) {
    let mut subject = subject();
    mutate(&mut subject);
    let definition = subject.definition.clone().expect("there is one");
    let definite = Definite {
        subject: &subject,
        definition: &definition,
    };
    let mut findings = look(&definite, &World, &World, &World)
        .now_or_never()
        .expect("nothing to wait for");
    assert_eq!(findings.len(), 1);
    let finding = findings.remove(0);
    (finding.verdict, finding.message)
}

#[test]
fn a_look_at_all_of_it() {
    let with = |url: &str| {
        let url = url.to_owned();
        move |subject: &mut Subject| {
            let definition = subject.definition.as_mut().expect("there is one");
            let environment = &mut definition.containers[0].environment;
            environment.insert("DATABASE_URL".into(), url);
        }
    };
    for (url, verdict, message) in [
        (
            "postgres://u:SECRET@db.example/d",
            Verdict::Pass,
            "db.example:5432 at 10.0.3.4: eni-0d (RDSNetworkInterface) admits sg-0a",
        ),
        (
            "postgres://u:SECRET@10.0.3.4/d",
            Verdict::Pass,
            "10.0.3.4:5432: eni-0d (RDSNetworkInterface) admits sg-0a",
        ),
        (
            "postgres://u:SECRET@other.example/d",
            Verdict::Warn,
            "other.example does not resolve from this machine: no such name; a private zone of the VPC is not seen from here",
        ),
        (
            "postgres://u:SEC/RET@db.example/d",
            Verdict::Fail,
            "DATABASE_URL cannot be parsed as the URL of a database",
        ),
        (
            "sqlite://SECRET.db",
            Verdict::Skip,
            "DATABASE_URL names a file or a socket, and no server",
        ),
        (
            "SECRET",
            Verdict::Skip,
            "DATABASE_URL is no URL of PostgreSQL, MySQL or MariaDB",
        ),
        (
            "postgres://[::2]",
            Verdict::Skip,
            "::2 has addresses of IPv6 alone, which are not looked at",
        ),
    ] {
        let found = look_at(with(url));
        assert_eq!(found, (verdict, message.to_owned()));
    }
    let (verdict, message) = look_at(|_| ());
    assert_eq!(verdict, Verdict::Skip);
    assert_eq!(
        message,
        "container `admin` has no variable DATABASE_URL, or one that ends so or in _DSN"
    );
}

#[test]
fn secrets_are_read_only_where_that_is_allowed() {
    let with_secret = |read_secrets| {
        move |subject: &mut Subject| {
            subject.read_secrets = read_secrets;
            let definition = subject.definition.as_mut().expect("there is one");
            definition.containers[0].secrets.push(SecretReference {
                name: "DATABASE_URL".into(),
                value_from: "/url".into(),
            });
        }
    };
    assert_eq!(
        look_at(with_secret(false)),
        (
            Verdict::Skip,
            "DATABASE_URL is a secret, which is not read: needs --read-secrets".to_owned()
        )
    );
    let (verdict, message) = look_at(with_secret(true));
    assert_eq!(verdict, Verdict::Pass, "{message}");
}
