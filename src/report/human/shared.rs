//! stderr, for lines and for the status.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A writer that several parts write to. What one of them writes is whole when it flushes.
pub(super) struct Shared<E>(Arc<Mutex<E>>);

impl<E> Shared<E> {
    pub(super) fn new(writer: E) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }
}

impl<E> Clone for Shared<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E: Write> Write for Shared<E> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writer.flush()
    }
}
