//! EC2, as far as it tells about a network: subnets, routes, groups, endpoints.

mod acls;
mod endpoints;
mod gateways;
mod groups;
mod interfaces;
mod network;
mod peer;
mod resource;
mod routes;
mod subnets;
mod vpcs;

use serde_json::Value;

use crate::form::Form;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

use network::Network;
pub(crate) use network::Seen;

/// Every list comes in one page.
pub(crate) fn call(
    world: &mut World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    let form = Form(body);
    world.seen.learn(form);
    let network = Network::new(&world.scenario.account, &world.seen, &context.region);
    match operation {
        "DescribeSubnets" => subnets::describe(&network, form),
        "DescribeSecurityGroups" => groups::describe(&network, form),
        "DescribeRouteTables" => routes::describe(&network, form),
        "DescribeVpcEndpoints" => endpoints::describe(&network, form),
        "DescribePrefixLists" => endpoints::describe_prefix_lists(&network, form),
        "DescribeVpcs" => vpcs::describe(&network, form),
        "DescribeVpcAttribute" => vpcs::describe_attribute(&network, form),
        "DescribeDhcpOptions" => vpcs::describe_dhcp_options(&network, form),
        "DescribeNetworkAcls" => acls::describe(&network, form),
        "DescribeNetworkInterfaces" => interfaces::describe(&network, form),
        "DescribeNatGateways" => gateways::describe_nat(&network, form),
        "DescribeInternetGateways" => gateways::describe_internet(&network, form),
        _ => Err(Refusal::unknown_action(operation)),
    }
}
