//! `verify`: whether a deploy may go on.

use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Not built yet.
pub async fn verify(options: &Options) -> ExitStatus {
    let failure = Failure::usage("this version cannot do that yet; nothing was started");
    stage::fail(
        &mut *stage::early_reporter(options.early_output()),
        &failure,
    )
}
