//! Which way out of a subnet its route table leads.

use crate::model::account::network::{Destination, NatGateway, RouteTable};

/// Where the default route of a subnet leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::preflight) enum Way {
    /// Straight to the internet.
    Internet(String),
    /// There too, but the task has no public address to be answered at.
    NoAddress(String),
    /// To the internet, by a NAT gateway.
    Nat(String),
    /// Into something that cannot be followed.
    Unknown(String),
    /// Into something that does not work, and why.
    Broken(String, String),
    /// Nowhere: there is none.
    Nowhere,
}

impl Way {
    /// Whether the internet may be reached by it.
    pub(in crate::preflight) fn leads_out(&self) -> bool {
        matches!(self, Self::Internet(_) | Self::Nat(_) | Self::Unknown(_))
    }
}

/// The table that a subnet goes by: its own, else the VPC's main one.
pub(in crate::preflight) fn table<'a>(
    tables: &'a [RouteTable],
    subnet: &str,
) -> Option<&'a RouteTable> {
    let own = |table: &&RouteTable| table.subnets.iter().any(|id| id == subnet);
    let main = || tables.iter().find(|table| table.main);
    tables.iter().find(own).or_else(main)
}

/// The way out of a subnet. `gateways` is `None` where they could not be looked at; those of
/// another account, which shares the subnet, cannot be seen.
pub(in crate::preflight) fn way(
    table: &RouteTable,
    gateways: Option<&[NatGateway]>,
    has_public_address: bool,
    is_shared: bool,
) -> Way {
    let everywhere = |to: &Destination| match to {
        Destination::Addresses(range) => range.prefix_len() == 0,
        Destination::PrefixList(_) => false,
    };
    let Some(route) = table.routes.iter().find(|route| everywhere(&route.to)) else {
        return Way::Nowhere;
    };
    let via = route.via.clone();
    if route.blackhole {
        return Way::Broken(via, "is no longer there".to_owned());
    }
    if via.starts_with("igw-") {
        return if has_public_address {
            Way::Internet(via)
        } else {
            Way::NoAddress(via)
        };
    }
    if !via.starts_with("nat-") {
        return Way::Unknown(via);
    }
    let Some(gateways) = gateways else {
        return Way::Nat(via);
    };
    match gateways.iter().find(|gateway| gateway.id == via) {
        Some(gateway) if gateway.state != "available" => {
            Way::Broken(via, format!("is {} and not available", gateway.state))
        }
        Some(gateway) if !gateway.public => Way::Unknown(via),
        Some(_) => Way::Nat(via),
        None if is_shared => Way::Unknown(via),
        None => Way::Broken(via, "is not in this VPC".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::network::Route;

    fn leading(via: &str, blackhole: bool) -> RouteTable {
        let route = |to: &str, via: &str, blackhole| Route {
            to: Destination::Addresses(to.parse().expect("a range")),
            via: via.into(),
            blackhole,
        };
        RouteTable {
            routes: vec![
                route("10.0.0.0/16", "local", false),
                route("0.0.0.0/0", via, blackhole),
            ],
            ..RouteTable::default()
        }
    }

    fn gateway(state: &str, public: bool) -> NatGateway {
        NatGateway {
            id: "nat-0a".into(),
            state: state.into(),
            public,
        }
    }

    #[test]
    fn ways_out() {
        let broken = |why: &str| Way::Broken("nat-0a".into(), why.into());
        let good = gateway("available", true);
        for (via, blackhole, gateway, public, found) in [
            (
                "igw-0a",
                false,
                good.clone(),
                true,
                Way::Internet("igw-0a".into()),
            ),
            (
                "igw-0a",
                false,
                good.clone(),
                false,
                Way::NoAddress("igw-0a".into()),
            ),
            (
                "nat-0a",
                false,
                good.clone(),
                false,
                Way::Nat("nat-0a".into()),
            ),
            (
                "nat-0a",
                true,
                good.clone(),
                false,
                broken("is no longer there"),
            ),
            (
                "nat-0a",
                false,
                gateway("failed", true),
                false,
                broken("is failed and not available"),
            ),
            (
                "nat-0a",
                false,
                gateway("available", false),
                false,
                Way::Unknown("nat-0a".into()),
            ),
            (
                "nat-0b",
                false,
                good.clone(),
                false,
                Way::Broken("nat-0b".into(), "is not in this VPC".into()),
            ),
            ("tgw-0a", false, good, false, Way::Unknown("tgw-0a".into())),
        ] {
            let table = leading(via, blackhole);
            assert_eq!(way(&table, Some(&[gateway]), public, false), found);
        }
        let table = leading("nat-0a", false);
        assert_eq!(way(&table, None, false, false), Way::Nat("nat-0a".into()));
        assert_eq!(
            way(&table, Some(&[]), false, true),
            Way::Unknown("nat-0a".into())
        );
        assert_eq!(way(&RouteTable::default(), None, true, false), Way::Nowhere);
    }

    #[test]
    fn a_table_of_its_own_comes_before_the_main_one() {
        let tables =
            [("rtb-main", true, ""), ("rtb-own", false, "subnet-0a")].map(|(id, main, subnet)| {
                RouteTable {
                    id: id.into(),
                    main,
                    subnets: vec![subnet.into()],
                    routes: Vec::new(),
                }
            });
        let of = |subnet| table(&tables, subnet).map(|table| &*table.id);
        assert_eq!(of("subnet-0a"), Some("rtb-own"));
        assert_eq!(of("subnet-0b"), Some("rtb-main"));
        assert_eq!(table(&tables[1..], "subnet-0b"), None);
    }
}
