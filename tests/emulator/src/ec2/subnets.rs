//! `DescribeSubnets`.

use serde_json::Value;
use serde_json::json;

use crate::account::Subnet;
use crate::arn;
use crate::ec2::network::Network;
use crate::ec2::network::cidr;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::form::Form;
use crate::refusal::Refusal;

const KIND: Kind = Kind {
    ids: "SubnetId",
    not_found: "InvalidSubnetID.NotFound",
    name: "subnet ID",
};
const USUAL_FREE_ADDRESSES: u32 = 250;

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let subnets = network.subnets.iter();
    let subnets = subnets.map(|subnet| resource(network, subnet)).collect();
    Ok(json!({"subnetSet": chosen(form, KIND, subnets)?}))
}

fn resource(network: &Network<'_>, subnet: &Subnet) -> Resource {
    let vpc = vpc_or_usual(subnet.vpc.as_ref());
    let zone = network.zone(subnet);
    let free = subnet.free_addresses.unwrap_or(USUAL_FREE_ADDRESSES);
    Resource {
        id: subnet.id.clone(),
        filters: vec![
            ("subnet-id", vec![subnet.id.clone()]),
            ("vpc-id", vec![vpc.to_owned()]),
            ("availability-zone", vec![zone.clone()]),
            ("state", vec!["available".to_owned()]),
            ("map-public-ip-on-launch", vec![subnet.public.to_string()]),
        ],
        json: json!({
            "subnetId": subnet.id,
            "subnetArn": arn::new("ec2", network.region, &format!("subnet/{}", subnet.id)),
            "state": "available",
            "vpcId": vpc,
            "ownerId": arn::ACCOUNT,
            "cidrBlock": cidr(subnet),
            "ipv6CidrBlockAssociationSet": [],
            "availableIpAddressCount": free,
            "availabilityZone": zone,
            "defaultForAz": false,
            "mapPublicIpOnLaunch": subnet.public,
            "assignIpv6AddressOnCreation": false,
        }),
    }
}
