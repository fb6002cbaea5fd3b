//! `ps`.

use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Lists tasks.
pub async fn ps(options: &Options) -> ExitStatus {
    let failure = Failure::usage("not built yet");
    stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure)
}
