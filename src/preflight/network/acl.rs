//! What a network ACL lets pass: the entry of the lowest number that speaks of a packet decides;
//! where none does, it is shut.

use std::net::Ipv4Addr;

use super::field::{Flow, Passage, points};
use crate::model::account::network::{Entry, NetworkAcl};

/// The number of the entry that stands for all that no other speaks of.
const LAST: i32 = 32_767;

/// How much of a flow passes, and by which entry the first of it that does not is shut.
pub(in crate::preflight) fn passage(
    acl: &NetworkAcl,
    egress: bool,
    flow: Flow,
) -> (Passage, Option<i32>) {
    let mut entries: Vec<_> = acl
        .entries
        .iter()
        .filter(|entry| entry.egress == egress && entry.protocol.has_tcp())
        .collect();
    entries.sort_by_key(|entry| entry.number);
    let cuts = entries.iter().map(|entry| (entry.addresses, entry.ports));
    let decided: Vec<_> = points(flow, cuts)
        .into_iter()
        .map(|(address, port)| decide(&entries, address, port))
        .collect();
    let passage = Passage::of(decided.iter().map(Result::is_ok));
    (passage, decided.into_iter().find_map(Result::err))
}

fn decide(entries: &[&Entry], address: Ipv4Addr, port: u16) -> Result<(), i32> {
    let first = entries
        .iter()
        .find(|entry| entry.addresses.contains(&address) && entry.ports.contains(port));
    match first {
        Some(entry) if entry.allows => Ok(()),
        Some(entry) => Err(entry.number),
        None => Err(LAST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::network::{Ports, Protocol};
    use proptest::prelude::*;

    fn entry(number: i32, allows: bool, ports: (u16, u16), addresses: &str) -> Entry {
        Entry {
            number,
            egress: true,
            allows,
            protocol: Protocol::Tcp,
            ports: Ports {
                first: ports.0,
                last: ports.1,
            },
            addresses: addresses.parse().expect("a range"),
        }
    }

    fn flow(ports: (u16, u16), addresses: &str) -> Flow {
        Flow {
            addresses: addresses.parse().expect("a range"),
            ports: Ports {
                first: ports.0,
                last: ports.1,
            },
        }
    }

    fn acl(entries: Vec<Entry>) -> NetworkAcl {
        NetworkAcl {
            entries,
            ..NetworkAcl::default()
        }
    }

    const ALL: (u16, u16) = (0, u16::MAX);

    #[test]
    fn the_first_entry_that_fits_decides() {
        let all = "0.0.0.0/0";
        let https = flow((443, 443), all);
        let returning = flow((1_024, 65_535), all);
        for (entries, asked, found) in [
            (vec![], https, (Passage::Shut, Some(LAST))),
            (
                vec![entry(100, true, ALL, all)],
                https,
                (Passage::Open, None),
            ),
            (
                // The order of the list does not count.
                vec![entry(100, true, ALL, all), entry(90, false, ALL, all)],
                https,
                (Passage::Shut, Some(90)),
            ),
            (
                vec![
                    entry(90, true, (443, 443), all),
                    entry(100, false, ALL, all),
                ],
                https,
                (Passage::Open, None),
            ),
            (
                vec![entry(100, true, (443, 443), "10.0.0.0/8")],
                https,
                (Passage::Partly, Some(LAST)),
            ),
            (
                vec![entry(100, true, (443, 443), "10.0.0.0/8")],
                flow((443, 443), "10.0.3.0/24"),
                (Passage::Open, None),
            ),
            (
                vec![entry(100, true, (32_768, 65_535), all)],
                returning,
                (Passage::Partly, Some(LAST)),
            ),
            (
                // Two halves are the whole.
                vec![
                    entry(100, true, ALL, "0.0.0.0/1"),
                    entry(110, true, ALL, "128.0.0.0/1"),
                ],
                returning,
                (Passage::Open, None),
            ),
            (
                vec![Entry {
                    protocol: Protocol::Other,
                    ..entry(100, true, ALL, all)
                }],
                https,
                (Passage::Shut, Some(LAST)),
            ),
            (
                vec![Entry {
                    egress: false,
                    ..entry(100, true, ALL, all)
                }],
                https,
                (Passage::Shut, Some(LAST)),
            ),
            (
                vec![Entry {
                    protocol: Protocol::Any,
                    ..entry(100, true, ALL, all)
                }],
                https,
                (Passage::Open, None),
            ),
        ] {
            assert_eq!(
                passage(&acl(entries.clone()), true, asked),
                found,
                "{entries:?}"
            );
        }
    }

    fn range() -> impl Strategy<Value = ipnet::Ipv4Net> {
        (any::<u32>(), 0_u8..=32).prop_map(|(address, length)| {
            let range = ipnet::Ipv4Net::new(Ipv4Addr::from(address), length);
            range.expect("a length").trunc()
        })
    }

    fn ports() -> impl Strategy<Value = Ports> {
        (any::<u16>(), any::<u16>()).prop_map(|(one, other)| Ports {
            first: one.min(other),
            last: one.max(other),
        })
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let entry = (1_i32..40, any::<bool>(), ports(), range());
        let entry = entry.prop_map(|(number, allows, ports, addresses)| Entry {
            number,
            egress: true,
            allows,
            protocol: Protocol::Any,
            ports,
            addresses,
        });
        proptest::collection::vec(entry, 0..8)
    }

    proptest! {
        /// What is said of a range holds for whatever is in it.
        #[test]
        fn a_range_speaks_for_its_points(
            entries in entries(),
            addresses in range(),
            ports in ports(),
            at in any::<(u32, u16)>(),
        ) {
            let mut numbers = std::collections::BTreeSet::new();
            let entries: Vec<_> = entries.into_iter().filter(|it| numbers.insert(it.number)).collect();
            let acl = acl(entries);
            let (whole, by) = passage(&acl, true, Flow { addresses, ports });
            let host = u64::from(at.0) % (1_u64 << (32 - addresses.prefix_len()));
            let address = u32::from(addresses.network()) + u32::try_from(host).expect("within");
            let port = ports.first + at.1 % (ports.last - ports.first).saturating_add(1).max(1);
            let point = Flow {
                addresses: Ipv4Addr::from(address).into(),
                ports: Ports::one(port),
            };
            let (one, _) = passage(&acl, true, point);
            prop_assert_ne!(one, Passage::Partly);
            if whole != Passage::Partly {
                prop_assert_eq!(one, whole);
            }
            prop_assert_eq!(by.is_none(), whole == Passage::Open);
        }

        /// An entry of a higher number than one that speaks of everything changes nothing.
        #[test]
        fn what_follows_the_whole_is_not_looked_at(entries in entries(), ports in ports()) {
            let all = "0.0.0.0/0".parse().expect("a range");
            let mut acl = acl(entries);
            acl.entries.push(Entry {
                number: 0,
                egress: true,
                allows: true,
                protocol: Protocol::Any,
                ports: Ports::ALL,
                addresses: all,
            });
            let asked = Flow { addresses: all, ports };
            prop_assert_eq!(passage(&acl, true, asked), (Passage::Open, None));
        }
    }
}
