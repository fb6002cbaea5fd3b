//! The command line, as it is typed. No I/O here.

mod options;
pub mod verbs;

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser, Subcommand};

pub use options::Options;

use crate::error::Failure;

/// What follows the short help.
const EXAMPLES: &str = "\
Examples:
  export ECS_SUBNETS=subnet-0abc ECS_SECURITY_GROUP=sg-0abc
  run-admin-task migrate-info            which migrations are installed
  run-admin-task migrate                 run the pending ones
  run-admin-task -E production migrate   with an environment of the file
  run-admin-task --dry-run migrate       print the request, start nothing
  run-admin-task reencrypt --batch 50    --batch 50 goes to the container
  run-admin-task run -- check            a container command called check
  run-admin-task ps                      which tasks run, and who started them
  run-admin-task attach                  follow the one that runs
  run-admin-task config                  every setting and its origin";

/// What follows the long help as well.
const EXIT_STATUS: &str = "\
Exit status:
  0        the deciding container exited 0
  1…255    the deciding container's own exit code
  2        usage or configuration: nothing was started
  124      timed out
  125      the tool could not do or finish its work, or there is no exit code
  126      the task never started
  130 143  interrupted by SIGINT, SIGTERM
A container can use these numbers too; `outcome` in --output json tells them apart.";

/// Run one command in a one-off ECS task, show its log, end with its exit code
#[derive(Debug, Parser)]
#[command(
    version,
    disable_help_subcommand = true,
    allow_external_subcommands = true,
    override_usage = "run-admin-task [OPTIONS] <COMMAND> [ARGS]...\n       \
                      run-admin-task run [OPTIONS] [--] <COMMAND> [ARGS]...\n       \
                      run-admin-task attach | logs | ps | stop | history | config [OPTIONS]",
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_STATUS}"),
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
    /// Print every setting, its value and where it came from
    Config,
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
    /// Print the settings.
    Config,
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
    let line = CommandLine::try_parse_from(words).map_err(Refusal::Clap)?;
    let verb = match line.verb {
        None => return Err(Refusal::Failure(no_command())),
        Some(ParsedVerb::Config) => Verb::Config,
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
    CommandLine::command()
}

fn no_command() -> Failure {
    Failure::usage(format!(
        "no command: say what the container shall run\n\n\
         Usage: run-admin-task [OPTIONS] <COMMAND> [ARGS]...\n\n{EXAMPLES}"
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
