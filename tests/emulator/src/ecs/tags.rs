//! Tags, and the calls that read and write them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::refusal::Refusal;
use crate::world::World;

/// Key → value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

#[derive(Deserialize)]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

impl Tags {
    /// From `[{"key":…,"value":…}]`; null is none. AWS allows 50 of them.
    pub(crate) fn from_json(json: &Value) -> Result<Self, Refusal> {
        let tags: Option<Vec<Tag>> = Option::deserialize(json)
            .map_err(|error| Refusal::parameter(format!("Invalid tags: {error}")))?;
        let tags = tags.unwrap_or_default();
        if tags.len() > 50 {
            return Err(Refusal::parameter(
                "The maximum number of tags allowed is 50.",
            ));
        }
        if let Some(tag) = tags.iter().find(|tag| tag.key.chars().count() > 128) {
            return Err(Refusal::parameter(format!(
                "Tag key is too long: {}",
                tag.key
            )));
        }
        if let Some(tag) = tags.iter().find(|tag| tag.value.chars().count() > 256) {
            return Err(Refusal::parameter(format!(
                "Tag value is too long: {}",
                tag.value
            )));
        }
        Ok(Self(
            tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        ))
    }

    pub(crate) fn json(&self) -> Value {
        self.0
            .iter()
            .map(|(key, value)| json!({"key": key, "value": value}))
            .collect()
    }

    /// Those of `other` win.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn map(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListRequest {
    resource_arn: String,
}

pub(crate) fn list_tags_for_resource(world: &mut World, request: &ListRequest) -> Value {
    json!({"tags": tags_of(world, &request.resource_arn).json()})
}

fn tags_of<'world>(world: &'world mut World, resource_arn: &str) -> &'world mut Tags {
    let ecs = &mut world.ecs;
    if let Some(index) = ecs.task_index.get(arn::short_name(resource_arn)) {
        return &mut ecs.tasks[*index].tags;
    }
    ecs.tags.entry(resource_arn.to_owned()).or_default()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagRequest {
    resource_arn: String,
    tags: Value,
}

pub(crate) fn tag_resource(world: &mut World, request: &TagRequest) -> Result<Value, Refusal> {
    let new = Tags::from_json(&request.tags)?;
    tags_of(world, &request.resource_arn).extend(new);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UntagRequest {
    resource_arn: String,
    tag_keys: Vec<String>,
}

pub(crate) fn untag_resource(world: &mut World, request: &UntagRequest) -> Value {
    let tags = tags_of(world, &request.resource_arn);
    tags.0.retain(|key, _| !request.tag_keys.contains(key));
    json!({})
}
