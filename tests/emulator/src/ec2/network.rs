//! The account's network: what the scenario tells, and what was ever asked for.

use std::collections::BTreeSet;

use crate::account::Account;
use crate::account::Direction;
use crate::account::NatGateway;
use crate::account::Route;
use crate::account::SecurityGroup;
use crate::account::Subnet;
use crate::account::VPC;
use crate::account::network::INTERNET_GATEWAY;
use crate::account::network::NAT_GATEWAY;
use crate::ec2::resource::id_for;
use crate::ec2::resource::number_for;
use crate::form::Form;

/// A public subnet that is always there: the NAT gateways are in it.
pub(crate) const NAT_SUBNET: &str = "subnet-0f0f0f0f";

/// Ids that some call named. What is asked for exists, unless the scenario says otherwise.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    subnets: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl Seen {
    /// Takes every id out of a request, whatever parameter or filter it stands in.
    pub(crate) fn learn(&mut self, form: Form<'_>) {
        for value in form.values().filter(|value| !value.contains(['*', '?'])) {
            if value.starts_with("subnet-") {
                self.subnets.insert(value.to_owned());
            } else if value.starts_with("sg-") {
                self.groups.insert(value.to_owned());
            }
        }
    }
}

/// All that a call can see. Missing subnets and groups are not in it.
#[derive(Debug)]
pub(crate) struct Network<'a> {
    pub(crate) account: &'a Account,
    pub(crate) region: &'a str,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) groups: Vec<SecurityGroup>,
}

impl<'a> Network<'a> {
    pub(crate) fn new(account: &'a Account, seen: &Seen, region: &'a str) -> Self {
        let endpoints = account.endpoints.iter();
        let in_endpoints = endpoints.clone().flat_map(|it| &it.subnets);
        let of_interfaces = account
            .interfaces
            .iter()
            .filter_map(|it| it.subnet.as_ref());
        let mut subnets = account.subnets.clone();
        if subnets.iter().all(|known| known.id != NAT_SUBNET) {
            subnets.push(Subnet {
                id: NAT_SUBNET.to_owned(),
                public: true,
                ..Subnet::default()
            });
        }
        for id in in_endpoints.chain(of_interfaces).chain(&seen.subnets) {
            if subnets.iter().all(|known| known.id != *id) {
                let id = id.clone();
                subnets.push(Subnet {
                    id,
                    ..Subnet::default()
                });
            }
        }
        subnets.retain(|subnet| !subnet.missing);

        let of_endpoints = endpoints.flat_map(|it| &it.groups);
        let of_interfaces = account.interfaces.iter().flat_map(|it| &it.groups);
        let mut groups = account.security_groups.clone();
        for id in of_endpoints.chain(of_interfaces).chain(&seen.groups) {
            if groups.iter().all(|known| known.id != *id) {
                let id = id.clone();
                groups.push(SecurityGroup {
                    id,
                    ..SecurityGroup::default()
                });
            }
        }
        groups.retain(|group| !group.missing);
        Self {
            account,
            region,
            subnets,
            groups,
        }
    }

    /// Every VPC that something is in, and the usual one.
    pub(crate) fn vpcs(&self) -> BTreeSet<&str> {
        let subnets = self.subnets.iter().filter_map(|it| it.vpc.as_deref());
        let groups = self.groups.iter().filter_map(|it| it.vpc.as_deref());
        let endpoints = self.account.endpoints.iter();
        let endpoints = endpoints.filter_map(|it| it.vpc.as_deref());
        let interfaces = self.account.interfaces.iter();
        let interfaces = interfaces.filter_map(|it| it.vpc.as_deref());
        let named = subnets.chain(groups).chain(endpoints).chain(interfaces);
        named.chain([VPC]).collect()
    }

