//! `logs`.

use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Shows a task's log.
pub async fn logs(
    options: &Options,
    _task: &str,
    _follow: bool,
    _since: Option<&str>,
) -> ExitStatus {
    let failure = Failure::usage("not built yet");
    stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure)
}
