//! Lines and columns of a text.

use std::ops::Range;

/// A line and a column, from 1. Columns count characters.
pub(super) type Place = (usize, usize);

/// Where the lines of a text begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    begins: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            begins: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// The place of a byte.
    pub(super) fn place(&self, at: usize) -> Place {
        let at = self.text.floor_char_boundary(at);
        let line = self.begins.partition_point(|begin| *begin <= at);
        let begin = self.begins.get(line.saturating_sub(1)).copied();
        let begin = begin.unwrap_or_default();
        (line, self.text[begin..at].chars().count() + 1)
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.place(at).0
    }

    /// A span that lies in the text and between its characters, without white space at its end.
    pub(super) fn within(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end.max(start));
        start..start + self.text[start..end].trim_end().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    #[test]
    fn places() {
        let lines = Lines::of("aé\nb\n\nc");
        for (at, place) in [
            (0, (1, 1)),
            (1, (1, 2)),
            (2, (1, 2)),
            (3, (1, 3)),
            (4, (2, 1)),
            (6, (3, 1)),
            (7, (4, 1)),
            (8, (4, 2)),
            (99, (4, 2)),
        ] {
            assert_eq!(lines.place(at), place, "{at}");
        }
        assert_eq!(lines.within(&(1..5)), 1..5);
        assert_eq!(lines.within(&(2..4)), 1..3);
        assert_eq!(lines.within(&(7..70)), 7..8);
        assert_eq!(Lines::of("").place(0), (1, 1));
    }

    proptest! {
        #[test]
        fn any_span_lies_within(text in any::<String>(), start in 0_usize..40, end in 0_usize..40) {
            let lines = Lines::of(&text);
            let span = lines.within(&(start..end));
            prop_assert!(text.get(span.clone()).is_some());
            let (line, column) = lines.place(span.start);
            let before = &text[..span.start];
            prop_assert_eq!(line, before.matches('\n').count() + 1);
            prop_assert_eq!(column, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
        }
    }
}
