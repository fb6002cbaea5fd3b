//! Protocol and ports of a rule.

/// Protocol, first and last port. A rule without a protocol speaks of TCP where it has ports, and
/// of everything where it has none.
pub(crate) fn traffic(
    protocol: Option<&str>,
    port: Option<u16>,
    ports: Option<(u16, u16)>,
) -> (String, Option<(u16, u16)>) {
    let ports = ports.or_else(|| port.map(|port| (port, port)));
    let usual = if ports.is_some() { "tcp" } else { "-1" };
    (protocol.unwrap_or(usual).to_owned(), ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_make_it_tcp() {
        let told = |protocol, port, ports| traffic(protocol, port, ports);
        assert_eq!(told(None, None, None), ("-1".to_owned(), None));
        assert_eq!(
            told(None, Some(443), None),
            ("tcp".to_owned(), Some((443, 443)))
        );
        assert_eq!(
            told(Some("udp"), None, Some((1, 2))),
            ("udp".to_owned(), Some((1, 2)))
        );
    }
}
