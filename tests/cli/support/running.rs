//! The tool while it runs.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{PATIENCE, Ran};

/// Who reads stdout or stderr.
#[derive(Clone, Copy)]
pub(super) enum Reader {
    /// Reads to the end.
    Diligent,
    /// Closes the pipe after so many lines.
    LeavesAfter(usize),
    /// Reads no more after so many lines, and holds the pipe open.
    StallsAfter(usize),
}

/// A started process; it is killed when it takes too long, and when it is dropped.
pub(crate) struct Running {
    child: Child,
    stdout: Captured,
    stderr: Captured,
    folder: PathBuf,
    deadline: Instant,
    /// Whether its stdout is the event stream.
    in_events: bool,
}

impl Running {
    pub(super) fn start(command: &mut Command, readers: [Reader; 2], folder: &Path) -> Self {
        let [of_stdout, of_stderr] = readers;
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stdout = child.stdout.take().expect("it is piped");
        let stderr = child.stderr.take().expect("it is piped");
        Self {
            child,
            stdout: Captured::read(stdout, of_stdout),
            stderr: Captured::read(stderr, of_stderr),
            folder: folder.to_owned(),
            deadline: Instant::now() + PATIENCE,
            in_events: false,
        }
    }

    /// Holds what it prints to the schema of the event stream, if that was asked for.
    pub(super) fn holding_to_the_schema(mut self, in_events: bool) -> Self {
        self.in_events = in_events;
        self
    }

    /// Waits until its stderr has this text.
    #[track_caller]
    pub(crate) fn until_stderr_has(&mut self, text: &str) {
        self.until(text, |running| running.stderr.text().contains(text));
    }

    /// Waits until its stdout has this text.
    #[track_caller]
    pub(crate) fn until_stdout_has(&mut self, text: &str) {
        self.until(text, |running| running.stdout.text().contains(text));
    }

    #[track_caller]
    fn until(&mut self, what: &str, is_there: impl Fn(&Self) -> bool) {
        while !is_there(self) {
            if let Some(status) = self.status() {
                // What came last may have been read only now.
                let ran = self.ran(status);
                assert!(is_there(self), "it ended without `{what}`:\n{ran}");
                return;
            }
            self.wait(what);
        }
    }

    /// Sends a signal, such as `INT`.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        send(self.child.id(), name);
    }

    /// Sends a signal, and says how long it took until something came of it on stderr.
    #[track_caller]
    pub(crate) fn signal_and_hear(&mut self, name: &str) -> Duration {
        let before = self.stderr.text().len();
        let sent = Instant::now();
        self.signal(name);
        self.until("a word about the signal", |running| {
            running.stderr.text().len() > before
        });
        sent.elapsed()
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ran {
        loop {
            if let Some(status) = self.status() {
                let ran = self.ran(status);
                if self.in_events {
                    ran.keeps_the_schema();
                }
                return ran;
            }
            self.wait("its end");
        }
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is our child")
    }

    fn ran(&mut self, status: ExitStatus) -> Ran {
        self.stdout.join();
        self.stderr.join();
        Ran::new(self.stdout.text(), self.stderr.text(), status, &self.folder)
    }

    #[track_caller]
    fn wait(&mut self, what: &str) {
        if Instant::now() >= self.deadline {
            self.child.kill().expect("it is our child");
            let status = self.child.wait().expect("it is our child");
            let ran = self.ran(status);
            panic!("too late for `{what}`; killed:\n{ran}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal, such as `INT`, to a process that runs.
#[track_caller]
pub(crate) fn send(process: u32, name: &str) {
    let signal = match name {
        "INT" => Signal::INT,
        "TERM" => Signal::TERM,
        "HUP" => Signal::HUP,
        "KILL" => Signal::KILL,
        "STOP" => Signal::STOP,
        "CONT" => Signal::CONT,
        _ => panic!("SIG{name}?"),
    };
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    let sent = kill_process(process.expect("an id"), signal);
    assert!(sent.is_ok(), "no process for SIG{name} any longer");
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came out of a pipe so far.
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Gives the pipe back, if it shall be held open.
    reader: Option<JoinHandle<Option<Pipe>>>,
    held: Option<Pipe>,
}

type Pipe = Box<dyn Read + Send>;

impl Captured {
    fn read(pipe: impl Read + Send + 'static, reader: Reader) -> Self {
        let (lines, holds) = match reader {
            Reader::Diligent => (usize::MAX, false),
            Reader::LeavesAfter(lines) => (lines, false),
            Reader::StallsAfter(lines) => (lines, true),
        };
        let bytes = Arc::<Mutex<Vec<u8>>>::default();
        let all = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            let mut count = 0;
            while count < lines && pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.append(&mut line);
                count += 1;
            }
            holds.then(|| Box::new(pipe) as Pipe)
        });
        Self {
            bytes,
            reader: Some(reader),
            held: None,
        }
    }

    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn join(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.held = reader.join().expect("reading does not panic");
        }
    }
}
