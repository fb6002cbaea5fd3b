//! `DescribeNatGateways`, `DescribeInternetGateways`.

use serde_json::Value;
use serde_json::json;

use crate::account::NatGateway;
use crate::account::VPC;
use crate::arn;
use crate::ec2::network::NAT_SUBNET;
use crate::ec2::network::Network;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::form::Form;
use crate::refusal::Refusal;

const NAT: Kind = Kind {
    ids: "NatGatewayId",
    not_found: "NatGatewayNotFound",
    name: "Nat Gateway",
};
const INTERNET: Kind = Kind {
    ids: "InternetGatewayId",
    not_found: "InvalidInternetGatewayID.NotFound",
    name: "internetGateway ID",
};

pub(crate) fn describe_nat(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let gateways = network.nat_gateways();
    let gateways = gateways.iter().map(|one| nat(network, one)).collect();
    Ok(json!({"natGatewaySet": chosen(form, NAT, gateways)?}))
}

fn nat(network: &Network<'_>, gateway: &NatGateway) -> Resource {
    let id = &gateway.id;
    let state = gateway.state.as_deref().unwrap_or("available");
    let subnet = gateway.subnet.as_deref().unwrap_or(NAT_SUBNET);
    let own_vpc = network.subnet(subnet).and_then(|it| it.vpc.as_ref());
    let vpc = vpc_or_usual(own_vpc);
    let public_ip = (!gateway.private).then_some("203.0.113.10");
    Resource {
        id: id.clone(),
        filters: vec![
            ("nat-gateway-id", vec![id.clone()]),
            ("vpc-id", vec![vpc.to_owned()]),
            ("subnet-id", vec![subnet.to_owned()]),
            ("state", vec![state.to_owned()]),
        ],
        json: json!({
            "natGatewayId": id,
            "subnetId": subnet,
            "vpcId": vpc,
            "state": state,
            "connectivityType": if gateway.private { "private" } else { "public" },
            "createTime": "2026-01-01T00:00:00.000Z",
            "natGatewayAddressSet": [{
                "publicIp": public_ip,
                "privateIp": "10.0.15.10",
                "networkInterfaceId": id.replacen("nat-", "eni-", 1),
                "isPrimary": true,
            }],
        }),
    }
}

/// All of them are attached to the usual VPC.
pub(crate) fn describe_internet(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let gateways = network.internet_gateways().into_iter();
    let gateways = gateways.map(internet).collect();
    Ok(json!({"internetGatewaySet": chosen(form, INTERNET, gateways)?}))
}

fn internet(id: String) -> Resource {
    Resource {
        filters: vec![
            ("internet-gateway-id", vec![id.clone()]),
            ("attachment.vpc-id", vec![VPC.to_owned()]),
            ("attachment.state", vec!["available".to_owned()]),
        ],
        json: json!({
            "internetGatewayId": id,
            "ownerId": arn::ACCOUNT,
            "attachmentSet": [{"vpcId": VPC, "state": "available"}],
        }),
        id,
    }
}
