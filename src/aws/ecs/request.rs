//! Our `RunTask` request as the SDK's.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::run_task::builders::RunTaskFluentBuilder;
use aws_sdk_ecs::types;

use crate::model::request::{
    CapacityProvider, ContainerOverride, Network, Overrides, PublicIp, RunTaskRequest, Tag,
};

/// The call, not sent yet.
pub(super) fn run_task(client: &Client, request: &RunTaskRequest) -> RunTaskFluentBuilder {
    let strategy = &request.capacity_provider_strategy;
    client
        .run_task()
        .cluster(&request.cluster)
        .task_definition(&request.task_definition)
        .count(request.count)
        .client_token(&request.client_token)
        .started_by(&request.started_by)
        .set_launch_type(request.launch_type.as_deref().map(types::LaunchType::from))
        .set_capacity_provider_strategy(
            (!strategy.is_empty()).then(|| strategy.iter().filter_map(capacity_provider).collect()),
        )
        .set_platform_version(request.platform_version.clone())
        .set_network_configuration(
            request
                .network_configuration
                .as_ref()
                .and_then(|network| network_configuration(&network.awsvpc_configuration)),
        )
        .overrides(overrides(&request.overrides))
        .set_tags((!request.tags.is_empty()).then(|| request.tags.iter().map(tag).collect()))
}

fn capacity_provider(provider: &CapacityProvider) -> Option<types::CapacityProviderStrategyItem> {
    types::CapacityProviderStrategyItem::builder()
        .capacity_provider(&provider.capacity_provider)
        .weight(provider.weight)
        .base(provider.base)
        .build()
        .ok()
}

fn network_configuration(network: &Network) -> Option<types::NetworkConfiguration> {
    let configuration = types::AwsVpcConfiguration::builder()
        .set_subnets(Some(network.subnets.clone()))
        .set_security_groups(Some(network.security_groups.clone()))
        .assign_public_ip(match network.assign_public_ip {
            PublicIp::Enabled => types::AssignPublicIp::Enabled,
            PublicIp::Disabled => types::AssignPublicIp::Disabled,
        })
        .build()
        .ok()?;
    Some(
        types::NetworkConfiguration::builder()
            .awsvpc_configuration(configuration)
            .build(),
    )
}

fn overrides(overrides: &Overrides) -> types::TaskOverride {
    types::TaskOverride::builder()
        .set_container_overrides(Some(
            overrides
                .container_overrides
                .iter()
                .map(container_override)
                .collect(),
        ))
        .set_cpu(overrides.cpu.clone())
        .set_memory(overrides.memory.clone())
        .build()
}

fn container_override(container: &ContainerOverride) -> types::ContainerOverride {
    let environment = container.environment.iter().map(|variable| {
        types::KeyValuePair::builder()
            .name(&variable.name)
            .value(&variable.value)
            .build()
    });
    types::ContainerOverride::builder()
        .name(&container.name)
        .set_command(Some(container.command.clone()))
        .set_environment((!container.environment.is_empty()).then(|| environment.collect()))
        .build()
}

fn tag(tag: &Tag) -> types::Tag {
    types::Tag::builder()
        .key(&tag.key)
        .value(&tag.value)
        .build()
}
