//! Asking before a start, where the environment says so and a person is there.

use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};

use crate::error::Failure;
use crate::model::request::RunTaskRequest;
use crate::settings::Settings;

/// Asks, if it must. Any answer but yes is a failure: nothing was started.
pub(super) fn confirm(
    settings: &Settings,
    request: &RunTaskRequest,
    command: &[String],
) -> Result<(), Failure> {
    let a_person_is_there = stdin().is_terminal() && stderr().is_terminal();
    if !settings.confirm || settings.yes || !a_person_is_there {
        return Ok(());
    }
    let environment = settings.environment.as_deref().unwrap_or("no environment");
    let mut err = stderr();
    let _ = write!(
        err,
        "run `{}` from {} on {} ({environment})? [y/N] ",
        command.join(" "),
        request
            .task_definition
            .rsplit('/')
            .next()
            .unwrap_or_default(),
        request.cluster,
    );
    let _ = err.flush();
    let mut answer = String::new();
    let read = stdin().lock().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::never_started("not confirmed: nothing was started")
        .hinted("--yes answers in advance"))
}
