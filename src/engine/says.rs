//! Sentences that more than one place says.

use std::time::Duration;

/// A duration in whole seconds, for people: `45s`, `2m 5s`.
pub(super) fn duration(duration: Duration) -> String {
    humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string()
}

/// How to look at a task, and how to stop it, by hand.
pub(super) fn by_hand(
    profile: Option<&str>,
    region: &str,
    cluster: &str,
    task_arn: &str,
) -> String {
    let look = command("describe-tasks", profile, region, cluster);
    let stop = command("stop-task", profile, region, cluster);
    format!(
        "the task is {task_arn}\n\
         to look at it: {look} --tasks {task_arn}\n\
         to stop it:    {stop} --task {task_arn}"
    )
}

/// The begin of an aws-cli command about a cluster.
pub(super) fn command(verb: &str, profile: Option<&str>, region: &str, cluster: &str) -> String {
    let profile = profile
        .map(|name| format!(" --profile {name}"))
        .unwrap_or_default();
    format!("aws ecs {verb}{profile} --region {region} --cluster {cluster}")
}

/// What the phase is spent on.
pub(super) fn waiting_for(phase: &str) -> &'static str {
    match phase {
        "PROVISIONING" => "waiting for capacity and a network interface",
        "PENDING" => "waiting for the image and the container's start",
        "ACTIVATING" => "waiting for the containers to start",
        "RUNNING" => "the container is running, nothing new in its log",
        "DEACTIVATING" | "STOPPING" => "waiting for the containers to end",
        "DEPROVISIONING" => "waiting for ECS to take the task down",
        "STOPPED" => "waiting for the exit code",
        _ => "waiting for ECS",
    }
}
