//! Text within GitHub's workflow commands and the files of a step.

use std::fmt::Write as _;

use crate::report::harmless::without_brackets;

/// `text` as the data of a workflow command: on one line, which the runner turns back.
///
/// ```
/// use run_admin_task::report::ci::escape::data;
/// assert_eq!(data("50 %\nsee ::x"), "50 %25%0Asee ::x");
/// ```
#[must_use]
pub fn data(text: &str) -> String {
    // The page would interpret `##[` within the message.
    without_brackets(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// `text` as a property of a workflow command.
///
/// ```
/// use run_admin_task::report::ci::escape::property;
/// assert_eq!(property("a: b, c"), "a%3A b%2C c");
/// ```
#[must_use]
pub fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A name and its value for the file of a step's outputs; `delimiter` is random.
///
/// ```
/// use run_admin_task::report::ci::escape::output;
/// assert_eq!(output("outcome", "succeeded", "d"), "outcome<<d0\nsucceeded\nd0\n");
/// ```
#[must_use]
pub fn output(name: &str, value: &str, delimiter: &str) -> String {
    let mut written = String::new();
    // Somebody who knew the delimiter could end the value, and set outputs of his own. A value has
    // no room for all of these.
    let mut numbers = 0..=value.len();
    let free = numbers.find(|number| !value.contains(&format!("{delimiter}{number}")));
    let number = free.unwrap_or_default();
    // Writing to a `String` does not fail.
    let _ = writeln!(
        written,
        "{name}<<{delimiter}{number}\n{value}\n{delimiter}{number}"
    );
    written
}

/// The beginning of a text that may be of any length: so many bytes at most, and a sign that it
/// was cut.
#[must_use]
pub(super) fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let begin = &text[..text.floor_char_boundary(bytes)];
    format!("{begin}… ({} bytes more)", text.len() - begin.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the runner makes of data: it replaces the other way round.
    fn unescaped(text: &str) -> String {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("aé", 3), "aé");
        assert_eq!(cut("aéb", 2), "a… (3 bytes more)");
    }

    proptest! {
        #[test]
        fn data_stays_on_its_line_and_comes_back(text in "(?s)[%0ADCx:,\r\n\\PC]{0,24}") {
            let plain = text.replace("##[", "");
            prop_assume!(!plain.contains("##["));
            for escaped in [data(&plain), property(&plain)] {
                prop_assert!(!escaped.contains(['\r', '\n']));
                prop_assert_eq!(unescaped(&escaped), plain.clone());
            }
            prop_assert!(!property(&text).contains([':', ',']));
        }

        #[test]
        fn an_output_ends_where_it_ends(value in "(?s)([d0-9\n]|a<<d0\n){0,16}") {
            let written = output("a", &value, "d");
            let (first, rest) = written.split_once('\n').expect("a line");
            let delimiter = first.strip_prefix("a<<").expect("a delimiter");
            let mut lines = rest.lines();
            let inside: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            prop_assert_eq!(lines.next(), None);
            prop_assert_eq!(inside, value.split('\n').collect::<Vec<_>>());
        }
    }
}
