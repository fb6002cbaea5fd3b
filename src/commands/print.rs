//! What a verb prints that is no event.

use std::io::{Write as _, stdout};

/// Prints it on stdout. Whoever stops reading has read enough.
pub(super) fn print(text: &[u8]) {
    let _ = stdout().write_all(text).and_then(|()| stdout().flush());
}
