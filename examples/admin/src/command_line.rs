//! The words that the container understands.

use std::ffi::OsString;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::error::Error;

#[derive(Debug, Parser)]
#[command(name = "everruns-admin", about, arg_required_else_help = false)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// One command of the container.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Apply the pending migrations
    Migrate(Migrate),
    /// List the migrations and their state
    MigrateInfo(Connect),
    /// Record a migration as applied without running it: its changes are made by hand
    MarkApplied(Recover),
    /// Delete a migration's record: its changes are taken back by hand
    Forget(Recover),
    /// Take a migration's file as it is now for the one that was applied
    Accept(Recover),
}

/// What `migrate` can be told.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Check the database and list the migrations that would be applied, without applying any
    #[arg(long)]
    pub dry_run: bool,

    /// Apply no migration that is newer than this version
    #[arg(long, value_name = "VERSION")]
    pub target_version: Option<i64>,

    #[expect(
        missing_docs,
        reason = "the fields' own documentation is the help text"
    )]
    #[command(flatten)]
    pub connect: Connect,
}

/// What the commands that put a migration's record right can be told.
#[derive(Debug, Args)]
pub struct Recover {
    /// The migration
    #[arg(allow_negative_numbers = true)]
    pub version: i64,

    /// Say what would be changed, without changing it
    #[arg(long)]
    pub dry_run: bool,

    #[expect(
        missing_docs,
        reason = "the fields' own documentation is the help text"
    )]
    #[command(flatten)]
    pub connect: Connect,
}

/// How the database is reached.
#[derive(Clone, Copy, Debug, Args)]
pub struct Connect {
    /// How many seconds a server that refuses the connection is tried again
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    connect_timeout: u64,
}

impl Connect {
    /// How long a server that refuses the connection is tried again.
    #[must_use]
    pub fn timeout(self) -> Duration {
        Duration::from_secs(self.connect_timeout)
    }
}

/// What a command line asks for.
#[derive(Debug)]
pub enum Request {
    /// A command is to be carried out.
    Carry(Command),
    /// This text is to be shown.
    Help(String),
}

/// Reads the command line, of which the first word is the program's name.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Request, Error> {
    match CommandLine::try_parse_from(words) {
        Ok(line) => Ok(Request::Carry(line.command)),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            Ok(Request::Help(error.to_string()))
        }
        Err(error) => Err(Error::Usage(in_one_line(&error))),
    }
}

/// A log is read line by line: clap's drawing of a usage error does not fit there.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    format!(
        "{}; `help` lists the commands",
        first.trim_start_matches("error: ")
    )
}
