//! Small steps through a text.

/// The word behind some words: up to a blank, a quote or a bracket, without what ends a sentence.
pub(super) fn word_behind<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    behind(text, words).find_map(word)
}

/// What stands behind each of these words, in whatever case they are.
pub(super) fn behind<'t>(text: &'t str, words: &str) -> impl Iterator<Item = &'t str> {
    let all = text.as_bytes().windows(words.len().max(1)).enumerate();
    let found = all.filter(|(_, window)| window.eq_ignore_ascii_case(words.as_bytes()));
    let ends = found.map(|(at, window)| at + window.len());
    ends.filter_map(|end| text.get(end..))
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
