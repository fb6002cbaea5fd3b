//! Asking before a start or a stop.

use std::io::{BufRead as _, stdin};

use futures_util::stream::Stream;

use super::{person, stage};
use crate::engine::patience::until_signal;
use crate::engine::run::Signal;
use crate::model::event::{EventKind, Question, Sink};
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

/// Puts a question and waits for its answer: whether it is yes. A signal ends the wait.
pub(super) async fn says_yes(
    question: String,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<bool, Signal> {
    Ok(is_yes(&answer(question, signals, sink).await?))
}

/// The same where the answer must be this very name.
pub(super) async fn types(
    name: &str,
    question: String,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<bool, Signal> {
    Ok(answer(question, signals, sink).await?.trim() == name)
}

async fn answer(
    question: String,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<String, Signal> {
    person::forget_what_was_typed();
    stage::say(sink, EventKind::Question(Question::Put(question)));
    let answer = until_signal(line(), signals).await;
    let is_typed = answer.as_ref().is_ok_and(|line| line.ends_with('\n'));
    let end = if is_typed {
        Question::Over
    } else {
        Question::Left
    };
    stage::say(sink, EventKind::Question(end));
    answer
}

/// A line that is typed, empty where nothing more can be. Read on a thread of its own, so that
/// signals are still heard.
async fn line() -> String {
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        stdin().lock().read_line(&mut line).map(|_| line)
    });
    line.await.ok().and_then(Result::ok).unwrap_or_default()
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
