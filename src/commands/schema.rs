//! `schema`: what the events of `--output json` look like.

use super::print::print;
use crate::model::outcome::ExitStatus;
use crate::report::SCHEMA;

/// Prints the schema.
#[must_use]
pub fn schema() -> ExitStatus {
    print(SCHEMA.as_bytes());
    ExitStatus::SUCCESS
}
