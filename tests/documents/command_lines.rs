//! The command lines of the tool in scripts and in what a terminal shows.

use std::ffi::OsString;
use std::path::Path;

use run_admin_task::cli::{self, Refusal};

const PROGRAM: &str = "run-admin-task";

/// The words of each command line, up to what the shell takes for itself.
pub(crate) fn command_lines(text: &str) -> Vec<Vec<String>> {
    let in_line = |line: &'_ str| -> Vec<Vec<String>> {
        line.match_indices(PROGRAM)
            .filter(|(at, _)| is_a_command(line, *at))
            .map(|(at, _)| {
                let own = own_words(&line[at..]);
                shlex::split(own).unwrap_or_else(|| panic!("an open quote: {line}"))
            })
            .collect()
    };
    text.lines().flat_map(in_line).collect()
}

/// Whether the word at `at` is typed, and not told of.
fn is_a_command(line: &str, at: usize) -> bool {
    let before = line[..at].trim_end();
    let begins = before.is_empty()
        || ["$", "|", "&&", ";", "(", ":", "-", "->"]
            .iter()
            .any(|mark| before.ends_with(mark));
    let rest = &line[at + PROGRAM.len()..];
    begins && (rest.is_empty() || rest.starts_with([' ', ')', ';']))
}

/// A command up to what ends it: a pipe, a redirection, the next command, a comment.
fn own_words(text: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '|' | '>' | ';' | '&' | ')') => return &text[..at],
            (None, '#') if before == ' ' => return &text[..at],
            _ => {}
        }
        before = letter;
    }
    text
}

/// The tool's own grammar takes every command line, and there is one.
pub(crate) fn refuse_unknown_words(path: &Path, lines: &[Vec<String>]) {
    assert!(!lines.is_empty(), "{}: no command line", path.display());
    for words in lines {
        // What a shell puts in a variable's place is known to the shell alone.
        let words = words.iter().map(|word| match word.as_str() {
            "$TIMEOUT" => OsString::from("1h"),
            word => OsString::from(word),
        });
        let words: Vec<_> = words.collect();
        let parsed = cli::parse(words.clone());
        // Help and the version are an answer of clap's that is no error.
        let is_answered = match &parsed {
            Ok(_) => true,
            Err(Refusal::Clap(answer)) => answer.exit_code() == 0,
            Err(Refusal::Failure(_)) => false,
        };
        assert!(is_answered, "{}: {words:?}: {parsed:?}", path.display());
    }
}

#[test]
fn command_lines_are_found_where_they_are_typed() {
    let found = |text: &str| -> Vec<String> {
        let lines = command_lines(text).into_iter();
        lines.map(|words| words[1..].join(" ")).collect()
    };
    for (text, words) in [
        ("$ run-admin-task plan; echo \"$?\"", &["plan"][..]),
        ("$ run-admin-task -q ps | jq '.a | .b'", &["-q ps"]),
        ("a=$(run-admin-task config) b", &["config"]),
        (
            "source <(run-admin-task completions zsh)",
            &["completions zsh"],
        ),
        (
            "  -> run-admin-task recover 7 forget",
            &["recover 7 forget"],
        ),
        (
            "run-admin-task verify && run-admin-task ps",
            &["verify", "ps"],
        ),
        (
            "run-admin-task stop 5f --reason 'a > b'   # why",
            &["stop 5f --reason a > b"],
        ),
        ("run-admin-task: stopped by ana", &[]),
        ("cargo install run-admin-task", &[]),
    ] {
        assert_eq!(found(text), words, "{text}");
    }
}
