//! Text in columns: what a terminal needs room for.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The columns that a text takes: two for a wide character, none for a mark on another.
///
/// ```
/// use run_admin_task::report::columns::columns;
/// assert_eq!(columns("表a"), 3);
/// ```
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text, filled up with spaces to so many columns.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The beginning of a text that takes more than so many columns, with a sign of it at the end.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut begin = String::new();
    let mut taken = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if taken + wide > width.saturating_sub(1) {
            break;
        }
        taken += wide;
        begin.push(c);
    }
    // A character may take another width together with its neighbours.
    while columns(&begin) >= width.max(1) && begin.pop().is_some() {}
    if width > 0 {
        begin.push('…');
    }
    begin
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(padded("表", 4), "表  ");
        for (width, expected) in [
            (7, "表表表a"),
            (6, "表表…"),
            (5, "表表…"),
            (1, "…"),
            (0, ""),
        ] {
            assert_eq!(cut("表表表a", width), expected);
        }
        assert_eq!(cut("e\u{301}tude", 3), "e\u{301}t…");
    }

    proptest! {
        #[test]
        fn what_is_cut_fits(text in "\\PC{0,40}", width in 0_usize..50) {
            prop_assert!(columns(&cut(&text, width)) <= width);
            prop_assert!(columns(&padded(&text, width)) >= width);
        }
    }
}
