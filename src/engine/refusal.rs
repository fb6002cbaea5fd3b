//! Why `RunTask` started nothing, and what to do about it.

use super::interrupt::Signal;
use crate::error::Failure;
use crate::model::outcome::Outcome;
use crate::ports::{CallError, CallErrorKind, StartFailure};

/// `RunTask` succeeded and started nothing.
pub(super) fn not_placed(failures: &[StartFailure]) -> Failure {
    let reasons: Vec<_> = failures.iter().map(reason).collect();
    let reasons = match reasons.as_slice() {
        [] => "AWS gave no reason".to_owned(),
        reasons => reasons.join("; "),
    };
    let hint = failures.first().map_or(
        "run it again in a minute; if it repeats, look at the cluster in the console",
        |failure| placement_hint(&failure.reason),
    );
    Failure::never_started(format!("ECS started no task: {reasons}")).hinted(hint)
}

pub(super) fn reason(failure: &StartFailure) -> String {
    let mut text = failure.reason.clone();
    if let Some(detail) = &failure.detail {
        text = format!("{text}: {detail}");
    }
    if let Some(arn) = &failure.arn {
        text = format!("{text} ({arn})");
    }
    text
}

/// What to do about a reason of `failures[]`
/// (Amazon ECS developer guide, "API failure reasons").
fn placement_hint(reason: &str) -> &'static str {
    match reason {
        "RESOURCE:MEMORY" | "RESOURCE:CPU" | "RESOURCE:ENI" | "RESOURCE:PORTS" => {
            "no instance of the cluster has room: run it again in a minute, add instances, ask for less \
             with --cpu and --memory, or use --launch-type FARGATE"
        }
        "AGENT" => {
            "the ECS agent of the chosen instance is not connected: restart it, or use other capacity"
        }
        "ATTRIBUTE" => {
            "no instance has what the task definition asks for: compare its requiresAttributes with the instances"
        }
        "INACTIVE" => "what the task needs was deregistered or deleted: name an active one",
        "MISSING" => {
            "what the task needs was not found: check --cluster, --task-definition and --region"
        }
        _ => {
            "run it again in a minute: capacity comes and goes; if it repeats, use other subnets or another size"
        }
    }
}

/// `RunTask` was refused, or its answer never came.
/// `list` is the command that shows the tasks there are.
pub(super) fn not_taken(error: &CallError, list: &str) -> Failure {
    let look = format!("look before running it again: {list}");
    let refused = format!("the task was not started: {error}");
    match error.kind {
        CallErrorKind::Doubtful => Failure::tool(format!(
            "it is not known whether the task was started: {error}"
        ))
        .hinted(look),
        CallErrorKind::Network => Failure::tool(refused)
            .hinted("check the network, the proxy (HTTPS_PROXY) and the region's name"),
        CallErrorKind::Credentials => Failure::tool(refused).hinted(
            "check the credentials: aws sts get-caller-identity (with --profile, if you use one); \
             log in again if they have expired",
        ),
        CallErrorKind::Denied => Failure::tool(refused).hinted(
            "allow the caller ecs:RunTask and ecs:TagResource on the task definition and cluster, \
             and iam:PassRole on its execution and task role",
        ),
        CallErrorKind::NotSent => Failure::tool(refused)
            .hinted("correct what the message names; --dry-run shows the request"),
        CallErrorKind::Service => {
            Failure::never_started(format!("AWS failed to start the task: {error}")).hinted(look)
        }
        CallErrorKind::Throttled => Failure::never_started(refused)
            .hinted("AWS is limiting the rate of calls: run it again in a minute"),
        CallErrorKind::Rejected => Failure::never_started(refused).hinted(refusal_hint(error)),
    }
}

/// A look without which nothing is started was refused.
pub(super) fn no_look(error: &CallError, what: &str) -> Failure {
    match error.kind {
        CallErrorKind::Rejected => {
            Failure::never_started(format!("{what}: {error}")).hinted(refusal_hint(error))
        }
        _ => by_kind(error, what),
    }
}

