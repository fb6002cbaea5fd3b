//! From an operation's name to the function that does it.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ec2;
use crate::ecr;
use crate::ecs;
use crate::http::Service;
use crate::iam;
use crate::logs;
use crate::quotas;
use crate::refusal::Refusal;
use crate::secrets;
use crate::ssm;
use crate::sts;
use crate::world::Context;
use crate::world::World;
use crate::xml;

/// Does what is asked for and gives the answer's body; of XML, what is within its frame.
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
    if service == Service::Blobs {
        return blob(world, body);
    }
    let answer = match service {
        Service::Ec2 => ec2::call(world, context, operation, body),
        Service::Ecr => ecr_call(world, context, operation, body),
        Service::Iam => iam::call(world, operation, body),
        Service::Quotas => quotas_call(world, context, operation, body),
        Service::Ssm => ssm_call(world, context, operation, body),
        Service::Ecs => ecs_call(world, context, operation, body),
        Service::Logs => logs_call(world, context, operation, body),
        Service::Secrets => secrets_call(world, context, operation, body),
        Service::Sts => sts::call(world, operation),
        Service::Blobs | Service::Unknown => Err(unknown(operation)),
    }?;
    if service.is_xml() {
        return Ok(xml::elements(service, &answer).into_bytes());
    }
    Ok(answer.to_string().into_bytes())
}

fn blob(world: &World, body: &Value) -> Result<Vec<u8>, Refusal> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let blob = ecr::blob(&world.scenario.account, text("repository"), text("digest"));
    let no_such_key =
        || Refusal::new("NoSuchKey", "The specified key does not exist.").with_status(404);
    blob.map(String::into_bytes).ok_or_else(no_such_key)
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
        "ListAccountSettings" => Ok(ecs::list_account_settings(
            &world.scenario.account,
            &read(body)?,
        )),
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
        "ListSecretVersionIds" => secrets::list_secret_version_ids(world, &read(body)?),
        "DeleteSecret" => secrets::delete_secret(world, context, &read(body)?),
        _ => Err(unknown(operation)),
    }
}

fn ecr_call(
    world: &World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    let account = &world.scenario.account;
    match operation {
        "DescribeImages" => ecr::describe_images(account, &read(body)?),
        "BatchGetImage" => ecr::batch_get_image(account, &read(body)?),
        "GetDownloadUrlForLayer" => ecr::get_download_url_for_layer(account, context, &read(body)?),
        "DescribeRepositories" => ecr::describe_repositories(account, context, &read(body)?),
        "GetRepositoryPolicy" => ecr::get_repository_policy(account, &read(body)?),
        _ => Err(unknown(operation)),
    }
}

fn ssm_call(
    world: &World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    let parameters = &world.scenario.account.parameters;
    match operation {
        "DescribeParameters" => ssm::describe_parameters(parameters, context, &read(body)?),
        "GetParameters" => ssm::get_parameters(parameters, context, &read(body)?),
        "GetParameter" => ssm::get_parameter(parameters, context, &read(body)?),
        _ => Err(unknown(operation)),
    }
}

fn quotas_call(
    world: &World,
    context: &Context,
    operation: &str,
    body: &Value,
) -> Result<Value, Refusal> {
    let quotas = &world.scenario.account.quotas;
    match operation {
        "GetServiceQuota" => quotas::get_service_quota(quotas, context, &read(body)?),
        "ListServiceQuotas" => quotas::list_service_quotas(quotas, context, &read(body)?),
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
