//! What a signal does: the first asks, the second leaves at once.

use crate::model::outcome::ExitStatus;
use crate::model::policy::Leave;

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM: a CI system cancels the job.
    Terminate,
    /// SIGHUP: the terminal went away.
    Hangup,
}

impl Signal {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Hangup => "SIGHUP",
        }
    }

    /// What this process exits with after it.
    #[must_use]
    pub fn exit_status(self) -> ExitStatus {
        match self {
            Self::Interrupt => ExitStatus::INTERRUPTED,
            Self::Terminate | Self::Hangup => ExitStatus::TERMINATED,
        }
    }
}

/// What to do about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Response {
    /// Stop the task and follow it to its end.
    Stop,
    /// Leave now; the task goes on.
    Detach,
    /// Leave now, although the task was told to stop and may still be ending.
    LeaveStopping,
    /// Leave now: the container has ended, only the rest of its log would come.
    LeaveEnded,
}

/// How far a run is, as far as a signal cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The deciding container has not run yet: nothing could be left half-done.
    Starting,
    /// It runs.
    Running,
    /// The task was told to stop by this run.
    Stopping,
    /// It has ended.
    Ended,
}

/// The response to a signal, given how far the run is and what the user wants before and while a
/// container runs.
pub(super) fn respond(progress: Progress, starting: Leave, running: Leave) -> Response {
    let wanted = match progress {
        Progress::Ended => return Response::LeaveEnded,
        Progress::Stopping => return Response::LeaveStopping,
        Progress::Starting => starting,
        Progress::Running => running,
    };
    match wanted {
        Leave::Stop => Response::Stop,
        Leave::Detach => Response::Detach,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder() {
        for (progress, running, expected) in [
            (Progress::Starting, Leave::Detach, Response::Stop),
            (Progress::Starting, Leave::Stop, Response::Stop),
            (Progress::Running, Leave::Stop, Response::Stop),
            (Progress::Running, Leave::Detach, Response::Detach),
            (Progress::Stopping, Leave::Stop, Response::LeaveStopping),
            (Progress::Stopping, Leave::Detach, Response::LeaveStopping),
            (Progress::Ended, Leave::Stop, Response::LeaveEnded),
            (Progress::Ended, Leave::Detach, Response::LeaveEnded),
        ] {
            assert_eq!(respond(progress, Leave::Stop, running), expected);
        }
        let others = respond(Progress::Starting, Leave::Detach, Leave::Detach);
        assert_eq!(others, Response::Detach);
    }
}
