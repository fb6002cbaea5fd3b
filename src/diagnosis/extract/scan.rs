//! Small steps through a text.

/// The word behind some words: up to a blank, a quote or a bracket, without what ends a sentence.
pub(super) fn word_behind<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(words)?;
    word(rest)
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
pub(super) fn quoted_behind<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(words)?;
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
