//! `DescribeVpcEndpoints`, `DescribePrefixLists`.

use serde_json::Value;
use serde_json::json;

use crate::account::Endpoint;
use crate::account::EndpointType;
use crate::arn;
use crate::ec2::network::Network;
use crate::ec2::network::prefix_list;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::ec2::resource::id_for;
use crate::form::Form;
use crate::refusal::Refusal;

const ENDPOINT: Kind = Kind {
    ids: "VpcEndpointId",
    not_found: "InvalidVpcEndpointId.NotFound",
    name: "Vpc Endpoint Id",
};
const PREFIX_LIST: Kind = Kind {
    ids: "PrefixListId",
    not_found: "InvalidPrefixListID.NotFound",
    name: "prefixList ID",
};

pub(crate) fn id(endpoint: &Endpoint) -> String {
    let vpc = vpc_or_usual(endpoint.vpc.as_ref());
    id_for("vpce", &format!("{vpc} {}", endpoint.service))
}

/// Whether a route table leads to a gateway endpoint.
pub(crate) fn leads_from(endpoint: &Endpoint, route_table: &str) -> bool {
    let tables = endpoint.route_tables.as_ref();
    tables.is_none_or(|tables| tables.iter().any(|table| table == route_table))
}

fn service_name(network: &Network<'_>, service: &str) -> String {
    format!("com.amazonaws.{}.{service}", network.region)
}

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let endpoints = network.account.endpoints.iter();
    let endpoints = endpoints
        .map(|endpoint| resource(network, endpoint))
        .collect();
    Ok(json!({"vpcEndpointSet": chosen(form, ENDPOINT, endpoints)?}))
}

fn resource(network: &Network<'_>, endpoint: &Endpoint) -> Resource {
    let id = id(endpoint);
    let vpc = vpc_or_usual(endpoint.vpc.as_ref());
    let service = service_name(network, &endpoint.service);
    let is_gateway = endpoint.kind == EndpointType::Gateway;
    let tables: Vec<String> = network
        .route_tables()
        .into_iter()
        .filter(|table| is_gateway && table.vpc == vpc && leads_from(endpoint, &table.id))
        .map(|table| table.id)
        .collect();
    let everybody = || json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
    let policy = endpoint.policy.clone().unwrap_or_else(everybody);
    let interfaces = endpoint.subnets.iter();
    let interfaces = interfaces.map(|subnet| id_for("eni", &format!("{id} {subnet}")));
    let groups = endpoint.groups.iter();
    let groups = groups.map(|group| json!({"groupId": group, "groupName": group}));
    let kind = if is_gateway { "Gateway" } else { "Interface" };
    Resource {
        filters: vec![
            ("vpc-endpoint-id", vec![id.clone()]),
            ("vpc-id", vec![vpc.to_owned()]),
            ("service-name", vec![service.clone()]),
            ("vpc-endpoint-state", vec![endpoint.state.clone()]),
            ("vpc-endpoint-type", vec![kind.to_owned()]),
        ],
        json: json!({
            "vpcEndpointId": id,
            "vpcEndpointType": kind,
            "vpcId": vpc,
            "serviceName": service,
            "state": endpoint.state,
            "policyDocument": policy.to_string(),
            "routeTableIdSet": tables,
            "subnetIdSet": endpoint.subnets,
            "groupSet": groups.collect::<Vec<_>>(),
            "privateDnsEnabled": endpoint.private_dns && !is_gateway,
            "requesterManaged": false,
            "networkInterfaceIdSet": interfaces.collect::<Vec<_>>(),
            "dnsEntrySet": [],
            "creationTimestamp": "2026-01-01T00:00:00.000Z",
            "ownerId": arn::ACCOUNT,
        }),
        id,
    }
}

/// The addresses of the two services that have gateway endpoints.
pub(crate) fn describe_prefix_lists(
    network: &Network<'_>,
    form: Form<'_>,
) -> Result<Value, Refusal> {
    let lists = [("s3", "198.51.100.0/25"), ("dynamodb", "198.51.100.128/25")];
    let lists = lists.map(|(service, cidr)| {
        let id = prefix_list(service);
        let name = service_name(network, service);
        Resource {
            filters: vec![
                ("prefix-list-id", vec![id.clone()]),
                ("prefix-list-name", vec![name.clone()]),
            ],
            json: json!({"prefixListId": id, "prefixListName": name, "cidrSet": [cidr]}),
            id,
        }
    });
    Ok(json!({"prefixListSet": chosen(form, PREFIX_LIST, lists.into())?}))
}
