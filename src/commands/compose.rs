//! Composing the `RunTask` request from settings and definition.

use crate::error::Failure;
use crate::model::definition::{ContainerChoiceError, TaskDefinition};
use crate::model::identity::Identity;
use crate::model::request::{
    ContainerOverride, EnvironmentVariable, Network, NetworkConfiguration, Overrides, PublicIp,
    RunTaskRequest, SHORTER_OVERRIDES, TAGS_LIMIT,
};
use crate::model::run_key::RunKey;
use crate::report::mask::mask;
use crate::settings::{Launch, Settings};

/// Whether the settings themselves name a whole network.
pub(super) fn names_network(settings: &Settings) -> bool {
    !settings.subnets.is_empty() && !settings.security_groups.is_empty()
}

/// Why the network is not known, naming flag, variable and an example.
pub(super) fn missing_network(settings: &Settings) -> Failure {
    let mut missing = Vec::new();
    let mut hints = Vec::new();
    if settings.subnets.is_empty() {
        missing.push("subnets");
        hints.push("subnets: set ECS_SUBNETS=subnet-0123,subnet-4567 or pass --subnets subnet-0123,subnet-4567");
    }
    if settings.security_groups.is_empty() {
        missing.push("security groups");
        hints.push(
            "security groups: set ECS_SECURITY_GROUP=sg-0123 or pass --security-groups sg-0123",
        );
    }
    hints.push(
        "or take both from a live service: --network-from-service NAME (ECS_NETWORK_FROM_SERVICE)",
    );
    let mut failure = Failure::usage(format!(
        "the task's network is not known: no {} given",
        missing.join(" and no ")
    ));
    failure.hints = hints.into_iter().map(str::to_owned).collect();
    failure
}

/// The task's network: the settings', completed by a live service's.
pub(super) fn network(settings: &Settings, service: Option<Network>) -> Result<Network, Failure> {
    let lent = service.unwrap_or_default();
    let or_lent =
        |own: &[String], lent: Vec<String>| if own.is_empty() { lent } else { own.to_vec() };
    let public_ip = match settings.assign_public_ip {
        Some(true) => PublicIp::Enabled,
        None if settings.subnets.is_empty() => lent.assign_public_ip,
        // Whether a public address makes sense depends on the subnets: theirs are not ours.
        Some(false) | None => PublicIp::Disabled,
    };
    let network = Network {
        subnets: or_lent(&settings.subnets, lent.subnets),
        security_groups: or_lent(&settings.security_groups, lent.security_groups),
        assign_public_ip: public_ip,
    };
    if network.subnets.is_empty() || network.security_groups.is_empty() {
        return Err(missing_network(settings));
    }
    Ok(network)
}

/// The request as it may be shown: values that were taken from elsewhere may be secrets, and
/// passwords in URLs are.
pub(super) fn shown(request: &RunTaskRequest, settings: &Settings) -> RunTaskRequest {
    let mut shown = request.clone();
    let masked = |text: &mut String| *text = mask(text).into_owned();
    for container in &mut shown.overrides.container_overrides {
        container.command.iter_mut().for_each(masked);
        for variable in &mut container.environment {
            let own = settings.env.get(&variable.name);
            if own.is_some_and(|own| !own.written_out) {
                "(not shown)".clone_into(&mut variable.value);
            }
            masked(&mut variable.value);
        }
    }
    shown.tags.iter_mut().for_each(|tag| masked(&mut tag.value));
    shown
}

/// The deciding container's name.
pub(super) fn deciding<'a>(
    definition: &'a TaskDefinition,
    settings: &Settings,
) -> Result<&'a str, Failure> {
    definition
        .deciding_container(settings.container.as_deref())
        .map(|container| container.name.as_str())
        .map_err(|error| no_container(definition, &error))
}

/// Why no container could be chosen, and how to name one.
pub(super) fn no_container(definition: &TaskDefinition, error: &ContainerChoiceError) -> Failure {
    let names = match error {
        ContainerChoiceError::Unknown { names, .. } | ContainerChoiceError::Ambiguous { names } => {
            names
        }
    };
    let example = names.first().map_or("NAME", String::as_str);
    Failure::usage(format!("{}: {error}", definition.arn)).hinted(format!(
        "name one with --container {example} or ECS_CONTAINER"
    ))
}

/// What a run does, for telling it from other runs of the same CI job. Only a hash of it leaves this
/// process; whoever sees that hash in a tag sees the task's whole environment beside it.
pub(super) fn what(settings: &Settings, region: &str, command: &[String]) -> Vec<String> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut what = vec![
        or_none(&settings.profile),
        region.to_owned(),
        settings.cluster.clone(),
        settings.task_definition.clone(),
        or_none(&settings.container),
        or_none(&settings.cpu),
        or_none(&settings.memory),
    ];
    what.extend_from_slice(command);
    what.push("env".to_owned());
    let variables = settings.env.iter();
    what.extend(variables.map(|(name, variable)| format!("{name}={}", variable.value)));
    what
}

/// The request, refused as far as it can be before it is sent.
pub(super) fn request(
    settings: &Settings,
    definition: &TaskDefinition,
    deciding: &str,
    network: Option<Network>,
    identity: &Identity,
    command: &[String],
    run_key: &RunKey,
) -> Result<RunTaskRequest, Failure> {
    let request = unchecked(
        settings, definition, deciding, network, identity, command, run_key,
    );
    if let Some(too_long) = request.overrides.too_long() {
        return Err(Failure::usage(too_long).hinted(SHORTER_OVERRIDES));
    }
    if request.tags.len() > TAGS_LIMIT {
        return Err(Failure::usage(format!(
            "{} tags are too many: a task has at most {TAGS_LIMIT}",
            request.tags.len()
        ))
        .hinted("this tool adds up to six of its own; pass fewer with --tag"));
    }
    Ok(request)
}

/// The request, whatever is wrong with it.
pub(super) fn unchecked(
    settings: &Settings,
    definition: &TaskDefinition,
    deciding: &str,
    network: Option<Network>,
    identity: &Identity,
    command: &[String],
    run_key: &RunKey,
) -> RunTaskRequest {
    let (launch_type, strategy) = match &settings.launch {
        Launch::Type(name) => (Some(name.clone()), Vec::new()),
        Launch::Providers(providers) => (None, providers.clone()),
    };
    let variables = settings
        .env
        .iter()
        .map(|(name, variable)| EnvironmentVariable {
            name: name.clone(),
            value: variable.value.clone(),
        });
    RunTaskRequest {
        cluster: settings.cluster.clone(),
        task_definition: definition.arn.clone(),
        count: 1,
        client_token: run_key.token(0),
        launch_type,
        capacity_provider_strategy: strategy,
        platform_version: settings.platform_version.clone(),
        network_configuration: network.map(|network| NetworkConfiguration {
            awsvpc_configuration: network,
        }),
        overrides: Overrides {
            container_overrides: vec![ContainerOverride {
                name: deciding.to_owned(),
                command: command.to_vec(),
                environment: variables.collect(),
            }],
            cpu: settings.cpu.clone(),
            memory: settings.memory.clone(),
        },
        started_by: identity.started_by(),
        tags: identity.tags(&mask(&command.join(" ")), run_key, &settings.tags),
    }
}

#[cfg(test)]
mod tests;
