//! `schema`: what the events of `--output json` look like.

use std::io::{Write as _, stdout};

use crate::model::outcome::ExitStatus;
use crate::report::SCHEMA;

/// Prints the schema.
#[must_use]
pub fn schema() -> ExitStatus {
    // Whoever stops reading has read enough.
    let _ = stdout()
        .write_all(SCHEMA.as_bytes())
        .and_then(|()| stdout().flush());
    ExitStatus::SUCCESS
}
