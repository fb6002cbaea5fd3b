//! The real binary, in an environment of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::running::Reader;
use super::{Ran, Running};

/// The binary under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_run-admin-task");

/// Without waiting for a log, where it is of no interest.
pub(crate) const QUICK: [&str; 2] = ["--drain", "0s"];

/// The tool, and what its environment says.
pub(crate) struct Tool {
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    reader: Reader,
}

impl Tool {
    /// Against this endpoint, in this folder.
    pub(crate) fn new(endpoint: &str, folder: &Path) -> Self {
        let variables = [
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("ECS_SUBNETS", "subnet-0a,subnet-0b"),
            ("ECS_SECURITY_GROUP", "sg-0a"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            folder: folder.to_owned(),
            variables: variables.into(),
            reader: Reader::Diligent,
        }
    }

    /// With this variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Without these variables.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.variables
            .retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// Whoever reads its stdout goes away after so many lines.
    pub(crate) fn read_for(mut self, lines: usize) -> Self {
        self.reader = Reader::LeavesAfter(lines);
        self
    }

    /// Whoever reads its stdout stops after so many lines, and yet stays.
    pub(crate) fn stall_after(mut self, lines: usize) -> Self {
        self.reader = Reader::StallsAfter(lines);
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.start(words).end()
    }

    /// Starts it.
    pub(crate) fn start(&self, words: &[impl AsRef<OsStr>]) -> Running {
        let mut command = self.command(PROGRAM);
        Running::start(command.args(words), self.reader, &self.folder)
    }

    /// Runs a shell script in the tool's environment; `$0` is the tool.
    pub(crate) fn run_in_bash(&self, script: &str) -> Ran {
        let mut command = self.command("bash");
        command.args(["-c", script, PROGRAM]);
        Running::start(&mut command, self.reader, &self.folder).end()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", &self.folder)
            .envs(&self.variables)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }
}
