//! A diagnosis as a page for people.

use super::in_one_line;
use super::paragraph::broken;
use crate::model::diagnosis::{Checked, Diagnosis, Looked};
use crate::model::finding::Verdict;

/// The lines of the page: the cause first, then what it rests on, then what to do. Prose is broken
/// at `width` columns, where there is a width; commands are left whole, to be copied.
#[must_use]
pub fn page(diagnosis: &Diagnosis, width: Option<usize>) -> Vec<String> {
    let mut lines = broken(&headline(diagnosis), "", "  ", width);
    if let Some(looked) = looked(diagnosis) {
        lines.extend(broken(&looked, "", "  ", width));
    }
    section(&mut lines, "Evidence", &diagnosis.evidence, width, |_| {
        "  - ".to_owned()
    });
    section(
        &mut lines,
        "Next steps",
        &diagnosis.next_steps,
        width,
        |number| format!("  {number}. "),
    );
    if !diagnosis.related.is_empty() {
        let related = diagnosis.related.join(", ");
        lines.push(String::new());
        let also = format!("The evidence names as well: {related}");
        lines.extend(broken(&also, "", "  ", width));
    }
    lines
}

/// What a look at the account says of the cause, in one line.
#[must_use]
pub fn looked(diagnosis: &Diagnosis) -> Option<String> {
    let told = |verdict: Verdict| {
        let mut checks = diagnosis.checks.iter();
        let found = checks.find(|checked| checked.verdict == verdict);
        found.map_or_else(|| "nothing tells of it".to_owned(), told_by)
    };
    Some(match diagnosis.looked? {
        Looked::Confirmed => format!("confirmed: {}", told(Verdict::Fail)),
        Looked::RuledOut => format!(
            "ruled out by a look just now (it may have been mended since): {}",
            told(Verdict::Pass)
        ),
        Looked::CouldNotLook => format!("could not be confirmed: {}", told(Verdict::Skip)),
    })
}

fn told_by(checked: &Checked) -> String {
    format!("{}: {}", checked.name, in_one_line(&checked.message))
}

/// The cause and what it means, in one line.
#[must_use]
pub fn headline(diagnosis: &Diagnosis) -> String {
    format!("{}: {}", diagnosis.cause, in_one_line(&diagnosis.summary))
}

fn section(
    lines: &mut Vec<String>,
    title: &str,
    texts: &[String],
    width: Option<usize>,
    mark: impl Fn(usize) -> String,
) {
    if texts.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(title.to_owned());
    for (index, text) in texts.iter().enumerate() {
        let first = mark(index + 1);
        let indent = " ".repeat(first.len());
        let text = in_one_line(text);
        if is_command(&text) {
            lines.push(format!("{first}{text}"));
        } else {
            lines.extend(broken(&text, &first, &indent, width));
        }
    }
}

/// Whether a step is something to type.
fn is_command(text: &str) -> bool {
    ["aws ", "run-admin-task ", "in the database: "]
        .iter()
        .any(|begin| text.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnosis() -> Diagnosis {
        Diagnosis {
            cause: "log-group-missing".into(),
            summary: "The awslogs group does not exist in that region: log group /ecs/a.".into(),
            evidence: vec!["stoppedReason: a\u{1b}[2J at x://u:p@h\nb".into()],
            next_steps: vec![
                "aws logs create-log-group --log-group-name /ecs/a-name-that-is-rather-long".into(),
                "Create it.".into(),
            ],
            related: vec!["resource-init-failed".into()],
            ..Diagnosis::default()
        }
    }

    #[test]
    fn the_cause_stands_first_and_nothing_steers_the_terminal() {
        assert_eq!(
            page(&diagnosis(), Some(50)),
            [
                "log-group-missing: The awslogs group does not",
                "  exist in that region: log group /ecs/a.",
                "",
                "Evidence",
                r"  - stoppedReason: a^[[2J at x://u:***@h\nb",
                "",
                "Next steps",
                "  1. aws logs create-log-group --log-group-name /ecs/a-name-that-is-rather-long",
                "  2. Create it.",
                "",
                "The evidence names as well: resource-init-failed",
            ]
        );
    }

    #[test]
    fn what_a_look_says_stands_below_the_cause() {
        let found = |verdict, message: &str| Checked {
            name: "log-group".into(),
            verdict,
            message: message.into(),
            hint: None,
        };
        let said = |looked, checks| {
            let diagnosis = Diagnosis {
                looked: Some(looked),
                checks,
                ..diagnosis()
            };
            page(&diagnosis, None).swap_remove(1)
        };
        let fail = found(Verdict::Fail, "there is none");
        let pass = found(Verdict::Pass, "it is there");
        let skip = found(Verdict::Skip, "not allowed");
        for (looked, checks, expected) in [
            (
                Looked::Confirmed,
                vec![fail],
                "confirmed: log-group: there is none",
            ),
            (
                Looked::RuledOut,
                vec![pass.clone()],
                "ruled out by a look just now (it may have been mended since): log-group: it is there",
            ),
            (
                Looked::CouldNotLook,
                vec![pass, skip],
                "could not be confirmed: log-group: not allowed",
            ),
            (
                Looked::CouldNotLook,
                vec![],
                "could not be confirmed: nothing tells of it",
            ),
        ] {
            assert_eq!(said(looked, checks), expected);
        }
    }

    #[test]
    fn without_a_width_each_text_is_a_line() {
        assert_eq!(page(&diagnosis(), None).len(), 10);
    }
}
