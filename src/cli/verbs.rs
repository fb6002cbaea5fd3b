//! Words that are verbs of this tool, and words that are nearly one.

use crate::error::Failure;

/// Every verb: a container command of that name needs `run --`.
const VERBS: [&str; 18] = [
    "run",
    "config",
    "plan",
    "apply",
    "verify",
    "review",
    "recover",
    "check",
    "explain",
    "attach",
    "logs",
    "ps",
    "stop",
    "history",
    "task-definition",
    "schema",
    "completions",
    "man",
];

/// The verbs that this version carries out.
const BUILT: [&str; 17] = [
    "run",
    "config",
    "plan",
    "apply",
    "verify",
    "review",
    "recover",
    "check",
    "attach",
    "logs",
    "ps",
    "stop",
    "history",
    "explain",
    "schema",
    "completions",
    "man",
];

/// Why these words must not start a task, if so.
///
/// A misspelt verb must not start a production task by accident: a word within one edit of a verb
/// (two neighbours swapped count as one) is refused.
#[must_use]
pub fn refuse(words: &[String]) -> Option<Failure> {
    let word = words.first()?;
    let verb = VERBS
        .iter()
        .find(|verb| strsim::osa_distance(word, verb) <= 1)?;
    let rest = words
        .iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" ");
    let failure = if word == verb {
        Failure::usage(format!(
            "this version has no verb `{verb}` yet; nothing was started"
        ))
    } else {
        Failure::usage(format!(
            "`{word}` is very like the verb `{verb}`; nothing was started"
        ))
    };
    let failure = if BUILT.contains(verb) {
        failure.hinted(format!("for the verb, type: run-admin-task {verb}"))
    } else {
        failure
    };
    Some(failure.hinted(format!(
        "for a container command of that name, type: run-admin-task run -- {rest}"
    )))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(words: &[&str]) -> Option<String> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        refuse(&words).map(|failure| failure.to_string())
    }

    #[test]
    fn a_misspelt_verb_is_refused() {
        assert_eq!(
            refused(&["chekc", "--all", "a b"]).as_deref(),
            Some(
                "`chekc` is very like the verb `check`; nothing was started\n\
                 hint: for the verb, type: run-admin-task check\n\
                 hint: for a container command of that name, type: run-admin-task run -- chekc --all 'a b'"
            )
        );
        for word in [
            "rnu", "chck", "checks", "paln", "stpo", "histroy", "confg", "logz",
        ] {
            assert!(refused(&[word]).is_some(), "{word}");
        }
    }

    #[test]
    fn a_verb_that_is_not_there_starts_nothing() {
        assert!(
            refused(&["task-definition"])
                .expect("refused")
                .contains("no verb `task-definition` yet")
        );
    }

    #[test]
    fn container_commands_pass() {
        for word in [
            "migrate",
            "migrate-info",
            "reencrypt",
            "shell",
            "help",
            "./bin/job",
            "sh",
        ] {
            assert_eq!(refused(&[word]), None, "{word}");
        }
    }
}
