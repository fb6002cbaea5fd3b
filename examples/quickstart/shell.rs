//! Runs commands in the user's terminal, and ends in good order when the user has had enough.

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

/// How long a command may take to end after Ctrl-C, which the terminal gives to it too.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// Where commands run.
pub(crate) struct Shell {
    interrupt: Signal,
    terminate: Signal,
}

impl Shell {
    /// From now on a signal does not end this process, but makes `run` fail.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Runs a command in the foreground and gives its exit status.
    pub(crate) async fn run(&mut self, mut command: Command) -> Result<i32, Box<dyn Error>> {
        let mut child = command.kill_on_drop(true).spawn()?;
        tokio::select! {
            // The signal comes before the end of the command to which it was given too.
            biased;
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => return Err("terminated".into()),
            status = child.wait() => return Ok(as_shells_count(status?)),
        }
        let _ = timeout(LAST_WORDS, child.wait()).await;
        Err("interrupted".into())
    }
}

fn as_shells_count(status: ExitStatus) -> i32 {
    let by_signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(by_signal).unwrap_or(-1)
}

/// Makes a command line stand out, where there is a terminal.
pub(crate) fn bold(text: &str) -> String {
    let plain = env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    if plain || !io::stdout().is_terminal() {
        return text.to_owned();
    }
    format!("\x1b[1m{text}\x1b[0m")
}
