//! The cause in one sentence.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::causes::named;
use super::evidence::Evidence;

/// What a sentence names of what was extracted, the most telling first.
const NAMES: [&str; 17] = [
    "migration",
    "secret",
    "parameter",
    "json_key",
    "image",
    "log_group",
    "action",
    "role",
    "subnet",
    "security_group",
    "file_system",
    "executable",
    "relation",
    "database",
    "user",
    "host",
    "sqlstate",
];
/// How many of them.
const MOST: usize = 3;

/// The sentence for a cause.
pub(super) fn summary(
    cause: &str,
    evidence: &Evidence,
    extracted: &BTreeMap<String, String>,
) -> String {
    let meaning = named(cause).map_or("", |cause| cause.meaning);
    let mut sentence = meaning.trim_end_matches('.').to_owned();
    let names: Vec<_> = NAMES
        .iter()
        .filter_map(|name| Some((name, extracted.get(*name)?)))
        .take(MOST)
        .map(|(name, value)| format!("{} {value}", name.replace('_', " ")))
        .collect();
    if cause == "essential-container-exited-nonzero"
        && let Some(code) = evidence.exit_code
    {
        sentence = format!("The command itself failed with exit code {code}");
    }
    let has_names = !names.is_empty() && cause != "unknown";
    if has_names {
        sentence.push_str(": ");
        sentence.push_str(&names.join(", "));
    }
    if let Some(more) = of_exit_code(cause, evidence).or_else(|| of_address(cause, extracted)) {
        sentence.push_str("; ");
        sentence.push_str(&more);
    }
    sentence.push('.');
    sentence
}

/// What an exit code says, and what it does not.
fn of_exit_code(cause: &str, evidence: &Evidence) -> Option<String> {
    let code = evidence.exit_code?;
    if cause != "essential-container-exited-nonzero" {
        return None;
    }
    Some(match code {
        137 => "137 is SIGKILL, which is memory only where ECS says OutOfMemoryError: a container \
                that does not end within its stopTimeout gets it too"
            .to_owned(),
        134 => "134 is SIGABRT: the program gave itself up".to_owned(),
        143 => "143 is SIGTERM: it was asked to stop".to_owned(),
        126 | 127 => format!("a shell gives {code} where it cannot run a command"),
        _ => return None,
    })
}

/// What an address that does not answer says of the way to it.
fn of_address(cause: &str, extracted: &BTreeMap<String, String>) -> Option<String> {
    if !cause.ends_with("-timeout-no-route") {
        return None;
    }
    let address = extracted.get("address")?;
    Some(if is_private(address.parse().ok()?) {
        format!(
            "{address} is a private address, so there is an interface endpoint, and its security \
             group does not let the task in on port 443"
        )
    } else {
        format!(
            "{address} is a public address, to which the task has no route: no NAT, no public IP, \
             no endpoint"
        )
    })
}

/// Whether an address belongs to a VPC's own network.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cause: &str, exit_code: Option<i32>, extracted: &[(&str, &str)]) -> String {
        let evidence = Evidence {
            exit_code,
            ..Evidence::default()
        };
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        summary(cause, &evidence, &extracted.iter().map(pair).collect())
    }

    #[test]
    fn names_stand_in_the_sentence() {
        assert_eq!(
            of(
                "secret-not-found",
                None,
                &[("secret", "arn:x"), ("role", "exec"), ("vpc", "no")]
            ),
            "No such secret in that region: secret arn:x, role exec."
        );
        assert_eq!(
            of("oom-killed", Some(137), &[]),
            "The container went over its memory limit."
        );
    }

    #[test]
    fn an_address_says_what_is_missing() {
        for (address, says) in [
            ("10.42.10.15", "interface endpoint"),
            ("172.31.255.1", "interface endpoint"),
            ("172.32.0.1", "no route"),
            ("192.168.0.1", "interface endpoint"),
            ("3.8.169.253", "no route"),
            ("fd00::1", "interface endpoint"),
        ] {
            let summary = of("ecr-timeout-no-route", None, &[("address", address)]);
            assert!(summary.contains(says), "{summary}");
        }
        assert!(!of("db-timeout", None, &[("address", "10.0.0.1")]).contains("endpoint"));
    }

    #[test]
    fn a_kill_is_not_said_to_be_memory() {
        let summary = of("essential-container-exited-nonzero", Some(137), &[]);
        assert!(
            summary.contains("only where ECS says OutOfMemoryError"),
            "{summary}"
        );
        let summary = of("essential-container-exited-nonzero", Some(3), &[]);
        assert!(
            summary == "The command itself failed with exit code 3.",
            "{summary}"
        );
    }
}
