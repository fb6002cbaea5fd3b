//! Passwords in URLs.

use std::borrow::Cow;

use super::MASKED;

/// `text` with each `scheme://user:password@` shown as `scheme://user:***@`.
pub(super) fn without_passwords(text: &str) -> Cow<'_, str> {
    let mut masked: Option<String> = None;
    let mut done = 0;
    let mut from = 0;
    let mut word_end = 0;
    // The quote that ends the URL read last, and where: a URL within it ends there too.
    let mut quoted: Option<(char, usize)> = None;
    while let Some(found) = text[from..].find("://") {
        let start = from + found + 3;
        from = start;
        if word_end <= start {
            word_end = start + end_of_word(&text[start..]);
        }
        let around = quoted.filter(|(_, end)| start < *end);
        let quote = quote_before(&text[..start - 3]).or(around.map(|(quote, _)| quote));
        let word = &text[start..word_end];
        let url = &word[..quote
            .and_then(|quote| word.find(quote))
            .unwrap_or(word.len())];
        quoted = quote.map(|quote| (quote, start + url.len()));
        if !url.contains('@') {
            // Nor is there a password in a URL within it.
            from += url.len();
            continue;
        }
        let Some((colon, at)) = password(url) else {
            continue;
        };
        let out = masked.get_or_insert_default();
        out.push_str(&text[done..=start + colon]);
        out.push_str(MASKED);
        done = start + at;
        from = done;
    }
    match masked {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(&text[done..]);
            Cow::Owned(out)
        }
    }
}

/// The quote that stands before a URL, whose scheme ends `before`: the same ends the URL. Within
/// a password quotes are ordinary.
fn quote_before(before: &str) -> Option<char> {
    let scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    let quote = before.trim_end_matches(scheme).chars().next_back()?;
    match quote {
        '"' | '\'' | '`' => Some(quote),
        '<' => Some('>'),
        _ => None,
    }
}

/// Where a URL without quotes ends. What colours a part of it does not end it: it will be gone.
fn end_of_word(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || (c.is_control() && c != '\u{1b}');
    text.find(ends).unwrap_or(text.len())
}

/// Where in what follows `://` a password stands: between a colon and an at sign.
fn password(url: &str) -> Option<(usize, usize)> {
    let authority = &url[..url.find(['/', '?', '#']).unwrap_or(url.len())];
    let colon = authority.find(':')?;
    // A port is not a password; anything else may be one, with an unescaped `/`, `?`, `#` or `@`
    // in it, or begin with one. Rather too much is masked than too little.
    let port = &authority[colon + 1..];
    if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let at = url.rfind('@').filter(|at| *at > colon)?;
    Some((colon, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn passwords_go_and_nothing_else() {
        for (text, expected) in [
            ("postgres://u:p@h/d", "postgres://u:***@h/d"),
            (
                "\"postgres://u:p@h/d\" and mysql://a:b@c",
                "\"postgres://u:***@h/d\" and mysql://a:***@c",
            ),
            ("postgres://u:p@ss@h:5432/d", "postgres://u:***@h:5432/d"),
            ("postgres://u:p/w#x@h/d", "postgres://u:***@h/d"),
            ("redis://:secret@h", "redis://:***@h"),
            (
                "https://example.com:8080/path?mail=a@b.c",
                "https://example.com:8080/path?mail=a@b.c",
            ),
            (
                "https://user@example.com/x:y",
                "https://user@example.com/x:y",
            ),
            (
                "https://user@example.com:80/@y",
                "https://user@example.com:80/@y",
            ),
            ("postgres://:a@b#c@h", "postgres://:***@h"),
            ("postgres://u:it's-secret@h/d", "postgres://u:***@h/d"),
            ("postgres://u:pa<ss@h", "postgres://u:***@h"),
            (
                r#"{"a":"https://h:80/x","b":"me@x"}"#,
                r#"{"a":"https://h:80/x","b":"me@x"}"#,
            ),
            ("'postgres://u:p@h', 'me@x'", "'postgres://u:***@h', 'me@x'"),
            ("https://example.com", "https://example.com"),
            ("a://b:c", "a://b:c"),
            ("://", "://"),
            ("amqp://u:é@h", "amqp://u:***@h"),
            ("postgres://u:/p@h", "postgres://u:***@h"),
            ("postgres://u:#p@h", "postgres://u:***@h"),
            // What colours a part of it does not end it.
            ("a://u:\u{1b}[31mp\u{1b}[0m@h/d", "a://u:***@h/d"),
            (
                "\u{1b}[4mhttps://h:80/x\u{1b}[0m by me@x",
                "\u{1b}[4mhttps://h:80/x\u{1b}[0m by me@x",
            ),
            // A URL within another ends with it.
            (r#""x://a:b://h:c","me@x""#, r#""x://a:b://h:c","me@x""#),
            (
                r#""x://u:p@h/y://h:c","me@x""#,
                r#""x://u:***@h/y://h:c","me@x""#,
            ),
        ] {
            assert_eq!(without_passwords(text), expected);
        }
    }

    /// A log event takes 256 KB and more: the time must grow with it, and not with its square.
    #[test]
    fn a_long_text_without_a_blank() {
        for piece in ["a://u:p", "a://b/", "\"a://u:p", "<a://u:p"] {
            let text = piece.repeat(40_000);
            assert_eq!(without_passwords(&text), text);
            assert!(without_passwords(&(text + "@h")).ends_with("@h"));
        }
    }

    proptest! {
        #[test]
        fn a_password_never_shows(
            before in "[ -~]{0,9} ",
            user in "[a-z]{0,5}",
            password in "[a-zA-Z][a-zA-Z0-9!$%&*+,/;=?@#_~.'<>-]{0,7}SECRET[a-z@/#]{0,3}",
            rest in "[a-z.]{1,9}(/[a-z]*)?",
        ) {
            let text = format!("{before}postgres://{user}:{password}@{rest}");
            prop_assert!(!without_passwords(&text).contains("SECRET"), "{}", without_passwords(&text));
        }

        #[test]
        fn masking_twice_changes_nothing(text in ".*") {
            let once = without_passwords(&text).into_owned();
            prop_assert_eq!(without_passwords(&once).into_owned(), once);
        }
    }
}
