//! A program that runs as long as the test does.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Longer than any of the daemons takes to be ready, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a daemon may take to end in good order.
const GRACE: Duration = Duration::from_secs(15);

pub(crate) struct Daemon {
    child: Child,
    name: &'static str,
    log: PathBuf,
}

impl Daemon {
    /// Starts a program in a process group of its own, with a log beside its data.
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        folder: &Path,
    ) -> Result<Self, String> {
        let log = folder.join(format!("{name}.log"));
        let child = fs::File::create(&log)
            .and_then(|file| {
                command
                    .current_dir(folder)
                    .stdin(Stdio::null())
                    .stdout(file.try_clone()?)
                    .stderr(file)
                    .process_group(0)
                    .spawn()
            })
            .map_err(|error| format!("{name} did not start: {error}"))?;
        Ok(Self { child, name, log })
    }

    /// Polls until `ready`, or tells the end of the log.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool) -> Result<(), String> {
        let deadline = Instant::now() + PATIENCE;
        while !ready() {
            if self.has_ended() || Instant::now() > deadline {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                let tail: Vec<_> = log.lines().rev().take(5).collect();
                return Err(format!("{} did not come up: {tail:#?}", self.name));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn signal_group(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill")
            .args([signal, "--", &group])
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.signal_group("-TERM");
        let deadline = Instant::now() + GRACE;
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        // Whatever the daemon left behind in its group, and the daemon itself if it must be.
        self.signal_group("-KILL");
        let _ = self.child.wait();
    }
}

/// A command that is ended when the test dies without a chance to clean up, as by Ctrl-C.
pub(crate) fn bound_to_us(program: &Path) -> Command {
    match find("setpriv", &[]) {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "TERM", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// A program on the search path, or in one of the other folders.
pub(crate) fn find(program: &str, elsewhere: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(elsewhere.iter().map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
