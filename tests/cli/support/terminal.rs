//! The tool at a terminal, with somebody in front of it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command as AtTerminal, Pty, open};
use vt100::Parser;

use super::normal::normal;
use super::{PATIENCE, send};

/// Between two looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A process whose stdin, stdout and stderr are a terminal; it is killed when it takes too long,
/// and when it is dropped.
pub(crate) struct Terminal {
    child: Child,
    /// `None` once the terminal was closed.
    keyboard: Option<Arc<Pty>>,
    screen: Arc<Mutex<Vec<u8>>>,
    /// Its rows and columns, from so many bytes on.
    sizes: Vec<(usize, (u16, u16))>,
    is_closed: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    folder: PathBuf,
    deadline: Instant,
}

impl Terminal {
    /// Starts the program of `command` in its environment, in so many rows and columns.
    pub(super) fn start(
        command: &Command,
        words: &[&str],
        folder: &Path,
        (rows, columns): (u16, u16),
    ) -> Self {
        let (pty, pts) = open().expect("a pseudo terminal");
        pty.resize(Size::new(rows, columns)).expect("it has a size");
        rustix::io::ioctl_fionbio(&pty, true).expect("reading need not block");
        let variables = command.get_envs();
        let child = AtTerminal::new(command.get_program())
            .args(words)
            .env_clear()
            .envs(variables.filter_map(|(name, value)| Some((name, value?))))
            .current_dir(folder)
            .spawn(pts)
            .expect("it starts");
        let pty = Arc::new(pty);
        let screen = Arc::<Mutex<Vec<u8>>>::default();
        let is_closed = Arc::<AtomicBool>::default();
        let reader = thread::spawn({
            let (pty, screen) = (Arc::clone(&pty), Arc::clone(&screen));
            let is_closed = Arc::clone(&is_closed);
            move || watch(&pty, &screen, &is_closed)
        });
        Self {
            child,
            keyboard: Some(pty),
            screen,
            sizes: vec![(0, (rows, columns))],
            is_closed,
            reader: Some(reader),
            folder: folder.to_owned(),
            deadline: Instant::now() + PATIENCE,
        }
    }

    /// Types something; `\u{3}` is Ctrl-C, `\u{1a}` is Ctrl-Z.
    #[track_caller]
    pub(crate) fn types(&self, text: &str) {
        let keyboard = self.keyboard.as_ref().expect("the terminal is open");
        let mut keyboard: &Pty = keyboard;
        keyboard.write_all(text.as_bytes()).expect("it is typed");
    }

    /// Closes the terminal, as when its window is closed.
    pub(crate) fn close(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.keyboard = None;
        if let Some(reader) = self.reader.take() {
            reader.join().expect("reading does not panic");
        }
    }

    /// Sends a signal that nobody typed.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        send(self.child.id(), name);
    }

    /// What is on the screen, with stand-ins as in [`super::Ran`].
    pub(crate) fn screen(&self) -> String {
        let bytes = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        normal(&text, &self.folder.display().to_string())
    }

    /// Makes its window smaller or larger.
    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        let keyboard = self.keyboard.as_ref().expect("the terminal is open");
        let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        keyboard
            .resize(Size::new(rows, columns))
            .expect("it has a size");
        self.sizes.push((screen.len(), (rows, columns)));
    }

    /// Waits until something is written.
    #[track_caller]
    pub(crate) fn until_more_is_written(&self) {
        let before = self.written().len();
        while self.written().len() == before {
            assert!(Instant::now() < self.deadline, "too late: nothing comes");
            thread::sleep(LOOK_EVERY);
        }
    }

    /// All that was written on it, escape sequences and all.
    pub(crate) fn written(&self) -> String {
        let bytes = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What a terminal shows in its window, with the lines that left it above.
    pub(crate) fn window(&self) -> Parser {
        let bytes = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        let (rows, columns) = self.sizes[0].1;
        let some = |count| NonZeroU16::new(count).expect("a window has a size");
        let mut parser = Parser::new(some(rows), some(columns), 10_000);
        let ends = self.sizes[1..].iter().map(|(from, _)| *from);
        for ((from, (rows, columns)), end) in self.sizes.iter().zip(ends.chain([bytes.len()])) {
            parser.screen_mut().set_size(some(*rows), some(*columns));
            parser.process(&bytes[*from..end]);
        }
        parser
    }

    /// Its text: a line that was wrapped is one.
    pub(crate) fn window_text(&self) -> String {
        normal(
            &self.window().screen().contents(),
            &self.folder.display().to_string(),
        )
    }

    /// Waits until the window is as wanted.
    #[track_caller]
    pub(crate) fn until_window(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        loop {
            let text = self.window_text();
            if is_so(&text) {
                return text;
            }
            assert!(Instant::now() < self.deadline, "too late: {what}:\n{text}");
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits until the screen shows this text.
    #[track_caller]
    pub(crate) fn until_shows(&mut self, text: &str) {
        while !self.screen().contains(text) {
            assert!(
                Instant::now() < self.deadline,
                "too late for `{text}`:\n{}",
                self.screen()
            );
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits for its end, and gives the screen and the exit status as a shell has it.
    #[track_caller]
    pub(crate) fn end(mut self) -> (String, i32) {
        let status = self.ends();
        (self.screen(), status)
    }

    /// Waits for its end, and gives the exit status as a shell has it.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> i32 {
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                break status;
            }
            let late = Instant::now() >= self.deadline;
            assert!(!late, "too late for its end:\n{}", self.screen());
            thread::sleep(LOOK_EVERY);
        };
        // What came last is read until nobody writes any more.
        if let Some(reader) = self.reader.take() {
            reader.join().expect("reading does not panic");
        }
        let by_signal = || 128 + status.signal().unwrap_or_default();
        status.code().unwrap_or_else(by_signal)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.is_closed.store(true, Ordering::Relaxed);
    }
}

/// Reads the screen until the terminal is closed, or nobody writes on it any more.
fn watch(mut pty: &Pty, screen: &Mutex<Vec<u8>>, is_closed: &AtomicBool) {
    let mut bytes = [0; 4096];
    while !is_closed.load(Ordering::Relaxed) {
        match pty.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => {
                let mut screen = screen.lock().unwrap_or_else(PoisonError::into_inner);
                screen.extend_from_slice(&bytes[..count]);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(LOOK_EVERY),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The other side is closed.
            Err(_) => return,
        }
    }
}
