//! `network-acl`: whether the subnets' network ACLs let requests out and answers in. They keep no
//! account of connections: each way has its own rules.

use super::acl::passage;
use super::field::{Flow, Passage};
use super::needs::Need;
use super::path::Path;
use super::view::{Place, View, list};
use crate::model::account::network::{NetworkAcl, Ports, Subnet};
use crate::model::finding::Finding;
use crate::preflight::looked::could_not;

pub(in crate::preflight) const NAME: &str = "network-acl";

/// Where answers come back to (VPC user guide, "Ephemeral ports").
pub(in crate::preflight) const EPHEMERAL: Ports = Ports {
    first: 1_024,
    last: 65_535,
};
/// Those of them that Linux uses.
const OF_LINUX: Ports = Ports {
    first: 32_768,
    last: 60_999,
};

pub(super) fn judge(view: &View<'_>) -> Vec<Finding> {
    let acls = match &view.around.acls {
        Ok(acls) => acls,
        Err(error) => return vec![could_not(NAME, "the network ACLs", error)],
    };
    let mut findings = Vec::new();
    let mut looked = Vec::new();
    for place in &view.places {
        let Some(acl) = of(acls, place.subnet) else {
            continue;
        };
        // Subnets may have the same one: what is wrong with it is told once.
        if !looked.contains(&&*acl.id) {
            looked.push(&*acl.id);
            findings.extend(of_place(view, place, acl));
        }
    }
    if looked.is_empty() {
        return vec![Finding::skip(
            NAME,
            "no network ACL of the subnets was seen",
        )];
    }
    if findings.is_empty() {
        let acls = list(looked);
        let message = format!("{acls}: 443 goes out, and answers come in");
        findings.push(Finding::pass(NAME, message));
    }
    findings
}

pub(in crate::preflight) fn of<'a>(
    acls: &'a [NetworkAcl],
    subnet: &Subnet,
) -> Option<&'a NetworkAcl> {
    acls.iter().find(|acl| acl.subnets.contains(&subnet.id))
}

fn of_place(view: &View<'_>, place: &Place<'_>, acl: &NetworkAcl) -> Vec<Finding> {
    let peers: Vec<_> = view
        .asked
        .needs
        .iter()
        .flat_map(|need| {
            peers(view, place, need)
                .into_iter()
                .map(move |it| (need, it))
        })
        .collect();
    let out = worst(&peers, |addresses| {
        let ports = Ports::one(443);
        passage(acl, true, Flow { addresses, ports })
    });
    let back = worst(&peers, |addresses| answers(acl, false, addresses));
    let told = |egress, what: &str, ports: &str, found: Worst<'_>| {
        let (way, subnet) = (if egress { "out" } else { "in" }, &place.subnet.id);
        let (id, rule, name) = (&acl.id, found.rule, &found.need.name);
        let message = |some| {
            format!("{id} of {subnet} lets {some}{what} of {name} {way}: rule {rule} shuts it")
        };
        let finding = match found.passage {
            Passage::Shut => Finding::fail(NAME, message("no ")).because(found.need.cause),
            _ => Finding::warn(NAME, message("not every ")),
        };
        finding.hinted(entry(view.asked.region, id, egress, ports, rule))
    };
    let out = out.map(|found| told(true, "request", "From=443,To=443", found));
    let back = back.map(|found| told(false, "answer", "From=1024,To=65535", found));
    out.into_iter().chain(back).collect()
}

/// A command that lets pass before the rule that shuts.
fn entry(region: &str, acl: &str, egress: bool, ports: &str, rule: i32) -> String {
    let way = if egress { "--egress" } else { "--ingress" };
    let number = match rule {
        ..=1 => 1,
        32_767 => 32_000,
        rule => rule - 1,
    };
    format!(
        "aws ec2 create-network-acl-entry --region {region} --network-acl-id {acl} {way} --rule-number {number} --protocol tcp --port-range {ports} --cidr-block 0.0.0.0/0 --rule-action allow"
    )
}

/// What passes least, for which need, and by which rule.
struct Worst<'a> {
    passage: Passage,
    need: &'a Need,
    rule: i32,
}

fn worst<'a>(
    peers: &[(&'a Need, ipnet::Ipv4Net)],
    ask: impl Fn(ipnet::Ipv4Net) -> (Passage, Option<i32>),
) -> Option<Worst<'a>> {
    let found = peers.iter().filter_map(|(need, addresses)| {
        let (passage, rule) = ask(*addresses);
        let rule = rule?;
        Some(Worst {
            passage,
            need,
            rule,
        })
    });
    found.min_by_key(|found| found.passage)
}

/// Whether answers pass: by every port that they may come back to, or at least by those of Linux.
pub(in crate::preflight) fn answers(
    acl: &NetworkAcl,
    egress: bool,
    addresses: ipnet::Ipv4Net,
) -> (Passage, Option<i32>) {
    let all = passage(
        acl,
        egress,
        Flow {
            addresses,
            ports: EPHEMERAL,
        },
    );
    let linux = passage(
        acl,
        egress,
        Flow {
            addresses,
            ports: OF_LINUX,
        },
    );
    match linux.0 {
        Passage::Shut | Passage::Open => linux,
        Passage::Partly => all,
    }
}

/// The addresses that a need has, seen from a place. Within a subnet no network ACL is asked.
fn peers(view: &View<'_>, place: &Place<'_>, need: &Need) -> Vec<ipnet::Ipv4Net> {
    match view.path(place, need) {
        Path::Missing(_) => Vec::new(),
        Path::Gateway(_) | Path::Internet => vec![ipnet::Ipv4Net::default()],
        Path::Interface(endpoint) => {
            let subnets = view.subnets_of(endpoint).into_iter();
            let others = subnets.filter(|subnet| subnet.id != place.subnet.id);
            others.map(|subnet| subnet.addresses).collect()
        }
    }
}
