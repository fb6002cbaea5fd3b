//! `StopTask`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::ecs::Stop;
use crate::ecs::TaskPhase;
use crate::ecs::describe_tasks::find;
use crate::ecs::task_json::task_json;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
pub(crate) struct StopRequest {
    cluster: Option<String>,
    task: String,
    reason: Option<String>,
}

/// The desired status is STOPPED at once; the task's life sends the signals.
pub(crate) fn stop_task(
    world: &mut World,
    context: &Context,
    request: StopRequest,
) -> Result<Value, Refusal> {
    let cluster = world.ecs.cluster(request.cluster.as_deref())?;
    let forget_after_ms = world.scenario.forget_after_ms;
    let id = find(&world.ecs, &cluster, &request.task)?
        .filter(|task| task.times.stopped.is_none() || task.is_known(context.now, forget_after_ms))
        .map(|task| task.id.clone());
    let task = id
        .and_then(|id| world.ecs.task_mut(&id))
        .ok_or_else(|| Refusal::parameter("The referenced task was not found."))?;
    if task.phase < TaskPhase::Deactivating {
        task.stop(Stop {
            code: "UserInitiated".to_owned(),
            reason: request
                .reason
                .unwrap_or_else(|| "Task stopped by user".to_owned()),
            shown_at: context.now,
        });
    }
    Ok(json!({"task": task_json(task, context.now, false)}))
}
