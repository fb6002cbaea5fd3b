//! `DescribeNetworkAcls`.

use serde_json::Value;
use serde_json::json;

use crate::account::AclRule;
use crate::account::Direction;
use crate::account::Subnet;
use crate::account::network::everywhere;
use crate::arn;
use crate::ec2::network::Network;
use crate::ec2::network::is_egress;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::peer::traffic;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::form::Form;
use crate::refusal::Refusal;

const KIND: Kind = Kind {
    ids: "NetworkAclId",
    not_found: "InvalidNetworkAclID.NotFound",
    name: "networkAcl ID",
};
/// The rule that denies what no other allows. It cannot be removed.
const LAST_RULE: usize = 32767;

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let usual = network.vpcs().into_iter().map(|vpc| {
        let subnets = network.subnets.iter();
        let without_own = subnets
            .filter(|subnet| subnet.acl.is_none() && vpc_or_usual(subnet.vpc.as_ref()) == vpc);
        let subnets: Vec<&Subnet> = without_own.collect();
        resource(&vpc.replacen("vpc-", "acl-", 1), vpc, &[], &subnets, true)
    });
    let own = network.subnets.iter().filter_map(|subnet| {
        let rules = subnet.acl.as_ref()?;
        let id = subnet.id.replacen("subnet-", "acl-", 1);
        let vpc = vpc_or_usual(subnet.vpc.as_ref());
        Some(resource(&id, vpc, rules, &[subnet], false))
    });
    let acls = usual.chain(own).collect();
    Ok(json!({"networkAclSet": chosen(form, KIND, acls)?}))
}

fn resource(
    id: &str,
    vpc: &str,
    rules: &[AclRule],
    subnets: &[&Subnet],
    is_default: bool,
) -> Resource {
    let associations = subnets.iter().map(|subnet| {
        json!({
            "networkAclAssociationId": subnet.id.replacen("subnet-", "aclassoc-", 1),
            "networkAclId": id,
            "subnetId": subnet.id,
        })
    });
    let entries = [Direction::Ingress, Direction::Egress].map(|way| entries(way, rules));
    let subnet_ids = subnets.iter().map(|subnet| subnet.id.clone());
    Resource {
        id: id.to_owned(),
        filters: vec![
            ("network-acl-id", vec![id.to_owned()]),
            ("vpc-id", vec![vpc.to_owned()]),
            ("association.subnet-id", subnet_ids.collect()),
            ("default", vec![is_default.to_string()]),
        ],
        json: json!({
            "networkAclId": id,
            "vpcId": vpc,
            "ownerId": arn::ACCOUNT,
            "default": is_default,
            "entrySet": entries.concat(),
            "associationSet": associations.collect::<Vec<_>>(),
        }),
    }
}

/// The rules of one direction, then the one that allows everything, then the last.
fn entries(direction: Direction, rules: &[AclRule]) -> Vec<Value> {
    let own = rules.iter().filter(|rule| rule.direction == direction);
    let whole = |deny| AclRule {
        direction,
        deny,
        protocol: None,
        port: None,
        ports: None,
        cidr: everywhere(),
    };
    let told = own.cloned().chain([whole(false)]);
    let mut entries: Vec<Value> = told
        .enumerate()
        .map(|(index, rule)| entry((index + 1) * 100, &rule))
        .collect();
    entries.push(entry(LAST_RULE, &whole(true)));
    entries
}

fn entry(number: usize, rule: &AclRule) -> Value {
    let (protocol, ports) = traffic(rule.protocol.as_deref(), rule.port, rule.ports);
    // A network ACL tells protocols by number.
    let protocol = match protocol.as_str() {
        "tcp" => "6",
        "udp" => "17",
        "icmp" => "1",
        other => other,
    };
    let cidr = if rule.cidr.contains(':') {
        "ipv6CidrBlock"
    } else {
        "cidrBlock"
    };
    json!({
        "ruleNumber": number,
        "protocol": protocol,
        "ruleAction": if rule.deny { "deny" } else { "allow" },
        "egress": is_egress(rule.direction),
        cidr: rule.cidr,
        "portRange": ports.map(|(from, to)| json!({"from": from, "to": to})),
    })
}
