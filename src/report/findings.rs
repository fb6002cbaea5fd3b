//! What checks found, as a page for people.

use super::in_one_line;
use super::paragraph::broken;
use super::voice::Tone;
use crate::model::finding::{Finding, Verdict};

/// Before what is to be typed: little, as commands are long.
const STEP: &str = "      -> ";

/// A line for each finding, its verdict first; what to do about it stands below, whole, to be
/// copied. Prose is broken at `width` columns, where there is a width.
pub(super) fn page(findings: &[Finding], width: Option<usize>, colours: bool) -> Vec<String> {
    let names = findings.iter().map(|finding| finding.name.len());
    let room = names.max().unwrap_or_default();
    let line = |finding| lines(finding, room, width, colours);
    findings.iter().flat_map(line).collect()
}

fn lines(finding: &Finding, room: usize, width: Option<usize>, colours: bool) -> Vec<String> {
    let word = finding.verdict.word();
    let first = format!("{word}  {:room$}  ", finding.name);
    let indent = " ".repeat(first.len());
    let mut lines = broken(&in_one_line(&finding.message), &first, &indent, width);
    if let Some(first) = lines.first_mut() {
        // Only now: a colour has no width.
        *first = first.replacen(word, &tone(finding.verdict).of(word, colours), 1);
    }
    let steps = finding.hint.iter().flat_map(|hint| hint.lines());
    lines.extend(steps.map(|step| format!("{STEP}{}", in_one_line(step))));
    lines
}

/// What each check looks at, and the permissions it needs.
#[must_use]
pub fn list_page<'a>(
    checks: impl Iterator<Item = (&'a str, &'a str, &'a [&'a str])>,
    width: Option<usize>,
) -> Vec<String> {
    let checks: Vec<_> = checks.collect();
    let room = checks.iter().map(|(name, ..)| name.len()).max();
    let room = room.unwrap_or_default();
    let entry = |(name, looks_at, permissions): &(&str, &str, &[&str])| {
        let first = format!("{name:room$}  ");
        let indent = " ".repeat(first.len());
        let mut lines = broken(looks_at, &first, &indent, width);
        let needs = match permissions {
            [] => "needs no permission".to_owned(),
            some => format!("needs {}", some.join(", ")),
        };
        lines.extend(broken(&needs, &indent, &indent, width));
        lines
    };
    checks.iter().flat_map(entry).collect()
}

/// One finding in one line, for a run that goes on.
pub(super) fn told(finding: &Finding) -> String {
    let hint = finding.hint.as_deref();
    let hint = hint.map(|hint| format!("; {}", hint.replace('\n', "; ")));
    let hint = hint.unwrap_or_default();
    let (word, name, message) = (finding.verdict.word(), finding.name, &finding.message);
    format!("check {name}: {word}: {message}{hint}")
}

pub(super) fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Warn => Tone::Warning,
        Verdict::Fail => Tone::Bad,
        Verdict::Skip => Tone::Aside,
    }
}

/// How many there are of each verdict, in one line.
#[must_use]
pub fn count(findings: &[Finding]) -> String {
    let verdicts = [
        (Verdict::Pass, "passed"),
        (Verdict::Warn, "to be looked at"),
        (Verdict::Fail, "failed"),
        (Verdict::Skip, "skipped"),
    ];
    let counts = verdicts.map(|(verdict, word)| {
        let of_it = findings.iter().filter(|finding| finding.verdict == verdict);
        (of_it.count(), word)
    });
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    counts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> Vec<Finding> {
        vec![
            Finding::pass("credentials", "ana"),
            Finding::fail("secrets", "there is no secret a/b\u{1b}[2J in us-east-1")
                .hinted("aws secretsmanager create-secret --name a/b"),
        ]
    }

    #[test]
    fn a_page_of_findings() {
        assert_eq!(
            page(&findings(), Some(46), false),
            [
                "pass  credentials  ana",
                "fail  secrets      there is no secret a/b^[[2J",
                "                   in us-east-1",
                "      -> aws secretsmanager create-secret --name a/b",
            ]
        );
        assert_eq!(count(&findings()), "1 passed, 1 failed");
    }

    #[test]
    fn a_verdict_has_its_colour() {
        let line = &page(&findings(), None, true)[0];
        assert!(line.contains("pass\u{1b}[0m  credentials"), "{line:?}");
    }
}
