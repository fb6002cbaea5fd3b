//! `attach`.

use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Follows a task that exists.
pub async fn attach(options: &Options, _task: Option<&str>) -> ExitStatus {
    let failure = Failure::usage("not built yet");
    stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure)
}
