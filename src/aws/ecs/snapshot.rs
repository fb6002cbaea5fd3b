//! The SDK's task as ours.

use std::collections::BTreeMap;

use aws_sdk_ecs::primitives::DateTime;
use aws_sdk_ecs::types;

use crate::model::task::{Attachment, ContainerSnapshot, EpochMillis, TaskSnapshot, TaskTimes};

/// What the answer says of a task.
pub(super) fn snapshot(task: types::Task) -> TaskSnapshot {
    TaskSnapshot {
        arn: task.task_arn.unwrap_or_default(),
        last_status: task.last_status.unwrap_or_default(),
        desired_status: task.desired_status,
        definition_arn: task.task_definition_arn,
        started_by: task.started_by,
        commands: task.overrides.map(commands).unwrap_or_default(),
        tags: task
            .tags
            .unwrap_or_default()
            .into_iter()
            .filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
            .collect(),
        stop_code: task.stop_code.map(|code| code.as_str().to_owned()),
        stopped_reason: task.stopped_reason,
        times: TaskTimes {
            created: millis(task.created_at),
            connectivity: millis(task.connectivity_at),
            pull_started: millis(task.pull_started_at),
            pull_stopped: millis(task.pull_stopped_at),
            started: millis(task.started_at),
            stopping: millis(task.stopping_at),
            execution_stopped: millis(task.execution_stopped_at),
            stopped: millis(task.stopped_at),
        },
        attachments: task
            .attachments
            .unwrap_or_default()
            .into_iter()
            .map(attachment)
            .collect(),
        containers: task
            .containers
            .unwrap_or_default()
            .into_iter()
            .map(|container| ContainerSnapshot {
                name: container.name.unwrap_or_default(),
                last_status: container.last_status.unwrap_or_default(),
                exit_code: container.exit_code,
                reason: container.reason,
                runtime_id: container.runtime_id,
            })
            .collect(),
    }
}

fn attachment(attachment: types::Attachment) -> Attachment {
    let details = attachment.details.unwrap_or_default().into_iter();
    Attachment {
        kind: attachment.r#type.unwrap_or_default(),
        details: details
            .filter_map(|detail| Some((detail.name?, detail.value?)))
            .collect(),
    }
}

fn millis(at: Option<DateTime>) -> Option<EpochMillis> {
    at?.to_millis().ok()
}

/// Which container was given which command.
fn commands(overrides: types::TaskOverride) -> BTreeMap<String, Vec<String>> {
    let containers = overrides.container_overrides.unwrap_or_default();
    containers
        .into_iter()
        .filter_map(|container| Some((container.name?, container.command?)))
        .filter(|(_, command)| !command.is_empty())
        .collect()
}
