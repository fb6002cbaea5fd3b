//! `DescribeTasks`, `ListTasks`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::ecs::Ecs;
use crate::ecs::Paging;
use crate::ecs::Task;
use crate::ecs::missing;
use crate::ecs::task_json::task_json;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
pub(crate) struct DescribeRequest {
    cluster: Option<String>,
    #[serde(default)]
    tasks: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

pub(crate) fn describe_tasks(
    world: &mut World,
    context: &Context,
    request: &DescribeRequest,
) -> Result<Value, Refusal> {
    let cluster = world.ecs.cluster(request.cluster.as_deref())?;
    if request.tasks.is_empty() {
        return Err(Refusal::parameter("Tasks cannot be empty."));
    }
    if request.tasks.len() > 100 {
        return Err(Refusal::parameter(
            "Tasks cannot have more than 100 elements.",
        ));
    }
    let forget_after_ms = world.scenario.forget_after_ms;
    let with_tags = request.include.iter().any(|field| field == "TAGS");
    let mut tasks = Vec::new();
    let mut failures = Vec::new();
    for id in &request.tasks {
        let task = find(&world.ecs, &cluster, id)?;
        if let Some(task) = task.filter(|task| task.is_known(context.now, forget_after_ms)) {
            tasks.push(task_json(task, context.now, with_tags));
        } else {
            let id = arn::short_name(id);
            failures.push(missing(&arn::task(&context.region, &cluster, id)));
        }
    }
    Ok(json!({"tasks": tasks, "failures": failures}))
}

/// A task of this cluster by id or ARN; an ARN of another cluster is refused.
pub(crate) fn find<'ecs>(
    ecs: &'ecs Ecs,
    cluster: &str,
    id: &str,
) -> Result<Option<&'ecs Task>, Refusal> {
    match arn::cluster_of_task(id) {
        Some(other) if other != cluster => Err(Refusal::parameter(format!(
            "Identifier is for cluster {other}. Your cluster is {cluster}"
        ))),
        _ => Ok(ecs
            .task(arn::short_name(id))
            .filter(|task| task.cluster == cluster)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListRequest {
    cluster: Option<String>,
    family: Option<String>,
    started_by: Option<String>,
    desired_status: Option<String>,
    service_name: Option<String>,
    container_instance: Option<String>,
    launch_type: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

impl ListRequest {
    /// `startedBy` must be the only filter of a call.
    fn check(&self) -> Result<(), Refusal> {
        let others = [
            &self.family,
            &self.desired_status,
            &self.service_name,
            &self.container_instance,
            &self.launch_type,
        ];
        if self.started_by.is_some() && others.iter().any(|other| other.is_some()) {
            return Err(Refusal::parameter(
                "startedBy cannot be combined with another filter: it must be the only filter of the request.",
            ));
        }
        Ok(())
    }

    fn wants(&self, task: &Task) -> bool {
        let desired = self.desired_status.as_deref().unwrap_or("RUNNING");
        let is = |filter: &Option<String>, value: &str| {
            filter.as_deref().is_none_or(|wanted| wanted == value)
        };
        let service = self
            .service_name
            .as_ref()
            .map(|name| format!("service:{name}"));
        task.desired_status() == desired
            && is(&self.family, &task.family)
            && is(&self.launch_type, &task.capacity.launch_type)
            && is(&service, &task.group)
            && (self.started_by.is_none() || self.started_by == task.started_by)
            && self.container_instance.is_none()
    }
}

/// A task that was just started may be missing here too.
pub(crate) fn list_tasks(
    world: &mut World,
    context: &Context,
    request: &ListRequest,
) -> Result<Value, Refusal> {
    let cluster = world.ecs.cluster(request.cluster.as_deref())?;
    request.check()?;
    let forget_after_ms = world.scenario.forget_after_ms;
    let arns: Vec<String> = world
        .ecs
        .tasks
        .iter()
        .filter(|task| task.cluster == cluster && task.is_known(context.now, forget_after_ms))
        .filter(|task| request.wants(task))
        .map(|task| task.arn.clone())
        .collect();
    request.paging.answer("taskArns", &arns)
}
