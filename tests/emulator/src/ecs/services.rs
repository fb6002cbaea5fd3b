//! Services. They run no tasks: only their network configuration is of interest.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::ecs::missing;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct Service {
    name: String,
    pub(crate) cluster: String,
    created_seconds: f64,
    /// As it was given to `CreateService`.
    request: Value,
}

impl Service {
    fn json(&self, region: &str) -> Value {
        let mut json = json!({
            "serviceArn": service_arn(region, &self.cluster, &self.name),
            "serviceName": self.name,
            "clusterArn": arn::cluster(region, &self.cluster),
            "status": "ACTIVE",
            "desiredCount": 0,
            "runningCount": 0,
            "pendingCount": 0,
            "launchType": "FARGATE",
            "createdAt": self.created_seconds,
            "events": [],
            "deployments": [],
            "loadBalancers": [],
        });
        let given = [
            "networkConfiguration",
            "taskDefinition",
            "launchType",
            "desiredCount",
        ];
        for field in given
            .iter()
            .filter(|field| !self.request[**field].is_null())
        {
            json[*field] = self.request[*field].clone();
        }
        json
    }
}

fn service_arn(region: &str, cluster: &str, name: &str) -> String {
    arn::new("ecs", region, &format!("service/{cluster}/{name}"))
}

pub(crate) fn create_service(
    world: &mut World,
    context: &Context,
    request: &Value,
) -> Result<Value, Refusal> {
    let cluster = world.ecs.cluster(request["cluster"].as_str())?;
    let name = request["serviceName"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if name.is_empty() {
        return Err(Refusal::parameter("serviceName cannot be empty."));
    }
    if world
        .ecs
        .services
        .iter()
        .any(|it| it.name == name && it.cluster == cluster)
    {
        return Err(Refusal::parameter(
            "Creation of service was not idempotent.",
        ));
    }
    let created_seconds = context.now.seconds();
    let service = Service {
        name,
        cluster,
        created_seconds,
        request: request.clone(),
    };
    let answer = json!({"service": service.json(&context.region)});
    world.ecs.services.push(service);
    Ok(answer)
}

#[derive(Deserialize)]
pub(crate) struct DescribeRequest {
    cluster: Option<String>,
    services: Vec<String>,
}

pub(crate) fn describe_services(
    world: &mut World,
    context: &Context,
    request: &DescribeRequest,
) -> Result<Value, Refusal> {
    let cluster = world.ecs.cluster(request.cluster.as_deref())?;
    let mut services = Vec::new();
    let mut failures = Vec::new();
    for name in request.services.iter().map(|name| arn::short_name(name)) {
        let is_wanted = |service: &&Service| service.name == name && service.cluster == cluster;
        match world.ecs.services.iter().find(is_wanted) {
            Some(service) => services.push(service.json(&context.region)),
            None => failures.push(missing(&service_arn(&context.region, &cluster, name))),
        }
    }
    Ok(json!({"services": services, "failures": failures}))
}
