//! Texts as rules read them: what differs by way of transport, and not by meaning, is gone.

use std::borrow::Cow;

/// What stands in a text for something else.
const ENTITIES: [(&str, &str); 8] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// The text on one line with single blanks, straight quotes and neither escape sequences nor HTML
/// entities. Names keep their case: what is extracted must be usable.
pub(super) fn clean(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for (entity, meaning) in ENTITIES {
        if text.contains(entity) {
            text = Cow::Owned(text.replace(entity, meaning));
        }
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let c = match c {
            '\u{1b}' => {
                if rest.next_if_eq(&'[').is_some() {
                    while rest.next_if(|c| !('@'..='~').contains(c)).is_some() {}
                    rest.next();
                }
                continue;
            }
            '‘' | '’' | '‚' | '‛' | '´' | '′' => '\'',
            '“' | '”' | '„' | '‟' | '″' => '"',
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => continue,
            // A text that went through JSON or a log keeps its escapes.
            '\\' if matches!(rest.peek(), Some('"' | '\'' | '\\')) => continue,
            '\\' if rest.next_if(|c| matches!(c, 'n' | 't' | 'r')).is_some() => ' ',
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        };
        // JSON is written with a blank behind a name's colon, or without.
        if c != ' ' && c != '/' && cleaned.ends_with("\":") {
            cleaned.push(' ');
        }
        // JSON is written with a blank behind a name's colon, or without.
        if c != ' ' && c != '/' && cleaned.ends_with("\":") {
            cleaned.push(' ');
        }
        if c != ' ' || !cleaned.ends_with(' ') {
            cleaned.push(c);
        }
    }
    cleaned.trim().to_owned()
}

/// The same in lower case: what phrases are looked for in. Places in it are places in the text.
pub(super) fn fold(clean: &str) -> String {
    clean.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn what_transport_does_to_a_text_is_undone() {
        for (text, expected) in [
            ("The task can’t\n\tpull  it", "The task can't pull it"),
            ("user &quot;a&quot; &amp; b", "user \"a\" & b"),
            ("\u{1b}[1;31merror\u{1b}[0m: x", "error: x"),
            (r#"exec: \"a b\": c\nd"#, "exec: \"a b\": c d"),
            ("“a”\u{a0}\u{feff}b", "\"a\" b"),
            (
                r#"{"reason":"AGENT","n":1}"#,
                r#"{"reason": "AGENT","n": 1}"#,
            ),
            (
                r#"{"reason":"AGENT","n":1}"#,
                r#"{"reason": "AGENT","n": 1}"#,
            ),
            ("  ", ""),
        ] {
            assert_eq!(clean(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_clean_text_is_one_line_and_folding_moves_nothing(text in any::<String>()) {
            let clean = clean(&text);
            assert!(!clean.contains(['\n', '\t', '\u{1b}']) && !clean.contains("  "));
            assert_eq!(fold(&clean).len(), clean.len());
        }
    }
}
