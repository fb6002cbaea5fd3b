//! What was found in migrations, as a page for people: each finding beside its line, as a
//! compiler shows an error.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::paragraph::broken;
use super::plain::PlainStyle;
use super::{in_one_line, shown};
use crate::model::review::{Review, ReviewFinding, Rule, Severity, Usual};

/// Of a statement so many lines are shown.
const LINES: usize = 3;
/// A text is broken at so many columns where there is no terminal's width.
const WIDTH: usize = 100;
/// What stands before the lines of a text.
const INDENT: usize = 18;

/// Each finding with its place, its text, what it breaks and the way around it.
pub(super) fn page(review: &Review, style: &PlainStyle) -> Vec<String> {
    let renderer = if style.colours {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let width = style.lists.width.unwrap_or(WIDTH);
    let renderer = renderer.term_width(width.max(WIDTH / 2));
    let mut lines = Vec::new();
    let mut texts = review.files.iter().peekable();
    for finding in &review.findings {
        // Both are in the order of files.
        while texts.next_if(|file| file.path != finding.file).is_some() {}
        let text = texts.peek().map_or("", |file| &file.text);
        let shown = renderer.render(&[group(finding, text, width)]);
        lines.extend(shown.lines().map(str::to_owned));
        lines.push(String::new());
    }
    lines
}

/// How many findings there are of each severity, in one line.
#[must_use]
pub fn count(review: &Review) -> String {
    let files = match review.files.len() {
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    let counts = [Severity::Block, Severity::Warn, Severity::Note].map(|severity| {
        let count = review.count(severity);
        (count > 0).then(|| format!("{count} {}", severity.word()))
    });
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    if counts.is_empty() {
        return format!("review: {files}: nothing found");
    }
    format!("review: {files}: {}", counts.join(", "))
}

/// Each rule: how much it matters, what it says, whom it concerns and the way around it.
#[must_use]
pub fn list_page<'r>(
    rules: impl Iterator<Item = (&'r str, &'r Rule)>,
    width: Option<usize>,
) -> Vec<String> {
    let entry = |(severity, rule): (&str, &Rule)| {
        let mut lines = vec![format!("{severity:5}  {}", rule.name)];
        let mut add = |name: &str, text: &str| {
            let first = format!("       {name}");
            lines.extend(broken(text, &first, "         ", width));
        };
        add("", &format!("{} ({})", rule.message, rule.affects.whom()));
        add("breaks: ", rule.effect);
        add("safe way: ", rule.safe_way);
        if let (Usual::Off(why), "off") = (rule.usual, severity) {
            add("off: ", why);
        }
        lines
    };
    rules.flat_map(entry).collect()
}

fn group<'a>(finding: &'a ReviewFinding, text: &str, width: usize) -> Group<'a> {
    let title = level(finding.severity)
        .primary_title(in_one_line(&finding.message))
        .id(finding.rule.as_str());
    let path = in_one_line(&finding.file);
    let group = if finding.span.is_empty() {
        title.element(Origin::path(path))
    } else {
        let excerpt = Excerpt::of(finding, text);
        let place = AnnotationKind::Primary.span(excerpt.before..excerpt.before + excerpt.within);
        title.element(
            Snippet::source(excerpt.text)
                .line_start(finding.line)
                .path(path)
                .annotation(place),
        )
    };
    let breaks = format!("{} ({})", finding.effect, finding.affects.whom());
    let aside = |name: &'static str, text: &str| {
        let width = width.saturating_sub(INDENT);
        let lines = broken(&in_one_line(text), "", "", Some(width));
        Level::NOTE.with_name(name).message(lines.join("\n"))
    };
    group
        .element(aside("breaks", &breaks))
        .element(aside("safe way", &finding.safe_way))
        .element(aside("accept", &finding.accept))
}

fn level(severity: Severity) -> Level<'static> {
    let level = match severity {
        Severity::Block => Level::ERROR,
        Severity::Warn => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    level.with_name(severity.word())
}

