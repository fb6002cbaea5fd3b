//! Reading single values: each error names the place and shows the right form.

use std::time::Duration;

use super::layer::{Origin, Said};
use crate::error::Failure;
use crate::model::policy::Leave;
use crate::model::request::CapacityProvider;
use crate::model::review::Severity;
use crate::settings::Importance;

/// Splits a list at commas and white space.
pub(super) fn split_list(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The elements of a list setting, none twice.
pub(super) fn list(said: Option<&Said>) -> Vec<String> {
    let mut elements = Vec::new();
    for element in said
        .iter()
        .flat_map(|said| &said.values)
        .flat_map(|value| split_list(value))
    {
        if !elements.contains(&element) {
            elements.push(element);
        }
    }
    elements
}

/// The last text of a setting.
pub(super) fn text(said: Option<&Said>) -> Option<String> {
    said?.values.last().cloned()
}

/// `true` or `false`.
pub fn switch(said: Option<&Said>) -> Result<Option<bool>, Failure> {
    let Some(said) = said else { return Ok(None) };
    match said.values.last().map_or("true", String::as_str) {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        other => Err(bad(said, other, "write true or false")),
    }
}

/// A duration such as `90s`, `10m` or `1h 30m`; a bare number is seconds.
pub(super) fn duration(said: Option<&Said>) -> Result<Option<Duration>, Failure> {
    let Some((said, text)) = said.and_then(|said| Some((said, said.values.last()?))) else {
        return Ok(None);
    };
    let parsed = match text.parse::<u32>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds.into())),
        Err(_) => humantime::parse_duration(text),
    };
    match parsed {
        // Far beyond any task's life, and far from where adding to a clock overflows.
        Ok(duration) if duration <= Duration::from_hours(24 * 365) => Ok(Some(duration)),
        Ok(_) => Err(bad(said, text, "it is longer than a year")),
        Err(_) => Err(bad(said, text, "write a duration such as 90s, 10m or 2h")),
    }
}

/// How far back `--since` goes.
pub fn since(text: &str) -> Result<Duration, Failure> {
    let said = Said {
        values: vec![text.to_owned()],
        origin: Origin::Flag("--since"),
    };
    Ok(duration(Some(&said))?.unwrap_or_default())
}

/// `stop` or `detach`.
pub(super) fn leave(said: Option<&Said>) -> Result<Option<Leave>, Failure> {
    let Some((said, text)) = said.and_then(|said| Some((said, said.values.last()?))) else {
        return Ok(None);
    };
    match text.as_str() {
        "stop" => Ok(Some(Leave::Stop)),
        "detach" => Ok(Some(Leave::Detach)),
        other => Err(bad(said, other, "write stop or detach")),
    }
}

/// CPU units or MiB of memory: a whole number.
pub(super) fn amount(said: Option<&Said>) -> Result<Option<String>, Failure> {
    let Some((said, text)) = said.and_then(|said| Some((said, said.values.last()?))) else {
        return Ok(None);
    };
    match text.parse::<u32>() {
        Ok(amount) if amount > 0 => Ok(Some(amount.to_string())),
        _ => Err(bad(
            said,
            text,
            "write a whole number: CPU units (1024 is one vCPU) or MiB of memory",
        )),
    }
}

/// How often something is done: a whole number, 0 where nobody says.
pub(super) fn count(said: Option<&Said>) -> Result<u32, Failure> {
    let Some((said, text)) = said.and_then(|said| Some((said, said.values.last()?))) else {
        return Ok(0);
    };
    match text.parse::<u32>() {
        Ok(count) if count <= 1_000 => Ok(count),
        _ => Err(bad(said, text, "write a whole number from 0 to 1000")),
    }
}

