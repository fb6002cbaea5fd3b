//! Whether a whole range of addresses and ports passes: asked for one point of each piece that the
//! rules' own ends cut it into, since within a piece all is alike.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::model::account::network::Ports;

/// TCP to, or from, these ports of these addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::preflight) struct Flow {
    pub(in crate::preflight) addresses: Ipv4Net,
    pub(in crate::preflight) ports: Ports,
}

/// How much of what is asked for may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::preflight) enum Passage {
    /// Nothing.
    Shut,
    /// Some of it, or it cannot be told.
    Partly,
    /// All.
    Open,
}

impl Passage {
    /// Of what passes at each point.
    pub(super) fn of(points: impl IntoIterator<Item = bool>) -> Self {
        let (mut some, mut all) = (false, true);
        for passes in points {
            some |= passes;
            all &= passes;
        }
        match (some, all) {
            (_, true) => Self::Open,
            (true, false) => Self::Partly,
            (false, false) => Self::Shut,
        }
    }
}

/// One point of each piece that `cuts` make of a flow.
pub(super) fn points(
    flow: Flow,
    cuts: impl IntoIterator<Item = (Ipv4Net, Ports)>,
) -> Vec<(Ipv4Addr, u16)> {
    let (first, last) = ends(flow.addresses);
    let mut addresses = vec![first];
    let mut ports = vec![u64::from(flow.ports.first)];
    for (range, cut) in cuts {
        let (start, end) = ends(range);
        addresses.extend([start, end + 1]);
        ports.extend([u64::from(cut.first), u64::from(cut.last) + 1]);
    }
    let within = |mut all: Vec<u64>, first: u64, last: u64| {
        all.retain(|point| (first..=last).contains(point));
        all.sort_unstable();
        all.dedup();
        all
    };
    let addresses = within(addresses, first, last);
    let ports = within(
        ports,
        u64::from(flow.ports.first),
        u64::from(flow.ports.last),
    );
    let as_address = |point: u64| u32::try_from(point).map(Ipv4Addr::from);
    addresses
        .into_iter()
        .filter_map(|point| as_address(point).ok())
        .flat_map(|address| {
            let ports = ports.iter().filter_map(|port| u16::try_from(*port).ok());
            ports.map(move |port| (address, port))
        })
        .collect()
}

fn ends(range: Ipv4Net) -> (u64, u64) {
    let number = |address: Ipv4Addr| u64::from(u32::from(address));
    (number(range.network()), number(range.broadcast()))
}
