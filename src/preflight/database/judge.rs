//! Whether a task gets through to an address of its database's server: what it may send, what the
//! server's interface admits, and the network ACLs between them.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::NAME;
use super::facts::{Address, Found};
use super::url::Server;
use crate::model::account::network::{Ports, SecurityGroup};
use crate::model::finding::Finding;
use crate::preflight::looked::could_not;
use crate::preflight::network::acl::passage;
use crate::preflight::network::commands;
use crate::preflight::network::field::{Flow, Passage};
use crate::preflight::network::groups::{self, Other};
use crate::preflight::network::network_acl::{answers, of};
use crate::preflight::network::view::{Place, View, list};

/// A server's address, as the task comes to it.
pub(super) struct Question<'a> {
    pub(super) view: &'a View<'a>,
    /// The groups of the task.
    pub(super) groups: &'a [SecurityGroup],
    pub(super) server: &'a Server,
    pub(super) address: Ipv4Addr,
}

/// What is wrong with it, or what is right.
pub(super) fn judge(question: &Question<'_>, seen: &Address) -> Result<String, Vec<Finding>> {
    let told = question.told();
    let found = match &seen.found {
        Ok(found) => found.as_ref(),
        Err(error) => {
            return Err(vec![could_not(
                NAME,
                &format!("the interface of {told}"),
                error,
            )]);
        }
    };
    let mut wrong: Vec<_> = question.out(found).into_iter().collect();
    if let Some(found) = found {
        wrong.extend(question.into(found));
    }
    wrong.extend(question.acls(found));
    if found.is_none() && question.is_public() {
        wrong.extend(question.way());
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    match found {
        Some(found) => Ok(format!(
            "{told}: {} ({}) admits {}",
            found.interface.id,
            description(found),
            question.view.who()
        )),
        None if question.is_public() => Ok(format!(
            "{told} is public, and the task has a way to the internet; what admits it there is not seen"
        )),
        None => Err(vec![question.nobody()]),
    }
}

fn description(found: &Found) -> &str {
    match &*found.interface.description {
        "" => "without a description",
        some => some,
    }
}

/// What does not let everything pass.
fn timeout(passage: Passage, what: String) -> Option<Finding> {
    match passage {
        Passage::Open => None,
        Passage::Shut => Some(Finding::fail(NAME, what).because("db-timeout")),
        Passage::Partly => Some(Finding::warn(NAME, format!("{what}, or not always"))),
    }
}

impl Question<'_> {
    fn told(&self) -> String {
        let Server { host, port } = self.server;
        let address = self.address;
        match host.parse::<Ipv4Addr>() {
            Ok(_) => format!("{address}:{port}"),
            Err(_) => format!("{host}:{port} at {address}"),
        }
    }

    /// Whether the address is one of the internet. A VPC may have such addresses of its own.
    fn is_public(&self) -> bool {
        // 100.64.0.0/10 is shared by carriers, and AWS lets VPCs have it.
        let of_carriers = self.address.octets()[0] == 100 && self.address.octets()[1] & 0xc0 == 64;
        let is_private = self.address.is_private() || self.address.is_link_local() || of_carriers;
        !is_private && !self.is_here()
    }

    fn is_here(&self) -> bool {
        let vpc = self.view.around.vpc.as_ref().ok();
        let ranges = vpc.and_then(Option::as_ref).map(|vpc| &vpc.addresses);
        ranges.is_some_and(|ranges| ranges.iter().any(|range| range.contains(&self.address)))
    }

    /// What the task's groups let out.
    fn out(&self, found: Option<&Found>) -> Option<Finding> {
        let (port, told) = (self.server.port, self.told());
        let own = found.map(|found| found.interface.groups.clone());
        let at = found.map_or(self.address, |found| found.interface.address);
        let other = Other {
            addresses: vec![at.into()],
            groups: own.unwrap_or_default(),
            listed: false,
        };
        let passage = groups::out(self.groups, &other, port);
        let first = self.groups.first()?;
        let to = match other.groups.first() {
            Some(group) => format!("--source-group {group}"),
            None => format!("--cidr {at}/32"),
        };
        let who = self.view.who();
        let finding = timeout(passage, format!("{told}: {who} lets nothing out to it"));
        let region = self.view.asked.region;
        finding.map(|it| it.hinted(commands::let_out(region, &first.id, port, &to)))
    }

    /// What the server's groups let in.
    fn into(&self, found: &Found) -> Option<Finding> {
        let (port, told) = (self.server.port, self.told());
        let groups = match &found.groups {
            Ok(groups) if groups.len() == found.interface.groups.len() => groups,
            Ok(_) => {
                let what = format!(
                    "{told}: not every security group of {} is seen",
                    found.interface.id
                );
                return Some(Finding::skip(NAME, what));
            }
            Err(error) => {
                let what = format!("{told}: its security groups");
                return Some(could_not(NAME, &what, error));
            }
        };
        let places = self.view.places.iter();
        let passages = places.map(|it| (groups::into(groups, &self.view.task(it), port), it));
        let (passage, place) = passages.min_by_key(|(passage, _)| *passage)?;
        let own = list(groups.iter().map(|group| &*group.id));
        let (who, interface) = (self.view.who(), &found.interface.id);
        let what = format!("{told}: {own} of {interface} does not admit {who} on {port}");
        let region = self.view.asked.region;
        let group = groups.first()?;
        let from = self.view.source(place);
        let finding = timeout(passage, what);
        finding.map(|it| it.hinted(commands::let_in(region, &group.id, port, &from)))
    }

    /// What the network ACLs of both subnets let through; within a subnet none is asked.
    fn acls(&self, found: Option<&Found>) -> Option<Finding> {
        let acls = match &self.view.around.acls {
            Ok(acls) => acls,
            Err(error) => return Some(could_not(NAME, "the network ACLs", error)),
        };
        let its = found.and_then(|found| found.subnet.as_ref());
        let places = self.view.places.iter();
        let apart = places.filter(|it| its.is_none_or(|its| its.id != it.subnet.id));
        let shut = apart.filter_map(|place| {
            let its_acl = its.and_then(|its| of(acls, its));
            let own = of(acls, place.subnet);
            let task = place.subnet.addresses;
            let port = Ports::one(self.server.port);
            let ask = |acl, egress, addresses: Ipv4Net| {
                passage(
                    acl,
                    egress,
                    Flow {
                        addresses,
                        ports: port,
                    },
                )
            };
            let at = found
                .map_or(self.address, |found| found.interface.address)
                .into();
            let ways = [
                own.map(|acl| (&acl.id, ask(acl, true, at))),
                own.map(|acl| (&acl.id, answers(acl, false, at))),
                its_acl.map(|acl| (&acl.id, ask(acl, false, task))),
                its_acl.map(|acl| (&acl.id, answers(acl, true, task))),
            ];
            let worst = ways.into_iter().flatten();
            let (id, (passage, rule)) = worst.min_by_key(|(_, (passage, _))| *passage)?;
            Some((passage, id, rule?, place))
        });
        let (passage, acl, rule, place) = shut.min_by_key(|(passage, ..)| *passage)?;
        let (told, subnet) = (self.told(), &place.subnet.id);
        let what = format!("{told}: rule {rule} of {acl} shuts what goes between it and {subnet}");
        let region = self.view.asked.region;
        let finding = timeout(passage, what);
        finding.map(|it| {
            it.hinted(format!(
                "aws ec2 describe-network-acls --region {region} --network-acl-ids {acl}; then allow TCP to port {}, and to 1024-65535 back",
                self.server.port
            ))
        })
    }

    /// The way to a public address.
    fn way(&self) -> Option<Finding> {
        let shut = |place: &&Place<'_>| !place.way.leads_out();
        let places = self.view.places.iter().filter(shut);
        let subnets = list(places.map(|place| &*place.subnet.id));
        if subnets.is_empty() {
            return None;
        }
        let what = format!(
            "{} is public, and {subnets} has no way to the internet",
            self.told()
        );
        let finding = Finding::fail(NAME, what).because("db-timeout");
        Some(finding.hinted("run it in private subnets whose default route leads to a NAT gateway, or with --assign-public-ip ENABLED in public ones"))
    }

    /// A private address that nothing here has.
    fn nobody(&self) -> Finding {
        let (told, vpc) = (self.told(), &self.view.around.id);
        if self.is_here() {
            return Finding::warn(
                NAME,
                format!("{told} is an address of {vpc}, but no network interface has it"),
            )
            .because("db-timeout")
            .hinted("see whether the database is still there, or whether its name is out of date");
        }
        Finding::warn(
            NAME,
            format!("{told} is not in {vpc}: a peered VPC, or another network, which cannot be followed from here"),
        )
        .hinted(format!(
            "see that a route leads from {vpc} to it and back, and that it admits {} on {}",
            self.view.ranges(),
            self.server.port
        ))
    }
}
