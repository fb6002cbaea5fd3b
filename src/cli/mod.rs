//! The command line, as it is typed. No I/O here.

pub mod complete;
mod help;
pub mod manual;
mod offered;
mod options;
pub mod verbs;
pub mod version;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueHint};

pub use options::Options;

use crate::error::Failure;
use crate::model::migration::Version;

/// Run one command in a one-off ECS task, show its log, end with its exit code
#[derive(Debug, Parser)]
#[command(
    version = version::VERSION,
    disable_help_subcommand = true,
    allow_external_subcommands = true,
    override_usage = "run-admin-task [OPTIONS] <COMMAND> [ARGS]...\n       \
                      run-admin-task run [OPTIONS] [--] <COMMAND> [ARGS]...\n       \
                      run-admin-task plan | review | apply | verify | recover [OPTIONS]\n       \
                      run-admin-task check | explain [OPTIONS]\n       \
                      run-admin-task attach | logs | ps | stop | history [OPTIONS]\n       \
                      run-admin-task config | schema | completions SHELL | man",
    subcommand_help_heading = "Verbs",
)]
struct CommandLine {
    #[command(flatten)]
    options: Options,

    #[command(subcommand)]
    verb: Option<ParsedVerb>,
}

#[derive(Debug, Subcommand)]
enum ParsedVerb {
    /// Run a container command (the way to one that bears the name of a verb)
    Run {
        /// The container's command and its arguments, untouched
        #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
        words: Vec<OsString>,
    },
    /// Show which migrations are installed, pending or in a bad state; change nothing
    Plan {
        /// End with 3 when there is anything to do, or anything wrong
        #[arg(long)]
        exit_code: bool,
    },
    /// Read migration files and say what they would lock or break; asks no AWS
    Review {
        /// Files and folders [default: the folder of the migration files]
        #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// Review files newer than this version; those up to it are taken as applied
        #[arg(long, value_name = "VERSION", allow_negative_numbers = true)]
        since: Option<Version>,
        /// Review files changed since this revision of git; what it has is taken as applied
        #[arg(long, value_name = "REVISION")]
        base: Option<String>,
        /// Write the findings here as well, as SARIF; - for stdout alone
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        sarif: Option<PathBuf>,
        /// Explain each rule, its severity and the way around it
        #[arg(long, conflicts_with_all = ["paths", "since", "base", "sarif"])]
        list: bool,
    },
    /// Plan, review, ask, migrate, and look again
    Apply {
        /// Apply nothing newer than this version
        #[arg(long, value_name = "VERSION", allow_negative_numbers = true)]
        to: Option<Version>,
    },
    /// Say whether a deploy may go on: nothing pending, nothing wrong
    Verify,
    /// Say how a migration that failed or was changed is put right, with the exact SQL
    Recover {
        /// The migration
        #[arg(allow_negative_numbers = true)]
        version: Version,
        /// Print this way's SQL alone, and start nothing [default: show which ways fit the state]
        #[arg(value_parser = ["mark-applied", "forget", "accept", "forward-fix"])]
        way: Option<String>,
        /// Carry the way out in the admin container, after a question
        #[arg(long, requires = "way")]
        execute: bool,
        /// Write the forward-fix into the folder of the migration files
        #[arg(long, requires = "way", conflicts_with = "execute")]
        write: bool,
    },
    /// Follow a task that exists, from its first log line to its exit code
    Attach {
        /// Its id, the beginning of its id, or its ARN [default: the one that runs]
        task: Option<String>,
    },
    /// Show a task's log, also when ECS has forgotten the task
    Logs {
        /// Its id, the beginning of its id, or its ARN
        task: String,
        /// Go on until the container has ended
        #[arg(short, long)]
        follow: bool,
        /// Show lines of this last time alone, such as 10m
        #[arg(long, value_name = "DURATION")]
        since: Option<String>,
    },
    /// List the tasks that run, and those that stopped lately
    Ps,
    /// Stop a task, and wait for its end
    Stop {
        /// Its id, the beginning of its id, or its ARN
        task: String,
        /// Why, for everybody who looks at the task later
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// List earlier runs of this machine, or show one
    History {
        #[command(subcommand)]
        show: Option<ParsedShow>,
    },
    /// Look whether a task would start, and start nothing
    Check {
        /// Explain each check and the permissions it needs
        #[arg(long)]
        list: bool,
        /// Look as well whether aws ecs execute-command could reach the task
        #[arg(long)]
        execute_command: bool,
        /// The command that would be run [default: the definition's own]
        #[arg(trailing_var_arg = true, value_name = "COMMAND")]
        words: Vec<OsString>,
    },
    /// Say why a run failed, and what to do
    Explain {
        /// Its task's id or the record's, the beginning of one, or the task's ARN [default: the last run that failed]
        task: Option<String>,
        /// Read the evidence from this file: what aws ecs describe-tasks printed, the events of --output json, or a log; - for stdin
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "task")]
        from: Option<PathBuf>,
        /// Explain this reason, such as one out of a chat
        #[arg(long, value_name = "TEXT", conflicts_with_all = ["task", "from"])]
        message: Option<String>,
        /// The exit code that came with it
        #[arg(
            long,
            value_name = "N",
            conflicts_with = "task",
            allow_negative_numbers = true
        )]
        exit_code: Option<i32>,
    },
    /// Print every setting, its value and where it came from
    Config,
    /// Print the JSON Schema of the events of --output json
    Schema,
    /// Print a shell's script for completing what is typed
    Completions {
        /// Which shell
        #[arg(value_parser = complete::SHELLS)]
        shell: String,
    },
    /// Print the manual page
    Man {
        /// Write a page here for the tool and for each verb, in place of printing
        #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    #[command(external_subcommand)]
    Words(Vec<OsString>),
}

