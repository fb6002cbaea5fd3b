//! The tasks of a family, page by page.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{DesiredStatus, TaskField};
use futures_util::future::try_join;

use super::snapshot::snapshot;
use crate::aws::Aws;
use crate::model::task::TaskSnapshot;
use crate::ports::CallError;

/// `DescribeTasks` takes this many tasks (API reference, `DescribeTasks`).
const AT_ONCE: usize = 100;

/// Every task of the family that ECS still knows. A task that was told to stop is no longer
/// listed among those that shall run, although its container may run on.
pub(super) async fn tasks(
    aws: &Aws,
    cluster: &str,
    family: &str,
) -> Result<Vec<TaskSnapshot>, CallError> {
    let client = aws.ecs().await;
    let (mut arns, told_to_stop) = try_join(
        list(aws, &client, cluster, family, DesiredStatus::Running),
        list(aws, &client, cluster, family, DesiredStatus::Stopped),
    )
    .await?;
    // One that was told to stop between the two answers is in both.
    arns.extend(told_to_stop);
    arns.sort_unstable();
    arns.dedup();
    let mut tasks = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        let answer = client
            .describe_tasks()
            .cluster(cluster)
            .set_tasks(Some(some.to_vec()))
            .include(TaskField::Tags)
            .send()
            .await
            .map_err(|error| aws.failed("DescribeTasks", &error))?;
        tasks.extend(answer.tasks.unwrap_or_default().into_iter().map(snapshot));
    }
    Ok(tasks)
}

/// `startedBy` is no filter here: it excludes every other one (API reference, `ListTasks`).
async fn list(
    aws: &Aws,
    client: &Client,
    cluster: &str,
    family: &str,
    desired: DesiredStatus,
) -> Result<Vec<String>, CallError> {
    let mut arns = Vec::new();
    let mut pages = client
        .list_tasks()
        .cluster(cluster)
        .family(family)
        .desired_status(desired)
        .into_paginator()
        .items()
        .send();
    while let Some(arn) = pages.next().await {
        arns.push(arn.map_err(|error| aws.failed("ListTasks", &error))?);
    }
    Ok(arns)
}
