//! `egress`: whether the task's groups let it talk to what it needs.

use super::commands;
use super::field::Passage;
use super::gather::Seen;
use super::groups::{self, Other};
use super::path::Path;
use super::view::{View, list};
use crate::model::account::network::Endpoint;
use crate::model::finding::Finding;
use crate::preflight::looked::could_not;

pub(super) const NAME: &str = "egress";

/// What the groups do not let all of it pass: how much, to whom, and what would.
struct Lack<'a> {
    passage: Passage,
    names: Vec<&'a str>,
    cause: &'static str,
    hint: String,
}

pub(super) fn judge(view: &View<'_>, seen: &Seen) -> Vec<Finding> {
    let groups = match &seen.groups {
        Ok(groups) => groups,
        Err(error) => return vec![could_not(NAME, "the security groups", error)],
    };
    let Some(first) = groups.first() else {
        return vec![Finding::skip(NAME, "there is no security group to look at")];
    };
    let mut lacks: Vec<Lack<'_>> = Vec::new();
    for (_, need, path) in view.paths() {
        let Some((other, to)) = other(view, path) else {
            continue;
        };
        let passage = groups::out(groups, &other, 443);
        if passage == Passage::Open {
            continue;
        }
        let hint = match to {
            To::Option(option) => commands::let_out(view.asked.region, &first.id, 443, &option),
            To::List(list) => format!(
                "aws ec2 authorize-security-group-egress --region {} --group-id {} --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,PrefixListIds=[{{PrefixListId={list}}}]'",
                view.asked.region, first.id
            ),
        };
        match lacks.iter_mut().find(|lack| lack.hint == hint) {
            Some(lack) => {
                lack.names.push(&need.name);
                lack.passage = lack.passage.min(passage);
            }
            None => lacks.push(Lack {
                passage,
                names: vec![&need.name],
                cause: need.cause,
                hint,
            }),
        }
    }
    let ids = list(groups.iter().map(|group| &*group.id));
    if lacks.is_empty() {
        return vec![Finding::pass(
            NAME,
            format!("{ids}: 443 goes out to all that a start needs"),
        )];
    }
    lacks.into_iter().map(|lack| told(&ids, lack)).collect()
}

fn told(ids: &str, lack: Lack<'_>) -> Finding {
    let names = list(lack.names);
    let finding = match lack.passage {
        Passage::Shut => Finding::fail(NAME, format!("{ids}: no rule lets 443 out to {names}"))
            .because(lack.cause),
        _ => Finding::warn(
            NAME,
            format!(
                "{ids}: rules let 443 out to some addresses, and whether {names} is among them cannot be told"
            ),
        ),
    };
    finding.hinted(lack.hint)
}

/// What a rule that is missing would speak of.
enum To {
    /// An option of the command, with its value.
    Option(String),
    /// A prefix list.
    List(String),
}

fn other(view: &View<'_>, path: Path<'_>) -> Option<(Other, To)> {
    let everywhere = || To::Option("--cidr 0.0.0.0/0".to_owned());
    let internet = |listed| Other {
        addresses: vec![ipnet::Ipv4Net::default()],
        groups: Vec::new(),
        listed,
    };
    match path {
        Path::Missing(_) => None,
        Path::Internet => Some((internet(false), everywhere())),
        Path::Gateway(endpoint) => {
            let list = commands::prefix_list(view, endpoint);
            let to = list.map_or_else(everywhere, |list| To::List(list.to_owned()));
            Some((internet(true), to))
        }
        Path::Interface(endpoint) => Some(to_interface(view, endpoint)),
    }
}

/// The interfaces of an endpoint: in its subnets, where they are seen, else somewhere in the VPC.
fn to_interface(view: &View<'_>, endpoint: &Endpoint) -> (Other, To) {
    let subnets = view.subnets_of(endpoint);
    let mut addresses: Vec<_> = subnets.iter().map(|subnet| subnet.addresses).collect();
    if addresses.is_empty()
        && let Ok(Some(vpc)) = &view.around.vpc
    {
        addresses.clone_from(&vpc.addresses);
    }
    let to = match endpoint.groups.first() {
        Some(group) => format!("--source-group {group}"),
        None => "--cidr 0.0.0.0/0".to_owned(),
    };
    let other = Other {
        addresses,
        groups: endpoint.groups.clone(),
        listed: false,
    };
    (other, To::Option(to))
}
