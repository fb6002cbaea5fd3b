//! What the checks look at, put together: each subnet with its way out, and the path from there to
//! each need.

use super::gather::{Around, Seen};
use super::groups::Other;
use super::needs::Need;
use super::path::{Path, path};
use super::way::{Way, table, way};
use crate::model::account::network::{Endpoint, RouteTable, SecurityGroup, Subnet};
use crate::model::finding::Finding;
use crate::model::request::{Network, PublicIp};
use crate::preflight::looked::could_not;

/// What is asked, and by whom.
pub(in crate::preflight) struct Asked<'a> {
    pub(in crate::preflight) region: &'a str,
    /// The account that the task will be in.
    pub(in crate::preflight) account: &'a str,
    pub(in crate::preflight) network: &'a Network,
    pub(in crate::preflight) needs: &'a [Need],
}

/// What is known.
pub(in crate::preflight) struct View<'a> {
    pub(in crate::preflight) asked: &'a Asked<'a>,
    pub(in crate::preflight) around: &'a Around,
    pub(super) endpoints: &'a [Endpoint],
    /// The groups that the task's interface will have.
    pub(super) groups: Vec<String>,
    /// Whether one of them is not there: then nothing can be said of whom others admit.
    pub(in crate::preflight) lacks_groups: bool,
    pub(in crate::preflight) places: Vec<Place<'a>>,
}

/// A subnet that the task may land in.
pub(in crate::preflight) struct Place<'a> {
    pub(in crate::preflight) subnet: &'a Subnet,
    pub(super) table: &'a RouteTable,
    pub(in crate::preflight) way: Way,
    /// Whether it is another account's: what else that account has there is not seen.
    pub(super) is_shared: bool,
}

impl<'a> View<'a> {
    /// Puts together what was seen, or tells for a check why that cannot be done.
    pub(in crate::preflight) fn of(
        asked: &'a Asked<'a>,
        seen: &'a Seen,
        name: &'static str,
    ) -> Result<Self, Finding> {
        let denied = |what, error| could_not(name, what, error);
        let subnets = seen.subnets.as_ref();
        let subnets = subnets.map_err(|error| denied("the subnets", error))?;
        let none = || Finding::skip(name, "there is no subnet to look at");
        let around = seen.around.as_ref().ok_or_else(none)?;
        let tables = around.tables.as_ref();
        let tables = tables.map_err(|error| denied("the route tables", error))?;
        let endpoints = around.endpoints.as_ref();
        let endpoints = endpoints.map_err(|error| denied("the VPC's endpoints", error))?;
        let gateways = around.gateways.as_deref().ok();
        let is_public = asked.network.assign_public_ip == PublicIp::Enabled;
        let here = subnets.iter().filter(|subnet| subnet.vpc == around.id);
        let places = here.filter_map(|subnet| {
            let table = table(tables, &subnet.id)?;
            let is_shared = !asked.account.is_empty()
                && !subnet.owner.is_empty()
                && subnet.owner != asked.account;
            Some(Place {
                subnet,
                table,
                way: way(table, gateways, is_public, is_shared),
                is_shared,
            })
        });
        let places: Vec<_> = places.collect();
        if places.is_empty() {
            return Err(Finding::skip(
                name,
                "no route table of the subnets was seen",
            ));
        }
        let groups = match &seen.groups {
            Ok(found) if !found.is_empty() => found.iter().map(|it| it.id.clone()).collect(),
            _ => asked.network.security_groups.clone(),
        };
        let is_there = |id: &String| match &seen.groups {
            Ok(found) => found.iter().any(|group| group.id == *id),
            Err(_) => true,
        };
        Ok(Self {
            asked,
            around,
            endpoints,
            groups,
            lacks_groups: !asked.network.security_groups.iter().all(is_there),
            places,
        })
    }

    pub(super) fn path(&self, place: &Place<'_>, need: &Need) -> Path<'a> {
        path(
            need,
            self.asked.region,
            self.endpoints,
            place.table,
            &place.way,
        )
    }

    /// Every place with every need, and the path between them.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&Place<'a>, &'a Need, Path<'a>)> {
        let needs = self.asked.needs;
        self.places.iter().flat_map(move |place| {
            needs
                .iter()
                .map(move |need| (place, need, self.path(place, need)))
        })
    }

    /// The task as others see it: with its groups, or with any address of the subnet.
    pub(in crate::preflight) fn task(&self, place: &Place<'_>) -> Other {
        Other {
            addresses: vec![place.subnet.addresses],
            groups: self.groups.clone(),
            listed: false,
        }
    }

    /// The task as an option of a command that lets it in.
    pub(in crate::preflight) fn source(&self, place: &Place<'_>) -> String {
        match self.groups.first() {
            Some(group) => format!("--source-group {group}"),
            None => format!("--cidr {}", place.subnet.addresses),
        }
    }

    /// The task, as people speak of it: its groups, else its addresses.
    pub(in crate::preflight) fn who(&self) -> String {
        match &*self.groups {
            [] => self.ranges(),
            groups => list(groups.iter().map(String::as_str)),
        }
    }

    /// The addresses that the task may get.
    pub(in crate::preflight) fn ranges(&self) -> String {
        let ranges = self.places.iter().map(|it| it.subnet.addresses.to_string());
        list(ranges.collect::<Vec<_>>().iter().map(String::as_str))
    }

    /// The subnets of an endpoint, as far as they are seen.
    pub(super) fn subnets_of(&self, endpoint: &Endpoint) -> Vec<&'a Subnet> {
        let seen = self.around.endpoint_subnets.as_deref();
        let seen = seen.unwrap_or_default().iter();
        seen.filter(|subnet| endpoint.subnets.contains(&subnet.id))
            .collect()
    }

    /// The groups of an endpoint; `None` where not all of them are seen.
    pub(super) fn groups_of(&self, endpoint: &Endpoint) -> Option<Vec<SecurityGroup>> {
        let seen = self.around.endpoint_groups.as_deref();
        let seen = seen.unwrap_or_default().iter();
        let own: Vec<_> = seen
            .filter(|group| endpoint.groups.contains(&group.id))
            .cloned()
            .collect();
        (own.len() == endpoint.groups.len()).then_some(own)
    }
}

/// Ids, one after another.
pub(in crate::preflight) fn list<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    seen.join(", ")
}
