//! Starts that fail, in AWS's words.

use crate::refusal::Refusal;
use crate::scenario::FailurePoint;
use crate::world::World;

/// Why a task failed to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) stop_code: String,
    pub(crate) reason: String,
    container_reason: Option<(WhichContainer, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhichContainer {
    All,
    Number(usize),
}

impl Failure {
    /// Of the task as a whole.
    pub(crate) fn of_task(reason: String) -> Self {
        Self {
            stop_code: "TaskFailedToStart".to_owned(),
            reason,
            container_reason: None,
        }
    }

    /// Of one container: it has the same reason.
    pub(crate) fn of_container(index: usize, reason: String) -> Self {
        let container_reason = Some((WhichContainer::Number(index), reason.clone()));
        Self {
            container_reason,
            ..Self::of_task(reason)
        }
    }

    pub(crate) fn reason_of_container(&self, index: usize) -> Option<&str> {
        let (which, reason) = self.container_reason.as_ref()?;
        match which {
            WhichContainer::Number(number) if *number != index => None,
            _ => Some(reason),
        }
    }

    /// The execution role got no secret from Secrets Manager.
    pub(crate) fn secret(secret: &str, refusal: &Refusal) -> Self {
        asm_failure(&format!(
            "failed to fetch secret {secret} from secrets manager: {}: {}",
            refusal.code, refusal.message
        ))
    }

    pub(crate) fn secret_key(key: &str) -> Self {
        asm_failure(&format!(
            "retrieved secret from Secrets Manager did not contain json key {key}"
        ))
    }

    /// The Systems Manager holds no such parameter.
    pub(crate) fn parameter(name: &str) -> Self {
        Self::of_task(format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: {name}"
        ))
    }

    pub(crate) fn log_group() -> Self {
        Self::of_task(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1".to_owned(),
        )
    }

    pub(crate) fn image(index: usize, image: &str) -> Self {
        Self::of_container(
            index,
            format!(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found"
            ),
        )
    }

    pub(crate) fn program(index: usize, program: &str, error: &std::io::Error) -> Self {
        Self::of_container(
            index,
            format!(
                "CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"{program}\": {error}: unknown"
            ),
        )
    }
}

fn asm_failure(detail: &str) -> Failure {
    Failure::of_task(format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): {detail}"
    ))
}

/// The scenario's own failure, if it is for this point and not used up.
pub(crate) fn scripted(world: &mut World, point: FailurePoint) -> Option<Failure> {
    let script = world
        .scenario
        .start_failure
        .as_ref()
        .filter(|script| script.at == point)?;
    if let Some(left) = &mut world.start_failures_left {
        *left = left.checked_sub(1)?;
    }
    Some(Failure {
        stop_code: script.stop_code.clone(),
        reason: script.stopped_reason.clone(),
        container_reason: script
            .container_reason
            .clone()
            .map(|it| (WhichContainer::All, it)),
    })
}
