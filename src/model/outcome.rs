//! How a run ended, and the exit status that says so.

use serde::{Deserialize, Serialize};

use super::task::TaskSnapshot;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The deciding container exited 0.
    Succeeded,
    /// The deciding container exited with another code, or without one.
    ContainerFailed,
    /// No container of the task ever ran.
    NeverStarted,
    /// Somebody or something stopped the task.
    Stopped,
    /// It took longer than it was allowed to.
    TimedOut,
    /// A signal ended the run.
    Interrupted,
    /// The task was left running.
    Detached,
    /// The tool could not do or finish its work.
    ToolFailed,
    /// It was looked, and it is not as required.
    NotAsRequired,
}

impl Outcome {
    /// The word for it, everywhere the same.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::ContainerFailed => "container-failed",
            Self::NeverStarted => "never-started",
            Self::Stopped => "stopped",
            Self::TimedOut => "timed-out",
            Self::Interrupted => "interrupted",
            Self::Detached => "detached",
            Self::ToolFailed => "tool-failed",
            Self::NotAsRequired => "not-as-required",
        }
    }
}

/// The exit status of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ExitStatus(u8);

impl ExitStatus {
    /// The deciding container exited 0, or the verb did what was asked.
    pub const SUCCESS: Self = Self(0);
    /// Usage or configuration: nothing was started.
    pub const USAGE: Self = Self(2);
    /// It was looked, and it is not as required.
    pub const NOT_AS_REQUIRED: Self = Self(3);
    /// Timed out.
    pub const TIMED_OUT: Self = Self(124);
    /// The tool could not do or finish its work, or there is no exit code.
    pub const TOOL_FAILED: Self = Self(125);
    /// The task never started.
    pub const NEVER_STARTED: Self = Self(126);
    /// Interrupted by SIGINT.
    pub const INTERRUPTED: Self = Self(130);
    /// Interrupted by SIGTERM.
    pub const TERMINATED: Self = Self(143);

    /// A container's exit code as ours. Codes that a process cannot have become 255, never 0.
    #[must_use]
    pub fn of_container(code: i32) -> Self {
        Self(u8::try_from(code).unwrap_or(u8::MAX))
    }

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self.0
    }
}

/// An outcome and its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How the run ended.
    pub outcome: Outcome,
    /// What this process exits with.
    pub exit: ExitStatus,
}

/// Stop codes that say somebody or something stopped the task from outside
/// (API reference, `Task`, `stopCode`).
const STOPPED_FROM_OUTSIDE: [&str; 5] = [
    "UserInitiated",
    "ServiceSchedulerInitiated",
    "SpotInterruption",
    "TerminationNotice",
    "InfrastructureHealth",
];

/// Judges a task that is over by its deciding container. `ran`: whether that container is known
/// to have run at any time.
#[must_use]
pub fn judge(task: &TaskSnapshot, deciding: &str, ran: bool) -> Verdict {
    let container = task.container(deciding);
    let stopped = task
        .stop_code
        .as_deref()
        .is_some_and(|code| STOPPED_FROM_OUTSIDE.contains(&code));
    match container.and_then(|c| c.exit_code) {
        Some(0) => Verdict {
            outcome: Outcome::Succeeded,
            exit: ExitStatus::SUCCESS,
        },
        Some(code) => Verdict {
            outcome: if stopped {
                Outcome::Stopped
            } else {
                Outcome::ContainerFailed
            },
            exit: ExitStatus::of_container(code),
        },
        None if !ran && (task.failed_to_start() || !task.any_has_run()) => Verdict {
            outcome: Outcome::NeverStarted,
            exit: ExitStatus::NEVER_STARTED,
        },
        None => Verdict {
            outcome: if stopped {
                Outcome::Stopped
            } else {
                Outcome::ContainerFailed
            },
            exit: ExitStatus::TOOL_FAILED,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::task::{ContainerSnapshot, TaskTimes};
    use super::*;

    fn judged(exit_code: Option<i32>, stop_code: &str, started: bool) -> (Outcome, u8) {
        let task = TaskSnapshot {
            stop_code: Some(stop_code.to_owned()),
            times: TaskTimes {
                started: started.then_some(1),
                ..TaskTimes::default()
            },
            containers: vec![
                ContainerSnapshot {
                    name: "proxy".into(),
                    exit_code: started.then_some(0),
                    ..ContainerSnapshot::default()
                },
                ContainerSnapshot {
                    name: "admin".into(),
                    exit_code,
                    ..ContainerSnapshot::default()
                },
            ],
            ..TaskSnapshot::default()
        };
        let verdict = judge(&task, "admin", started);
        (verdict.outcome, verdict.exit.code())
    }

    #[test]
    fn the_deciding_container_decides() {
        use Outcome::{ContainerFailed, NeverStarted, Stopped, Succeeded};
        let ended = "EssentialContainerExited";
        for (exit_code, stop_code, started, expected) in [
            (Some(0), ended, true, (Succeeded, 0)),
            (Some(3), ended, true, (ContainerFailed, 3)),
            (Some(137), ended, true, (ContainerFailed, 137)),
            (Some(143), "UserInitiated", true, (Stopped, 143)),
            (Some(143), "SpotInterruption", true, (Stopped, 143)),
            (Some(-1), ended, true, (ContainerFailed, 255)),
            (Some(256), ended, true, (ContainerFailed, 255)),
            (None, ended, true, (ContainerFailed, 125)),
            (None, "UserInitiated", true, (Stopped, 125)),
            (None, "TaskFailedToStart", true, (ContainerFailed, 125)),
            (None, "TaskFailedToStart", false, (NeverStarted, 126)),
            (None, "UserInitiated", false, (NeverStarted, 126)),
        ] {
            assert_eq!(
                judged(exit_code, stop_code, started),
                expected,
                "{exit_code:?} {stop_code}"
            );
        }
    }

    #[test]
    fn the_word_is_that_of_the_event_stream() {
        use Outcome::{
            ContainerFailed, Detached, Interrupted, NeverStarted, Stopped, Succeeded, TimedOut,
            ToolFailed,
        };
        for outcome in [
            Succeeded,
            ContainerFailed,
            NeverStarted,
            Stopped,
            TimedOut,
            Interrupted,
            Detached,
            ToolFailed,
        ] {
            let written = serde_json::to_value(outcome).expect("a word");
            assert_eq!(written, outcome.word());
        }
    }

    #[test]
    fn only_zero_is_success() {
        for code in (-300..300).chain([i32::MIN, i32::MAX]) {
            assert_eq!(
                ExitStatus::of_container(code) == ExitStatus::SUCCESS,
                code == 0,
                "{code}"
            );
        }
    }
}
