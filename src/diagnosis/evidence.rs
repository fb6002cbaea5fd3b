//! What was seen of a failed run.

use crate::model::event::{ContainerEnd, Finished};

/// How many of a log's last lines are read.
const LINES: usize = 200;

/// Everything there is to judge by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The task's `stopCode`.
    pub stop_code: Option<String>,
    /// The exit code that the task ended with: the first container's that failed.
    pub exit_code: Option<i32>,
    /// Texts, the weightiest first.
    pub said: Vec<Said>,
}

/// A text, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whose words these are.
    pub source: Source,
    /// The words.
    pub text: String,
}

/// Whose words a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The task's `stoppedReason`.
    StoppedReason,
    /// A container's reason.
    Container(String),
    /// What became of something attached to the task, such as its network interface.
    Attachment(String),
    /// Why `RunTask` was refused, or an entry of its `failures`.
    Refusal,
    /// A line that a container wrote.
    Log(String),
    /// Somebody's: a text that was pasted, or a file.
    Message,
}

impl Evidence {
    /// A text that somebody pasted.
    #[must_use]
    pub fn of_message(text: &str, exit_code: Option<i32>) -> Self {
        let mut evidence = Self {
            exit_code,
            ..Self::default()
        };
        evidence.say(Source::Message, text);
        evidence
    }

    /// A run that is over, and the last lines of its log with their containers.
    #[must_use]
    pub fn of_run<'l>(
        finished: &Finished,
        log: impl IntoIterator<Item = (&'l str, &'l str)>,
    ) -> Self {
        let mut evidence = Self::of_task(
            finished.stop_code.as_deref(),
            finished.stopped_reason.as_deref(),
            &finished.containers,
        );
        evidence.refused(finished.error.as_deref());
        evidence.take_log(log);
        evidence
    }

    /// What ECS says of a task that is over.
    #[must_use]
    pub fn of_task(
        stop_code: Option<&str>,
        stopped_reason: Option<&str>,
        containers: &[ContainerEnd],
    ) -> Self {
        let mut evidence = Self {
            stop_code: stop_code.map(str::to_owned),
            ..Self::default()
        };
        evidence.say(Source::StoppedReason, stopped_reason.unwrap_or_default());
        evidence.take_containers(containers);
        evidence
    }

    /// Adds a text, unless there is nothing in it.
    pub fn say(&mut self, source: Source, text: &str) {
        if !text.trim().is_empty() {
            let text = text.to_owned();
            self.said.push(Said { source, text });
        }
    }

    /// Adds what the tool failed at; its own advice is no evidence.
    pub fn refused(&mut self, error: Option<&str>) {
        let error = error.unwrap_or_default();
        let reason = error.split("\nhint: ").next().unwrap_or_default();
        self.say(Source::Refusal, reason);
    }

    /// Adds how the containers ended.
    pub fn take_containers(&mut self, containers: &[ContainerEnd]) {
        for container in containers {
            let reason = container.reason.as_deref().unwrap_or_default();
            self.say(Source::Container(container.name.clone()), reason);
        }
        let codes = || {
            containers
                .iter()
                .filter_map(|container| container.exit_code)
        };
        self.exit_code = codes().find(|code| *code != 0).or_else(|| codes().next());
    }

    /// Adds the last of these log lines.
    pub fn take_log<'l>(&mut self, log: impl IntoIterator<Item = (&'l str, &'l str)>) {
        let lines: Vec<_> = log.into_iter().collect();
        for (container, line) in &lines[lines.len().saturating_sub(LINES)..] {
            self.say(Source::Log((*container).to_owned()), line);
        }
    }
}

impl Evidence {
    /// Adds the last of these lines, of which nobody knows whose they are.
    pub(super) fn take_lines(&mut self, lines: &[&str]) {
        for line in &lines[lines.len().saturating_sub(LINES)..] {
            self.say(Source::Message, line);
        }
    }
}

impl Said {
    /// As it is shown for evidence.
    pub(super) fn shown(&self) -> String {
        let text = self.text.trim();
        match &self.source {
            Source::StoppedReason => format!("stoppedReason: {text}"),
            Source::Container(name) => format!("container {name}: {text}"),
            Source::Attachment(kind) => format!("attachment {kind}: {text}"),
            Source::Refusal => format!("refused: {text}"),
            Source::Log(name) if name.is_empty() => format!("log: {text}"),
            Source::Log(name) => format!("log of {name}: {text}"),
            Source::Message => text.to_owned(),
        }
    }
}