    pub(crate) fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.id == id)
    }

    pub(crate) fn zone(&self, subnet: &Subnet) -> String {
        let letter = ["a", "b", "c"][number_for(&subnet.id) as usize % 3];
        let zone = subnet.zone.clone();
        zone.unwrap_or_else(|| format!("{}{letter}", self.region))
    }

    /// All route tables: the main one of each VPC, then those of subnets.
    pub(crate) fn route_tables(&self) -> Vec<RouteTable<'_>> {
        let mains = self.vpcs().into_iter().map(|vpc| RouteTable {
            id: vpc.replacen("vpc-", "rtb-", 1),
            vpc,
            routes: self.account.routes.clone(),
            subnet: None,
        });
        let own = self.subnets.iter().filter_map(|subnet| {
            let routes = match &subnet.routes {
                Some(routes) => routes.clone(),
                None if subnet.public => vec![Route::to_the_internet(INTERNET_GATEWAY)],
                None => return None,
            };
            Some(RouteTable {
                id: subnet.id.replacen("subnet-", "rtb-", 1),
                vpc: vpc_or_usual(subnet.vpc.as_ref()),
                routes,
                subnet: Some(&subnet.id),
            })
        });
        mains.chain(own).collect()
    }

    /// Those of the scenario, that of the default route, and all to which a route leads.
    pub(crate) fn nat_gateways(&self) -> Vec<NatGateway> {
        let mut gateways = self.account.nat_gateways.clone();
        for id in self.targets("nat-", NAT_GATEWAY) {
            if gateways.iter().all(|known| known.id != id) {
                gateways.push(NatGateway {
                    id,
                    ..NatGateway::default()
                });
            }
        }
        gateways
    }

    pub(crate) fn internet_gateways(&self) -> BTreeSet<String> {
        self.targets("igw-", INTERNET_GATEWAY)
    }

    fn targets(&self, prefix: &str, usual: &str) -> BTreeSet<String> {
        let tables = self.route_tables().into_iter();
        let targets = tables.flat_map(|table| table.routes).map(|route| route.via);
        let named = targets.filter(|via| via.starts_with(prefix));
        named.chain([usual.to_owned()]).collect()
    }
}

/// A route table without what every one has: the route within the VPC, and those to gateway
/// endpoints.
#[derive(Debug)]
pub(crate) struct RouteTable<'a> {
    pub(crate) id: String,
    pub(crate) vpc: &'a str,
    pub(crate) routes: Vec<Route>,
    /// `None` is the VPC's main one, for all subnets that have none of their own.
    pub(crate) subnet: Option<&'a str>,
}

pub(crate) fn vpc_or_usual(vpc: Option<&String>) -> &str {
    vpc.map_or(VPC, String::as_str)
}

/// The addresses of each VPC.
pub(crate) const VPC_CIDR: &str = "10.0.0.0/16";

/// A subnet's addresses: a 256th of its VPC's.
pub(crate) fn cidr(subnet: &Subnet) -> String {
    let third = number_for(&subnet.id) % 256;
    let cidr = subnet.cidr.clone();
    cidr.unwrap_or_else(|| format!("10.0.{third}.0/24"))
}

/// `true` is out.
pub(crate) fn is_egress(direction: Direction) -> bool {
    direction == Direction::Egress
}

/// The id of a gateway endpoint's prefix list.
pub(crate) fn prefix_list(service: &str) -> String {
    id_for("pl", service)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_asked_for_exists_and_what_is_told_of_it_stays() {
        let account: Account = serde_json::from_value(json!({"subnets": [
            {"id": "subnet-0a", "zone": "z"},
            {"id": "subnet-0b", "missing": true},
        ]}))
        .expect("the test's account is right");
        let mut seen = Seen::default();
        let asked = json!({
            "SubnetId.1": "subnet-0a",
            "SubnetId.2": "subnet-0b",
            "Filter.1.Value.1": "subnet-0c",
            "Filter.1.Value.2": "subnet-*",
            "SubnetId.3": NAT_SUBNET,
        });
        seen.learn(Form(&asked));
        let network = Network::new(&account, &seen, "eu-west-1");
        let mut ids: Vec<&str> = network.subnets.iter().map(|it| it.id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["subnet-0a", "subnet-0c", NAT_SUBNET]);
        assert!(network.subnet(NAT_SUBNET).is_some_and(|it| it.public));
        let told = network.subnet("subnet-0a").map(|it| network.zone(it));
        assert_eq!(told.as_deref(), Some("z"));
    }
}
