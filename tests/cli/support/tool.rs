//! The real binary, in an environment of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::running::Reader;
use super::stream;
use super::{Ran, Running, Terminal};

/// The binary under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_run-admin-task");

/// Without waiting for a log, where it is of no interest.
pub(crate) const QUICK: [&str; 2] = ["--drain", "0s"];

/// Rows and columns with room for a message on one line.
const WIDE: (u16, u16) = (50, 2_000);

/// The tool, and what its environment says.
pub(crate) struct Tool {
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    /// Of stdout and of stderr.
    readers: [Reader; 2],
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
            readers: [Reader::Diligent; 2],
        }
    }

    /// In this folder, without AWS and without any setting.
    pub(crate) fn alone(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            variables: BTreeMap::new(),
            readers: [Reader::Diligent; 2],
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
        self.readers[0] = Reader::LeavesAfter(lines);
        self
    }

    /// Whoever reads its stderr goes away after so many lines.
    pub(crate) fn hear_for(mut self, lines: usize) -> Self {
        self.readers[1] = Reader::LeavesAfter(lines);
        self
    }

    /// Whoever reads its stdout stops after so many lines, and yet stays.
    pub(crate) fn stall_after(mut self, lines: usize) -> Self {
        self.readers[0] = Reader::StallsAfter(lines);
        self
    }

    /// In this job of a CI system: the same job again is another attempt.
    pub(crate) fn in_job(self, run: &str, attempt: &str, job: &str) -> Self {
        self.env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_REPOSITORY", "acme/api")
            .env("GITHUB_RUN_ID", run)
            .env("GITHUB_RUN_ATTEMPT", attempt)
            .env("GITHUB_JOB", job)
    }

    /// In a step of GitHub Actions, whose files lie in its folder.
    pub(crate) fn in_github(self) -> Self {
        let file = |name| self.folder.join(name).display().to_string();
        let (summary, outputs) = (file("summary.md"), file("outputs"));
        self.in_job("42", "1", "deploy")
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_OUTPUT", &outputs)
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.start(words).end()
    }

    /// Starts it.
    pub(crate) fn start(&self, words: &[impl AsRef<OsStr>]) -> Running {
        let mut command = self.command(PROGRAM);
        let running = Running::start(command.args(words), self.readers, &self.folder);
        running.holding_to_the_schema(stream::is_asked_for(words))
    }

    /// Runs a shell script in the tool's environment; `$0` is the tool.
    pub(crate) fn run_in_bash(&self, script: &str) -> Ran {
        let mut command = self.command("bash");
        command.args(["-c", script, PROGRAM]);
        Running::start(&mut command, self.readers, &self.folder).end()
    }

    /// Starts it where somebody sits at a terminal.
    pub(crate) fn start_at_terminal(&self, words: &[&str]) -> Terminal {
        Terminal::start(&self.command(PROGRAM), words, &self.folder, WIDE)
    }

    /// The same in a window of 24 rows that says what it can: a status is drawn there.
    pub(crate) fn start_in_window(&self, columns: u16, words: &[&str]) -> Terminal {
        let mut command = self.command(PROGRAM);
        command.env("TERM", "xterm-256color");
        Terminal::start(&command, words, &self.folder, (24, columns))
    }

    /// The same for a shell script; `$0` is the tool.
    pub(crate) fn start_shell_in_window(&self, columns: u16, script: &str) -> Terminal {
        let mut command = self.command("bash");
        command.env("TERM", "xterm-256color");
        let words = ["-c", script, PROGRAM];
        Terminal::start(&command, &words, &self.folder, (24, columns))
    }

    /// Starts an interactive use of it: a shell script at a terminal; `$0` is the tool.
    pub(crate) fn start_shell_at_terminal(&self, script: &str) -> Terminal {
        let words = ["-c", script, PROGRAM];
        Terminal::start(&self.command("bash"), &words, &self.folder, WIDE)
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
