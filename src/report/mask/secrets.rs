//! The values of secrets that this process has read.
//!
//! They are kept for the whole process: whatever prints or records a text masks it, and none of
//! those places can forget to be told of a secret that was read later.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::MASKED;

/// Shorter values are words that any text may hold.
const SHORTEST: usize = 6;

static SECRETS: RwLock<Secrets> = RwLock::new(Secrets {
    values: Vec::new(),
    finder: None,
});

struct Secrets {
    values: Vec<String>,
    finder: Option<Arc<AhoCorasick>>,
}

/// Shows this value, and each line of it, as `***` from now on. A value of fewer than six
/// characters cannot be told from other text, and is left.
pub fn conceal(value: &str) {
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    // A log shows a value of several lines a line at a time.
    for part in std::iter::once(value).chain(value.lines()) {
        let part = part.trim();
        if part.len() >= SHORTEST && secrets.values.iter().all(|known| known != part) {
            secrets.values.push(part.to_owned());
        }
    }
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&secrets.values);
    // It fails for gigabytes of secrets alone; those before are still found.
    if let Ok(finder) = finder {
        secrets.finder = (!secrets.values.is_empty()).then(|| Arc::new(finder));
    }
}

pub(super) fn without_secrets(text: &str) -> Cow<'_, str> {
    let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    let Some(finder) = secrets.finder.clone() else {
        return Cow::Borrowed(text);
    };
    drop(secrets);
    if finder.find(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    finder.replace_all_with(text, &mut shown, |_, _, shown| {
        shown.push_str(MASKED);
        true
    });
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is concealed here is concealed in every other test of this process.
    #[test]
    fn a_value_is_concealed_whole_and_line_by_line() {
        conceal("Ge-heim");
        conceal("Ge-heimnis");
        conceal("-----BEGIN X-----\nzeile-eins\r\n  zeile-zwei\n");
        conceal("admin");
        for (text, expected) in [
            ("the key is Ge-heim.", "the key is ***."),
            ("Ge-heimnis", "***"),
            ("Ge-heimGe-heim", "******"),
            ("pem: zeile-zwei", "pem: ***"),
            ("container admin", "container admin"),
            ("ge-heim", "ge-heim"),
        ] {
            assert_eq!(without_secrets(text), expected);
        }
    }
}
