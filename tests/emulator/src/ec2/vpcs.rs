//! `DescribeVpcs`, `DescribeVpcAttribute`, `DescribeDhcpOptions`.

use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::ec2::network::Network;
use crate::ec2::network::VPC_CIDR;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::form::Form;
use crate::refusal::Refusal;

const VPC: Kind = Kind {
    ids: "VpcId",
    not_found: "InvalidVpcID.NotFound",
    name: "vpc ID",
};
const DHCP_OPTIONS: Kind = Kind {
    ids: "DhcpOptionsId",
    not_found: "InvalidDhcpOptionID.NotFound",
    name: "dhcpOption ID",
};
/// All VPCs have the same.
const DHCP_OPTIONS_ID: &str = "dopt-0a1b2c3d";

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let vpcs = network.vpcs().into_iter().map(resource).collect();
    Ok(json!({"vpcSet": chosen(form, VPC, vpcs)?}))
}

fn resource(id: &str) -> Resource {
    Resource {
        id: id.to_owned(),
        filters: vec![
            ("vpc-id", vec![id.to_owned()]),
            ("cidr", vec![VPC_CIDR.to_owned()]),
            ("dhcp-options-id", vec![DHCP_OPTIONS_ID.to_owned()]),
            ("is-default", vec!["false".to_owned()]),
            ("state", vec!["available".to_owned()]),
        ],
        json: json!({
            "vpcId": id,
            "ownerId": arn::ACCOUNT,
            "state": "available",
            "cidrBlock": VPC_CIDR,
            "cidrBlockAssociationSet": [{
                "associationId": id.replacen("vpc-", "vpc-cidr-assoc-", 1),
                "cidrBlock": VPC_CIDR,
                "cidrBlockState": {"state": "associated"},
            }],
            "dhcpOptionsId": DHCP_OPTIONS_ID,
            "instanceTenancy": "default",
            "isDefault": false,
        }),
    }
}

/// One attribute a call.
pub(crate) fn describe_attribute(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let id = form.text("VpcId").unwrap_or_default();
    if !network.vpcs().contains(id) {
        let message = format!("The {} '{id}' does not exist", VPC.name);
        return Err(Refusal::new(VPC.not_found, message));
    }
    let attribute = form.text("Attribute").unwrap_or_default();
    let value = match attribute {
        "enableDnsSupport" => network.account.dns.support,
        "enableDnsHostnames" => network.account.dns.host_names,
        "enableNetworkAddressUsageMetrics" => false,
        _ => {
            let message = format!("Value ({attribute}) for parameter attribute is invalid.");
            return Err(Refusal::new("InvalidParameterValue", message));
        }
    };
    Ok(json!({"vpcId": id, attribute: {"value": value}}))
}

pub(crate) fn describe_dhcp_options(
    network: &Network<'_>,
    form: Form<'_>,
) -> Result<Value, Refusal> {
    let values = |texts: &[String]| {
        let texts = texts.iter().map(|text| json!({"value": text}));
        texts.collect::<Vec<Value>>()
    };
    let domain = match network.region {
        "us-east-1" => "ec2.internal".to_owned(),
        region => format!("{region}.compute.internal"),
    };
    let options = Resource {
        id: DHCP_OPTIONS_ID.to_owned(),
        filters: vec![("dhcp-options-id", vec![DHCP_OPTIONS_ID.to_owned()])],
        json: json!({
            "dhcpOptionsId": DHCP_OPTIONS_ID,
            "ownerId": arn::ACCOUNT,
            "dhcpConfigurationSet": [
                {"key": "domain-name", "valueSet": values(&[domain])},
                {"key": "domain-name-servers", "valueSet": values(&network.account.dns.servers)},
            ],
        }),
    };
    Ok(json!({"dhcpOptionsSet": chosen(form, DHCP_OPTIONS, vec![options])?}))
}
