//! What there is to see of a task's network: its subnets and groups first, then what is around
//! them, side by side.

use futures_util::future::{join, join5};

use crate::model::account::network::{
    Endpoint, NatGateway, NetworkAcl, RouteTable, SecurityGroup, Subnet, Vpc,
};
use crate::model::request::Network;
use crate::ports::CallError;
use crate::ports::account::Networks;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::preflight) struct Seen {
    /// The subnets that are named and that there are.
    pub(in crate::preflight) subnets: Result<Vec<Subnet>, CallError>,
    /// The groups that are named and that there are; where none is named, the VPC's default.
    pub(in crate::preflight) groups: Result<Vec<SecurityGroup>, CallError>,
    /// Around them; `None` where no subnet was seen.
    pub(in crate::preflight) around: Option<Around>,
}

/// What is around the first subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::preflight) struct Around {
    pub(in crate::preflight) id: String,
    pub(in crate::preflight) vpc: Result<Option<Vpc>, CallError>,
    pub(in crate::preflight) tables: Result<Vec<RouteTable>, CallError>,
    pub(in crate::preflight) gateways: Result<Vec<NatGateway>, CallError>,
    pub(in crate::preflight) acls: Result<Vec<NetworkAcl>, CallError>,
    pub(in crate::preflight) endpoints: Result<Vec<Endpoint>, CallError>,
    /// The groups of those endpoints that are needed.
    pub(in crate::preflight) endpoint_groups: Result<Vec<SecurityGroup>, CallError>,
    /// The subnets of those endpoints that are needed.
    pub(in crate::preflight) endpoint_subnets: Result<Vec<Subnet>, CallError>,
}

/// Looks. `is_needed` tells which endpoints matter.
pub(in crate::preflight) async fn gather(
    networks: &dyn Networks,
    network: &Network,
    is_needed: impl Fn(&Endpoint) -> bool + Send + Sync,
) -> Seen {
    let (subnets, groups) = join(
        networks.subnets(&network.subnets),
        some(&network.security_groups, |ids| {
            networks.security_groups(ids)
        }),
    )
    .await;
    let vpc = match &subnets {
        Ok(found) => found.first().map(|subnet| subnet.vpc.clone()),
        Err(_) => None,
    };
    let Some(vpc) = vpc else {
        return Seen {
            subnets,
            groups,
            around: None,
        };
    };
    let names_none = network.security_groups.is_empty();
    let default_group = async {
        if names_none {
            networks.default_group(&vpc).await.map(Option::into_iter)
        } else {
            Ok(None.into_iter())
        }
    };
    let (around, default_group) = join(look_around(networks, &vpc, is_needed), default_group).await;
    let groups = if names_none {
        default_group.map(Iterator::collect)
    } else {
        groups
    };
    Seen {
        subnets,
        groups,
        around: Some(around),
    }
}

async fn look_around(
    networks: &dyn Networks,
    vpc: &str,
    is_needed: impl Fn(&Endpoint) -> bool + Send + Sync,
) -> Around {
    let endpoints = async {
        let endpoints = networks.endpoints(vpc).await;
        let needed = endpoints.iter().flatten().filter(|it| is_needed(it));
        let (mut groups, mut subnets) = (Vec::new(), Vec::new());
        for endpoint in needed {
            groups.extend_from_slice(&endpoint.groups);
            subnets.extend_from_slice(&endpoint.subnets);
        }
        for ids in [&mut groups, &mut subnets] {
            ids.sort();
            ids.dedup();
        }
        let (groups, subnets) = join(
            some(&groups, |ids| networks.security_groups(ids)),
            some(&subnets, |ids| networks.subnets(ids)),
        )
        .await;
        (endpoints, groups, subnets)
    };
    let (facts, tables, gateways, acls, endpoints) = join5(
        networks.vpc(vpc),
        networks.route_tables(vpc),
        networks.nat_gateways(vpc),
        networks.network_acls(vpc),
        endpoints,
    )
    .await;
    let (endpoints, endpoint_groups, endpoint_subnets) = endpoints;
    Around {
        id: vpc.to_owned(),
        vpc: facts,
        tables,
        gateways,
        acls,
        endpoints,
        endpoint_groups,
        endpoint_subnets,
    }
}

/// Asks for what has ids; without any there is nothing to ask for, and no filter either.
async fn some<'a, T, F>(
    ids: &'a [String],
    ask: impl FnOnce(&'a [String]) -> F,
) -> Result<Vec<T>, CallError>
where
    F: Future<Output = Result<Vec<T>, CallError>>,
{
    match ids {
        [] => Ok(Vec::new()),
        ids => ask(ids).await,
    }
}
