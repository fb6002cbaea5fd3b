//! Other people's text in Markdown, as GitHub shows it in a summary.

use std::fmt::Write as _;

/// Shows nothing, and keeps apart what would make a link.
const APART: char = '\u{200b}';

/// `text` as itself on one line, wherever text may stand: nothing in it is Markdown, HTML, a link
/// or a mention, and it stays within its cell of a table.
///
/// ```
/// use run_admin_task::report::ci::markdown::text;
/// assert_eq!(text("a|b"), "a&#124;b");
/// assert_eq!(text("<b>\n@ana"), "&#60;b&#62;<br>@\u{200b}ana");
/// ```
#[must_use]
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' => escaped.push_str("<br>"),
            '\t' => escaped.push(' '),
            // References are never taken for marks.
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '#' => {
                // Writing to a `String` does not fail.
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
        // Whoever looks for links and mentions does so after references are resolved. A character
        // that shows nothing keeps apart what makes one.
        let links = match c {
            '@' | '#' => true,
            ':' => rest.peek() == Some(&'/'),
            '.' => is_www(&escaped),
            _ => false,
        };
        if links {
            escaped.push(APART);
        }
    }
    escaped
}

fn is_www(text: &str) -> bool {
    let begin = text.len().saturating_sub(4);
    text.is_char_boundary(begin) && text[begin..].eq_ignore_ascii_case("www.")
}

/// A link to an address of ours, made of names that may be other people's.
///
/// ```
/// use run_admin_task::report::ci::markdown::link;
/// assert_eq!(link("x", "https://a/b c)"), "[x](https://a/b%20c%29)");
/// assert_eq!(link("x", "javascript:alert(1)"), "x");
/// ```
#[must_use]
pub fn link(shown: &str, address: &str) -> String {
    if !address.starts_with("https://") {
        return text(shown);
    }
    let mut encoded = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'&' => encoded.push_str("&amp;"),
            // Two of them would enclose mathematics.
            b'$' => encoded.push_str("&#36;"),
            _ if byte.is_ascii_alphanumeric() || b"-._~:/?#@+,;=%".contains(&byte) => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    format!("[{}]({encoded})", text(shown))
}

/// Lines as they are, in a fence that none of them ends.
///
/// ```
/// use run_admin_task::report::ci::markdown::fenced;
/// assert_eq!(fenced("a\n```\nb"), "````text\na\n```\nb\n````\n");
/// ```
#[must_use]
pub fn fenced(lines: &str) -> String {
    let longest = lines.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    format!("{fence}text\n{lines}\n{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_becomes_a_link_or_a_mention() {
        for (plain, expected) in [
            ("see https://x.example/a", "see https:\u{200b}//x.example/a"),
            ("WWW.x.example", "WWW.\u{200b}x.example"),
            ("ana@x.example", "ana@\u{200b}x.example"),
            ("#12", "&#35;\u{200b}12"),
            ("arn:aws:ecs", "arn:aws:ecs"),
        ] {
            assert_eq!(text(plain), expected);
        }
    }

    proptest! {
        #[test]
        fn text_holds_no_mark(plain in "(?s)[\\PC\n\t|<>`@*\\[\\]()w./:]{0,32}") {
            let escaped = text(&plain).replace("<br>", "");
            let marks = ['\n', '|', '<', '>', '`', '*', '[', ']', '\\', '_', '~', '$'];
            prop_assert!(!escaped.contains(marks), "{}", escaped);
            prop_assert!(!escaped.contains(":/"), "{}", escaped);
            let lower = escaped.to_ascii_lowercase();
            let mut hosts = lower.match_indices("www.");
            let all = hosts.all(|(at, mark)| lower[at + mark.len()..].starts_with(APART));
            prop_assert!(all, "{}", escaped);
            let mut mentions = escaped.match_indices('@');
            let all = mentions.all(|(at, _)| escaped[at + 1..].starts_with(APART));
            prop_assert!(all, "{}", escaped);
        }

        #[test]
        fn a_link_ends_where_it_ends(address in "(?s)[\\PC()<>| \n]{0,24}") {
            let link = link("x", &format!("https://{address}"));
            let inside = link.strip_prefix("[x](").and_then(|link| link.strip_suffix(')'));
            let inside = inside.expect("a link");
            prop_assert!(!inside.contains(['(', ')', '<', '>', '|', ' ', '\n', '\\', '`']));
        }

        #[test]
        fn no_line_ends_the_fence(lines in "(?s)[`~a \n]{0,32}") {
            let written = fenced(&lines);
            let (first, rest) = written.split_once('\n').expect("a line");
            let fence = first.trim_end_matches("text");
            let ends = |line: &&str| line.trim_start().starts_with(fence);
            prop_assert_eq!(rest.lines().filter(ends).count(), 1);
            prop_assert_eq!(rest, format!("{lines}\n{fence}\n"));
        }
    }
}
