//! What security groups let pass: what any rule of any of an interface's groups does. There are no
//! rules that forbid.

use ipnet::Ipv4Net;

use super::field::{Flow, Passage, points};
use crate::model::account::network::{Peer, Ports, Rule, SecurityGroup};

/// The other side, as a rule may speak of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::preflight) struct Other {
    /// Any of its addresses may be the one.
    pub(in crate::preflight) addresses: Vec<Ipv4Net>,
    /// The groups it has.
    pub(in crate::preflight) groups: Vec<String>,
    /// Whether a list of AWS's is a list of it. Otherwise what a list holds is not known.
    pub(in crate::preflight) listed: bool,
}

/// Whether TCP may go out to a port of the other side.
pub(in crate::preflight) fn out(groups: &[SecurityGroup], other: &Other, port: u16) -> Passage {
    passage(groups.iter().flat_map(|group| &group.egress), other, port)
}

/// Whether TCP may come in from the other side to a port.
pub(in crate::preflight) fn into(groups: &[SecurityGroup], other: &Other, port: u16) -> Passage {
    passage(groups.iter().flat_map(|group| &group.ingress), other, port)
}

fn passage<'a>(rules: impl Iterator<Item = &'a Rule>, other: &Other, port: u16) -> Passage {
    let peers: Vec<_> = rules
        .filter(|rule| rule.protocol.has_tcp() && rule.ports.contains(port))
        .flat_map(|rule| &rule.peers)
        .collect();
    let is_meant = |peer: &&Peer| match peer {
        Peer::Group(id) => other.groups.contains(id),
        Peer::PrefixList(_) => other.listed,
        Peer::Addresses(_) => false,
    };
    if peers.iter().any(is_meant) {
        return Passage::Open;
    }
    let ranges: Vec<_> = peers
        .iter()
        .filter_map(|peer| match peer {
            Peer::Addresses(range) => Some(*range),
            _ => None,
        })
        .collect();
    let port = Ports::one(port);
    let cuts = || ranges.iter().map(move |range| (*range, port));
    let passes = other.addresses.iter().flat_map(|addresses| {
        let flow = Flow {
            addresses: *addresses,
            ports: port,
        };
        points(flow, cuts())
    });
    let passes = passes.map(|(address, _)| ranges.iter().any(|range| range.contains(&address)));
    let by_addresses = match Passage::of(passes) {
        // Nothing was asked for.
        Passage::Open if other.addresses.is_empty() => Passage::Shut,
        found => found,
    };
    let has_list = peers.iter().any(|peer| matches!(peer, Peer::PrefixList(_)));
    if has_list {
        return by_addresses.max(Passage::Partly);
    }
    by_addresses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::network::Protocol;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn range(text: &str) -> Ipv4Net {
        text.parse().expect("a range")
    }

    fn group(protocol: Protocol, ports: Ports, peers: Vec<Peer>) -> SecurityGroup {
        SecurityGroup {
            egress: vec![Rule {
                protocol,
                ports,
                peers,
            }],
            ..SecurityGroup::default()
        }
    }

    #[test]
    fn rules_that_let_pass() {
        let everywhere = || vec![Peer::Addresses(range("0.0.0.0/0"))];
        let some = |addresses: &str| Other {
            addresses: vec![range(addresses)],
            groups: vec!["sg-0b".into()],
            listed: false,
        };
        let s3 = Other {
            listed: true,
            ..some("0.0.0.0/0")
        };
        let https = Ports::one(443);
        for (protocol, ports, peers, other, found) in [
            (
                Protocol::Any,
                Ports::ALL,
                everywhere(),
                some("0.0.0.0/0"),
                Passage::Open,
            ),
            (
                Protocol::Tcp,
                https,
                everywhere(),
                some("10.0.1.0/24"),
                Passage::Open,
            ),
            (
                Protocol::Other,
                https,
                everywhere(),
                some("10.0.1.0/24"),
                Passage::Shut,
            ),
            (
                Protocol::Tcp,
                Ports::one(80),
                everywhere(),
                some("10.0.1.0/24"),
                Passage::Shut,
            ),
            (
                Protocol::Tcp,
                https,
                vec![],
                some("10.0.1.0/24"),
                Passage::Shut,
            ),
            (
                Protocol::Tcp,
                https,
                vec![Peer::Group("sg-0b".into())],
                some("10.0.1.0/24"),
                Passage::Open,
            ),
            (
                Protocol::Tcp,
                https,
                vec![Peer::Group("sg-0c".into())],
                some("10.0.1.0/24"),
                Passage::Shut,
            ),
            (
                Protocol::Tcp,
                https,
                vec![Peer::Addresses(range("10.0.0.0/8"))],
                some("0.0.0.0/0"),
                Passage::Partly,
            ),
            (
                Protocol::Tcp,
                https,
                vec![
                    Peer::Addresses(range("0.0.0.0/1")),
                    Peer::Addresses(range("128.0.0.0/1")),
                ],
                some("0.0.0.0/0"),
                Passage::Open,
            ),
            (
                Protocol::Tcp,
                https,
                vec![Peer::PrefixList("pl-0a".into())],
                some("10.0.1.0/24"),
                Passage::Partly,
            ),
            (
                Protocol::Tcp,
                https,
                vec![Peer::PrefixList("pl-0a".into())],
                s3,
                Passage::Open,
            ),
        ] {
            let told = format!("{peers:?} {other:?}");
            let groups = [group(protocol, ports, peers)];
            assert_eq!(out(&groups, &other, 443), found, "{told}");
            assert_eq!(into(&groups, &other, 443), Passage::Shut);
        }
        assert_eq!(out(&[], &some("10.0.1.0/24"), 443), Passage::Shut);
    }

    proptest! {
        /// More rules never let less pass.
        #[test]
        fn rules_only_add(
            ranges in proptest::collection::vec((any::<u32>(), 0_u8..=32), 1..6),
            asked in (any::<u32>(), 0_u8..=32),
        ) {
            let range = |(address, length): (u32, u8)| {
                Ipv4Net::new(Ipv4Addr::from(address), length).expect("a length").trunc()
            };
            let other = Other { addresses: vec![range(asked)], ..Other::default() };
            let peers: Vec<_> = ranges.into_iter().map(range).map(Peer::Addresses).collect();
            let mut before = Passage::Shut;
            for count in 1..=peers.len() {
                let groups = [group(Protocol::Tcp, Ports::ALL, peers[..count].to_vec())];
                let now = out(&groups, &other, 443);
                prop_assert!(now >= before);
                before = now;
            }
            let whole = [group(Protocol::Tcp, Ports::ALL, vec![Peer::Addresses(range(asked))])];
            prop_assert_eq!(out(&whole, &other, 443), Passage::Open);
        }
    }
}