#[derive(Debug, Subcommand)]
enum ParsedShow {
    /// Print the record of one run
    Show {
        /// Its id, or the beginning of it, or of its task's id
        id: String,
    },
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Verb {
    /// Run a container command.
    Run(Vec<String>),
    /// Show the state of the migrations.
    Plan {
        /// Whether what is to be done or wrong is told by the exit status.
        exit_code: bool,
    },
    /// Review migration files.
    Review(Review),
    /// Explain each rule of the review.
    ListRules,
    /// Apply the pending migrations.
    Apply {
        /// The newest version to apply.
        to: Option<Version>,
    },
    /// Say whether the database is as the image wants it.
    Verify,
    /// Say how a migration is put right.
    Recover(Recover),
    /// Follow a task that exists.
    Attach {
        /// Which; `None`: the one that runs.
        task: Option<String>,
    },
    /// Show a task's log.
    Logs {
        /// Which task.
        task: String,
        /// Whether to go on until the container has ended.
        follow: bool,
        /// How far back.
        since: Option<String>,
    },
    /// List tasks.
    Ps,
    /// Stop a task.
    Stop {
        /// Which.
        task: String,
        /// Why.
        reason: Option<String>,
    },
    /// List records, or show one.
    History {
        /// Which one to show.
        show: Option<String>,
    },
    /// Look whether a task would start.
    Check {
        /// Whether somebody shall be able to run commands in it.
        execute_command: bool,
        /// The command that would be run; none: the definition's own.
        command: Vec<String>,
    },
    /// Explain each check.
    ListChecks,
    /// Say why a run failed.
    Explain(Explain),
    /// Print the settings.
    Config,
    /// Print the schema of the event stream.
    Schema,
    /// Print the script of this shell.
    Completions(String),
    /// Print the manual page.
    Man {
        /// Where to write a page for each verb in place of printing.
        dir: Option<PathBuf>,
    },
}

/// What is to be reviewed, and what is known of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Review {
    /// Files and folders; none: the folder of the migration files.
    pub paths: Vec<PathBuf>,
    /// The newest version that is taken as applied.
    pub since: Option<Version>,
    /// The revision of git whose files are taken as applied.
    pub base: Option<String>,
    /// Where to write SARIF, `-` for stdout.
    pub sarif: Option<PathBuf>,
}

/// What is to be put right, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Recover {
    /// Which migration.
    pub version: Version,
    /// One way alone, by its name.
    pub way: Option<String>,
    /// Whether to carry it out.
    pub execute: bool,
    /// Whether to write the file that it makes.
    pub write: bool,
}

/// What is to be explained.
#[derive(Debug, PartialEq, Eq)]
pub enum Explain {
    /// The last run that failed.
    Last,
    /// The run of this task, or of this record.
    Task(String),
    /// What a file tells, `-` for stdin, and an exit code that it does not tell.
    From(PathBuf, Option<i32>),
    /// A reason, and the exit code that came with it. Either may be missing.
    Message(String, Option<i32>),
}