/// Ids that all begin as AWS's do.
pub(super) fn ids(said: Option<&Said>, prefix: &str) -> Result<Vec<String>, Failure> {
    let ids = list(said);
    if let (Some(said), Some(wrong)) = (said, ids.iter().find(|id| !id.starts_with(prefix))) {
        return Err(bad(said, wrong, &format!("such ids begin with `{prefix}`")));
    }
    Ok(ids)
}

/// Capacity providers as `NAME[:WEIGHT[:BASE]]`; weight 1 and base 0 where nobody says.
pub(super) fn capacity_providers(said: Option<&Said>) -> Result<Vec<CapacityProvider>, Failure> {
    let Some(said) = said else {
        return Ok(Vec::new());
    };
    list(Some(said))
        .iter()
        .map(|text| capacity_provider(said, text))
        .collect()
}

fn capacity_provider(said: &Said, text: &str) -> Result<CapacityProvider, Failure> {
    let form = "write NAME, NAME:WEIGHT or NAME:WEIGHT:BASE, for example FARGATE_SPOT:1";
    let number = |part: Option<&str>, usual: i32| match part.map(str::parse::<u16>) {
        None => Ok(usual),
        Some(Ok(number)) => Ok(i32::from(number)),
        Some(Err(_)) => Err(bad(said, text, form)),
    };
    let mut parts = text.split(':');
    let name = parts.next().unwrap_or_default();
    let provider = CapacityProvider {
        capacity_provider: name.to_owned(),
        weight: number(parts.next(), 1)?,
        base: number(parts.next(), 0)?,
    };
    if name.is_empty() || parts.next().is_some() {
        return Err(bad(said, text, form));
    }
    Ok(provider)
}

/// A container's command: words as they stand in a list, or one text that is split at white space.
pub(super) fn words(said: Option<&Said>) -> Vec<String> {
    match said.map(|said| said.values.as_slice()) {
        Some([text]) => text.split_whitespace().map(str::to_owned).collect(),
        Some(words) => words.to_vec(),
        None => Vec::new(),
    }
}

/// The same where there must be one.
pub(super) fn command(said: Option<&Said>) -> Result<Vec<String>, Failure> {
    match (words(said), said) {
        (words, Some(said)) if words.is_empty() => Err(bad(
            said,
            "",
            "write the container's words, such as [\"migrate\"]",
        )),
        (words, _) => Ok(words),
    }
}

/// A version of `PostgreSQL`: numbers with dots between them.
pub(super) fn postgres_version(said: Option<&Said>) -> Result<String, Failure> {
    let Some((said, text)) = said.and_then(|said| Some((said, said.values.last()?))) else {
        return Ok(String::new());
    };
    let is_number = |part: &str| part.parse::<u16>().is_ok();
    if text.split('.').count() <= 3 && text.split('.').all(is_number) {
        Ok(text.clone())
    } else {
        Err(bad(said, text, "write a version such as 15 or 16.4"))
    }
}

/// A rule and how much it matters, as `NAME=SEVERITY`.
pub(super) fn rule(said: &Said, pair: &str) -> Result<(String, Importance), Failure> {
    let remedy = "write RULE=SEVERITY, the severity being block, warn, note or off";
    let (name, word) = pair
        .split_once('=')
        .ok_or_else(|| bad(said, pair, remedy))?;
    let importance = match (word, Severity::of_word(word)) {
        ("off", _) => Importance::Off,
        (_, Some(severity)) => Importance::Severity(severity),
        _ => return Err(bad(said, pair, remedy)),
    };
    Ok((name.to_owned(), importance))
}

/// A value that cannot be taken.
pub(super) fn bad(said: &Said, value: &str, remedy: &str) -> Failure {
    Failure::usage(format!("{}: `{value}` cannot be taken", said.origin)).hinted(remedy)
}

#[cfg(test)]
mod tests {
    use super::super::layer::Origin;
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> Said {
        Said {
            values: vec![text.to_owned()],
            origin: Origin::Flag("--x"),
        }
    }

