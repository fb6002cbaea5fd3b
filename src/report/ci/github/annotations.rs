//! What was found in migrations, at the lines of a pull request.

use std::fmt::Write as _;

use crate::model::review::{Review, ReviewFinding, Severity};
use crate::report::ci::escape::{cut, data, property};
use crate::report::ci::markdown::text;
use crate::report::review::count;
use crate::report::shown;

use super::ANNOTATION;

/// GitHub shows so many annotations of each kind of a step.
const OF_A_KIND: usize = 10;
/// So many findings stand in the summary.
const IN_THE_SUMMARY: usize = 200;

/// Commands that annotate lines: the worst kind first. The rest stands in the log alone.
pub(super) fn commands(review: &Review) -> Vec<String> {
    let kinds = [
        (Severity::Block, "error"),
        (Severity::Warn, "warning"),
        (Severity::Note, "notice"),
    ];
    let of_a_kind = |(severity, kind): (Severity, &'static str)| {
        let of_it = review.findings.iter();
        let of_it = of_it.filter(move |finding| finding.severity == severity);
        of_it
            .take(OF_A_KIND)
            .map(move |finding| command(kind, finding))
    };
    kinds.into_iter().flat_map(of_a_kind).collect()
}

fn command(kind: &str, finding: &ReviewFinding) -> String {
    let message = finding.told();
    let message = cut(&shown(&message), ANNOTATION);
    let file = property(&shown(&finding.file));
    let (line, end, column) = (finding.line, finding.end_line, finding.column);
    let title = property(&finding.rule);
    let message = data(&message);
    format!(
        "::{kind} file={file},line={line},endLine={end},col={column},title={title}::{message}\n"
    )
}

/// The findings as a table of the step's summary.
pub(super) fn summary(review: &Review) -> String {
    let mut written = format!("### {}\n\n", text(&count(review)));
    if review.findings.is_empty() {
        return written;
    }
    written.push_str("| | Rule | Where | What | Safe way |\n|---|---|---|---|---|\n");
    let mut worst_first: Vec<_> = review.findings.iter().collect();
    worst_first.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in worst_first.iter().take(IN_THE_SUMMARY) {
        let place = format!("{}:{}", finding.file, finding.line);
        let cells = [
            finding.severity.word(),
            &finding.rule,
            &place,
            &finding.message,
            &finding.safe_way,
        ];
        let cells = cells.map(|cell| text(&shown(cell)));
        // Writing to a `String` does not fail.
        let _ = writeln!(written, "| {} |", cells.join(" | "));
    }
    if let Some(more) = review.findings.len().checked_sub(IN_THE_SUMMARY + 1) {
        let _ = writeln!(written, "\nand {} more", more + 1);
    }
    written.push('\n');
    written
}
