//! Draws the status, and takes it off again.
//!
//! The cursor rests where the status begins. So it is taken off by clearing all from the cursor
//! on, and no line above it can be lost: not after the terminal was resized, which may wrap the
//! status's lines, nor after something was typed. The cursor is never hidden.

use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::TermLike;

use super::screen::Screen;

/// From the cursor on nothing is left.
const CLEAR: &str = "\r\u{1b}[J";

/// Why nothing is drawn. Several reasons may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Reason {
    /// Lines are being written.
    Writing = 1,
    /// A question stands.
    Question = 2,
    /// The process is suspended.
    Suspended = 4,
    /// The run is over.
    Over = 8,
}

/// Where the status is drawn.
pub(super) struct Canvas {
    pub(super) screen: Screen,
    sheet: Mutex<Sheet>,
    /// The next frame is drawn also where the terminal is behind.
    at_once: AtomicBool,
}

/// What is on the canvas.
struct Sheet {
    err: Box<dyn Write + Send>,
    /// The lines of the next frame.
    next: Vec<String>,
    /// The lines that are drawn.
    drawn: Vec<String>,
    /// The reasons why nothing is drawn.
    hidden: u8,
}

impl Canvas {
    pub(super) fn new(err: Box<dyn Write + Send>, screen: Screen) -> Self {
        Self {
            screen,
            sheet: Mutex::new(Sheet {
                err,
                next: Vec::new(),
                drawn: Vec::new(),
                hidden: 0,
            }),
            at_once: AtomicBool::new(false),
        }
    }

    fn sheet(&self) -> MutexGuard<'_, Sheet> {
        self.sheet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the status off, and draws no more while the reason holds.
    pub(super) fn hide(&self, reason: Reason) {
        self.sheet().hide(reason);
    }

    /// The same, where this very thread may be drawing. Whether it could be done.
    pub(super) fn try_hide(&self, reason: Reason) -> bool {
        let sheet = self.sheet.try_lock();
        sheet.map(|mut sheet| sheet.hide(reason)).is_ok()
    }

    /// The reason holds no longer. Whether the status may be drawn again now.
    pub(super) fn allow(&self, reason: Reason) -> bool {
        let mut sheet = self.sheet();
        let held = sheet.hidden & reason as u8 != 0;
        sheet.hidden &= !(reason as u8);
        let shown = held && sheet.hidden == 0;
        if shown {
            self.at_once.store(true, Ordering::Relaxed);
        }
        shown
    }
}

impl Sheet {
    fn hide(&mut self, reason: Reason) {
        self.hidden |= reason as u8;
        if !self.drawn.is_empty() {
            self.drawn.clear();
            // Nobody can be told that stderr is closed.
            let _ = self
                .err
                .write_all(CLEAR.as_bytes())
                .and_then(|()| self.err.flush());
        }
    }

    /// Draws the next frame over the one that is drawn.
    fn draw(&mut self) -> io::Result<()> {
        let lines = std::mem::take(&mut self.next);
        if lines.is_empty() || self.hidden != 0 || lines == self.drawn {
            return Ok(());
        }
        let mut frame = String::from("\r");
        frame.push_str(&lines.join("\u{1b}[K\r\n"));
        frame.push_str("\u{1b}[J\r");
        if lines.len() > 1 {
            // Text takes what it is given.
            let _ = write!(frame, "\u{1b}[{}A", lines.len() - 1);
        }
        self.drawn = lines;
        self.err.write_all(frame.as_bytes())?;
        self.err.flush()
    }
}

/// The canvas as indicatif knows a terminal. It moves a cursor of its own: only the lines that it
/// writes are taken.
#[derive(Clone)]
pub(super) struct Brush(pub(super) Arc<Canvas>);

impl fmt::Debug for Brush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Brush")
    }
}

impl TermLike for Brush {
    fn width(&self) -> u16 {
        (self.0.screen.size)().0.max(2)
    }

    fn height(&self) -> u16 {
        (self.0.screen.size)().1.max(1)
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.write_str(line)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        // Lines are filled up with spaces, to clear what they are drawn over: not ours.
        if !text.trim().is_empty() {
            self.0.sheet().next.push(text.to_owned());
        }
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let Canvas {
            screen, at_once, ..
        } = &*self.0;
        let in_time = at_once.swap(false, Ordering::Relaxed) || (screen.is_idle)();
        let mut sheet = self.0.sheet();
        if in_time && (screen.is_ours)() {
            sheet.draw()
        } else {
            sheet.next.clear();
            Ok(())
        }
    }
}
