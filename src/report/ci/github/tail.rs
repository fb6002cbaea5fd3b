//! The last lines of the log, for a summary.

use std::collections::VecDeque;

use crate::model::event::LogLine;
use crate::report::ci::escape::cut;
use crate::report::mask::mask;
use crate::report::shown;

/// How many lines a summary shows.
const LINES: usize = 30;
/// What is shown of one of them, in bytes.
const OF_A_LINE: usize = 1_000;

/// The last lines of the deciding container, and those of all the others together.
#[derive(Debug, Default)]
pub(super) struct Tail {
    deciding: VecDeque<String>,
    others: VecDeque<String>,
}

impl Tail {
    pub(super) fn take(&mut self, line: &LogLine) {
        let lines = if line.deciding {
            &mut self.deciding
        } else {
            &mut self.others
        };
        // Lines come by the million: what one took serves another.
        let mut kept = if lines.len() < LINES {
            String::new()
        } else {
            lines.pop_front().unwrap_or_default()
        };
        kept.clear();
        if !line.deciding {
            kept.push('[');
            kept.push_str(&line.container);
            kept.push_str("] ");
        }
        if line.message.len() > OF_A_LINE {
            // Of half a URL nobody can tell that it holds a password.
            kept.push_str(&cut(&mask(&line.message), OF_A_LINE));
        } else {
            kept.push_str(&line.message);
        }
        lines.push_back(kept);
    }

    /// The lines, masked and harmless; of the other containers only where the deciding one wrote
    /// nothing.
    pub(super) fn text(&self) -> String {
        let lines = if self.deciding.is_empty() {
            &self.others
        } else {
            &self.deciding
        };
        let lines = lines.iter().flat_map(|message| {
            let lines = shown(message);
            let lines = lines.trim_end_matches('\n').split('\n');
            lines
                .map(|line| cut(line, OF_A_LINE * 4))
                .collect::<Vec<_>>()
        });
        let lines: Vec<_> = lines.collect();
        // A message may be of many lines.
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(deciding: bool, message: &str) -> LogLine {
        LogLine {
            container: "proxy".into(),
            timestamp: 0,
            message: message.into(),
            deciding,
        }
    }

    #[test]
    fn the_last_lines_are_kept_and_each_is_bounded() {
        let mut tail = Tail::default();
        tail.take(&line(false, "ready"));
        assert_eq!(tail.text(), "[proxy] ready");
        for number in 0..40 {
            tail.take(&line(true, &format!("{number}\n")));
        }
        let text = tail.text();
        assert!(
            text.starts_with("10\n11\n") && text.ends_with("\n39"),
            "{text}"
        );
        tail.take(&line(true, &"x\n".repeat(400)));
        assert_eq!(tail.text(), ["x"; 30].join("\n"));
        for _ in 0..LINES {
            tail.take(&line(true, &"\0".repeat(1024 * 1024)));
        }
        assert!(tail.text().len() < 100_000);
        assert!(tail.text().starts_with("^@^@"));
    }
}
