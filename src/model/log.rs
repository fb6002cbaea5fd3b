//! Where a container's output goes, and what comes back from there.

use super::task::EpochMillis;

/// The log driver of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LogDriver {
    /// `CloudWatch` Logs.
    Awslogs {
        /// `awslogs-group`.
        group: String,
        /// `awslogs-region`; absent means the task's own region.
        region: Option<String>,
        /// `awslogs-stream-prefix`; required on Fargate, optional on EC2.
        prefix: Option<String>,
    },
    /// Another driver, by name: this tool cannot read it.
    Other(String),
    /// No log configuration at all.
    #[default]
    None,
}

/// One log stream of `CloudWatch` Logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStream {
    /// Region the log group lives in.
    pub region: String,
    /// Log group name.
    pub group: String,
    /// Stream name.
    pub name: String,
}

/// The stream's name by the awslogs driver's rule: `prefix/container/task-id`, or without a
/// prefix (EC2 alone) the container's runtime id.
///
/// `None` while the runtime id is not known yet.
#[must_use]
pub fn stream_name(
    prefix: Option<&str>,
    container: &str,
    task_id: &str,
    runtime_id: Option<&str>,
) -> Option<String> {
    match prefix {
        Some(prefix) => Some(format!("{prefix}/{container}/{task_id}")),
        None => runtime_id.map(str::to_owned),
    }
}

/// One event of a log stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When the container wrote it, by the log driver's clock.
    pub timestamp: EpochMillis,
    /// When `CloudWatch` took it in.
    pub ingestion_time: Option<EpochMillis>,
    /// The message as `CloudWatch` has it.
    pub message: String,
}

/// Where to read a log stream from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadFrom {
    /// From the first event.
    Head,
    /// From where the page ended that came with this token.
    Token(String),
    /// From the first event at or after this time.
    Time(EpochMillis),
}

/// One answer of `GetLogEvents`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPage {
    /// The events, oldest first. May be empty with more behind.
    pub events: Vec<LogEvent>,
    /// The token to go on with. The end of the stream is reached when it equals the one sent.
    pub next_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_names() {
        assert_eq!(
            stream_name(Some("admin"), "app", "0123", None).as_deref(),
            Some("admin/app/0123")
        );
        assert_eq!(stream_name(None, "app", "0123", None), None);
        assert_eq!(
            stream_name(None, "app", "0123", Some("f00d")).as_deref(),
            Some("f00d")
        );
    }
}
