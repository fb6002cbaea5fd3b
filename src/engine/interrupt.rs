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
}

/// The response to a signal, given whether the task was told to stop already, whether a
/// container has run, and what the user wants of a running one.
pub(super) fn respond(stopping: bool, started: bool, running: Leave) -> Response {
    match (stopping, started, running) {
        (true, _, _) => Response::LeaveStopping,
        // Nothing has been done yet that could be left half-done.
        (false, false, _) | (false, true, Leave::Stop) => Response::Stop,
        (false, true, Leave::Detach) => Response::Detach,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder() {
        for (stopping, started, running, expected) in [
            (false, false, Leave::Detach, Response::Stop),
            (false, false, Leave::Stop, Response::Stop),
            (false, true, Leave::Stop, Response::Stop),
            (false, true, Leave::Detach, Response::Detach),
            (true, true, Leave::Stop, Response::LeaveStopping),
            (true, false, Leave::Detach, Response::LeaveStopping),
        ] {
            assert_eq!(respond(stopping, started, running), expected);
        }
    }
}
