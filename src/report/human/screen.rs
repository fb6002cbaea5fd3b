//! The terminal that the status is drawn on, as far as it has to be asked.

use std::fmt;

/// What a status has to know of its terminal, and begins with.
pub struct Screen {
    /// Its columns and rows, as they are now.
    pub size: Box<dyn Fn() -> (u16, u16) + Send + Sync>,
    /// Whether all that was written has arrived. A terminal that was stopped gets no more.
    pub is_idle: Box<dyn Fn() -> bool + Send + Sync>,
    /// Whether the terminal is this process's: in the background nothing is drawn.
    pub is_ours: Box<dyn Fn() -> bool + Send + Sync>,
    /// What is waited for at first: a word in a phase's place, and what it is.
    pub opening: (&'static str, &'static str),
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}
