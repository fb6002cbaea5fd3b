//! What a verb prints that is no event.

use std::io::{IsTerminal as _, Write as _, stdout};

/// Prints it on stdout. Whoever stops reading has read enough.
pub(super) fn print(text: &[u8]) {
    let _ = stdout().write_all(text).and_then(|()| stdout().flush());
}

/// The columns of the terminal that it is printed on, if it is one.
pub(super) fn columns() -> Option<usize> {
    stdout().is_terminal().then(|| {
        terminal_size::terminal_size_of(stdout()).map_or(80, |(width, _)| usize::from(width.0))
    })
}
