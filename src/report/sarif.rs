//! What was found in migrations as SARIF 2.1.0, which code scanners and editors read.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::mask::mask_value;
use crate::model::review::{Review, ReviewFinding, Rule, Severity, Usual};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative paths begin at.
const ROOT: &str = "%SRCROOT%";

/// The findings and the rules as one log of one run. `version`: the tool's.
#[must_use]
pub fn sarif<'r>(review: &Review, rules: impl Iterator<Item = &'r Rule>, version: &str) -> String {
    let rules: Vec<_> = rules.collect();
    let places: BTreeMap<_, _> = rules
        .iter()
        .enumerate()
        .map(|(place, rule)| (rule.name, place))
        .collect();
    let prints = prints(review);
    let results: Vec<_> = review
        .findings
        .iter()
        .zip(prints)
        .map(|(finding, print)| result(finding, places.get(finding.rule.as_str()), &print))
        .collect();
    let mut log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "run-admin-task",
                "version": version,
                "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
            }},
            // Columns count characters, and not the halves of UTF-16.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    mask_value(&mut log);
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn described(rule: &Rule) -> Value {
    let level = match rule.usual {
        Usual::Severity(severity) => level(severity),
        Usual::Off(_) => "none",
    };
    json!({
        "id": rule.name,
        "shortDescription": {"text": rule.message},
        "fullDescription": {"text": format!("{} ({})", rule.effect, rule.affects.whom())},
        "help": {"text": format!("Safe way: {}", rule.safe_way)},
        "defaultConfiguration": {"level": level, "enabled": level != "none"},
    })
}

fn result(finding: &ReviewFinding, rule: Option<&usize>, print: &str) -> Value {
    let message = finding.told();
    let mut place = json!({"artifactLocation": location(&finding.file)});
    // What is said of the file itself has no region.
    if !finding.span.is_empty() {
        place["region"] = json!({
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
        });
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": print},
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = (*rule).into();
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Block => "error",
        Severity::Warn => "warning",
        Severity::Note => "note",
    }
}

/// Where a file is: below the root of the sources, unless it is somewhere else.
fn location(path: &str) -> Value {
    let uri = as_uri(path);
    if path.starts_with('/') {
        json!({"uri": format!("file://{uri}")})
    } else {
        json!({"uri": uri, "uriBaseId": ROOT})
    }
}

/// A path with what a URI may not hold escaped.
fn as_uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a `String` does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// What tells each finding from others, and stays when lines are added elsewhere: the rule, the
/// line's text, and which of those that are alike it is.
fn prints(review: &Review) -> Vec<String> {
    let texts: BTreeMap<_, _> = review
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_ref()))
        .collect();
    let mut seen = BTreeMap::<_, u32>::new();
    review
        .findings
        .iter()
        .map(|finding| {
            let text: &str = texts
                .get(finding.file.as_str())
                .copied()
                .unwrap_or_default();
            let start = finding.span.start;
            let rest = text.get(start..).unwrap_or_default();
            let line = rest.split('\n').next().unwrap_or_default().trim();
            let hash = Sha256::digest(format!("{}\n{}\n{line}", finding.rule, finding.file));
            let hash = hex::encode(&hash[..8]);
            let count = seen.entry(hash.clone()).or_default();
            *count += 1;
            format!("{hash}:{count}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(as_uri("db/1_é b.sql"), "db/1_%C3%A9%20b.sql");
        assert_eq!(
            location("/srv/1_a.sql"),
            json!({"uri": "file:///srv/1_a.sql"})
        );
    }
}
