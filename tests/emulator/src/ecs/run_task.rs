//! `RunTask`.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use tokio::sync::Notify;

use crate::arn;
use crate::ecs::Container;
use crate::ecs::Ecs;
use crate::ecs::Task;
use crate::ecs::TaskPhase;
use crate::ecs::client_token::Recall;
use crate::ecs::container_spec::ContainerSpec;
use crate::ecs::definitions::Definition;
use crate::ecs::overrides::Overrides;
use crate::ecs::run_task_check::RunTaskRequest;
use crate::ecs::tags::Tags;
use crate::ecs::task::Capacity;
use crate::ecs::task::Times;
use crate::ecs::task_json::stopped_task_json;
use crate::ecs::task_json::task_json;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

/// Takes the whole request: a client token stands for all its parameters.
pub(crate) fn run_task(
    world: &mut World,
    context: &Context,
    body: &Value,
) -> Result<Value, Refusal> {
    let request = RunTaskRequest::read(body)?;
    let cluster = world.ecs.cluster(request.cluster.as_deref())?;
    let overrides = Overrides::parse(&request.overrides)?;
    let tags = Tags::from_json(&request.tags)?;
    if let Some(answer) = replay(&world.ecs, context, &cluster, &request, body)? {
        return Ok(answer);
    }
    let definition = runnable(&world.ecs, &request.task_definition)?;
    let plan = Plan::new(cluster, definition, &request, &overrides, tags)?;
    let visible_from = context.now.after(world.scenario.visible_after_ms);
    let mut ids = Vec::new();
    for _ in 0..request.count {
        let mut task = plan.task(context, &request);
        task.visible_from = visible_from;
        task.stamps = world.scenario.stamps;
        ids.push(task.id.clone());
        world.ecs.add_task(task);
    }
    if let Some(token) = &request.client_token {
        world
            .ecs
            .client_tokens
            .remember(&plan.cluster, token, body, &ids);
    }
    for id in &ids {
        // The receiver is gone when the emulator stops; then the task never begins to live.
        let _ = world.births.send(id.clone());
    }
    Ok(answer(&world.ecs, context, &ids))
}

fn answer(ecs: &Ecs, context: &Context, ids: &[String]) -> Value {
    let tasks = ids.iter().filter_map(|id| ecs.task(id));
    let tasks: Vec<Value> = tasks
        .map(|task| task_json(task, context.now, true))
        .collect();
    json!({"tasks": tasks, "failures": []})
}

/// The answer to a client token that was used before.
fn replay(
    ecs: &Ecs,
    context: &Context,
    cluster: &str,
    request: &RunTaskRequest,
    body: &Value,
) -> Result<Option<Value>, Refusal> {
    let Some(token) = &request.client_token else {
        return Ok(None);
    };
    match ecs.client_tokens.recall(cluster, token, body) {
        Recall::New => Ok(None),
        Recall::Replay(ids) => {
            let tasks = ids.iter().filter_map(|id| ecs.task(id)).map(|task| {
                if task.phase == TaskPhase::Stopped {
                    stopped_task_json(task)
                } else {
                    task_json(task, context.now, true)
                }
            });
            Ok(Some(
                json!({"tasks": tasks.collect::<Value>(), "failures": []}),
            ))
        }
        Recall::Conflict(ids) => {
            let arns: Vec<&str> = ids
                .iter()
                .filter_map(|id| ecs.task(id))
                .map(|task| task.arn.as_str())
                .collect();
            let message = format!(
                "The client token {token} was already used by a request with other parameters."
            );
            Err(Refusal::new("ConflictException", message).with_detail("resourceIds", arns))
        }
    }
}

fn runnable<'ecs>(ecs: &'ecs Ecs, id: &str) -> Result<&'ecs Definition, Refusal> {
    let definition = ecs
        .definitions
        .find(id)
        .ok_or_else(|| Refusal::client("TaskDefinition not found."))?;
    if definition.is_active {
        Ok(definition)
    } else {
        Err(Refusal::client("TaskDefinition is inactive"))
    }
}

/// All that the tasks of one call have in common.
struct Plan {
    cluster: String,
    definition_arn: String,
    family: String,
    capacity: Capacity,
    specs: Vec<ContainerSpec>,
    overrides: Value,
    tags: Tags,
}

impl Plan {
    fn new(
        cluster: String,
        definition: &Definition,
        request: &RunTaskRequest,
        overrides: &Overrides,
        own_tags: Tags,
    ) -> Result<Self, Refusal> {
        let mut capacity = request.capacity(definition)?;
        for (size, field) in [(&mut capacity.cpu, "cpu"), (&mut capacity.memory, "memory")] {
            if let Some(text) = overrides.text(field) {
                *size = Some(text.to_owned());
            }
        }
        let mut tags = Tags::default();
        if request.propagates_definition_tags() {
            tags.extend(definition.tags.clone());
        }
        tags.extend(own_tags);
        Ok(Self {
            cluster,
            definition_arn: definition.arn.clone(),
            family: definition.family.clone(),
            capacity,
            specs: overrides.apply(&definition.containers)?,
            overrides: overrides.json(&definition.containers),
            tags,
        })
    }

    fn task(&self, context: &Context, request: &RunTaskRequest) -> Task {
        let id = arn::random_id();
        let arn = arn::task(&context.region, &self.cluster, &id);
        let on_fargate = self.capacity.is_fargate();
        let containers = self.specs.iter().cloned();
        let default_group = || format!("family:{}", self.family);
        Task {
            containers: containers
                .map(|spec| Container::new(spec, &arn, on_fargate))
                .collect(),
            id,
            arn,
            region: context.region.clone(),
            cluster: self.cluster.clone(),
            definition_arn: self.definition_arn.clone(),
            family: self.family.clone(),
            group: request.group.clone().unwrap_or_else(default_group),
            capacity: self.capacity.clone(),
            overrides: self.overrides.clone(),
            started_by: request.started_by.clone(),
            client_token: request.client_token.clone(),
            tags: self.tags.clone(),
            visible_from: context.now,
            phase: TaskPhase::Provisioning,
            times: Times::created(context.now),
            stamps: None,
            stop: None,
            changes: 1,
            bell: Arc::new(Notify::new()),
        }
    }
}
