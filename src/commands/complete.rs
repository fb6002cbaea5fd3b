//! What a shell is told that completes a line: no network, no runtime, and no word of errors.

use std::collections::BTreeSet;
use std::path::Path;

use super::gather::{file_path, read, variable};
use super::print::print;
use super::stage;
use crate::cli::complete::{self, Asked, Candidate, Known, VARIABLE};
use crate::error::Failure;
use crate::model::outcome::ExitStatus;
use crate::model::task::task_id;
use crate::record::{Listing, Record, Store};
use crate::report::in_one_line;
use crate::settings::Output;

/// Answers a shell, if one asks. Nothing is started then, whatever the words are.
#[must_use]
pub fn asked() -> Option<ExitStatus> {
    let shell = variable(VARIABLE).filter(|shell| !shell.is_empty())?;
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let words: Vec<_> = words.skip_while(|word| word != "--").skip(1).collect();
    if words.is_empty() {
        return Some(print_script(&shell, &program.to_string_lossy()));
    }
    let said = variable("_CLAP_COMPLETE_INDEX");
    let between = variable("_CLAP_IFS").unwrap_or_else(|| "\n".to_owned());
    let folder = std::env::current_dir().ok();
    let index = complete::index(&shell, said.as_deref(), words.len());
    let asked = Asked {
        shell: &shell,
        index: index.min(words.len()),
        words,
        folder: folder.as_deref(),
        between: &between,
    };
    let known = Known {
        environments,
        runs,
        tasks,
    };
    Some(tell(complete::answer(asked, &known)))
}

/// Prints the script by which a shell asks this program.
#[must_use]
pub fn completions(shell: &str) -> ExitStatus {
    let program = std::env::args_os().next().unwrap_or_default();
    print_script(shell, &program.to_string_lossy())
}

/// The script calls the program as it was called: by its name, or by its place.
fn print_script(shell: &str, program: &str) -> ExitStatus {
    let called = Path::new(program);
    let program = if called.components().count() > 1 {
        std::path::absolute(called).unwrap_or_else(|_| called.to_path_buf())
    } else {
        called.to_path_buf()
    };
    tell(complete::script(shell, &program.to_string_lossy()))
}

fn tell(answer: std::io::Result<Vec<u8>>) -> ExitStatus {
    match answer {
        Ok(text) => {
            print(&text);
            ExitStatus::SUCCESS
        }
        Err(error) => stage::fail(
            &mut *stage::early_reporter(Output::Plain),
            &Failure::usage(error.to_string()),
        ),
    }
}

/// Environments of this configuration file, or of the one that is found.
fn environments(config: Option<&Path>, typed: &str) -> Vec<Candidate> {
    let path = file_path(config).ok().flatten();
    let file = path.and_then(|path| read(&path).ok()).unwrap_or_default();
    let candidates = file.environments.into_keys().map(|word| Candidate {
        word,
        meaning: String::new(),
    });
    fitting(candidates, typed)
}

/// Runs that have a record, the newest first; by their tasks where something is typed.
fn runs(typed: &str) -> Vec<Candidate> {
    let listing = listing();
    let newest_first = listing.records.iter().rev();
    let by_id = newest_first.map(|record| Candidate {
        word: record.id.clone(),
        meaning: meaning(record),
    });
    let mut found = fitting(by_id, typed);
    if !typed.is_empty() {
        found.extend(tasks(typed));
    }
    found
}

/// Their tasks, the newest first.
fn tasks(typed: &str) -> Vec<Candidate> {
    let listing = listing();
    let mut seen = BTreeSet::new();
    let newest_first = listing.records.iter().rev();
    let candidates = newest_first.filter_map(|record| {
        let word = task_id(record.task.task_arn.as_deref()?).to_owned();
        seen.insert(word.clone()).then(|| Candidate {
            word,
            meaning: meaning(record),
        })
    });
    fitting(candidates, typed)
}

fn listing() -> Listing {
    Store::of_user().list().unwrap_or_default()
}

fn meaning(record: &Record) -> String {
    let command = record.about.command.join(" ");
    let outcome = record.end.outcome.as_deref().unwrap_or("not ended");
    in_one_line(&format!("{command}: {outcome}"))
}

/// Those that begin with what is typed. A shell puts them on the line as they are: only words that
/// no shell takes for anything else may stand there.
fn fitting(candidates: impl Iterator<Item = Candidate>, typed: &str) -> Vec<Candidate> {
    candidates
        .filter(|candidate| candidate.word.starts_with(typed) && is_plain(&candidate.word))
        .collect()
}

fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_./@+%".contains(c);
    !word.is_empty() && !word.starts_with('-') && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_offered_that_a_shell_would_obey() {
        for (word, expected) in [
            ("production", true),
            ("eu-west/blue_2", true),
            ("übung", true),
            ("$(reboot)", false),
            ("a;b", false),
            ("a b", false),
            ("a'b", false),
            ("-rf", false),
            ("a\u{1b}[2J", false),
            ("", false),
        ] {
            assert_eq!(is_plain(word), expected, "{word:?}");
        }
    }
}
