//! Hosts and addresses.

use std::net::IpAddr;

use super::scan::{behind, quoted, word, word_behind};

/// What a host stands behind, in quotes or as a word.
const BEFORE_A_HOST: [&str; 10] = [
    "server at ",
    "server on ",
    "server host ",
    "host name ",
    "failed to resolve server ",
    "failed to resolve ",
    "enotfound ",
    "eai_again ",
    "unknownhostexception: ",
    "getaddrinfo for ",
];

/// The host that something was asked of.
pub(super) fn host(text: &str) -> Option<String> {
    let named = quoted_or_name(text)
        .or_else(|| word_behind(text, "lookup ").filter(|word| word.contains('.')))
        .or_else(|| word_behind(text, "host="))
        .or_else(|| of_url(text))
        .or_else(|| word_behind(text, "Connection to ").filter(|word| word.contains(':')));
    let named = named?.split(':').next()?;
    let is_host = named.contains(['.', '-'])
        || ["server at ", "host name ", "://"]
            .iter()
            .any(|begin| text.contains(begin));
    (is_host && named.parse::<IpAddr>().is_err()).then(|| named.to_owned())
}

/// What is quoted there, or a word that has a dot as hosts have.
fn quoted_or_name(text: &str) -> Option<&str> {
    BEFORE_A_HOST.iter().find_map(|words| {
        behind(text, words)
            .find_map(|rest| quoted(rest).or_else(|| word(rest).filter(|word| word.contains('.'))))
    })
}

/// The host of the first URL; whoever it names before an `@` is not the host.
fn of_url(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let host = word(rest)?.split('/').next()?;
    Some(host.rsplit('@').next().unwrap_or(host))
}

/// The address that it has.
pub(super) fn address(text: &str) -> Option<String> {
    socket(text).map(|(address, _)| address.to_string())
}

/// The port.
pub(super) fn port(text: &str) -> Option<String> {
    let number = |port: &&str| port.parse::<u16>().is_ok();
    [", port ", "\"port\": "]
        .iter()
        .find_map(|words| word_behind(text, words).filter(number))
        .or_else(|| behind_a_host(text).filter(number))
        .map(str::to_owned)
        .or_else(|| socket(text)?.1.map(|port| port.to_string()))
}

/// The port that stands behind a host's colon, or in quotes of its own.
fn behind_a_host(text: &str) -> Option<&str> {
    let of_name = quoted_or_name(text).or_else(|| of_url(text));
    of_name
        .or_else(|| word_behind(text, "Connection to "))
        .and_then(|host| Some(host.rsplit_once(':')?.1))
        .or_else(|| behind(text, "`:").find_map(quoted))
}

/// The first address, with its port where it has one.
fn socket(text: &str) -> Option<(IpAddr, Option<u16>)> {
    // A resolver is no goal.
    let goal = text.rsplit_once("dial tcp ").map_or(text, |(_, goal)| goal);
    goal.split([' ', '(', ')', '[', '/', '=', '"', '\'', ','])
        .find_map(|word| {
            let word = word.trim_end_matches([':', '.', ';']);
            if let Ok(address) = word.parse() {
                return Some((address, None));
            }
            let (address, port) = word.rsplit_once(':')?;
            let address: IpAddr = address.trim_matches(['[', ']']).parse().ok()?;
            let port = port.parse().ok();
            (port != Some(53)).then_some((address, port))
        })
        .filter(|(address, _)| !address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_addresses_and_ports_are_found() {
        let text = "Post \"https://api.ecr.eu-west-2.amazonaws.com/\": dial tcp 3.8.169.253:443: i/o timeout";
        assert_eq!(
            host(text).as_deref(),
            Some("api.ecr.eu-west-2.amazonaws.com")
        );
        assert_eq!(address(text).as_deref(), Some("3.8.169.253"));
        assert_eq!(port(text).as_deref(), Some("443"));
        let text = "connection to server at \"db\" (172.31.48.53), port 5432 failed: FATAL";
        assert_eq!(host(text).as_deref(), Some("db"));
        assert_eq!(address(text).as_deref(), Some("172.31.48.53"));
        assert_eq!(port(text).as_deref(), Some("5432"));
        let text = "could not translate host name \"pg.internal\" to address";
        assert_eq!(host(text).as_deref(), Some("pg.internal"));
    }

    #[test]
    fn other_tools_write_them_in_their_own_ways() {
        for (text, host_is, port_is) in [
            (
                "Can't connect to MySQL server on 'my.internal:3306' (111)",
                Some("my.internal"),
                Some("3306"),
            ),
            (
                "getaddrinfo ENOTFOUND db.internal",
                Some("db.internal"),
                None,
            ),
            (
                "Can't reach database server at `db`:`3306`",
                Some("db"),
                Some("3306"),
            ),
            (
                "server at `pg.internal:5432` was",
                Some("pg.internal"),
                Some("5432"),
            ),
            (
                "{\"address\": \"10.1.1.9\",\"port\": 5432}",
                None,
                Some("5432"),
            ),
            ("dial tcp [2600:1f18::5]:5432: connect", None, Some("5432")),
            ("panicked at src/main.rs:10", None, None),
        ] {
            assert_eq!(host(text).as_deref(), host_is, "{text}");
            assert_eq!(port(text).as_deref(), port_is, "{text}");
        }
        let text = "dial tcp: lookup ssm.x on 10.0.0.2:53: read udp 10.0.1.7:414->10.0.0.2:53";
        assert_eq!(address(text), None);
    }

    #[test]
    fn whoever_logs_in_is_not_the_host() {
        let text = "bad url postgres://user:s3cret@db.internal:5432/app";
        assert_eq!(host(text).as_deref(), Some("db.internal"));
        assert_eq!(address("version 1.2.3 at 10:20"), None);
    }
}
