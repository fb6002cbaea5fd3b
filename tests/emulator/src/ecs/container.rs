//! One container of a task.

use rustix::process::Pid;

use crate::arn;
use crate::clock::Moment;
use crate::ecs::container_spec::ContainerSpec;

#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) arn: String,
    /// As in the definition, with the overrides of `RunTask`.
    pub(crate) spec: ContainerSpec,
    /// `TASK-NNNNNNNNNN` on Fargate, 64 hexadecimal characters on EC2.
    pub(crate) runtime_id: String,
    pub(crate) process: Process,
    /// Why it did not start.
    pub(crate) reason: Option<String>,
}

/// What became of a container's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    NotYet,
    /// The leader of its own process group; `None` between its end and that of its output.
    Running(Option<Pid>),
    Ended {
        code: i32,
        at: Moment,
        code_shown_at: Moment,
    },
    /// The task was stopped before.
    Never,
}

impl Container {
    pub(crate) fn new(spec: ContainerSpec, task_arn: &str, on_fargate: bool) -> Self {
        let task_id = arn::short_name(task_arn);
        let runtime_id = if on_fargate {
            format!("{task_id}-{:010}", fastrand::u32(..))
        } else {
            format!("{}{}", arn::random_id(), arn::random_id())
        };
        let container_arn = task_arn.replacen(":task/", ":container/", 1);
        Self {
            arn: format!("{container_arn}/{}", arn::random_uuid()),
            spec,
            runtime_id,
            process: Process::NotYet,
            reason: None,
        }
    }

    pub(crate) fn was_started(&self) -> bool {
        matches!(self.process, Process::Running(_) | Process::Ended { .. })
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.process, Process::Running(_))
    }

    pub(crate) fn pid(&self) -> Option<Pid> {
        match self.process {
            Process::Running(pid) => pid,
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.process {
            Process::NotYet => "PENDING",
            Process::Running(_) => "RUNNING",
            Process::Ended { .. } | Process::Never => "STOPPED",
        }
    }

    /// The exit code, once ECS knows it.
    pub(crate) fn shown_exit_code(&self, now: Moment) -> Option<i32> {
        match self.process {
            Process::Ended {
                code,
                code_shown_at,
                ..
            } if code_shown_at <= now => Some(code),
            _ => None,
        }
    }
}
