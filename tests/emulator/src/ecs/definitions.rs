//! Task definitions.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::ecs::Paging;
use crate::ecs::container_spec::ContainerSpec;
use crate::ecs::definition_check;
use crate::ecs::tags::Tags;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

/// One revision of a task definition.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) arn: String,
    pub(crate) family: String,
    pub(crate) revision: usize,
    pub(crate) is_active: bool,
    pub(crate) containers: Vec<ContainerSpec>,
    /// As it was registered, unknown fields too, with what ECS adds.
    pub(crate) json: Value,
    pub(crate) tags: Tags,
}

impl Definition {
    pub(crate) fn uses_awsvpc(&self) -> bool {
        self.json["networkMode"] == "awsvpc"
    }

    /// Whether it may run with this launch type; all may if it requires none.
    pub(crate) fn supports(&self, launch_type: &str) -> bool {
        let required = self.json["requiresCompatibilities"].as_array();
        required.is_none_or(|all| all.is_empty() || all.iter().any(|one| one == launch_type))
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.json[field].as_str()
    }
}

/// All revisions, in order of registration.
#[derive(Debug, Default)]
pub(crate) struct Definitions(Vec<Definition>);

impl Definitions {
    /// By family (its newest active revision), `family:revision` or ARN.
    pub(crate) fn find(&self, id: &str) -> Option<&Definition> {
        self.index_of(id).map(|index| &self.0[index])
    }

    fn index_of(&self, id: &str) -> Option<usize> {
        let name = arn::short_name(id);
        match name.rsplit_once(':') {
            Some((family, revision)) => self.0.iter().position(|definition| {
                definition.family == family && definition.revision.to_string() == revision
            }),
            None => self
                .0
                .iter()
                .rposition(|definition| definition.family == name && definition.is_active),
        }
    }

    fn next_revision(&self, family: &str) -> usize {
        self.0
            .iter()
            .filter(|definition| definition.family == family)
            .count()
            + 1
    }
}

/// Takes the whole request: fields that nobody knows are kept.
pub(crate) fn register_task_definition(
    world: &mut World,
    context: &Context,
    request: &Value,
) -> Result<Value, Refusal> {
    definition_check::check(request)?;
    let mut json = request.clone();
    let tags = Tags::from_json(&json["tags"])?;
    if let Some(fields) = json.as_object_mut() {
        fields.remove("tags");
    }
    let family = request["family"].as_str().unwrap_or_default().to_owned();
    let revision = world.ecs.definitions.next_revision(&family);
    let resource = format!("task-definition/{family}:{revision}");
    let arn = arn::new("ecs", &context.region, &resource);
    complete(&mut json, &arn, revision, context);
    let definition = Definition {
        containers: definition_check::containers(&json)?,
        arn,
        family,
        revision,
        is_active: true,
        json,
        tags,
    };
    let answer = json!({"taskDefinition": definition.json, "tags": definition.tags.json()});
    world.ecs.definitions.0.push(definition);
    Ok(answer)
}

/// What ECS adds to what was registered.
fn complete(json: &mut Value, arn: &str, revision: usize, context: &Context) {
    json["taskDefinitionArn"] = arn.into();
    json["revision"] = revision.into();
    json["status"] = "ACTIVE".into();
    json["registeredAt"] = context.now.seconds().into();
    json["registeredBy"] = format!("arn:aws:iam::{}:user/emulator", arn::ACCOUNT).into();
    let compatible = if json["networkMode"] == "awsvpc" {
        json!(["EC2", "FARGATE"])
    } else {
        json!(["EC2", "EXTERNAL"])
    };
    let defaults = [
        ("compatibilities", compatible),
        ("volumes", json!([])),
        ("placementConstraints", json!([])),
    ];
    set_absent(json, defaults);
    for container in json["containerDefinitions"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        let empty_lists = ["portMappings", "environment", "mountPoints", "volumesFrom"];
        set_absent(container, [("cpu", json!(0)), ("essential", json!(true))]);
        set_absent(container, empty_lists.map(|name| (name, json!([]))));
    }
}

fn set_absent<const N: usize>(json: &mut Value, defaults: [(&str, Value); N]) {
    for (name, value) in defaults {
        if json[name].is_null() {
            json[name] = value;
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeRequest {
    task_definition: String,
    #[serde(default)]
    include: Vec<String>,
}

pub(crate) fn describe_task_definition(
    world: &mut World,
    request: &DescribeRequest,
) -> Result<Value, Refusal> {
    let definition = world
        .ecs
        .definitions
        .find(&request.task_definition)
        .ok_or_else(|| Refusal::client("Unable to describe task definition."))?;
    let mut answer = json!({"taskDefinition": definition.json});
    if request.include.iter().any(|field| field == "TAGS") {
        answer["tags"] = definition.tags.json();
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeregisterRequest {
    task_definition: String,
}

pub(crate) fn deregister_task_definition(
    world: &mut World,
    context: &Context,
    request: &DeregisterRequest,
) -> Result<Value, Refusal> {
    let definitions = &mut world.ecs.definitions;
    let index = definitions
        .index_of(&request.task_definition)
        .ok_or_else(|| Refusal::client("The specified task definition does not exist."))?;
    let definition = &mut definitions.0[index];
    definition.is_active = false;
    definition.json["status"] = "INACTIVE".into();
    definition.json["deregisteredAt"] = context.now.seconds().into();
    Ok(json!({"taskDefinition": definition.json}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListRequest {
    family_prefix: Option<String>,
    status: Option<String>,
    sort: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// `familyPrefix` is a whole family's name, as in AWS.
pub(crate) fn list_task_definitions(
    world: &mut World,
    request: &ListRequest,
) -> Result<Value, Refusal> {
    let wants_active = request
        .status
        .as_deref()
        .is_none_or(|status| status == "ACTIVE");
    let mut wanted: Vec<&Definition> = world
        .ecs
        .definitions
        .0
        .iter()
        .filter(|definition| definition.is_active == wants_active)
        .filter(|definition| {
            request
                .family_prefix
                .as_ref()
                .is_none_or(|family| *family == definition.family)
        })
        .collect();
    wanted.sort_by(|one, other| (&one.family, one.revision).cmp(&(&other.family, other.revision)));
    if request.sort.as_deref() == Some("DESC") {
        wanted.reverse();
    }
    let arns: Vec<String> = wanted
        .into_iter()
        .map(|definition| definition.arn.clone())
        .collect();
    request.paging.answer("taskDefinitionArns", &arns)
}