/// The lines that a finding stands in, harmless, and where in them it stands.
struct Excerpt {
    text: String,
    /// Bytes before it.
    before: usize,
    /// Bytes of it.
    within: usize,
}

impl Excerpt {
    fn of(finding: &ReviewFinding, text: &str) -> Self {
        let (start, end) = (finding.span.start, finding.span.end);
        let before = text.get(..start).unwrap_or_default();
        let within = text.get(start..end).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        let last = within.match_indices('\n').nth(LINES - 1);
        let (within, after) = match last {
            Some((cut, _)) => (&within[..cut], ""),
            None => (within, after.split('\n').next().unwrap_or_default()),
        };
        // Each by itself: what is made harmless has another length.
        let [before, within, after] = [before, within, after].map(shown);
        Self {
            before: before.len(),
            within: within.len(),
            text: format!("{before}{within}{after}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::review::{Affects, ReviewedFile};
    use crate::report::{ListStyle, Runner, Verbosity};
    use jiff::tz::TimeZone;

    fn style(colours: bool) -> PlainStyle {
        PlainStyle {
            colours,
            runner: Runner::Nobody,
            verbosity: Verbosity::Progress,
            timestamps: None,
            lists: ListStyle {
                zone: TimeZone::UTC,
                width: None,
            },
        }
    }

    fn review(text: &str, place: (usize, usize), span: std::ops::Range<usize>) -> Review {
        Review {
            files: vec![ReviewedFile {
                path: "db/2_b.sql".into(),
                text: text.into(),
            }],
            findings: vec![ReviewFinding {
                file: "db/2_b.sql".into(),
                line: place.0,
                column: place.1,
                end_line: place.0,
                end_column: place.1,
                rule: "ban-drop-column".into(),
                severity: Severity::Block,
                message: "a column is dropped".into(),
                effect: "queries fail".into(),
                affects: Affects::RunningCode,
                safe_way: "drop it later".into(),
                accept: "`-- squawk-ignore ban-drop-column` on the line before it".into(),
                span,
            }],
        }
    }

    #[test]
    fn a_finding_stands_beside_its_line() {
        let text = "-- é\nALTER TABLE a DROP COLUMN b;\n";
        let found = review(text, (2, 15), 20..33);
        assert_eq!(
            page(&found, &style(false)).join("\n"),
            "\
block[ban-drop-column]: a column is dropped
 --> db/2_b.sql:2:15
  |
2 | ALTER TABLE a DROP COLUMN b;
  |               ^^^^^^^^^^^^^
  |
  = breaks: queries fail (the code that still runs)
  = safe way: drop it later
  = accept: `-- squawk-ignore ban-drop-column` on the line before it
"
        );
        assert_eq!(count(&found), "review: 1 file: 1 block");
        assert_eq!(count(&Review::default()), "review: 0 files: nothing found");
    }

    #[test]
    fn a_finding_of_the_file_itself_has_no_line() {
        let page = page(&review("SELECT 1;", (1, 1), 0..0), &style(false));
        assert_eq!(page[1], "--> db/2_b.sql");
        assert!(page[2].contains("breaks"), "{page:?}");
    }

    #[test]
    fn other_peoples_text_steers_no_terminal() {
        let text = "DROP TABLE \"a\u{1b}[2J\u{202e}\";\r\n\u{9b}2J";
        for colours in [false, true] {
            let page = page(&review(text, (1, 1), 0..text.len()), &style(colours)).join("\n");
            assert!(page.contains("^[[2J"), "{page}");
            assert!(
                !page.contains("\u{1b}[2J") && !page.contains('\u{202e}'),
                "{page}"
            );
            assert!(!page.contains('\u{9b}'), "{page}");
            assert_eq!(page.contains("\u{1b}["), colours, "{page}");
        }
    }

    #[test]
    fn a_long_statement_is_shown_by_its_beginning() {
        let text = "DELETE\nFROM\na\nUSING\nb;";
        let page = page(&review(text, (1, 1), 0..text.len()), &style(false)).join("\n");
        assert!(page.contains("3 | ") && !page.contains("USING"), "{page}");
    }
}
