//! What there is to see of a server: its addresses, and whose they are.

use std::net::{IpAddr, Ipv4Addr};

use futures_util::future::{join, join_all};

use super::url::Server;
use crate::model::account::network::{Interface, SecurityGroup, Subnet};
use crate::ports::CallError;
use crate::ports::account::{Names, Networks};

/// An interface that has an address of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) interface: Interface,
    pub(super) groups: Result<Vec<SecurityGroup>, CallError>,
    /// `None` where it was not seen.
    pub(super) subnet: Option<Subnet>,
}

/// An address of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) address: Ipv4Addr,
    /// The interface in the task's VPC that has it.
    pub(super) found: Result<Option<Found>, CallError>,
}

/// The addresses of a host, or why it does not resolve.
pub(super) async fn addresses(names: &dyn Names, server: &Server) -> Result<Vec<IpAddr>, String> {
    if let Ok(address) = server.host.parse() {
        return Ok(vec![address]);
    }
    let found = names.addresses(&server.host).await;
    let mut found = found.map_err(|error| error.to_string())?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Looks for the interfaces, side by side.
pub(super) async fn interfaces(
    networks: &dyn Networks,
    vpc: &str,
    addresses: &[IpAddr],
) -> Vec<Address> {
    let addresses = addresses.iter().filter_map(|address| match address {
        IpAddr::V4(address) => Some(*address),
        IpAddr::V6(_) => None,
    });
    join_all(addresses.map(|address| async move {
        Address {
            address,
            found: interface(networks, vpc, address).await,
        }
    }))
    .await
}

async fn interface(
    networks: &dyn Networks,
    vpc: &str,
    address: Ipv4Addr,
) -> Result<Option<Found>, CallError> {
    let Some(interface) = networks.interface(vpc, address).await? else {
        return Ok(None);
    };
    let in_subnet = [interface.subnet.clone()];
    let (groups, subnets) = join(
        networks.security_groups(&interface.groups),
        networks.subnets(&in_subnet),
    )
    .await;
    Ok(Some(Found {
        groups,
        subnet: subnets.ok().and_then(|found| found.into_iter().next()),
        interface,
    }))
}
