//! By which path a task in a subnet reaches what it needs.

use super::needs::Need;
use super::way::Way;
use crate::model::account::network::{Endpoint, EndpointKind, RouteTable};

/// A path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Path<'a> {
    /// By an endpoint's interfaces: their private name comes before every other way.
    Interface(&'a Endpoint),
    /// By a route to an endpoint.
    Gateway(&'a Endpoint),
    /// By the internet.
    Internet,
    /// There is none; this endpoint would be one if it were as it must be.
    Missing(Option<&'a Endpoint>),
}

/// Whether an endpoint is one of what is needed.
pub(in crate::preflight) fn is_of(endpoint: &Endpoint, need: &Need, region: &str) -> bool {
    let own = need.endpoint.map(|name| format!(".{region}.{name}"));
    own.is_some_and(|own| endpoint.service.ends_with(&own))
}

/// The path to what is needed.
pub(super) fn path<'a>(
    need: &Need,
    region: &str,
    endpoints: &'a [Endpoint],
    table: &RouteTable,
    way: &Way,
) -> Path<'a> {
    let own = || endpoints.iter().filter(|it| is_of(it, need, region));
    let is_available = |endpoint: &&Endpoint| endpoint.state == "available";
    let by_name = |endpoint: &&Endpoint| {
        endpoint.kind == EndpointKind::Interface && endpoint.private_dns && !endpoint.inbound_only
    };
    let by_route = |endpoint: &&Endpoint| {
        endpoint.kind == EndpointKind::Gateway && endpoint.route_tables.contains(&table.id)
    };
    if let Some(endpoint) = own().filter(is_available).find(by_name) {
        return Path::Interface(endpoint);
    }
    if let Some(endpoint) = own().filter(is_available).find(by_route) {
        return Path::Gateway(endpoint);
    }
    if way.leads_out() {
        Path::Internet
    } else {
        Path::Missing(own().next())
    }
}
