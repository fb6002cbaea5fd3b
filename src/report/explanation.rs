//! A diagnosis as a page for people.

use unicode_width::UnicodeWidthStr as _;

use super::in_one_line;
use crate::model::diagnosis::Diagnosis;

/// A page narrower than this is as wide as this.
const LEAST: usize = 40;

/// The lines of the page: the cause first, then what it rests on, then what to do. Prose is broken
/// at `width` columns, where there is a width; commands are left whole, to be copied.
#[must_use]
pub fn page(diagnosis: &Diagnosis, width: Option<usize>) -> Vec<String> {
    let mut lines = broken(&headline(diagnosis), "", "  ", width);
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

/// A text in lines of so many columns at most, unless a single word is longer.
fn broken(text: &str, first: &str, indent: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.map(|width| width.max(LEAST)) else {
        return vec![format!("{first}{text}")];
    };
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, proptest};

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
    fn without_a_width_each_text_is_a_line() {
        assert_eq!(page(&diagnosis(), None).len(), 10);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_by_breaking(text in any::<String>(), width in 0_usize..200) {
            let lines = broken(&text, "", "", Some(width));
            prop_assert!(lines.join(" ") == text);
        }
    }
}
