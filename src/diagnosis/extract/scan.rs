//! Small steps through a text.

/// The word behind some words: up to a blank, a quote or a bracket, without what ends a sentence.
pub(super) fn word_behind<'t>(text: &'t str, words: &'t str) -> Option<&'t str> {
    behind(text, words).find_map(word)
}

/// What stands behind each of these words, in whatever case they are.
pub(super) fn behind<'t>(text: &'t str, words: &'t str) -> impl Iterator<Item = &'t str> {
    let bytes = text.as_bytes();
    let is_first = |byte: &u8| {
        let first = words.as_bytes().first();
        first.is_some_and(|first| first.eq_ignore_ascii_case(byte))
    };
    let begins = (0..bytes.len()).filter(move |at| is_first(&bytes[*at]));
    begins.filter_map(move |at| {
        let end = at + words.len();
        let found = bytes.get(at..end)?;
        let is_it = found.eq_ignore_ascii_case(words.as_bytes());
        is_it.then(|| text.get(end..)).flatten()
    })
}

/// The first word of a text.
pub(super) fn word(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['"', '\'', '`', ' ']);
    let end = rest.find(ends_a_word).unwrap_or(rest.len());
    let word = rest[..end].trim_end_matches(['.', ':', ',', ';']);
    (!word.is_empty()).then_some(word)
}

fn ends_a_word(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | '(' | ')' | '<' | '>' | '{' | '}' | '[' | ']' | ','
        )
}

/// What stands in the quotes behind some words.
pub(super) fn quoted_behind<'t>(text: &'t str, words: &'t str) -> Option<&'t str> {
    behind(text, words).find_map(quoted)
}

/// What stands in the quotes that a text begins with.
pub(super) fn quoted(rest: &str) -> Option<&str> {
    let quote = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let (quoted, _) = rest[1..].split_once(quote)?;
    (!quoted.is_empty()).then_some(quoted)
}

/// The first word that begins like this.
pub(super) fn word_from<'t>(text: &'t str, begin: &str) -> Option<&'t str> {
    let at = text.find(begin)?;
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '-') {
        return None;
    }
    word(&text[at..])
}