    #[test]
    fn durations() {
        let parse = |text: &str| duration(Some(&said(text))).map_err(|failure| failure.to_string());
        assert_eq!(parse("90"), Ok(Some(Duration::from_secs(90))));
        assert_eq!(parse("10m"), Ok(Some(Duration::from_mins(10))));
        assert_eq!(parse("1h 30m"), Ok(Some(Duration::from_mins(90))));
        assert_eq!(
            parse("soon"),
            Err(
                "--x: `soon` cannot be taken\nhint: write a duration such as 90s, 10m or 2h".into()
            )
        );
        assert!(parse("9999y").is_err());
        assert!(parse("-1s").is_err());
    }

    #[test]
    fn capacity_provider_forms() {
        let parse = |text: &str| capacity_providers(Some(&said(text)));
        let provider = |name: &str, weight, base| CapacityProvider {
            capacity_provider: name.to_owned(),
            weight,
            base,
        };
        assert_eq!(
            parse("FARGATE_SPOT"),
            Ok(vec![provider("FARGATE_SPOT", 1, 0)])
        );
        assert_eq!(
            parse("FARGATE:1:2,FARGATE_SPOT:3"),
            Ok(vec![
                provider("FARGATE", 1, 2),
                provider("FARGATE_SPOT", 3, 0)
            ])
        );
        for wrong in ["FARGATE:x", ":1", "A:1:2:3", "A:-1"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_and_amounts() {
        assert_eq!(
            ids(Some(&said("subnet-1, subnet-2 subnet-1")), "subnet-"),
            Ok(vec!["subnet-1".into(), "subnet-2".into()])
        );
        assert!(
            ids(Some(&said("sg-1")), "subnet-")
                .expect_err("refused")
                .to_string()
                .contains("subnet-")
        );
        assert_eq!(amount(Some(&said("512"))), Ok(Some("512".into())));
        assert!(amount(Some(&said("0"))).is_err());
        assert!(amount(Some(&said("1GB"))).is_err());
        assert_eq!(count(Some(&said("3"))), Ok(3));
        assert!(count(Some(&said("-1"))).is_err() && count(Some(&said("9999"))).is_err());
    }

    #[test]
    fn commands_versions_and_rules() {
        assert_eq!(
            words(Some(&said("migrate --dry-run"))),
            ["migrate", "--dry-run"]
        );
        let list = Said {
            values: vec!["a b".into(), "-v".into(), "-v".into()],
            origin: Origin::Flag("--x"),
        };
        assert_eq!(words(Some(&list)), ["a b", "-v", "-v"]);
        assert!(words(Some(&said(""))).is_empty());
        assert!(command(Some(&said(" "))).is_err());
        assert_eq!(postgres_version(Some(&said("16.4"))), Ok("16.4".into()));
        for wrong in ["", "v16", "16.", "1.2.3.4"] {
            assert!(postgres_version(Some(&said(wrong))).is_err(), "{wrong}");
        }
        let rule = |pair: &str| rule(&said(pair), pair).map_err(|failure| failure.to_string());
        assert_eq!(
            rule("ban-drop-column=note"),
            Ok((
                "ban-drop-column".into(),
                Importance::Severity(Severity::Note)
            ))
        );
        assert_eq!(rule("x=off"), Ok(("x".into(), Importance::Off)));
        assert_eq!(
            rule("x=error"),
            Err("--x: `x=error` cannot be taken\nhint: write RULE=SEVERITY, the severity being block, warn, note or off".into())
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let said = said(&text);
            let _ = (words(Some(&said)), command(Some(&said)), postgres_version(Some(&said)));
            let _ = rule(&said, &text);
            let _ = duration(Some(&said));
            let _ = capacity_providers(Some(&said));
            let _ = ids(Some(&said), "subnet-");
            let _ = (switch(Some(&said)), amount(Some(&said)), leave(Some(&said)));
            let _ = count(Some(&said));
        }
    }
}
