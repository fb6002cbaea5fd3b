//! What a start needs besides the definition.

use super::compose;
use crate::engine::refusal::by_kind;
use crate::error::Failure;
use crate::model::definition::TaskDefinition;
use crate::model::request::Network;
use crate::ports::Tasks;
use crate::settings::Settings;

/// Refuses a missing network before anything is asked of AWS, where it is certainly needed.
pub(super) fn refuse_missing_network(settings: &Settings) -> Result<(), Failure> {
    let lent = settings.network_from_service.is_some();
    if settings.launch.is_fargate() && !lent && !compose::names_network(settings) {
        return Err(compose::missing_network(settings));
    }
    Ok(())
}

/// The network of the task, where it has one of its own: the settings', completed by a service's.
pub(super) async fn network(
    tasks: &dyn Tasks,
    settings: &Settings,
    definition: &TaskDefinition,
) -> Result<Option<Network>, Failure> {
    if !definition.uses_awsvpc() && !settings.launch.is_fargate() {
        return Ok(None);
    }
    let lent = match &settings.network_from_service {
        Some(service) if !compose::names_network(settings) => {
            let network = tasks
                .service_network(&settings.cluster, service)
                .await
                .map_err(|error| {
                    by_kind(&error, "the service's network could not be read")
                        .hinted("or name --subnets and --security-groups")
                })?;
            Some(network.ok_or_else(|| {
                Failure::usage(format!("service `{service}` on cluster `{}` has no awsvpc network, or there is no such service", settings.cluster))
                    .hinted("check --network-from-service and --cluster, or name --subnets and --security-groups")
            })?)
        }
        _ => None,
    };
    compose::network(settings, lent).map(Some)
}
