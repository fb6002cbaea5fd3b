//! Completing what is typed in a shell. The shell's script asks this very program, by a variable
//! and the words of the line.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompletionCandidate};

/// The variable by which a script asks; its value is the shell. A word of its own: one that
/// anything else sets (`COMPLETE`) would turn a run into a list of words, and end it with 0.
pub const VARIABLE: &str = "RUN_ADMIN_TASK_COMPLETE";

/// Shells that have a script.
pub const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "elvish", "powershell"];

/// What takes the place of a word that is of no account for what comes next.
const OF_NO_ACCOUNT: &str = "--quiet";

/// A word that may be meant, and what a shell may say of it.
pub struct Candidate {
    /// The word.
    pub word: String,
    /// What it stands for.
    pub meaning: String,
}

/// Where to look for words that this program does not know by itself: each finds those that begin
/// with a text.
#[derive(Clone, Copy)]
pub struct Known {
    /// Environments of the configuration file of this name, or of the usual one.
    pub environments: fn(Option<&Path>, &str) -> Vec<Candidate>,
    /// Runs that have a record, by their ids and their tasks'.
    pub runs: fn(&str) -> Vec<Candidate>,
    /// Tasks of these.
    pub tasks: fn(&str) -> Vec<Candidate>,
}

/// A question of a shell.
pub struct Asked<'a> {
    /// The shell.
    pub shell: &'a str,
    /// The words of the line, the program's name first.
    pub words: Vec<OsString>,
    /// Which of them is being typed.
    pub index: usize,
    /// The current folder.
    pub folder: Option<&'a Path>,
    /// What stands between two words of the answer.
    pub between: &'a str,
}

/// Which word is being typed: where a shell does not say, it is the last one.
#[must_use]
pub fn index(shell: &str, said: Option<&str>, words: usize) -> usize {
    match shell {
        "fish" | "powershell" => words.saturating_sub(1),
        _ => said.and_then(|text| text.parse().ok()).unwrap_or_default(),
    }
}

/// The script by which `shell` asks this program, which is called as `program`.
pub fn script(shell: &str, program: &str) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    let name = super::grammar().get_name().to_owned();
    let shells = Shells::builtins();
    let known = shells.completer(shell).ok_or_else(|| unknown(shell))?;
    known.write_registration(VARIABLE, &name, &name, program, &mut script)?;
    Ok(script)
}

/// The words that may stand where something is being typed, in the form that the shell takes.
pub fn answer(asked: Asked<'_>, known: &Known) -> io::Result<Vec<u8>> {
    let shells = Shells::builtins();
    let shell = shells.completer(asked.shell);
    let shell = shell.ok_or_else(|| unknown(asked.shell))?;
    let mut grammar = super::grammar();
    grammar.build();
    let splits = asked.shell == "bash";
    let Some(line) = Line::of(&grammar, asked.words, asked.index, splits) else {
        return Ok(Vec::new());
    };
    let mut grammar = looking(super::grammar(), *known, line.config.map(PathBuf::from));
    let mut answer = Vec::new();
    shell.write_complete(&mut grammar, line.words, asked.folder, &mut answer)?;
    if line.already.is_empty() {
        return Ok(answer);
    }
    // Bash takes what stands behind the `=` alone.
    let text = String::from_utf8_lossy(&answer);
    let words = text.split(asked.between);
    let words: Vec<_> = words
        .map(|word| word.strip_prefix(&line.already).unwrap_or(word))
        .collect();
    Ok(words.join(asked.between).into_bytes())
}

fn unknown(shell: &str) -> io::Error {
    io::Error::other(format!(
        "the shell `{shell}` is not known: {}",
        SHELLS.join(", ")
    ))
}

