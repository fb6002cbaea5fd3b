//! Prose in lines of a width.

use unicode_width::UnicodeWidthStr as _;

use super::in_one_line;
use super::voice::Tone;

/// A page narrower than this is as wide as this.
const LEAST: usize = 40;

/// A text in lines of so many columns at most, unless a single word is longer.
pub(super) fn broken(text: &str, first: &str, indent: &str, width: Option<usize>) -> Vec<String> {
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

/// A word in its tone, and what goes with it, in a column behind `room` for the word.
pub(super) fn entry(
    (word, tone): (&str, Tone),
    text: &str,
    room: usize,
    width: Option<usize>,
    colours: bool,
) -> Vec<String> {
    let first = format!("{word:room$}  ");
    let indent = " ".repeat(first.len());
    let mut lines = broken(&in_one_line(text), &first, &indent, width);
    if let Some(first) = lines.first_mut() {
        // Only now: a colour has no width.
        *first = first.replacen(word, &tone.of(word, colours), 1);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, proptest};

    proptest! {
        #[test]
        fn nothing_is_lost_by_breaking(text in any::<String>(), width in 0_usize..200) {
            let lines = broken(&text, "", "", Some(width));
            prop_assert!(lines.join(" ") == text);
        }
    }
}
