//! EC2's answers in our words. What has no id, or addresses that are not IPv4, is left out.

use std::net::Ipv4Addr;

use aws_sdk_ec2::types;
use ipnet::Ipv4Net;

use crate::model::account::network::{
    Destination, Endpoint, EndpointKind, Entry, Interface, NatGateway, NetworkAcl, Peer, Ports,
    Protocol, Route, RouteTable, Rule, SecurityGroup, Subnet,
};

pub(super) fn subnet(subnet: types::Subnet) -> Option<Subnet> {
    Some(Subnet {
        id: subnet.subnet_id?,
        vpc: subnet.vpc_id?,
        zone: subnet.availability_zone.unwrap_or_default(),
        owner: subnet.owner_id.unwrap_or_default(),
        addresses: range(subnet.cidr_block.as_deref())?,
        free: subnet.available_ip_address_count.unwrap_or_default(),
    })
}

pub(super) fn group(group: types::SecurityGroup) -> Option<SecurityGroup> {
    Some(SecurityGroup {
        id: group.group_id?,
        vpc: group.vpc_id.unwrap_or_default(),
        ingress: rules(group.ip_permissions),
        egress: rules(group.ip_permissions_egress),
    })
}

fn rules(permissions: Option<Vec<types::IpPermission>>) -> Vec<Rule> {
    let permissions = permissions.unwrap_or_default().into_iter();
    permissions.filter_map(rule).collect()
}

fn rule(permission: types::IpPermission) -> Option<Rule> {
    let addresses = permission.ip_ranges.unwrap_or_default().into_iter();
    let addresses = addresses.filter_map(|it| range(it.cidr_ip.as_deref()).map(Peer::Addresses));
    let groups = permission.user_id_group_pairs.unwrap_or_default();
    let groups = groups.into_iter().filter_map(|it| it.group_id);
    let lists = permission.prefix_list_ids.unwrap_or_default();
    let lists = lists.into_iter().filter_map(|it| it.prefix_list_id);
    Some(Rule {
        protocol: protocol(permission.ip_protocol.as_deref()),
        ports: ports(permission.from_port, permission.to_port)?,
        peers: addresses
            .chain(groups.map(Peer::Group))
            .chain(lists.map(Peer::PrefixList))
            .collect(),
    })
}

pub(super) fn network_acl(acl: types::NetworkAcl) -> Option<NetworkAcl> {
    let subnets = acl.associations.unwrap_or_default().into_iter();
    let entries = acl.entries.unwrap_or_default();
    Some(NetworkAcl {
        id: acl.network_acl_id?,
        subnets: subnets.filter_map(|it| it.subnet_id).collect(),
        entries: entries.iter().filter_map(entry).collect(),
    })
}

fn entry(entry: &types::NetworkAclEntry) -> Option<Entry> {
    let range_of_ports = entry.port_range.as_ref();
    Some(Entry {
        number: entry.rule_number?,
        egress: entry.egress.unwrap_or_default(),
        allows: entry.rule_action == Some(types::RuleAction::Allow),
        protocol: protocol(entry.protocol.as_deref()),
        ports: ports(
            range_of_ports.and_then(|it| it.from),
            range_of_ports.and_then(|it| it.to),
        )?,
        addresses: range(entry.cidr_block.as_deref())?,
    })
}

pub(super) fn route_table(table: types::RouteTable) -> Option<RouteTable> {
    let associations = table.associations.unwrap_or_default();
    let routes = table.routes.unwrap_or_default().into_iter();
    Some(RouteTable {
        id: table.route_table_id?,
        main: associations.iter().any(|it| it.main == Some(true)),
        subnets: associations
            .into_iter()
            .filter_map(|it| it.subnet_id)
            .collect(),
        routes: routes.filter_map(route).collect(),
    })
}

