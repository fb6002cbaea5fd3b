//! `history`.

use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Lists records, or shows one.
pub fn history(options: &Options, _show: Option<&str>) -> ExitStatus {
    let failure = Failure::usage("not built yet");
    stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure)
}
