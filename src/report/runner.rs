//! Who reads along, and obeys some of what he reads.

use std::borrow::Cow;

use super::harmless::{harmless_json, without_brackets, without_commands, without_headers};

/// A program that shows a job's output, and obeys some of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// Nobody, or one who obeys nothing but escape sequences: those are made visible for everybody
    /// (GitLab).
    Nobody,
    /// GitHub's obeys commands.
    Github,
    /// Buildkite's takes lines for headers.
    Buildkite,
}

impl Runner {
    /// `text`, which is harmless to a terminal, with nothing in it that is obeyed.
    #[must_use]
    pub fn unobeyed(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Nobody => Cow::Borrowed(text),
            Self::Github => without_commands(text),
            Self::Buildkite => without_headers(text),
        }
    }

    /// JSON, which stays the same value, with nothing in it that is obeyed, by a terminal neither.
    /// No line of it is a command, but the page of a GitHub job interprets `##[` anywhere, which
    /// only a string can hold.
    #[must_use]
    pub fn shown_json(self, json: &str) -> Cow<'_, str> {
        let json = harmless_json(json);
        match self {
            Self::Github if json.contains("##[") => Cow::Owned(json.replace("##[", "#\\u0023[")),
            _ => json,
        }
    }

    /// The same where the runner was told to obey nothing until it reads this token: then lines
    /// stay as they are, but for what the page interprets all the same. Nobody who writes them can
    /// know the token; a line that has it would be broken.
    pub(super) fn unobeyed_until<'t>(self, token: Option<&str>, text: &'t str) -> Cow<'t, str> {
        match token {
            Some(token) if self == Self::Github && !has(text, token) => without_brackets(text),
            _ => self.unobeyed(text),
        }
    }
}

/// Whether the text may hold the token. The runner does not tell capitals apart.
fn has(text: &str, token: &str) -> bool {
    text.contains("::") && text.to_ascii_lowercase().contains(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_as_they_are_where_commands_are_stopped() {
        let until = |token, text| Runner::Github.unobeyed_until(token, text);
        for (token, text, expected) in [
            (Some("t0"), "::error::x", "::error::x"),
            (Some("t0"), "::T0::", "\u{200b}::T0::"),
            (Some("t0"), "x ##[t0]", "x #\u{200b}#[t0]"),
            (None, "::error::x", "\u{200b}::error::x"),
        ] {
            assert_eq!(until(token, text), expected);
        }
        let of_buildkite = Runner::Buildkite.unobeyed_until(Some("t0"), "--- x");
        assert_eq!(of_buildkite, "\u{200b}--- x");
    }
    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({"a": "###[error]x \u{7f}\u{9b}2J \u{202e}"});
        let text = serde_json::to_string_pretty(&value).expect("JSON");
        for runner in [Runner::Nobody, Runner::Github, Runner::Buildkite] {
            let shown = runner.shown_json(&text);
            let again: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
            assert_eq!(again, value);
            assert_eq!(shown.contains("##["), runner != Runner::Github, "{shown}");
            assert!(shown.contains(r"\u007f\u009b2J \u202e"), "{shown}");
        }
    }
}
