//! A process under observation.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

/// Between two looks at the memory. The kernel keeps the peak, so only what is new at the very
/// end can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What became of a process.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) spawned: SystemTime,
    pub(crate) ended: SystemTime,
    pub(crate) exit_code: Option<i32>,
    /// What it said on stderr.
    pub(crate) said: String,
    /// `None` where there is no `/proc`.
    pub(crate) peak_kib: Option<u64>,
}

impl Done {
    /// Fails, with what the process said, if it did not end with this exit code.
    pub(crate) fn assert_exit_code(&self, expected: i32) {
        assert_eq!(self.exit_code, Some(expected), "{}", self.said);
    }
}

/// Runs a command, and gives each line of its stdout with the time at which it came.
pub(crate) fn run(command: &mut Command, mut line: impl FnMut(SystemTime, &[u8])) -> Done {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let spawned = SystemTime::now();
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let stdout = child.stdout.take().expect("it is a pipe");
    let mut stderr = child.stderr.take().expect("it is a pipe");
    let is_closed = AtomicBool::new(false);
    let pid = child.id();
    thread::scope(|scope| {
        let said = scope.spawn(move || {
            let mut said = Vec::new();
            stderr.read_to_end(&mut said).map(|_| said)
        });
        let peak = scope.spawn(|| watch_memory(pid, &is_closed));
        let mut stdout = BufReader::with_capacity(64 * 1024, stdout);
        let mut buffer = Vec::new();
        while stdout
            .read_until(b'\n', &mut buffer)
            .is_ok_and(|count| count > 0)
        {
            line(
                SystemTime::now(),
                buffer.strip_suffix(b"\n").unwrap_or(&buffer),
            );
            buffer.clear();
        }
        is_closed.store(true, Ordering::Relaxed);
        let status = child.wait().expect("it was started");
        let ended = SystemTime::now();
        let said = said.join().expect("reading does not panic");
        Done {
            spawned,
            ended,
            exit_code: status.code(),
            said: String::from_utf8_lossy(&said.unwrap_or_default()).into_owned(),
            peak_kib: peak.join().expect("reading does not panic"),
        }
    })
}

/// The peak of the resident memory, as far as it could be seen.
fn watch_memory(pid: u32, is_closed: &AtomicBool) -> Option<u64> {
    let mut peak = None;
    while !is_closed.load(Ordering::Relaxed) {
        peak = peak.max(peak_now(pid));
        thread::sleep(LOOK_EVERY);
    }
    peak
}

fn peak_now(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse().ok()
}