/// The grammar whose words are looked for where they must be.
fn looking(grammar: Command, known: Known, config: Option<PathBuf>) -> Command {
    let environments = completer(move |typed| (known.environments)(config.as_deref(), typed));
    let tasks = completer(known.tasks);
    let runs = completer(known.runs);
    let environment = |option: Arg| option.add(environments.clone());
    // A verb has the tool's options as its own.
    let mut grammar = grammar
        .mut_arg("environment", environment)
        .mut_subcommands(|verb| verb.mut_arg("environment", environment));
    for verb in ["attach", "logs", "stop"] {
        grammar = grammar.mut_subcommand(verb, |verb| {
            verb.mut_arg("task", |task| task.add(tasks.clone()))
        });
    }
    let of_runs = runs.clone();
    grammar = grammar.mut_subcommand("explain", |explain| {
        explain.mut_arg("task", |task| task.add(of_runs))
    });
    grammar.mut_subcommand("history", |history| {
        history.mut_subcommand("show", |show| show.mut_arg("id", |id| id.add(runs)))
    })
}

fn completer(look: impl Fn(&str) -> Vec<Candidate> + Send + Sync + 'static) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let found = typed.to_str().map(&look).unwrap_or_default();
        let candidate = |found: Candidate| {
            let meaning = Some(found.meaning).filter(|meaning| !meaning.is_empty());
            CompletionCandidate::new(found.word).help(meaning.map(Into::into))
        };
        found.into_iter().map(candidate).collect()
    })
}

/// A line as far as it says what may come next. Words keep their places: the shell counts them.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    words: Vec<OsString>,
    /// The configuration file that it names.
    config: Option<OsString>,
    /// What of the word being typed the shell holds for another word.
    already: String,
}

impl Line {
    /// Reads a line up to the word being typed; `None`: a container's command has begun, whose
    /// words are not ours. Options that have their values say nothing of what comes next, but a
    /// value may look like a verb. Where the shell splits words at `=`, they are put together.
    fn of(grammar: &Command, words: Vec<OsString>, index: usize, splits: bool) -> Option<Self> {
        let mut line = Self {
            words,
            config: None,
            already: String::new(),
        };
        line.words.resize(index + 1, OsString::new());
        let mut verb = grammar;
        let mut at = 1;
        while at < index {
            let word = line.words[at].to_string_lossy().into_owned();
            if word == "--" {
                return None;
            }
            if word.starts_with('-') && word.len() > 1 {
                at = line.option(verb, &word, at, index, splits);
                continue;
            }
            match verb.find_subcommand(&word) {
                Some(found) => verb = found,
                None if takes_a_command(verb) => return None,
                None => {}
            }
            at += 1;
        }
        Some(line)
    }

    /// Reads an option, and says where the next word is.
    fn option(
        &mut self,
        verb: &Command,
        word: &str,
        at: usize,
        index: usize,
        splits: bool,
    ) -> usize {
        let is = |at: usize, word: &str| self.words.get(at).is_some_and(|is| is == word);
        let behind_the_sign = splits && word.starts_with("--") && is(at + 1, "=");
        if behind_the_sign && at + 2 == index {
            let begin = format!("{word}=");
            let mut whole = OsString::from(&begin);
            whole.push(&self.words[index]);
            self.words[index] = whole;
            self.already = begin;
            self.forget(at..index);
            return index;
        }
        let (option, value) = option(verb, word);
        let takes = option.is_some_and(takes_another_word);
        let value_at = match value {
            _ if behind_the_sign => Some(at + 2),
            None if takes => Some(at + 1),
            _ => None,
        };
        // Its value is being typed.
        if value_at == Some(index) {
            return index;
        }
        if option.is_some_and(|option| option.get_id() == "config") {
            let behind = value_at.and_then(|at| self.words.get(at).cloned());
            self.config = value.map(OsString::from).or(behind);
        }
        let next = value_at.unwrap_or(at) + 1;
        self.forget(at..next.min(index));
        next
    }

    fn forget(&mut self, words: std::ops::Range<usize>) {
        for word in &mut self.words[words] {
            *word = OF_NO_ACCOUNT.into();
        }
    }
}

/// Whether the next word that is no option begins a container's command.
fn takes_a_command(verb: &Command) -> bool {
    verb.is_allow_external_subcommands_set()
        || verb.get_positionals().any(Arg::is_trailing_var_arg_set)
}

