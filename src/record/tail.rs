//! The last lines of a log.

use std::collections::VecDeque;

use super::data::Line;
use crate::model::event::{LogLine, rfc3339_millis};
use crate::model::task::EpochMillis;
use crate::report::mask::mask;

/// How many lines a record holds, of all containers together.
pub(super) const LINES: usize = 200;

/// What is kept of one line, in bytes: `CloudWatch` takes messages of a megabyte.
const OF_A_LINE: usize = 16 * 1024;

/// The last [`LINES`] lines of a log. Lines come by the million: what was allocated for one that
/// is forgotten serves the next, and passwords are masked only when the record is written.
#[derive(Debug, Default)]
pub(super) struct Tail {
    lines: VecDeque<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    container: String,
    timestamp: EpochMillis,
    message: String,
}

impl Tail {
    pub(super) fn take(&mut self, line: &LogLine) {
        let mut kept = if self.lines.len() < LINES {
            Kept::default()
        } else {
            self.lines.pop_front().unwrap_or_default()
        };
        kept.container.clone_from(&line.container);
        kept.timestamp = line.timestamp;
        if line.message.len() > OF_A_LINE {
            kept.message = cut(&line.message);
        } else {
            kept.message.clone_from(&line.message);
        }
        self.lines.push_back(kept);
    }

    /// The lines as a record holds them, without passwords.
    pub(super) fn lines(&self) -> Vec<Line> {
        let line = |kept: &Kept| Line {
            container: kept.container.clone(),
            timestamp: rfc3339_millis(kept.timestamp),
            message: mask(&kept.message).into_owned(),
        };
        self.lines.iter().map(line).collect()
    }
}

/// The beginning of a message. It is masked first: of half a URL nobody can tell that it holds a
/// password.
fn cut(message: &str) -> String {
    let masked = mask(message);
    let begin = &masked[..masked.floor_char_boundary(OF_A_LINE)];
    let rest = masked.len() - begin.len();
    format!("{begin}… ({rest} bytes more)")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: impl Into<String>) -> LogLine {
        LogLine {
            container: "admin".into(),
            timestamp: 0,
            message: message.into(),
            deciding: true,
        }
    }

    #[test]
    fn the_last_lines_are_kept_in_order_without_passwords() {
        let mut tail = Tail::default();
        for number in 0..1_234 {
            tail.take(&line(format!("line {number} at a://u:s3cret@h")));
        }
        let lines = tail.lines();
        assert_eq!(lines.len(), LINES);
        for (line, number) in lines.iter().zip(1_234 - LINES..) {
            assert_eq!(line.message, format!("line {number} at a://u:***@h"));
            assert_eq!(line.timestamp, "1970-01-01T00:00:00.000Z");
        }
    }

    #[test]
    fn a_million_lines_allocate_what_two_hundred_do() {
        let mut tail = Tail::default();
        let line = line("x".repeat(100));
        for _ in 0..1_000_000 {
            tail.take(&line);
        }
        assert_eq!(tail.lines.len(), LINES);
        let kept: usize = tail.lines.iter().map(|kept| kept.message.capacity()).sum();
        assert!(kept < 2 * LINES * 100, "{kept}");
    }

    #[test]
    fn a_very_long_line_is_cut_after_it_was_masked() {
        let mut tail = Tail::default();
        let before = "é".repeat(OF_A_LINE / 2 - 10);
        tail.take(&line(format!(
            "{before} postgres://u:{}@h/d",
            "s3cret".repeat(OF_A_LINE)
        )));
        let message = tail.lines().remove(0).message;
        assert!(message.len() < OF_A_LINE + 40, "{}", message.len());
        assert!(!message.contains("s3cret"), "a password");
        assert!(message.ends_with(" bytes more)"), "{message}");
    }
}
