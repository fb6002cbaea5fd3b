//! From an operation's name to the function that does it.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ecs;
use crate::http::Service;
use crate::logs;
use crate::refusal::Refusal;
use crate::secrets;
use crate::world::Context;
use crate::world::World;

/// Does what is asked for and gives the answer's body.
pub(crate) fn perform(
    world: &mut World,
    context: &Context,
    service: Service,
    operation: &str,
    body: &Value,
) -> Result<Vec<u8>, Refusal> {
    if service == Service::Logs && operation == "GetLogEvents" {
        return logs::get_log_events(world, context, &read(body)?);
    }
    let answer = match service {
        Service::Ecs => ecs_call(world, context, operation, body),
        Service::Logs => logs_call(world, context, operation, body),
        Service::Secrets => secrets_call(world, context, operation, body),
        Service::Sts => Ok(Value::Null),
        Service::Unknown => Err(unknown(operation)),
    }?;
    Ok(answer.to_string().into_bytes())
}

fn ecs_call(
    world: &mut World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "CreateCluster" => Ok(ecs::create_cluster(world, context, read(body)?)),
        "DescribeClusters" => Ok(ecs::describe_clusters(world, context, read(body)?)),
        "RegisterTaskDefinition" => ecs::register_task_definition(world, context, body),
        "DescribeTaskDefinition" => ecs::describe_task_definition(world, &read(body)?),
        "DeregisterTaskDefinition" => ecs::deregister_task_definition(world, context, &read(body)?),
        "ListTaskDefinitions" => ecs::list_task_definitions(world, &read(body)?),
        "RunTask" => ecs::run_task(world, context, body),
        "DescribeTasks" => ecs::describe_tasks(world, context, &read(body)?),
        "ListTasks" => ecs::list_tasks(world, context, &read(body)?),
        "StopTask" => ecs::stop_task(world, context, read(body)?),
        "CreateService" => ecs::create_service(world, context, body),
        "DescribeServices" => ecs::describe_services(world, context, &read(body)?),
        "ListTagsForResource" => Ok(ecs::list_tags_for_resource(world, &read(body)?)),
        "TagResource" => ecs::tag_resource(world, &read(body)?),
        "UntagResource" => Ok(ecs::untag_resource(world, &read(body)?)),
        _ => Err(unknown(operation)),
    }
}

fn logs_call(
    world: &mut World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "CreateLogGroup" => logs::create_log_group(world, context, &read(body)?),
        "DescribeLogGroups" => Ok(logs::describe_log_groups(world, context, &read(body)?)),
        "CreateLogStream" => logs::create_log_stream(world, context, &read(body)?),
        "DescribeLogStreams" => logs::describe_log_streams(world, context, &read(body)?),
        "PutLogEvents" => logs::put_log_events(world, context, &read(body)?),
        "FilterLogEvents" => logs::filter_log_events(world, context, &read(body)?),
        _ => Err(unknown(operation)),
    }
}

fn secrets_call(
    world: &mut World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    match operation {
        "CreateSecret" => secrets::create_secret(world, context, read(body)?),
        "PutSecretValue" => secrets::put_secret_value(world, context, read(body)?),
        "GetSecretValue" => secrets::get_secret_value(world, &read(body)?),
        "DescribeSecret" => secrets::describe_secret(world, &read(body)?),
        "DeleteSecret" => secrets::delete_secret(world, context, &read(body)?),
        _ => Err(unknown(operation)),
    }
}

fn read<Request: DeserializeOwned>(body: &Value) -> Result<Request, Refusal> {
    Request::deserialize(body)
        .map_err(|error| Refusal::new("SerializationException", error.to_string()))
}

fn unknown(operation: &str) -> Refusal {
    let message = format!("The emulator does not know the operation {operation:?}.");
    Refusal::new("UnknownOperationException", message)
}
