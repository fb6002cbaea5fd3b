//! How a command that is shown reaches the same account as the one that shows it.

use std::borrow::Cow;
use std::fmt;

/// The options that lead to the same account, from any folder and in any shell. An ARN tells the
/// rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A profile of the shared AWS files.
    Profile(String),
    /// No profile, as this configuration file has it. Another one, or another environment of it,
    /// would bring one.
    File {
        /// The file, from the root on.
        path: String,
        /// The chosen environment.
        environment: Option<String>,
    },
}

impl Reach {
    /// A command of this tool with these options: `verb`, or `verb` and more words.
    ///
    /// ```
    /// use run_admin_task::model::reach::Reach;
    /// let reach = Reach::Profile("ops".to_owned());
    /// assert_eq!(Reach::command(Some(&reach), "ps"), "run-admin-task ps --profile ops");
    /// assert_eq!(Reach::command(None, "ps"), "run-admin-task ps");
    /// ```
    #[must_use]
    pub fn command(reach: Option<&Self>, verb: &str) -> String {
        match reach {
            Some(reach) => format!("run-admin-task {verb} {reach}"),
            None => format!("run-admin-task {verb}"),
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(name) => write!(f, "--profile {}", word(name)),
            Self::File { path, environment } => {
                write!(f, "--config {}", word(path))?;
                match environment {
                    Some(name) => write!(f, " -E {}", word(name)),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A text as a shell takes it for one word.
#[must_use]
pub fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_can_be_pasted() {
        let file = |path: &str, environment: Option<&str>| Reach::File {
            path: path.to_owned(),
            environment: environment.map(str::to_owned),
        };
        for (reach, words) in [
            (Reach::Profile("ops".into()), "--profile ops"),
            (Reach::Profile("my ops".into()), "--profile 'my ops'"),
            (Reach::Profile("it's".into()), r"--profile 'it'\''s'"),
            (file("/a/b.toml", None), "--config /a/b.toml"),
            (file("/a b.toml", Some("x")), "--config '/a b.toml' -E x"),
        ] {
            assert_eq!(reach.to_string(), words);
        }
    }
}
