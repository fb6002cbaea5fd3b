//! `DescribeRouteTables`.

use serde_json::Value;
use serde_json::json;

use crate::account::EndpointType;
use crate::account::Route;
use crate::arn;
use crate::ec2::endpoints;
use crate::ec2::network::Network;
use crate::ec2::network::RouteTable;
use crate::ec2::network::VPC_CIDR;
use crate::ec2::network::prefix_list;
use crate::ec2::network::vpc_or_usual;
use crate::ec2::resource::Kind;
use crate::ec2::resource::Resource;
use crate::ec2::resource::chosen;
use crate::form::Form;
use crate::refusal::Refusal;

const KIND: Kind = Kind {
    ids: "RouteTableId",
    not_found: "InvalidRouteTableID.NotFound",
    name: "routeTable ID",
};

pub(crate) fn describe(network: &Network<'_>, form: Form<'_>) -> Result<Value, Refusal> {
    let tables = network.route_tables();
    let tables = tables
        .iter()
        .map(|table| resource(network, table))
        .collect();
    Ok(json!({"routeTableSet": chosen(form, KIND, tables)?}))
}

fn resource(network: &Network<'_>, table: &RouteTable<'_>) -> Resource {
    let gateways = network.account.endpoints.iter().filter(|endpoint| {
        endpoint.kind == EndpointType::Gateway
            && vpc_or_usual(endpoint.vpc.as_ref()) == table.vpc
            && endpoints::leads_from(endpoint, &table.id)
    });
    let to_gateways = gateways.map(|endpoint| Route {
        to: prefix_list(&endpoint.service),
        via: endpoints::id(endpoint),
        blackhole: false,
    });
    let mut routes = vec![within_the_vpc()];
    routes.extend(table.routes.iter().map(route));
    routes.extend(to_gateways.map(|it| route(&it)));
    let is_main = table.subnet.is_none();
    let association = table.id.replacen("rtb-", "rtbassoc-", 1);
    Resource {
        id: table.id.clone(),
        filters: vec![
            ("route-table-id", vec![table.id.clone()]),
            ("vpc-id", vec![table.vpc.to_owned()]),
            (
                "association.subnet-id",
                table.subnet.map(str::to_owned).into_iter().collect(),
            ),
            ("association.main", vec![is_main.to_string()]),
        ],
        json: json!({
            "routeTableId": table.id,
            "vpcId": table.vpc,
            "ownerId": arn::ACCOUNT,
            "routeSet": routes,
            "associationSet": [{
                "routeTableAssociationId": association,
                "routeTableId": table.id,
                "subnetId": table.subnet,
                "main": is_main,
                "associationState": {"state": "associated"},
            }],
            "propagatingVgwSet": [],
        }),
    }
}

fn within_the_vpc() -> Value {
    json!({
        "destinationCidrBlock": VPC_CIDR,
        "gatewayId": "local",
        "state": "active",
        "origin": "CreateRouteTable",
    })
}

fn route(route: &Route) -> Value {
    let destination = match &route.to {
        list if list.starts_with("pl-") => "destinationPrefixListId",
        sixth if sixth.contains(':') => "destinationIpv6CidrBlock",
        _ => "destinationCidrBlock",
    };
    let target = match route.via.split('-').next().unwrap_or_default() {
        "nat" => "natGatewayId",
        "tgw" => "transitGatewayId",
        "pcx" => "vpcPeeringConnectionId",
        "eni" => "networkInterfaceId",
        "i" => "instanceId",
        "eigw" => "egressOnlyInternetGatewayId",
        // Internet and private gateways, and the endpoints that are gateways.
        _ => "gatewayId",
    };
    json!({
        destination: route.to,
        target: route.via,
        "state": if route.blackhole { "blackhole" } else { "active" },
        "origin": "CreateRoute",
    })
}
