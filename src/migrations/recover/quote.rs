//! Text inside SQL: what stands in a file's name or in a migration must not end a literal, a
//! comment or a block.

use std::fmt::Write as _;

/// The longest part of a statement that is shown in a comment, in lines.
const SHOWN: usize = 12;

/// A string literal that means the same whatever `standard_conforming_strings` says.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// A tag for dollar quotes that this text does not hold.
pub(super) fn tag(text: &str) -> String {
    let mut tag = "$recover$".to_owned();
    let mut number = 0;
    while text.contains(&tag) {
        number += 1;
        tag = format!("$recover{number}$");
    }
    tag
}

/// The text as it may stand in a comment of one line.
pub(super) fn in_comment(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// The text as a comment, line by line. A carriage return alone ends a comment, too.
pub(super) fn comment(text: &str) -> String {
    let text = text.trim();
    let lines = text.split(['\n', '\r']);
    let lines: Vec<_> = lines.filter(|line| !line.trim().is_empty()).collect();
    let mut comment = String::new();
    for line in lines.iter().take(SHOWN) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(comment, "--   {}", line.trim_end());
    }
    if lines.len() > SHOWN {
        let _ = writeln!(comment, "--   … and {} more lines", lines.len() - SHOWN);
    }
    comment
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals() {
        for (text, expected) in [
            ("create runs", "'create runs'"),
            ("it's", "'it''s'"),
            (r"a\b", r"E'a\\b'"),
            (r"\'; DROP TABLE a; --", r"E'\\''; DROP TABLE a; --'"),
            ("", "''"),
        ] {
            assert_eq!(literal(text), expected);
        }
    }

    #[test]
    fn a_comment_is_nothing_but_one() {
        assert_eq!(comment(" a\rb\n\n  c  "), "--   a\n--   b\n--     c\n");
        assert_eq!(in_comment("a\nDROP TABLE b"), "a DROP TABLE b");
        let long = "x\n".repeat(20);
        assert!(comment(&long).ends_with("--   x\n--   … and 8 more lines\n"));
    }

    proptest! {
        #[test]
        fn each_line_of_a_comment_begins_as_one(text in any::<String>()) {
            for line in comment(&text).split_terminator(['\n', '\r']) {
                prop_assert!(line.starts_with("--"), "{:?}", line);
            }
        }

        #[test]
        fn a_literal_ends_where_it_ends(text in r"[a'\\$]{0,12}") {
            let literal = literal(&text);
            let inner = literal.strip_prefix("E").unwrap_or(&literal);
            let inner = &inner[1..inner.len() - 1];
            let mut plain = String::new();
            let mut chars = inner.chars();
            while let Some(c) = chars.next() {
                if c == '\'' || (c == '\\' && literal.starts_with('E')) {
                    prop_assert_eq!(chars.next(), Some(c));
                }
                plain.push(c);
            }
            prop_assert_eq!(plain, text);
        }

        #[test]
        fn a_tag_is_nowhere_in_the_text(text in r"(\$recover[0-9]?\$|a){0,6}") {
            prop_assert!(!text.contains(&tag(&text)));
        }
    }
}
