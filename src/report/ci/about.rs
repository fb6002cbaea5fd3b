//! What a job's reporters know of the run.

use super::JobStyle;
use super::escape::cut;
use crate::model::event::Started;
use crate::report::in_one_line;

/// A command that is named is cut to this.
const COMMAND: usize = 120;

/// What is known of the run beside its end.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) environment: Option<String>,
    command: Vec<String>,
    pub(super) started: Option<Started>,
}

impl About {
    pub(super) fn new(style: &JobStyle) -> Self {
        Self {
            environment: style.environment.clone(),
            command: style.command.clone(),
            started: None,
        }
    }

    /// The container's command, on one line of bounded length; empty where it is not known.
    pub(super) fn command(&self) -> String {
        let started = self.started.as_ref().map(|started| &started.command);
        let words = started.filter(|words| !words.is_empty());
        cut(
            &in_one_line(&words.unwrap_or(&self.command).join(" ")),
            COMMAND,
        )
    }

    /// What the group of the log is called.
    pub(super) fn title(&self, container: &str) -> String {
        let container = cut(&in_one_line(container), COMMAND);
        match &self.started {
            Some(started) => format!(
                "container `{container}`: {} (task {})",
                self.command(),
                in_one_line(&started.task_id)
            ),
            None => format!("container `{container}`"),
        }
    }

    /// The deciding container.
    pub(super) fn container(&self) -> &str {
        let started = self.started.as_ref();
        started.map_or("", |started| started.container.as_str())
    }
}