/// What to do about an exception of `RunTask` (API reference, `RunTask`, "Errors").
fn refusal_hint(error: &CallError) -> &'static str {
    let says = |text: &str| error.message.to_ascii_lowercase().contains(text);
    match error.code.as_deref() {
        Some("ClusterNotFoundException") => {
            "name the cluster with --cluster or ECS_CLUSTER, its region with --region or AWS_REGION"
        }
        Some("PlatformUnknownException") => {
            "name a platform version that exists with --platform-version, for example 1.4.0 or LATEST"
        }
        Some("PlatformTaskDefinitionIncompatibilityException") => {
            "the task definition needs another platform version: try --platform-version LATEST"
        }
        Some("UnsupportedFeatureException") => {
            "this region or platform lacks something that the task definition uses"
        }
        Some("BlockedException") => "AWS has blocked this account: open a support case",
        Some("ConflictException") => {
            "a task was started with the same token and another request: look at it before running again"
        }
        _ if says("subnet") => {
            "check the subnets: --subnets or ECS_SUBNETS; they belong to one region and one VPC"
        }
        _ if says("security group") || says("securitygroup") => {
            "check the security groups: --security-groups or ECS_SECURITY_GROUPS; they belong to the subnets' VPC"
        }
        _ if says("task definition") || says("taskdefinition") => {
            "name an active task definition with --task-definition or ECS_TASK_DEFINITION"
        }
        _ if says("no container instances") => {
            "the cluster has no instances: use --launch-type FARGATE or a capacity provider"
        }
        _ => "correct what the message names; --dry-run shows the request",
    }
}

/// A failed look before the start: nothing was started, and the tool is at fault, or its access.
#[must_use]
pub fn by_kind(error: &CallError, what: &str) -> Failure {
    let failure = Failure::tool(format!("{what}: {error}"));
    match error.kind {
        CallErrorKind::Credentials => failure.hinted(
            "check the credentials: aws sts get-caller-identity (with --profile, if you use one); log in again if they have expired",
        ),
        CallErrorKind::Denied => failure.hinted("allow the caller the operation that the message names"),
        CallErrorKind::Network | CallErrorKind::Doubtful => {
            failure.hinted("check the network, the proxy (HTTPS_PROXY) and the region's name")
        }
        CallErrorKind::Throttled | CallErrorKind::Service => failure.hinted("run it again in a minute"),
        CallErrorKind::NotSent | CallErrorKind::Rejected => {
            failure.hinted("check --cluster, --region and --profile; run-admin-task config shows them")
        }
    }
}

/// A run that was ended by a signal before there was a task.
#[must_use]
pub fn interrupted(signal: Signal) -> Failure {
    Failure::new(
        Outcome::Interrupted,
        signal.exit_status(),
        format!("{}: nothing was started", signal.name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: CallErrorKind, code: &str, message: &str) -> Failure {
        let error = CallError {
            operation: "RunTask",
            kind,
            code: Some(code.to_owned()),
            message: message.to_owned(),
        };
        not_taken(&error, "run-admin-task ps --profile prod")
    }

    #[test]
    fn who_is_at_fault_decides_the_exit_status() {
        for (kind, exit) in [
            (CallErrorKind::Rejected, 126),
            (CallErrorKind::Throttled, 126),
            (CallErrorKind::Service, 126),
            (CallErrorKind::Denied, 125),
            (CallErrorKind::Credentials, 125),
            (CallErrorKind::Network, 125),
            (CallErrorKind::Doubtful, 125),
            (CallErrorKind::NotSent, 125),
        ] {
            assert_eq!(refused(kind, "X", "m").exit.code(), exit, "{kind:?}");
        }
    }

    #[test]
    fn the_reason_is_given_in_full_with_a_next_step() {
        let failure = refused(
            CallErrorKind::Rejected,
            "InvalidParameterException",
            "Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not exist",
        );
        assert!(
            failure
                .message
                .contains("The subnet ID 'subnet-1' does not exist")
        );
        assert!(
            failure.hints[0].contains("ECS_SUBNETS"),
            "{:?}",
            failure.hints
        );
    }

    #[test]
    fn a_doubt_says_where_to_look() {
        let failure = refused(
            CallErrorKind::Doubtful,
            "ThrottlingException",
            "Rate exceeded",
        );
        assert!(failure.message.contains("not known whether"), "{failure}");
        assert_eq!(
            failure.hints[0],
            "look before running it again: run-admin-task ps --profile prod"
        );
    }

    #[test]
    fn failures_are_told() {
        let failure = not_placed(&[StartFailure {
            arn: Some("arn:aws:ecs:x:0:container-instance/1".into()),
            reason: "RESOURCE:MEMORY".into(),
            detail: Some("not enough".into()),
        }]);
        assert_eq!(failure.exit.code(), 126);
        assert_eq!(
            failure.message,
            "ECS started no task: RESOURCE:MEMORY: not enough (arn:aws:ecs:x:0:container-instance/1)"
        );
        assert!(failure.hints[0].contains("--memory"));
        assert!(not_placed(&[]).message.contains("no reason"));
    }
}
