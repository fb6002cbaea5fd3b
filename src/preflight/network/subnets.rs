//! `subnets`: the subnets and groups that are named.

use super::gather::Seen;
use super::view::{Asked, list};
use crate::model::account::network::{SecurityGroup, Subnet};
use crate::model::finding::Finding;
use crate::preflight::looked::could_not;

pub(super) const NAME: &str = "subnets";

/// Below this, a second task may find no address.
const FEW: i32 = 5;

pub(super) fn judge(asked: &Asked<'_>, seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    let subnets = match &seen.subnets {
        Ok(subnets) => {
            findings.extend(missing_subnets(asked, subnets));
            findings.extend(elsewhere(subnets));
            findings.extend(subnets.iter().filter_map(|subnet| full(asked, subnet)));
            &**subnets
        }
        Err(error) => {
            findings.push(could_not(NAME, "the subnets", error));
            &[]
        }
    };
    match &seen.groups {
        Ok(groups) => {
            findings.extend(missing_groups(asked, groups));
            findings.extend(strangers(subnets, groups));
        }
        Err(error) => findings.push(could_not(NAME, "the security groups", error)),
    }
    if findings.is_empty() {
        findings.push(Finding::pass(NAME, sound(seen)));
    }
    findings
}

fn sound(seen: &Seen) -> String {
    let subnets = seen.subnets.as_deref().unwrap_or_default().iter();
    let subnets = subnets.map(|subnet| {
        let Subnet { id, zone, free, .. } = subnet;
        format!("{id} in {zone} with {free} free addresses")
    });
    let subnets = subnets.collect::<Vec<_>>().join(", ");
    let groups = seen.groups.as_deref().unwrap_or_default();
    let groups = list(groups.iter().map(|group| &*group.id));
    let vpc = seen.around.as_ref().map_or("", |around| &around.id);
    format!("{subnets}; {groups}; all in {vpc}")
}

fn missing_subnets(asked: &Asked<'_>, found: &[Subnet]) -> Vec<Finding> {
    let region = asked.region;
    let named = asked.network.subnets.iter();
    let missing = named.filter(|id| found.iter().all(|subnet| subnet.id != **id));
    let findings = missing.map(|id| {
        Finding::fail(NAME, format!("there is no subnet {id} in {region}"))
            .because("subnet-not-found")
            .hinted(format!(
                "aws ec2 describe-subnets --region {region}; then name one with --subnets"
            ))
    });
    findings.collect()
}

fn missing_groups(asked: &Asked<'_>, found: &[SecurityGroup]) -> Vec<Finding> {
    let region = asked.region;
    let named = asked.network.security_groups.iter();
    let missing = named.filter(|id| found.iter().all(|group| group.id != **id));
    let findings = missing.map(|id| {
        Finding::fail(NAME, format!("there is no security group {id} in {region}"))
            .because("security-group-not-found")
            .hinted(format!(
                "aws ec2 describe-security-groups --region {region}; then name one with --security-groups"
            ))
    });
    findings.collect()
}

/// Subnets of several VPCs.
fn elsewhere(subnets: &[Subnet]) -> Option<Finding> {
    let first = subnets.first()?;
    if subnets.iter().all(|subnet| subnet.vpc == first.vpc) {
        return None;
    }
    let places = subnets
        .iter()
        .map(|subnet| format!("{} in {}", subnet.id, subnet.vpc))
        .collect::<Vec<_>>()
        .join(", ");
    Some(
        Finding::fail(NAME, format!("the subnets are not in one VPC: {places}"))
            .because("invalid-parameter-other")
            .hinted("name subnets of one VPC with --subnets"),
    )
}

/// Groups of another VPC than that of the subnets.
fn strangers(subnets: &[Subnet], groups: &[SecurityGroup]) -> Vec<Finding> {
    let Some(subnet) = subnets.first() else {
        return Vec::new();
    };
    let strange = groups.iter().filter(|group| group.vpc != subnet.vpc);
    let findings = strange.map(|group| {
        let (Subnet { id, vpc, .. }, own) = (subnet, &group.vpc);
        let group = &group.id;
        Finding::fail(
            NAME,
            format!("security group {group} is in {own}, and {id} is in {vpc}"),
        )
        .because("security-group-invalid")
        .hinted(format!("name a group of {vpc} with --security-groups"))
    });
    findings.collect()
}

fn full(asked: &Asked<'_>, subnet: &Subnet) -> Option<Finding> {
    let Subnet { id, free, zone, .. } = subnet;
    let others = asked.network.subnets.len() > 1;
    let hint = if others {
        format!("leave {id} out of --subnets, or free addresses in it")
    } else {
        "name another subnet as well with --subnets, or free addresses in it".to_owned()
    };
    if *free >= FEW {
        return None;
    }
    let finding = match free {
        0 => Finding::fail(NAME, format!("{id} in {zone} has no free address"))
            .because("subnet-out-of-ips"),
        1 => Finding::warn(NAME, format!("{id} in {zone} has but one free address")),
        _ => Finding::warn(
            NAME,
            format!("{id} in {zone} has but {free} free addresses"),
        ),
    };
    Some(finding.hinted(hint))
}
