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
    /// How long the task may take until a container runs; `None`: as long as it takes.
    pub start_timeout: Option<Duration>,
    /// How long it may run; none by default.
    pub timeout: Option<Duration>,
    /// At a signal before a container runs: there is nothing to be left half-done.
    pub before_start: Leave,
    /// At a signal, once a container runs.
    pub on_interrupt: Leave,
    /// Whether a person is asked at the first Ctrl-C, once a container runs.
    pub asks: bool,
    /// At the end of `timeout`.
    pub on_timeout: Leave,
    /// How long credentials that AWS no longer takes are borne.
    pub credentials_grace: Duration,
    /// How long to watch the log after the container's end; learned from the stream by default.
    pub drain: Option<Duration>,
    /// Whether to wait until the task is `STOPPED`.
    pub wait_stopped: bool,
    /// Who stops, for the reason that ECS keeps.
    pub who: String,
}
