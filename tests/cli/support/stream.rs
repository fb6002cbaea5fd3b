//! Holds the event stream of every test to the schema.

use std::ffi::OsStr;
use std::sync::LazyLock;

use run_admin_task::cli::{self, Verb};
use run_admin_task::commands::stage::early_output;
use run_admin_task::report::SCHEMA;
use run_admin_task::settings::Output;
use serde_json::Value;

use super::strict::Events;

static EVENTS: LazyLock<Events> = LazyLock::new(|| Events::of(SCHEMA));

/// Whether these words, the program's name left out, ask for the event stream and get it.
pub(super) fn is_asked_for(words: &[impl AsRef<OsStr>]) -> bool {
    let words = words.iter().map(|word| word.as_ref().to_owned());
    let words: Vec<_> = std::iter::once("run-admin-task".into())
        .chain(words)
        .collect();
    match cli::parse(words.clone()) {
        Ok((_, Verb::Schema | Verb::Completions(_) | Verb::Man { .. })) => false,
        // It prints the request, which is no event.
        Ok((options, Verb::Run(_))) => options.early_output() == Output::Json && !options.dry_run,
        Ok((options, _)) => options.early_output() == Output::Json,
        Err(_) => early_output(&words) == Output::Json,
    }
}

/// What is wrong with the lines of a stream. One that was broken off has no line end.
pub(super) fn fault(stdout: &str) -> Option<String> {
    let lines = stdout.split_inclusive('\n');
    let mut whole = lines.filter(|line| line.ends_with('\n'));
    whole.find_map(|line| {
        let fault = match serde_json::from_str::<Value>(line) {
            Ok(event) => EVENTS.fault(&event)?,
            Err(error) => error.to_string(),
        };
        Some(format!("{line}{fault}"))
    })
}
