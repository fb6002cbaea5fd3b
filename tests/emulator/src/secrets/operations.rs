//! The calls of Secrets Manager.

use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::refusal::Refusal;
use crate::secrets::Secret;
use crate::secrets::SecretValue;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateRequest {
    name: String,
    description: Option<String>,
    client_request_token: Option<String>,
    #[serde(flatten)]
    value: SecretValue,
}

pub(crate) fn create_secret(
    world: &mut World,
    context: &Context,
    request: CreateRequest,
) -> Result<Value, Refusal> {
    let secret = world
        .secrets
        .create(&request.name, &context.region, context.now)?;
    secret.description = request.description;
    let mut answer = identity(secret);
    if request.value.text.is_some() || request.value.binary.is_some() {
        let version = secret.put(request.client_request_token, request.value, context.now);
        answer["VersionId"] = version.id.clone().into();
    }
    Ok(answer)
}

fn identity(secret: &Secret) -> Value {
    json!({"ARN": secret.arn, "Name": secret.name})
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutRequest {
    secret_id: String,
    client_request_token: Option<String>,
    #[serde(flatten)]
    value: SecretValue,
}

pub(crate) fn put_secret_value(
    world: &mut World,
    context: &Context,
    request: PutRequest,
) -> Result<Value, Refusal> {
    let secret = world.secrets.find_mut(&request.secret_id)?;
    let mut answer = identity(secret);
    let version = secret.put(request.client_request_token, request.value, context.now);
    answer["VersionId"] = version.id.clone().into();
    answer["VersionStages"] = json!(version.stages);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetRequest {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

pub(crate) fn get_secret_value(world: &mut World, request: &GetRequest) -> Result<Value, Refusal> {
    let secret = world.secrets.find(&request.secret_id)?;
    let version = secret.version(
        request.version_id.as_deref(),
        request.version_stage.as_deref(),
    )?;
    let mut answer = identity(secret);
    answer["VersionId"] = version.id.clone().into();
    answer["VersionStages"] = json!(version.stages);
    answer["CreatedDate"] = version.created.seconds().into();
    if let Some(text) = &version.value.text {
        answer["SecretString"] = text.clone().into();
    }
    if let Some(binary) = &version.value.binary {
        answer["SecretBinary"] = binary.clone().into();
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DescribeRequest {
    secret_id: String,
}

pub(crate) fn describe_secret(
    world: &mut World,
    request: &DescribeRequest,
) -> Result<Value, Refusal> {
    let secret = world.secrets.find(&request.secret_id)?;
    let stages: Map<String, Value> = secret
        .versions
        .iter()
        .map(|version| (version.id.clone(), json!(version.stages)))
        .collect();
    let mut answer = identity(secret);
    answer["CreatedDate"] = secret.created.seconds().into();
    answer["LastChangedDate"] = secret.changed.seconds().into();
    answer["VersionIdsToStages"] = stages.into();
    if let Some(description) = &secret.description {
        answer["Description"] = description.clone().into();
    }
    if let Some(deleted) = secret.deleted {
        answer["DeletedDate"] = deleted.seconds().into();
    }
    Ok(answer)
}

/// All versions come in one page; those without a stage only where they are asked for.
pub(crate) fn list_secret_version_ids(
    world: &World,
    request: &VersionsRequest,
) -> Result<Value, Refusal> {
    let secret = world.secrets.find(&request.secret_id)?;
    let versions = secret.versions.iter();
    let listed = versions.filter(|it| request.include_deprecated || !it.stages.is_empty());
    let mut answer = identity(secret);
    answer["Versions"] = listed
        .map(|version| {
            json!({
                "VersionId": version.id,
                "VersionStages": version.stages,
                "CreatedDate": version.created.seconds(),
            })
        })
        .collect();
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VersionsRequest {
    secret_id: String,
    #[serde(default)]
    include_deprecated: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteRequest {
    secret_id: String,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

/// Without `ForceDeleteWithoutRecovery` the secret stays, but its value cannot be read.
pub(crate) fn delete_secret(
    world: &mut World,
    context: &Context,
    request: &DeleteRequest,
) -> Result<Value, Refusal> {
    let secret = world.secrets.find_mut(&request.secret_id)?;
    secret.deleted = Some(context.now);
    let mut answer = identity(secret);
    answer["DeletionDate"] = context.now.seconds().into();
    let name = secret.name.clone();
    if request.force_delete_without_recovery {
        world.secrets.secrets.remove(&name);
    }
    Ok(answer)
}
