//! Other people's text, made fit for a terminal.

use std::borrow::Cow;

/// `text` with control characters made visible (`^[` for escape), so that it cannot steer a
/// terminal. Tabs and line ends stay; a carriage return before a line end goes.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
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

/// `text` with nothing in it that GitHub's runner takes for a command: a line that begins with
/// `::` after white space, and `##[` anywhere. A zero-width space breaks both and shows nothing.
pub(super) fn without_commands(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| line.trim_start().starts_with("::");
    if !text.contains("##[") && !text.split(['\n', '\r']).any(begins) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive(['\n', '\r']).map(|line| {
        if begins(line) {
            line.replacen("::", "\u{200b}::", 1)
        } else {
            line.to_owned()
        }
    });
    Cow::Owned(lines.collect::<String>().replace("##[", "#\u{200b}#["))
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

    #[test]
    fn commands_are_broken() {
        for (text, expected) in [
            ("a::b", "a::b"),
            ("::error::x", "\u{200b}::error::x"),
            (
                "  ::set-output name=a::b",
                "  \u{200b}::set-output name=a::b",
            ),
            ("x\n::add-mask::y", "x\n\u{200b}::add-mask::y"),
            ("x\r::add-mask::y", "x\r\u{200b}::add-mask::y"),
            ("see ##[error]x", "see #\u{200b}#[error]x"),
        ] {
            assert_eq!(without_commands(text), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_that_commands(text in "(?s)[ :#\\[a\n\r]{0,24}") {
            let shown = without_commands(&text);
            prop_assert!(!shown.contains("##["));
            prop_assert!(shown.split(['\n', '\r']).all(|line| !line.trim_start().starts_with("::")));
        }

        #[test]
        fn nothing_is_left_that_steers(text in "(?s).*") {
            prop_assert!(harmless(&text).chars().all(|c| !c.is_control() || c == '\t' || c == '\n'));
        }
    }
}
