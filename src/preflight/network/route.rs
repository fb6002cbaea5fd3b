//! `route`: whether the task's packets find what it needs, by the internet or by endpoints.

use std::collections::BTreeMap;

use super::commands;
use super::field::Passage;
use super::groups;
use super::needs::Need;
use super::path::Path;
use super::view::{Place, View, list};
use super::way::Way;
use crate::model::account::network::{Destination, Endpoint, RouteTable};
use crate::model::finding::Finding;
use crate::model::request::PublicIp;
use crate::preflight::looked::could_not;

pub(super) const NAME: &str = "route";

pub(super) fn judge(view: &View<'_>) -> Vec<Finding> {
    let mut findings = dead_ends(view);
    findings.extend(missing(view));
    findings.extend(shut(view));
    findings.extend(useless_address(view));
    findings.extend(unseen(view));
    if findings.is_empty() {
        findings.push(Finding::pass(NAME, sound(view)));
    }
    findings
}

/// Where the ways lead, and what is reached by endpoints.
fn sound(view: &View<'_>) -> String {
    let mut ways: BTreeMap<&Way, Vec<&str>> = BTreeMap::new();
    for place in &view.places {
        ways.entry(&place.way).or_default().push(&place.subnet.id);
    }
    let mut parts: Vec<_> = ways
        .into_iter()
        .map(|(way, subnets)| {
            let subnets = list(subnets);
            match way {
                Way::Internet(via) => format!("{subnets} by {via}, with a public address"),
                Way::Nat(via) => format!("{subnets} by {via}"),
                Way::Unknown(via) => {
                    format!("{subnets} by {via}, which cannot be followed from here")
                }
                Way::NoAddress(_) | Way::Broken(..) | Way::Nowhere => {
                    format!("{subnets} by endpoints alone")
                }
            }
        })
        .collect();
    let by_endpoints = view.paths().filter_map(|(_, need, path)| match path {
        Path::Interface(_) | Path::Gateway(_) => Some(&*need.name),
        _ => None,
    });
    let by_endpoints = list(by_endpoints);
    if !by_endpoints.is_empty() {
        parts.push(format!("endpoints for {by_endpoints}"));
    }
    parts.join("; ")
}

/// Default routes that lead to nothing, or to what does not answer.
fn dead_ends(view: &View<'_>) -> Vec<Finding> {
    let mut ends: BTreeMap<&Way, Vec<&Place<'_>>> = BTreeMap::new();
    for place in &view.places {
        if matches!(place.way, Way::NoAddress(_) | Way::Broken(..)) {
            ends.entry(&place.way).or_default().push(place);
        }
    }
    ends.into_iter()
        .filter_map(|(way, places)| dead_end(view, way, &places))
        .collect()
}

fn dead_end(view: &View<'_>, way: &Way, places: &[&Place<'_>]) -> Option<Finding> {
    let region = view.asked.region;
    let unmet = |need: &&Need| {
        let mut paths = places.iter().map(|place| view.path(place, need));
        paths.any(|path| matches!(path, Path::Missing(_)))
    };
    let unmet: Vec<_> = view.asked.needs.iter().filter(unmet).collect();
    let subnets = list(places.iter().map(|place| &*place.subnet.id));
    let (what, hint) = match way {
        Way::NoAddress(via) => {
            if unmet.is_empty() {
                return None;
            }
            (
                format!("{subnets}: the way out is {via}, and the task gets no public address"),
                "run it with --assign-public-ip ENABLED, or in private subnets whose default route leads to a NAT gateway".to_owned(),
            )
        }
        Way::Broken(via, why) => {
            let table = places.first().map_or("", |place| &place.table.id);
            let gateway = commands::good_gateway(view, via);
            let hint = gateway.map_or_else(
                || {
                    "make a NAT gateway in a public subnet (aws ec2 create-nat-gateway), and lead the default route to it".to_owned()
                },
                |gateway| {
                    format!(
                        "aws ec2 replace-route --region {region} --route-table-id {table} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id {gateway}"
                    )
                },
            );
            (
                format!("{subnets}: the way out is {via}, which {why}"),
                hint,
            )
        }
        _ => return None,
    };
    let Some(first) = unmet.first() else {
        let message = format!("{what}; all that a start needs has its endpoint");
        return Some(Finding::warn(NAME, message).hinted(hint));
    };
    let names = list(unmet.iter().map(|need| &*need.name));
    Some(
        Finding::fail(NAME, format!("{what}, so that it does not reach {names}"))
            .because(first.cause)
            .hinted(hint),
    )
}