/// Why a command line is not carried out.
#[derive(Debug)]
pub enum Refusal {
    /// clap's own answer: help, version, or a usage error.
    Clap(clap::Error),
    /// Ours.
    Failure(Failure),
}

/// Reads the command line.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<(Options, Verb), Refusal> {
    let mut grammar = grammar();
    let mut matches = grammar
        .try_get_matches_from_mut(words)
        .map_err(Refusal::Clap)?;
    let line = CommandLine::from_arg_matches_mut(&mut matches)
        .map_err(|error| Refusal::Clap(error.format(&mut grammar)))?;
    let verb = match line.verb {
        None => return Err(Refusal::Failure(no_command())),
        Some(ParsedVerb::Config) => Verb::Config,
        Some(ParsedVerb::Schema) => Verb::Schema,
        Some(ParsedVerb::Completions { shell }) => Verb::Completions(shell),
        Some(ParsedVerb::Man { dir }) => Verb::Man { dir },
        Some(ParsedVerb::Plan { exit_code }) => Verb::Plan { exit_code },
        Some(ParsedVerb::Review { list: true, .. }) => Verb::ListRules,
        Some(ParsedVerb::Review {
            paths,
            since,
            base,
            sarif,
            ..
        }) => Verb::Review(Review {
            paths,
            since,
            base,
            sarif,
        }),
        Some(ParsedVerb::Apply { to }) => Verb::Apply { to },
        Some(ParsedVerb::Verify) => Verb::Verify,
        Some(ParsedVerb::Recover {
            version,
            way,
            execute,
            write,
        }) => Verb::Recover(Recover {
            version,
            way,
            execute,
            write,
        }),
        Some(ParsedVerb::Attach { task }) => Verb::Attach { task },
        Some(ParsedVerb::Logs {
            task,
            follow,
            since,
        }) => Verb::Logs {
            task,
            follow,
            since,
        },
        Some(ParsedVerb::Ps) => Verb::Ps,
        Some(ParsedVerb::Stop { task, reason }) => Verb::Stop { task, reason },
        Some(ParsedVerb::History { show }) => Verb::History {
            show: show.map(|ParsedShow::Show { id }| id),
        },
        Some(ParsedVerb::Check { list: true, .. }) => Verb::ListChecks,
        Some(ParsedVerb::Check {
            execute_command,
            words,
            ..
        }) => Verb::Check {
            execute_command,
            command: as_text(words).map_err(Refusal::Failure)?,
        },
        Some(ParsedVerb::Explain {
            task,
            from,
            message,
            exit_code,
        }) => Verb::Explain(match (task, from, message) {
            (Some(task), ..) => Explain::Task(task),
            (_, Some(from), _) => Explain::From(from, exit_code),
            (_, _, Some(message)) => Explain::Message(message, exit_code),
            _ if exit_code.is_some() => Explain::Message(String::new(), exit_code),
            _ => Explain::Last,
        }),
        Some(ParsedVerb::Run { words }) => Verb::Run(as_text(words).map_err(Refusal::Failure)?),
        Some(ParsedVerb::Words(words)) => {
            let words = as_text(words).map_err(Refusal::Failure)?;
            verbs::refuse(&words)
                .map_or(Ok(()), Err)
                .map_err(Refusal::Failure)?;
            Verb::Run(words)
        }
    };
    Ok((line.options, verb))
}

/// The command line's grammar, for tests and for shells.
#[must_use]
pub fn grammar() -> clap::Command {
    help::dressed(CommandLine::command())
}

fn no_command() -> Failure {
    Failure::usage(format!(
        "no command: say what the container shall run\n\n\
         Usage: run-admin-task [OPTIONS] <COMMAND> [ARGS]...\n\n{}",
        help::examples(help::EXAMPLES)
    ))
    .hinted("run-admin-task --help shows every option")
}

/// A container gets its words as JSON, which holds text alone.
fn as_text(words: Vec<OsString>) -> Result<Vec<String>, Failure> {
    words
        .into_iter()
        .map(|word| {
            word.into_string().map_err(|word| {
                Failure::usage(format!(
                    "the container cannot get the word `{}`: it is not valid UTF-8",
                    word.to_string_lossy()
                ))
                .hinted("ECS passes a command on as text")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
