//! The status of a run while it goes on: drawn again each second, without an event.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

pub(super) use super::canvas::Reason;
use super::canvas::{Brush, Canvas};
use super::screen::Screen;
use super::status::Status;
use crate::model::event::EventKind;

/// Between two looks whether there is something new to draw.
const LOOK: Duration = Duration::from_millis(200);
/// What is done sooner needs no status.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long a terminal that takes nothing is waited for before a panic is told.
const TAKES: Duration = Duration::from_millis(500);

/// A status on a screen. Clones are of the same.
#[derive(Clone)]
pub struct Live {
    canvas: Arc<Canvas>,
    status: Arc<Mutex<Status>>,
    bar: ProgressBar,
}

impl Live {
    /// Draws on this screen, through this writer.
    pub(super) fn new(err: impl Write + Send + 'static, screen: Screen, colours: bool) -> Self {
        let now = Instant::now();
        let status = Arc::new(Mutex::new(Status::new(screen.opening, now)));
        let canvas = Arc::new(Canvas::new(Box::new(err), screen));
        let target = ProgressDrawTarget::term_like(Box::new(Brush(Arc::clone(&canvas))));
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{status}") {
            let (status, canvas) = (Arc::clone(&status), Arc::clone(&canvas));
            let write = move |_: &ProgressState, out: &mut dyn fmt::Write| {
                let (columns, rows) = (canvas.screen.size)();
                let status = status.lock().unwrap_or_else(PoisonError::into_inner);
                let now = Instant::now();
                if status.is_wanted() || now.duration_since(status.began()) >= PATIENCE {
                    let mut lines = status.lines(now, columns.into(), colours);
                    // The line above the status stays in sight.
                    lines.truncate(usize::from(rows.saturating_sub(1)).max(1));
                    let _ = out.write_str(&lines.join("\n"));
                }
            };
            bar.set_style(style.with_key("status", write));
        }
        bar.enable_steady_tick(LOOK);
        Self {
            canvas,
            status,
            bar,
        }
    }

    /// Takes note of what happened.
    pub(super) fn note(&self, kind: &EventKind) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.note(kind, Instant::now());
    }

    /// The terminal's columns.
    pub(super) fn width(&self) -> usize {
        (self.canvas.screen.size)().0.into()
    }

    /// Takes the status off, and draws no more while the reason holds.
    pub(super) fn hide(&self, reason: Reason) {
        self.canvas.hide(reason);
    }

    /// The reason holds no longer.
    pub(super) fn show(&self, reason: Reason) {
        if self.canvas.allow(reason) {
            self.bar.force_draw();
        }
    }

    /// Takes the status off for good.
    pub(super) fn leave(&self) {
        self.hide(Reason::Over);
    }

    /// Takes the status off: the terminal is somebody else's for a while.
    pub fn suspend(&self) {
        self.hide(Reason::Suspended);
    }

    /// The terminal is ours again.
    pub fn resume(&self) {
        self.show(Reason::Suspended);
    }

    /// Takes the status off for good in the middle of a panic, and returns when that is done.
    pub fn give_up(&self) {
        if self.canvas.try_hide(Reason::Over) {
            let since = Instant::now();
            while !(self.canvas.screen.is_idle)() && since.elapsed() < TAKES {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}