/// What is needed where there is no default route, and has no endpoint either: one finding each.
fn missing(view: &View<'_>) -> Vec<Finding> {
    let needs = view.asked.needs.iter();
    let findings = needs.filter_map(|need| {
        let lacking = view
            .places
            .iter()
            .filter_map(|place| match view.path(place, need) {
                Path::Missing(there) if place.way == Way::Nowhere => Some((place, there)),
                _ => None,
            });
        let lacking: Vec<_> = lacking.collect();
        let (first, there) = lacking.first()?;
        let subnets = list(lacking.iter().map(|(place, _)| &*place.subnet.id));
        let (name, vpc) = (&need.name, &view.around.id);
        let why = why_not(need, *there, vpc);
        let message =
            format!("{subnets}: there is no default route, and {why}: {name} is not reached");
        // What the owner of a shared subnet has for it is not seen, nor what is behind a transit
        // gateway.
        let finding = if lacking.iter().all(|(place, _)| leads_elsewhere(place.table)) {
            Finding::warn(
                NAME,
                format!("{message}, unless by one of its other routes, which cannot be followed from here"),
            )
        } else if first.is_shared {
            let owner = &first.subnet.owner;
            Finding::warn(
                NAME,
                format!("{message}, as far as can be seen of the VPC of account {owner}"),
            )
        } else {
            Finding::fail(NAME, message).because(need.cause)
        };
        Some(finding.hinted(commands::endpoint(view, need, *there)))
    });
    findings.collect()
}

/// Whether a route leads to another network, where there may be a way to anything.
fn leads_elsewhere(table: &RouteTable) -> bool {
    const ELSEWHERE: [&str; 6] = ["tgw-", "pcx-", "vgw-", "eni-", "vpce-", "arn:"];
    let mut routes = table.routes.iter();
    routes.any(|route| {
        matches!(route.to, Destination::Addresses(_))
            && ELSEWHERE.iter().any(|begin| route.via.starts_with(begin))
    })
}

fn why_not(need: &Need, there: Option<&Endpoint>, vpc: &str) -> String {
    use crate::model::account::network::EndpointKind::Gateway;
    let Some(name) = need.endpoint else {
        return "no endpoint leads there".to_owned();
    };
    match there {
        None => format!("{vpc} has no endpoint for {name}"),
        Some(endpoint) if endpoint.state != "available" => {
            format!("the endpoint {} is {}", endpoint.id, endpoint.state)
        }
        Some(endpoint) if endpoint.kind == Gateway => {
            format!("the endpoint {} is not in its route table", endpoint.id)
        }
        Some(endpoint) => format!(
            "the endpoint {} has no private DNS name for it",
            endpoint.id
        ),
    }
}

/// Endpoints that do not admit the task: their name leads there, whatever other way there is.
fn shut(view: &View<'_>) -> Vec<Finding> {
    if view.lacks_groups {
        return Vec::new();
    }
    let needs = view.asked.needs.iter();
    needs.filter_map(|need| shut_endpoint(view, need)).collect()
}

fn shut_endpoint(view: &View<'_>, need: &Need) -> Option<Finding> {
    let found = view.places.iter().filter_map(|place| {
        let Path::Interface(endpoint) = view.path(place, need) else {
            return None;
        };
        let own = view.groups_of(endpoint)?;
        let passage = groups::into(&own, &view.task(place), 443);
        (passage != Passage::Open).then_some((place, endpoint, passage))
    });
    let found: Vec<_> = found.collect();
    let (_, endpoint, _) = found.first()?;
    let worst = found.iter().map(|(_, _, passage)| *passage).min()?;
    let subnets = list(found.iter().map(|(place, _, _)| &*place.subnet.id));
    let (name, id) = (&need.name, &endpoint.id);
    let (own, who) = (list(endpoint.groups.iter().map(String::as_str)), view.who());
    let message =
        format!("{name} is reached by the endpoint {id}, whose {own} does not admit {who}");
    let finding = match worst {
        Passage::Shut => {
            Finding::fail(NAME, format!("{message} on 443 from {subnets}")).because(need.cause)
        }
        _ => Finding::warn(
            NAME,
            format!("{message} on 443 from every address of {subnets}"),
        ),
    };
    let group = endpoint.groups.first()?;
    let from = view.source(found.first()?.0);
    Some(finding.hinted(commands::let_in(view.asked.region, group, 443, &from)))
}

/// A public address where nothing of the internet comes in or goes out by it.
fn useless_address(view: &View<'_>) -> Option<Finding> {
    if view.asked.network.assign_public_ip != PublicIp::Enabled {
        return None;
    }
    let private = view.places.iter().filter_map(|place| match &place.way {
        Way::Nat(via) => Some((&*place.subnet.id, &**via)),
        _ => None,
    });
    let (subnets, ways): (Vec<_>, Vec<_>) = private.unzip();
    if subnets.is_empty() {
        return None;
    }
    let (subnets, ways) = (list(subnets), list(ways));
    Some(
        Finding::warn(
            NAME,
            format!("{subnets}: the way out is {ways}, and the public address that the task gets is of no use"),
        )
        .hinted("--assign-public-ip DISABLED"),
    )
}

/// What could not be looked at, and would matter.
fn unseen(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let by_nat = view.places.iter().any(|it| matches!(it.way, Way::Nat(_)));
    if let (true, Err(error)) = (by_nat, &view.around.gateways) {
        findings.push(could_not(NAME, "the NAT gateways", error));
    }
    let by_endpoint = view
        .paths()
        .any(|(_, _, path)| matches!(path, Path::Interface(_)));
    if let (true, Err(error)) = (by_endpoint, &view.around.endpoint_groups) {
        findings.push(could_not(NAME, "the endpoints' security groups", error));
    }
    findings
}
