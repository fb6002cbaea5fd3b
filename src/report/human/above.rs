//! stderr for whatever is said while a status is drawn there.

use std::io::{self, Write};

use super::live::{Live, Reason};
use super::shared::Shared;

/// Takes the status off before anything is written in its place, whoever wants to say it.
pub(super) struct Above<E> {
    pub(super) err: Shared<E>,
    pub(super) live: Option<Live>,
}

impl<E: Write> Write for Above<E> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(live) = &self.live {
            live.hide(Reason::Writing);
        }
        self.err.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.err.flush()
    }
}
