//! `DescribeNetworkInterfaces`.

use serde_json::Value;
use serde_json::json;

use crate::account::Interface;
use crate::arn;
use crate::ec2::network::Network;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::ec2::resource::id_for;
use crate::form::Form;
use crate::refusal::Refusal;

const KIND: Kind = Kind {
    ids: "NetworkInterfaceId",
    not_found: "InvalidNetworkInterfaceID.NotFound",
    name: "networkInterface ID",
};

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let interfaces = network.account.interfaces.iter();
    let interfaces = interfaces.map(|one| resource(network, one)).collect();
    Ok(json!({"networkInterfaceSet": chosen(form, KIND, interfaces)?}))
}

fn resource(network: &Network<'_>, interface: &Interface) -> Resource {
    let address = &interface.private_ip;
    let vpc = vpc_or_usual(interface.vpc.as_ref());
    let id = id_for("eni", &format!("{vpc} {address}"));
    let subnet = interface.subnet.as_deref().unwrap_or("subnet-0a1b2c3d");
    let zone = network.subnet(subnet).map(|subnet| network.zone(subnet));
    let groups = interface.groups.iter();
    let groups = groups.map(|group| json!({"groupId": group, "groupName": group}));
    Resource {
        filters: vec![
            ("network-interface-id", vec![id.clone()]),
            ("vpc-id", vec![vpc.to_owned()]),
            ("subnet-id", vec![subnet.to_owned()]),
            ("group-id", interface.groups.clone()),
            ("description", vec![interface.description.clone()]),
            ("private-ip-address", vec![address.clone()]),
            ("addresses.private-ip-address", vec![address.clone()]),
            ("status", vec!["in-use".to_owned()]),
        ],
        json: json!({
            "networkInterfaceId": id,
            "subnetId": subnet,
            "vpcId": vpc,
            "availabilityZone": zone,
            "description": interface.description,
            "ownerId": arn::ACCOUNT,
            "requesterManaged": true,
            "status": "in-use",
            "macAddress": "02:00:00:00:00:01",
            "privateIpAddress": address,
            "privateDnsName": format!("ip-{}.ec2.internal", address.replace('.', "-")),
            "sourceDestCheck": true,
            "groupSet": groups.collect::<Vec<_>>(),
            "privateIpAddressesSet": [{"privateIpAddress": address, "primary": true}],
            "interfaceType": "interface",
        }),
        id,
    }
}
