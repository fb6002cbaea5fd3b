//! Hosts and addresses.

use std::net::IpAddr;

use super::scan::{quoted_behind, word, word_behind};

/// The host that something was asked of.
pub(super) fn host(text: &str) -> Option<String> {
    let named = quoted_behind(text, "server at ")
        .or_else(|| quoted_behind(text, "host name "))
        .or_else(|| word_behind(text, "lookup ").filter(|word| word.contains('.')))
        .or_else(|| word_behind(text, "host="))
        .or_else(|| quoted_behind(text, "Failed to resolve "))
        .or_else(|| of_url(text))
        .or_else(|| word_behind(text, "Connection to ").filter(|word| word.contains(':')));
    let named = named?.split(':').next()?;
    let is_host = named.contains(['.', '-'])
        || ["server at ", "host name ", "://"]
            .iter()
            .any(|begin| text.contains(begin));
    (is_host && named.parse::<IpAddr>().is_err()).then(|| named.to_owned())
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
    let named = word_behind(text, ", port ").map(str::to_owned);
    let number = |port: &String| port.parse::<u16>().is_ok();
    named
        .filter(number)
        .or_else(|| socket(text)?.1.map(|port| port.to_string()))
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
            Some((address, port.parse().ok()))
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
    fn whoever_logs_in_is_not_the_host() {
        let text = "bad url postgres://user:s3cret@db.internal:5432/app";
        assert_eq!(host(text).as_deref(), Some("db.internal"));
        assert_eq!(address("version 1.2.3 at 10:20"), None);
    }
}
