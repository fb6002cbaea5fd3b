//! How long each part of a run took.

use serde::{Deserialize, Serialize};

use super::task::{EpochMillis, TaskTimes};

/// Durations in milliseconds; `None` where the task's time stamps don't say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// From `RunTask` to the begin of the image pull (or to the network interface).
    pub provisioning_ms: Option<i64>,
    /// The image pull.
    pub pull_ms: Option<i64>,
    /// From the end of the pull to `RUNNING`.
    pub pending_ms: Option<i64>,
    /// While the containers ran.
    pub running_ms: Option<i64>,
    /// From the containers' end to `STOPPED`.
    pub stopping_ms: Option<i64>,
    /// This process's own view: from its start to the end of the run.
    pub total_ms: Option<i64>,
}

impl Timings {
    /// From the task's time stamps.
    #[must_use]
    pub fn of(times: &TaskTimes, total_ms: Option<i64>) -> Self {
        let execution_end = times.execution_stopped.or(times.stopping);
        // A part that was broken off ended when the task was told to stop.
        let broken_off = match times.started {
            Some(_) => None,
            None => times.stopping.or(times.stopped),
        };
        let provisioned = times.pull_started.or(times.connectivity);
        Self {
            provisioning_ms: between(times.created, provisioned.or(broken_off)),
            pull_ms: between(times.pull_started, times.pull_stopped.or(broken_off)),
            pending_ms: between(times.pull_stopped, times.started.or(broken_off)),
            running_ms: between(times.started, execution_end),
            stopping_ms: between(execution_end, times.stopped),
            total_ms,
        }
    }
}

fn between(from: Option<EpochMillis>, to: Option<EpochMillis>) -> Option<i64> {
    // ECS's stamps come from several machines; a negative duration is their skew.
    Some(to?.saturating_sub(from?).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_null() {
        let times = TaskTimes {
            created: Some(1_000),
            connectivity: Some(3_000),
            ..TaskTimes::default()
        };
        let timings = Timings::of(&times, Some(9));
        assert_eq!(timings.provisioning_ms, Some(2_000));
        assert_eq!(timings.pull_ms, None);
        assert_eq!(timings.total_ms, Some(9));
    }

    #[test]
    fn a_start_that_was_broken_off_tells_where_the_time_went() {
        let stuck = TaskTimes {
            created: Some(0),
            stopping: Some(600_000),
            stopped: Some(620_000),
            ..TaskTimes::default()
        };
        let timings = Timings::of(&stuck, None);
        assert_eq!(timings.provisioning_ms, Some(600_000));
        assert_eq!(timings.pull_ms, None);
        let pulling = TaskTimes {
            connectivity: Some(5_000),
            pull_started: Some(6_000),
            ..stuck
        };
        let timings = Timings::of(&pulling, None);
        assert_eq!(timings.provisioning_ms, Some(6_000));
        assert_eq!(timings.pull_ms, Some(594_000));
        assert_eq!(timings.running_ms, None);
    }

    #[test]
    fn a_whole_life() {
        let times = TaskTimes {
            created: Some(0),
            connectivity: Some(5),
            pull_started: Some(10),
            pull_stopped: Some(30),
            started: Some(60),
            stopping: Some(100),
            execution_stopped: Some(110),
            stopped: Some(150),
        };
        let timings = Timings::of(&times, None);
        assert_eq!(
            [
                timings.provisioning_ms,
                timings.pull_ms,
                timings.pending_ms,
                timings.running_ms,
                timings.stopping_ms
            ],
            [Some(10), Some(20), Some(30), Some(50), Some(40)]
        );
    }
}
