//! Asking before a start or a stop.

use std::io::{BufRead as _, stdin};

use super::person;
use crate::error::Failure;
use crate::model::request::RunTaskRequest;
use crate::report::mask::mask;
use crate::settings::Settings;

/// The question to put, if one must be put.
pub(super) fn question(
    settings: &Settings,
    request: &RunTaskRequest,
    command: &[String],
) -> Option<String> {
    if !settings.confirm || settings.yes || !person::is_there() {
        return None;
    }
    let command = command.join(" ");
    Some(format!(
        "run `{}` from {} on {} ({})? [y/N] ",
        mask(&command),
        request
            .task_definition
            .rsplit('/')
            .next()
            .unwrap_or_default(),
        request.cluster,
        settings.environment.as_deref().unwrap_or("no environment"),
    ))
}

/// Waits for the answer. Any but yes is a failure: nothing was started.
pub(super) async fn answer() -> Result<(), Failure> {
    if says_yes().await {
        return Ok(());
    }
    Err(Failure::never_started("not confirmed: nothing was started")
        .hinted("--yes answers in advance"))
}

/// Whether the answer is yes. Reads on a thread of its own, so that signals are still heard.
pub(super) async fn says_yes() -> bool {
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    matches!(answer.await, Ok(Ok(answer)) if is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y\n", "Yes\n", " YES "] {
            assert!(is_yes(yes), "{yes}");
        }
        for no in ["", "\n", "n\n", "yess\n", "production\n"] {
            assert!(!is_yes(no), "{no}");
        }
    }
}
