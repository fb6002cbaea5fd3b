//! Inputs are read as text, so that seeds can be read and written by people.

use std::borrow::Cow;

/// The input as text, whatever it is.
pub(crate) fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// A number of any size for a word: the one it says, else one made of its bytes.
pub(crate) fn number(word: &str) -> i64 {
    match word {
        "min" => i64::MIN,
        "max" => i64::MAX,
        _ => word.parse().unwrap_or_else(|_| {
            word.bytes()
                .fold(0, |sum: i64, byte| sum.wrapping_mul(257) ^ i64::from(byte))
        }),
    }
}

/// A number, or nothing for `-` and for a word that is not there.
pub(crate) fn maybe_number(word: Option<&str>) -> Option<i64> {
    word.filter(|word| *word != "-").map(number)
}

/// A word, or nothing for `-` and for a word that is not there.
pub(crate) fn maybe_text(word: Option<&str>) -> Option<String> {
    word.filter(|word| *word != "-").map(str::to_owned)
}
