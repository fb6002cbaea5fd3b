//! Which failures to start a task pass by themselves: then it is worth starting it again.
//!
//! Rules are data, tried on text in lower case: the wording differs between services, launch
//! types and years, so each rule is the part that stays.

/// Reasons of `failures[]` and of refusals that come and go: capacity, quotas that other tasks
/// use up, agents, trouble inside AWS (Amazon ECS developer guide, "API failure reasons";
/// "service event messages").
const NOT_PLACED: [&str; 17] = [
    "resource:cpu",
    "resource:memory",
    "resource:eni",
    "resource:gpu",
    "resource:ports",
    "insufficient cpu",
    "insufficient memory",
    "insufficient gpu",
    "capacity is unavailable",
    "capacity limit was exceeded",
    "limit on the number of",
    "request limit exceeded",
    "rate exceeded",
    "rate limit exceeded",
    "throttl",
    "unable to execute http request",
    "internal error",
];

/// Whole reasons of `failures[]`.
const NOT_PLACED_EXACTLY: [&str; 1] = ["agent"];

/// Reasons of tasks that stopped before a container started, and that may start the next time
/// (Amazon ECS developer guide, "Stopped tasks error messages").
const NOT_STARTED: [&str; 22] = [
    "network interface provision",
    "ephemeralstorage provisioning",
    "storage provisioning",
    "preparing network interface",
    "attach network interface",
    "failed to configure eni",
    "failed to setup regular eni",
    "could not transition to",
    "could not tranisition to",
    "i/o timeout",
    "tls handshake timeout",
    "connection reset by peer",
    "client.timeout exceeded",
    "context deadline exceeded",
    "context canceled",
    "connection timed out",
    "signal: killed",
    "host ec2",
    "spot task was interrupted",
    "performing maintenance",
    "an internal error",
    "taskfailedtostart: resource:",
];

/// Whether `RunTask` may succeed a little later, by the reason it gave.
#[must_use]
pub fn may_be_placed_later(reason: &str, detail: Option<&str>) -> bool {
    let reason = reason.to_lowercase();
    let detail = detail.unwrap_or_default().to_lowercase();
    NOT_PLACED_EXACTLY.contains(&reason.trim())
        || NOT_PLACED
            .iter()
            .any(|rule| reason.contains(rule) || detail.contains(rule))
}

/// Whether a task that stopped before any container started may start the next time, by its stop
/// code and by every reason that ECS gave for it and its containers.
#[must_use]
pub fn may_start_later<'r>(
    stop_code: Option<&str>,
    reasons: impl IntoIterator<Item = &'r str>,
) -> bool {
    match stop_code {
        Some("SpotInterruption" | "TerminationNotice" | "InfrastructureHealth") => true,
        // Somebody wanted it so.
        Some("UserInitiated") => false,
        _ => reasons.into_iter().any(|reason| {
            let reason = reason.to_lowercase();
            NOT_STARTED.iter().any(|rule| reason.contains(rule))
                || may_be_placed_later(&reason, None)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_placed_later() {
        for (reason, expected) in [
            ("RESOURCE:MEMORY", true),
            ("AGENT", true),
            (
                "Capacity is unavailable at this time. Please try again later or in a different availability zone",
                true,
            ),
            (
                "You've reached the limit on the number of tasks you can run concurrently",
                true,
            ),
            (
                "You’ve reached the limit on the number of vCPUs you can run concurrently",
                true,
            ),
            (
                "Error retrieving security group information: com.amazonaws.SdkClientException: Unable to execute HTTP request: connect timed out",
                true,
            ),
            ("ATTRIBUTE", false),
            ("MISSING", false),
            ("INACTIVE", false),
            ("The requested CPU configuration is above your limit", false),
            ("subnets can not be empty.", false),
            (
                "ECS was unable to assume the role 'arn:aws:iam::000000000000:role/agent'",
                false,
            ),
        ] {
            assert_eq!(may_be_placed_later(reason, None), expected, "{reason}");
        }
        assert!(may_be_placed_later("RESOURCE", Some("insufficient memory")));
    }

    #[test]
    fn what_passes_by_itself_starts_later() {
        let failed = Some("TaskFailedToStart");
        for (stop_code, reason, expected) in [
            (
                failed,
                "Timeout waiting for network interface provisioning to complete.",
                true,
            ),
            (
                failed,
                "Timeout waiting for EphemeralStorage provisioning to complete.",
                true,
            ),
            (
                failed,
                "CannotPullContainerError: failed to resolve ref: dial tcp 192.0.2.1:443: i/o timeout",
                true,
            ),
            (
                failed,
                "Rate limit exceeded while preparing network interface to be attached to instance",
                true,
            ),
            (failed, "TaskFailedToStart: RESOURCE:MEMORY", true),
            (failed, "Capacity is unavailable at this time.", true),
            (
                Some("SpotInterruption"),
                "Your Spot Task was interrupted.",
                true,
            ),
            (
                Some("UserInitiated"),
                "Task stopped by user: i/o timeout",
                false,
            ),
            (
                failed,
                "ResourceInitializationError: unable to retrieve secret: ResourceNotFoundException",
                false,
            ),
            (failed, "CannotPullContainerError: image not found", false),
            (failed, "Task failed to start", false),
            (
                Some("EssentialContainerExited"),
                "Essential container in task exited",
                false,
            ),
        ] {
            assert_eq!(may_start_later(stop_code, [reason]), expected, "{reason}");
        }
        assert!(!may_start_later(failed, []));
    }
}
