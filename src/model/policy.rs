//! What the user decided about waiting and leaving.

use std::time::Duration;

/// What to do with the task when it is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Stop the task and follow it to its end.
    Stop,
    /// Leave the task running.
    Detach,
}

/// A run's patience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long the task may take until a container runs.
    pub start_timeout: Duration,
    /// How long it may run; none by default.
    pub timeout: Option<Duration>,
    /// At a signal, once a container runs. Before, stopping is always safe.
    pub on_interrupt: Leave,
    /// At the end of `timeout`.
    pub on_timeout: Leave,
    /// How long to watch the log after the container's end; learned from the stream by default.
    pub drain: Option<Duration>,
    /// Whether to wait until the task is `STOPPED`.
    pub wait_stopped: bool,
    /// Who stops, for the reason that ECS keeps.
    pub who: String,
}
