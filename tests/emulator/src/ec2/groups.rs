//! `DescribeSecurityGroups`.

use serde_json::Value;
use serde_json::json;

use crate::account::Rule;
use crate::account::SecurityGroup;
use crate::account::network::everywhere;
use crate::arn;
use crate::ec2::network::Network;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::peer::traffic;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::form::Form;
use crate::refusal::Refusal;

const KIND: Kind = Kind {
    ids: "GroupId",
    not_found: "InvalidGroup.NotFound",
    name: "security group",
};

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let groups = network.groups.iter().map(resource).collect();
    Ok(json!({"securityGroupInfo": chosen(form, KIND, groups)?}))
}

fn resource(group: &SecurityGroup) -> Resource {
    let vpc = vpc_or_usual(group.vpc.as_ref());
    let everything = [Rule::default()];
    let egress = group.egress.as_deref().unwrap_or(&everything);
    let permissions = |rules: &[Rule]| rules.iter().map(permission).collect::<Vec<Value>>();
    Resource {
        id: group.id.clone(),
        filters: vec![
            ("group-id", vec![group.id.clone()]),
            ("group-name", vec![group.id.clone()]),
            ("vpc-id", vec![vpc.to_owned()]),
        ],
        json: json!({
            "groupId": group.id,
            "groupName": group.id,
            "groupDescription": "of the emulator",
            "vpcId": vpc,
            "ownerId": arn::ACCOUNT,
            "ipPermissions": permissions(&group.ingress),
            "ipPermissionsEgress": permissions(egress),
        }),
    }
}

fn permission(rule: &Rule) -> Value {
    let (protocol, ports) = traffic(rule.protocol.as_deref(), rule.port, rule.ports);
    let has_peer = rule.cidr.is_some() || rule.group.is_some() || rule.prefix_list.is_some();
    let cidr = rule.cidr.clone().or((!has_peer).then(everywhere));
    let (sixth, fourth): (Vec<String>, Vec<String>) =
        cidr.into_iter().partition(|cidr| cidr.contains(':'));
    let groups = rule.group.iter();
    let lists = rule.prefix_list.iter();
    json!({
        "ipProtocol": protocol,
        "fromPort": ports.map(|ports| ports.0),
        "toPort": ports.map(|ports| ports.1),
        "groups": groups
            .map(|id| json!({"groupId": id, "userId": arn::ACCOUNT}))
            .collect::<Vec<_>>(),
        "ipRanges": fourth.iter().map(|cidr| json!({"cidrIp": cidr})).collect::<Vec<_>>(),
        "ipv6Ranges": sixth.iter().map(|cidr| json!({"cidrIpv6": cidr})).collect::<Vec<_>>(),
        "prefixListIds": lists.map(|id| json!({"prefixListId": id})).collect::<Vec<_>>(),
    })
}
