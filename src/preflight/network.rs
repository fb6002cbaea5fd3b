//! `subnets`, `route`, `dns`, `network-acl`, `egress`: whether the task's interface can be made,
//! and reaches what a start needs. EC2 is asked once for all of them.

use futures_util::future::FutureExt as _;

use self::gather::{Seen, gather};
use self::needs::needs;
use self::view::{Asked, View};
use super::definition::runs_on_fargate;
use super::group::{About, Beyond, Definite, Group, Look};
use crate::model::finding::Finding;
use crate::model::request::Network;
use crate::ports::account::Networks;

pub(super) mod acl;
pub(super) mod commands;
mod dns;
mod egress;
pub(super) mod field;
pub(super) mod gather;
pub(super) mod groups;
pub(super) mod needs;
pub(super) mod network_acl;
mod path;
mod route;
mod subnets;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod view;
pub(super) mod way;

/// What a start fails for that does not reach what it needs.
const UNREACHED: &[&str] = &[
    "secrets-manager-timeout-no-route",
    "ssm-timeout-no-route",
    "ecr-timeout-no-route",
    "s3-layer-timeout-no-route",
    "logs-timeout-no-route",
    "registry-timeout-no-route",
    "registry-auth-secret-timeout",
    "network-killed-pull",
];

const CHECKS: &[About] = &[
    About {
        name: subnets::NAME,
        looks_at: "whether the subnets and security groups exist, are in one VPC, and have free addresses",
        permissions: &["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"],
        causes: &[
            "subnet-not-found",
            "subnet-out-of-ips",
            "security-group-not-found",
            "security-group-invalid",
            "invalid-parameter-other",
        ],
    },
    About {
        name: route::NAME,
        looks_at: "whether each subnet has a way to what a start needs: by the internet, a NAT gateway or VPC endpoints, which admit the task",
        permissions: &[
            "ec2:DescribeSubnets",
            "ec2:DescribeRouteTables",
            "ec2:DescribeNatGateways",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeSecurityGroups",
        ],
        causes: UNREACHED,
    },
    About {
        name: dns::NAME,
        looks_at: "whether the VPC resolves names, those of its endpoints too, and by which servers",
        permissions: &[
            "ec2:DescribeSubnets",
            "ec2:DescribeRouteTables",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeVpcs",
            "ec2:DescribeVpcAttribute",
            "ec2:DescribeDhcpOptions",
        ],
        causes: UNREACHED,
    },
    About {
        name: network_acl::NAME,
        looks_at: "whether the subnets' network ACLs let requests out on 443, and answers in",
        permissions: &[
            "ec2:DescribeSubnets",
            "ec2:DescribeRouteTables",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeNetworkAcls",
        ],
        causes: UNREACHED,
    },
    About {
        name: egress::NAME,
        looks_at: "whether the task's security groups let it talk on 443 to what a start needs",
        permissions: &[
            "ec2:DescribeSubnets",
            "ec2:DescribeRouteTables",
            "ec2:DescribeVpcEndpoints",
            "ec2:DescribeSecurityGroups",
        ],
        causes: UNREACHED,
    },
];

pub(super) const GROUP: Group = Group {
    checks: CHECKS,
    look: Look::Beyond(|definite, beyond| look(definite, beyond).boxed()),
};

async fn look(definite: &Definite<'_>, beyond: &Beyond) -> Vec<Finding> {
    let Some(network) = definite.subject.network() else {
        return skipped(CHECKS, &without_interface(definite));
    };
    if network.subnets.is_empty() {
        return skipped(CHECKS, "no subnet is named");
    }
    let seen = see(definite, network, &*beyond.networks).await;
    judge(definite, network, &seen)
}

/// Looks at the network, for whichever check.
pub(super) async fn see(
    definite: &Definite<'_>,
    network: &Network,
    networks: &dyn Networks,
) -> Seen {
    let region = &definite.subject.region;
    let needs = needs(definite.definition, region);
    gather(networks, network, |endpoint| {
        commands::is_needed(endpoint, &needs, region)
    })
    .await
}

/// Why there is nothing of a network to look at.
pub(super) fn without_interface(definite: &Definite<'_>) -> String {
    let mode = definite.definition.network_mode.as_deref();
    match mode {
        Some("awsvpc") => "it is not known in which network the task will be".to_owned(),
        mode => format!(
            "the task has no interface of its own: its network mode is {}",
            mode.unwrap_or("bridge")
        ),
    }
}

/// The account of an ARN.
pub(super) fn account(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

fn skipped(checks: &[About], why: &str) -> Vec<Finding> {
    let names = checks.iter().map(|about| about.name);
    names.map(|name| Finding::skip(name, why)).collect()
}

fn judge(definite: &Definite<'_>, network: &Network, seen: &Seen) -> Vec<Finding> {
    let subject = definite.subject;
    let needs = needs(definite.definition, &subject.region);
    let asked = Asked {
        region: &subject.region,
        account: account(&definite.definition.arn),
        network,
        needs: &needs,
    };
    let mut findings = subnets::judge(&asked, seen);
    let names = [route::NAME, dns::NAME, network_acl::NAME, egress::NAME];
    if !runs_on_fargate(subject) {
        let why = "on EC2 the instance, and not the task, pulls the image, reads secrets and writes the log: its network is not looked at";
        findings.extend(names.map(|name| Finding::skip(name, why)));
        return findings;
    }
    for name in names {
        match View::of(&asked, seen, name) {
            Err(skip) => findings.push(skip),
            Ok(view) => findings.extend(match name {
                route::NAME => route::judge(&view),
                dns::NAME => dns::judge(&view),
                network_acl::NAME => network_acl::judge(&view),
                _ => egress::judge(&view, seen),
            }),
        }
    }
    findings
}
