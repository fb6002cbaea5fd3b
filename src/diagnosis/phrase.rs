//! Phrases that a text may have.

/// How many bytes `*` bridges at most: some words, not a whole page.
const BRIDGE: usize = 160;

/// A phrase of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    /// What stands one behind the other, with anything between.
    parts: Vec<Part>,
    at_start: bool,
    at_end: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    /// How much of it is a word: letters or digits before or behind that make it something else.
    word: usize,
}

impl Phrase {
    /// Reads a phrase as the rules write it.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        let (at_start, text) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (at_end, text) = match text.strip_suffix('$') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let part = |text: &str| match text.strip_prefix('[').and_then(|it| it.split_once(']')) {
            Some((word, rest)) => Part {
                text: format!("{word}{rest}"),
                word: word.len(),
            },
            None => Part {
                text: text.to_owned(),
                word: 0,
            },
        };
        let parts = text
            .split('*')
            .map(str::trim)
            .filter(|text| !text.is_empty());
        Self {
            parts: parts.map(part).collect(),
            at_start,
            at_end,
        }
    }

    /// Whether a text has it. The text is in lower case.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let Some(first) = self.parts.first() else {
            return false;
        };
        let mut from = 0;
        while let Some(at) = first.find(text, from) {
            if (!self.at_start || at == 0) && self.goes_on(text, at + first.text.len()) {
                return true;
            }
            if self.at_start {
                return false;
            }
            from = next(text, at);
        }
        false
    }

    /// Whether the other parts follow.
    fn goes_on(&self, text: &str, mut from: usize) -> bool {
        for part in &self.parts[1..] {
            let Some(at) = part.find(text, from).filter(|at| at - from <= BRIDGE) else {
                return false;
            };
            from = at + part.text.len();
        }
        let rest = &text[from..];
        !self.at_end
            || rest
                .trim_matches(['.', ' ', '"', '\'', ':', ',', '}', ')'])
                .is_empty()
    }
}

impl Part {
    fn find(&self, text: &str, mut from: usize) -> Option<usize> {
        loop {
            let at = from + text.get(from..)?.find(&self.text)?;
            if self.word == 0 || is_word(text, at, at + self.word) {
                return Some(at);
            }
            from = next(text, at);
        }
    }
}

fn is_word(text: &str, begin: usize, end: usize) -> bool {
    let before = text[..begin].chars().next_back();
    let behind = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
}

fn next(text: &str, at: usize) -> usize {
    text.ceil_char_boundary(at + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn a_phrase_is_found_or_not() {
        for (phrase, text, found) in [
            ("timed out", "it timed out", true),
            ("[ecr]", "api.ecr.us-east-1", true),
            ("[ecr]", "secret", false),
            ("[pq]: fatal", "pq: fatal", true),
            ("[exec] /", "exec /app", true),
            ("[exec] /", "oexec /app", false),
            ("exec: * denied", "exec: \"x\": permission denied", true),
            ("exec: * denied", "denied exec: x", false),
            ("a*b*c", "a c b c", true),
            ("^agent$", "agent", true),
            ("^agent$", "agent.", true),
            ("^agent$", "agent x", false),
            ("^agent$", "my agent", false),
            (": not found$", "x: not found", true),
            ("", "x", false),
        ] {
            assert_eq!(
                Phrase::read(phrase).is_in(text),
                found,
                "{phrase} in {text}"
            );
        }
        let far = format!("a{}b", "x".repeat(BRIDGE + 1));
        assert!(!Phrase::read("a*b").is_in(&far));
    }

    proptest! {
        #[test]
        fn any_phrase_is_read_and_looked_for(phrase in any::<String>(), text in any::<String>()) {
            let _ = Phrase::read(&phrase).is_in(&text);
            let _ = Phrase::read(&text).is_in(&format!("{phrase}{text}"));
        }
    }
}