fn route(route: types::Route) -> Option<Route> {
    let listed = route
        .destination_prefix_list_id
        .map(Destination::PrefixList);
    let to = range(route.destination_cidr_block.as_deref()).map(Destination::Addresses);
    let ways = [
        route.nat_gateway_id,
        route.gateway_id,
        route.transit_gateway_id,
        route.vpc_peering_connection_id,
        route.network_interface_id,
        route.instance_id,
        route.local_gateway_id,
        route.carrier_gateway_id,
        route.core_network_arn,
        route.odb_network_arn,
    ];
    Some(Route {
        to: to.or(listed)?,
        via: ways.into_iter().flatten().next().unwrap_or_default(),
        blackhole: route.state == Some(types::RouteState::Blackhole),
    })
}

pub(super) fn nat_gateway(gateway: types::NatGateway) -> Option<NatGateway> {
    Some(NatGateway {
        id: gateway.nat_gateway_id?,
        state: gateway
            .state
            .map(|state| state.as_str().to_owned())
            .unwrap_or_default(),
        public: gateway.connectivity_type != Some(types::ConnectivityType::Private),
    })
}

pub(super) fn endpoint(endpoint: types::VpcEndpoint) -> Option<Endpoint> {
    let kind = match endpoint.vpc_endpoint_type? {
        types::VpcEndpointType::Interface => EndpointKind::Interface,
        types::VpcEndpointType::Gateway => EndpointKind::Gateway,
        _ => return None,
    };
    let dns = endpoint.dns_options;
    let inbound_only = dns.and_then(|dns| dns.private_dns_only_for_inbound_resolver_endpoint);
    let groups = endpoint.groups.unwrap_or_default().into_iter();
    Some(Endpoint {
        id: endpoint.vpc_endpoint_id?,
        kind,
        service: endpoint.service_name?,
        state: endpoint
            .state
            .map(|state| state.as_str().to_lowercase())
            .unwrap_or_default(),
        private_dns: endpoint.private_dns_enabled.unwrap_or_default(),
        inbound_only: inbound_only.unwrap_or_default(),
        groups: groups.filter_map(|group| group.group_id).collect(),
        subnets: endpoint.subnet_ids.unwrap_or_default(),
        route_tables: endpoint.route_table_ids.unwrap_or_default(),
    })
}

pub(super) fn interface(interface: types::NetworkInterface) -> Option<Interface> {
    let groups = interface.groups.unwrap_or_default().into_iter();
    Some(Interface {
        id: interface.network_interface_id?,
        description: interface.description.unwrap_or_default(),
        address: interface.private_ip_address?.parse::<Ipv4Addr>().ok()?,
        subnet: interface.subnet_id.unwrap_or_default(),
        groups: groups.filter_map(|group| group.group_id).collect(),
    })
}

pub(super) fn addresses(vpc: &types::Vpc) -> Vec<Ipv4Net> {
    let blocks = vpc.cidr_block_association_set().iter();
    let blocks = blocks.filter_map(|it| range(it.cidr_block()));
    let mut all: Vec<_> = blocks.chain(range(vpc.cidr_block())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn dns_servers(options: &[types::DhcpOptions]) -> Vec<String> {
    let all = options.iter();
    let all = all.flat_map(types::DhcpOptions::dhcp_configurations);
    let servers = all.filter(|it| it.key() == Some("domain-name-servers"));
    let values = servers.flat_map(types::DhcpConfiguration::values);
    values.filter_map(|it| it.value.clone()).collect()
}

fn range(text: Option<&str>) -> Option<Ipv4Net> {
    text?.parse().ok()
}

/// Groups name protocols, network ACLs number them.
fn protocol(text: Option<&str>) -> Protocol {
    match text {
        Some("-1") => Protocol::Any,
        Some("tcp" | "6") => Protocol::Tcp,
        _ => Protocol::Other,
    }
}

/// Ports that are not said, or `-1`, are all of them.
fn ports(first: Option<i32>, last: Option<i32>) -> Option<Ports> {
    let (Some(first), Some(last)) = (first, last) else {
        return Some(Ports::ALL);
    };
    if first == -1 || last == -1 {
        return Some(Ports::ALL);
    }
    Some(Ports {
        first: first.try_into().ok()?,
        last: last.try_into().ok()?,
    })
}
