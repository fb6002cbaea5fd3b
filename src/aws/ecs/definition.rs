//! A task definition in our words.

use aws_sdk_ecs::types;

use crate::model::definition::{ContainerDefinition, LogOptions, SecretReference, TaskDefinition};
use crate::model::log::LogDriver;

pub(super) fn definition(definition: types::TaskDefinition) -> TaskDefinition {
    let containers = definition.container_definitions.unwrap_or_default();
    let platform = definition.runtime_platform;
    let architecture = platform.as_ref().and_then(|it| it.cpu_architecture.clone());
    let system = platform.and_then(|it| it.operating_system_family);
    let compatibilities = definition.compatibilities.unwrap_or_default();
    TaskDefinition {
        arn: definition.task_definition_arn.unwrap_or_default(),
        status: definition.status.map(|it| it.as_str().to_owned()),
        compatibilities: compatibilities
            .iter()
            .map(|it| it.as_str().to_owned())
            .collect(),
        cpu: definition.cpu,
        memory: definition.memory,
        execution_role: definition.execution_role_arn,
        task_role: definition.task_role_arn,
        cpu_architecture: architecture.map(|it| it.as_str().to_owned()),
        operating_system: system.map(|it| it.as_str().to_owned()),
        network_mode: definition.network_mode.map(|mode| mode.as_str().to_owned()),
        containers: containers.into_iter().map(container).collect(),
    }
}

fn container(container: types::ContainerDefinition) -> ContainerDefinition {
    let environment = container.environment.unwrap_or_default();
    let mut secrets = references(container.secrets);
    let mut log = container.log_configuration;
    secrets.extend(references(
        log.as_mut().and_then(|log| log.secret_options.take()),
    ));
    let option = |name: &str| log.as_ref()?.options.as_ref()?.get(name).cloned();
    ContainerDefinition {
        name: container.name.unwrap_or_default(),
        // Absent means essential (API reference, `ContainerDefinition`).
        essential: container.essential.unwrap_or(true),
        command: container.command.unwrap_or_default(),
        log_options: LogOptions {
            mode: option("mode"),
            creates_group: option("awslogs-create-group").as_deref() == Some("true"),
        },
        image: container.image.unwrap_or_default(),
        repository_credentials: container
            .repository_credentials
            .map(|it| it.credentials_parameter),
        environment: environment
            .into_iter()
            .filter_map(|it| Some((it.name?, it.value.unwrap_or_default())))
            .collect(),
        secrets,
        log: log.map_or(LogDriver::None, log_driver),
    }
}

fn references(secrets: Option<Vec<types::Secret>>) -> Vec<SecretReference> {
    secrets
        .unwrap_or_default()
        .into_iter()
        .map(|it| SecretReference {
            name: it.name,
            value_from: it.value_from,
        })
        .collect()
}

fn log_driver(log: types::LogConfiguration) -> LogDriver {
    let mut options = log.options.unwrap_or_default();
    match (log.log_driver, options.remove("awslogs-group")) {
        (types::LogDriver::Awslogs, Some(group)) => LogDriver::Awslogs {
            group,
            region: options.remove("awslogs-region"),
            prefix: options.remove("awslogs-stream-prefix"),
        },
        (driver, _) => LogDriver::Other(driver.as_str().to_owned()),
    }
}
