//! Who reads along, and obeys some of what he reads.

use std::borrow::Cow;

use super::harmless::{without_brackets, without_commands, without_headers};

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
    pub(super) fn unobeyed(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Nobody => Cow::Borrowed(text),
            Self::Github => without_commands(text),
            Self::Buildkite => without_headers(text),
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
}
