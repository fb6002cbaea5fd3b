//! What is said of a task before anything else.

use crate::model::console::{log_url, task_url};
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::event::Started;
use crate::model::log::{LogDriver, stream_name};
use crate::model::reach::Reach;
use crate::model::task::{TaskSnapshot, task_id};
use crate::model::writers::command_of;

/// A task that was found, as far as it and its definition are known.
#[must_use]
pub fn found(
    task: &TaskSnapshot,
    definition: Option<&TaskDefinition>,
    (cluster, region): (&str, &str),
    container: &str,
    reach: Option<&Reach>,
) -> Started {
    let containers = definition.map_or(&[][..], |it| &it.containers);
    let deciding = containers.iter().find(|it| it.name == container);
    let log = deciding.and_then(|it| Log::of(it, task, region));
    let command = match definition {
        Some(definition) => command_of(task, definition),
        None => task.commanded().map_or(&[][..], |(_, words)| words),
    };
    Started {
        task_arn: task.arn.clone(),
        task_id: task_id(&task.arn).to_owned(),
        cluster: cluster.to_owned(),
        region: region.to_owned(),
        task_definition: task.definition_arn.clone().unwrap_or_default(),
        container: container.to_owned(),
        containers: containers.iter().map(|it| it.name.clone()).collect(),
        command: command.to_vec(),
        log_group: log.as_ref().map(|log| log.group.clone()),
        log_region: log.as_ref().map(|log| log.region.clone()),
        log_url: log.as_ref().and_then(|log| log.url(&task.arn)),
        log_stream: log.and_then(|log| log.stream),
        attached: true,
        console_url: task_url(region, &task.arn),
        reach: reach.cloned(),
    }
}

/// Where a container's log is.
struct Log {
    region: String,
    group: String,
    stream: Option<String>,
}

impl Log {
    fn of(container: &ContainerDefinition, task: &TaskSnapshot, region: &str) -> Option<Self> {
        let LogDriver::Awslogs {
            group,
            region: own,
            prefix,
        } = &container.log
        else {
            return None;
        };
        let name = &container.name;
        let seen = task.container(name);
        let runtime_id = seen.and_then(|it| it.runtime_id.as_deref());
        Some(Self {
            region: own.as_deref().unwrap_or(region).to_owned(),
            group: group.clone(),
            stream: stream_name(prefix.as_deref(), name, task_id(&task.arn), runtime_id),
        })
    }

    fn url(&self, arn: &str) -> Option<String> {
        let stream = self.stream.as_deref()?;
        Some(log_url(&self.region, arn, &self.group, stream))
    }
}
