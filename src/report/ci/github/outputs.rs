//! What later steps get of a run.

use crate::model::event::Finished;
use crate::model::task::task_id;
use crate::report::ci::about::About;
use crate::report::ci::escape::output;
use crate::report::shown;

/// The names of the outputs, in their order.
pub const OUTPUTS: [&str; 6] = [
    "task-arn",
    "task-id",
    "exit-code",
    "outcome",
    "stopped-reason",
    "log-url",
];

/// The lines for the file of the step's outputs. What is not known is empty.
pub(super) fn text(about: &About, finished: &Finished, delimiter: &str) -> String {
    let started = about.started.as_ref();
    let arn = started.map(|started| started.task_arn.as_str());
    let arn = arn.or(finished.task_arn.as_deref()).unwrap_or_default();
    let values = [
        arn.to_owned(),
        task_id(arn).to_owned(),
        finished.exit_code.code().to_string(),
        finished.outcome.word().to_owned(),
        finished.stopped_reason.clone().unwrap_or_default(),
        started
            .and_then(|started| started.log_url.clone())
            .unwrap_or_default(),
    ];
    let lines = OUTPUTS.iter().zip(values);
    lines
        .map(|(name, value)| output(name, &shown(&value), delimiter))
        .collect()
}
