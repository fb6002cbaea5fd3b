//! `stop`.

use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Stops a task.
pub async fn stop(options: &Options, _task: &str, _reason: Option<&str>) -> ExitStatus {
    let failure = Failure::usage("not built yet");
    stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure)
}