/// The option that a word names, the last one of several letters, and the value that is part of
/// the word.
fn option<'c>(verb: &'c Command, word: &str) -> (Option<&'c Arg>, Option<String>) {
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (long, None),
        };
        let named = verb
            .get_arguments()
            .find(|option| option.get_long() == Some(name));
        return (named, value);
    }
    let letters = word.char_indices().skip(1);
    let mut last = None;
    for (at, letter) in letters {
        last = verb
            .get_arguments()
            .find(|option| option.get_short() == Some(letter));
        if last.is_some_and(takes_another_word) {
            let rest = &word[at + letter.len_utf8()..];
            let value = rest.strip_prefix('=').unwrap_or(rest);
            return (last, (!rest.is_empty()).then(|| value.to_owned()));
        }
    }
    (last, None)
}

/// Whether the value of an option stands in the next word.
fn takes_another_word(option: &Arg) -> bool {
    let values = option.get_num_args();
    !option.is_require_equals_set() && values.is_some_and(|values| values.min_values() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str], splits: bool) -> Option<Line> {
        let mut grammar = crate::cli::grammar();
        grammar.build();
        let words: Vec<_> = std::iter::once("run-admin-task")
            .chain(words.iter().copied())
            .map(OsString::from)
            .collect();
        let last = words.len() - 1;
        Line::of(&grammar, words, last, splits)
    }

    /// The line without the program's name and what is of no account.
    fn left(words: &[&str]) -> Option<Vec<String>> {
        let line = line(words, false)?;
        let words = line.words.iter().skip(1).map(|word| word.to_string_lossy());
        let words = words.filter(|word| word != OF_NO_ACCOUNT);
        Some(words.map(std::borrow::Cow::into_owned).collect())
    }

    #[test]
    fn options_with_their_values_are_of_no_account() {
        for (words, expected) in [
            (&[""][..], &[""][..]),
            (&["--cluster", "config", "l"], &["l"]),
            (&["--cluster=config", "-qE", "ps", "l"], &["l"]),
            (&["--timestamps", "l"], &["l"]),
            (&["-Eps", "-v", "l"], &["l"]),
            (&["-E", "p"], &["-E", "p"]),
            (&["logs", "--since", "10m", "-f", ""], &["logs", ""]),
            (&["logs", "abc", "--out"], &["logs", "abc", "--out"]),
            (&["history", "show", "2"], &["history", "show", "2"]),
            (&["run", "--timeout", "1h", "-"], &["run", "-"]),
            (&["--unknown", ""], &[""]),
        ] {
            assert_eq!(
                left(words).as_deref(),
                Some(
                    &expected
                        .iter()
                        .map(|word| (*word).to_owned())
                        .collect::<Vec<_>>()[..]
                ),
                "{words:?}"
            );
        }
    }

    #[test]
    fn the_words_of_a_container_are_its_own() {
        for words in [
            &["migrate", ""][..],
            &["migrate", "--", "-"],
            &["--cluster", "c", "migrate", "--cl"],
            &["--", ""],
            &["run", "migrate", ""],
            &["run", "--", ""],
            &["--timestamps", "local", ""],
        ] {
            assert_eq!(line(words, false), None, "{words:?}");
        }
    }

    #[test]
    fn the_file_that_is_named_is_kept() {
        for words in [
            &["--config", "f.toml", "-E", ""][..],
            &["--config=f.toml", "-E", ""],
            &["ps", "--config", "f.toml", "-E", ""],
            &["--config", "g", "--config", "f.toml", ""],
        ] {
            let config = line(words, false).and_then(|line| line.config);
            assert_eq!(config.as_deref(), Some(OsStr::new("f.toml")), "{words:?}");
        }
    }

    #[test]
    fn what_bash_splits_is_put_together() {
        let split = ["--config", "=", "f.toml", "--output", "=", "j"];
        let line = line(&split, true).expect("it goes on");
        assert_eq!(
            line.words.last().map(OsString::as_os_str),
            Some(OsStr::new("--output=j"))
        );
        assert_eq!(line.already, "--output=");
        assert_eq!(line.config.as_deref(), Some(OsStr::new("f.toml")));
    }
}
