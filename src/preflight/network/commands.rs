//! Commands that mend a network, with the real names.

use super::path::{Path, is_of};
use super::view::{View, list};
use super::{groups, needs::Need};
use crate::model::account::network::{Destination, Endpoint, EndpointKind};
use crate::preflight::network::field::Passage;

/// Lets a group's interfaces talk to a port; `to` is an option of it with its value.
pub(in crate::preflight) fn let_out(region: &str, group: &str, port: u16, to: &str) -> String {
    rule("egress", region, group, port, to)
}

/// Lets others talk to a port of a group's interfaces.
pub(in crate::preflight) fn let_in(region: &str, group: &str, port: u16, from: &str) -> String {
    rule("ingress", region, group, port, from)
}

fn rule(way: &str, region: &str, group: &str, port: u16, other: &str) -> String {
    format!(
        "aws ec2 authorize-security-group-{way} --region {region} --group-id {group} --protocol tcp --port {port} {other}"
    )
}

/// Makes the endpoint that is missing, or mends the one that there is.
pub(super) fn endpoint(view: &View<'_>, need: &Need, there: Option<&Endpoint>) -> String {
    let Some(name) = need.endpoint else {
        return "give the subnets a default route to a NAT gateway; an image may be copied to ECR, which endpoints lead to".to_owned();
    };
    let region = view.asked.region;
    match there {
        Some(endpoint) if endpoint.state != "available" => format!(
            "aws ec2 describe-vpc-endpoints --region {region} --vpc-endpoint-ids {}",
            endpoint.id
        ),
        Some(endpoint) if endpoint.kind == EndpointKind::Gateway => format!(
            "aws ec2 modify-vpc-endpoint --region {region} --vpc-endpoint-id {} --add-route-table-ids {}",
            endpoint.id,
            lacking_tables(view, need),
        ),
        Some(endpoint) if !endpoint.private_dns => format!(
            "aws ec2 modify-vpc-endpoint --region {region} --vpc-endpoint-id {} --private-dns-enabled",
            endpoint.id
        ),
        _ => create(view, need, name),
    }
}

fn create(view: &View<'_>, need: &Need, name: &str) -> String {
    let (region, vpc) = (view.asked.region, &view.around.id);
    let service = format!("--service-name com.amazonaws.{region}.{name}");
    let start = format!("aws ec2 create-vpc-endpoint --region {region} --vpc-id {vpc}");
    if name == "s3" {
        let tables = lacking_tables(view, need);
        return format!("{start} {service} --route-table-ids {tables}");
    }
    // An endpoint takes one subnet of a zone.
    let mut zones = Vec::new();
    let mut subnets = Vec::new();
    for place in &view.places {
        if !zones.contains(&&place.subnet.zone) {
            zones.push(&place.subnet.zone);
            subnets.push(&*place.subnet.id);
        }
    }
    let subnets = subnets.join(" ");
    let start = format!(
        "{start} --vpc-endpoint-type Interface {service} --private-dns-enabled --subnet-ids {subnets} --security-group-ids"
    );
    match welcoming(view) {
        Some(groups) => format!("{start} {groups}"),
        None => format!("{start} GROUP, where GROUP admits {} on 443", view.who()),
    }
}

/// The groups of an endpoint that is reached already.
fn welcoming(view: &View<'_>) -> Option<String> {
    view.paths().find_map(|(place, _, path)| match path {
        Path::Interface(endpoint) => {
            let own = view.groups_of(endpoint)?;
            let other = view.task(place);
            let admits = groups::into(&own, &other, 443) == Passage::Open;
            admits.then(|| endpoint.groups.join(" "))
        }
        _ => None,
    })
}

/// The route tables by which a need is not reached.
fn lacking_tables(view: &View<'_>, need: &Need) -> String {
    let lacking = view
        .paths()
        .filter(|(_, other, path)| *other == need && matches!(path, Path::Missing(_)));
    list(lacking.map(|(place, _, _)| &*place.table.id)).replace(", ", " ")
}

/// The list of addresses to which a gateway endpoint's route leads.
pub(super) fn prefix_list<'a>(view: &'a View<'_>, endpoint: &Endpoint) -> Option<&'a str> {
    let routes = view.places.iter().flat_map(|place| &place.table.routes);
    routes
        .filter(|route| route.via == endpoint.id)
        .find_map(|route| match &route.to {
            Destination::PrefixList(id) => Some(&**id),
            Destination::Addresses(_) => None,
        })
}

/// A NAT gateway that works, besides the one that does not.
pub(super) fn good_gateway<'a>(view: &'a View<'_>, bad: &str) -> Option<&'a str> {
    let gateways = view.around.gateways.as_deref().unwrap_or_default();
    let good = gateways
        .iter()
        .find(|it| it.public && it.state == "available" && it.id != bad);
    good.map(|gateway| &*gateway.id)
}

/// Whether any endpoint of a VPC matters to what is needed.
pub(in crate::preflight) fn is_needed(endpoint: &Endpoint, needs: &[Need], region: &str) -> bool {
    needs.iter().any(|need| is_of(endpoint, need, region))
}
