//! `CreateCluster`, `DescribeClusters`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::ecs::Ecs;
use crate::ecs::TaskPhase;
use crate::ecs::missing;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateRequest {
    cluster_name: Option<String>,
}

/// An existing cluster is answered as it is, as in AWS.
pub(crate) fn create_cluster(
    world: &mut World,
    context: &Context,
    request: CreateRequest,
) -> Value {
    let name = request
        .cluster_name
        .unwrap_or_else(|| arn::DEFAULT_CLUSTER.to_owned());
    if !world.ecs.clusters.contains(&name) {
        world.ecs.clusters.push(name.clone());
    }
    json!({"cluster": cluster_json(&world.ecs, context, &name)})
}

#[derive(Deserialize)]
pub(crate) struct DescribeRequest {
    clusters: Option<Vec<String>>,
}

pub(crate) fn describe_clusters(
    world: &mut World,
    context: &Context,
    request: DescribeRequest,
) -> Value {
    let names = request
        .clusters
        .unwrap_or_else(|| vec![arn::DEFAULT_CLUSTER.to_owned()]);
    let mut clusters = Vec::new();
    let mut failures = Vec::new();
    for name in names.iter().map(|name| arn::short_name(name)) {
        if world.ecs.clusters.iter().any(|cluster| cluster == name) {
            clusters.push(cluster_json(&world.ecs, context, name));
        } else {
            failures.push(missing(&arn::cluster(&context.region, name)));
        }
    }
    json!({"clusters": clusters, "failures": failures})
}

fn cluster_json(ecs: &Ecs, context: &Context, name: &str) -> Value {
    let tasks = ecs.tasks.iter().filter(|task| task.cluster == name);
    let running = tasks
        .clone()
        .filter(|task| task.phase == TaskPhase::Running)
        .count();
    let pending = tasks.filter(|task| task.phase < TaskPhase::Running).count();
    let services = ecs
        .services
        .iter()
        .filter(|service| service.cluster == name)
        .count();
    json!({
        "clusterArn": arn::cluster(&context.region, name),
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": running,
        "pendingTasksCount": pending,
        "activeServicesCount": services,
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [],
    })
}
