//! `review`: what migration files would lock or break.

use super::stage;
use crate::cli::{Options, Review};
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Not built yet.
pub fn review(options: &Options, _what: &Review) -> ExitStatus {
    let failure = Failure::usage("this version cannot do that yet; nothing was started");
    stage::fail(
        &mut *stage::early_reporter(options.early_output()),
        &failure,
    )
}

/// Not built yet.
#[must_use]
pub fn list(options: &Options) -> ExitStatus {
    let failure = Failure::usage("this version cannot do that yet; nothing was started");
    stage::fail(
        &mut *stage::early_reporter(options.early_output()),
        &failure,
    )
}
