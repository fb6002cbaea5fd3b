//! Other people's text, made fit for a terminal.

use std::borrow::Cow;

/// `text` with control characters made visible (`^[` for escape), so that it cannot steer a
/// terminal. Tabs and line ends stay; a carriage return before a line end goes.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmless = |c: char| !c.is_control() || c == '\t' || c == '\n';
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    let text = text.strip_suffix('\r').unwrap_or(&text);
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if is_harmless(c) => shown.push(c),
            '\u{7f}' => shown.push_str("^?"),
            c if c.is_ascii() => {
                shown.push('^');
                shown.push(char::from(c as u8 ^ 0x40));
            }
            c => shown.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_shown() {
        for (text, expected) in [
            ("plain\ttext", "plain\ttext"),
            ("\u{1b}[2Jgone", "^[[2Jgone"),
            ("\u{1b}]0;title\u{7}", "^[]0;title^G"),
            ("50 %\r100 %\r\n", "50 %^M100 %\n"),
            ("line\r", "line"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("nul\0", "nul^@"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_that_steers(text in "(?s).*") {
            prop_assert!(harmless(&text).chars().all(|c| !c.is_control() || c == '\t' || c == '\n'));
        }
    }
}
