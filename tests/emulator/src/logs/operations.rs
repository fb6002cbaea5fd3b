//! The calls of `CloudWatch` Logs, but for those that read events.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::arn;
use crate::logs::stream::Stream;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupRequest {
    log_group_name: String,
}

pub(crate) fn create_log_group(
    world: &mut World,
    context: &Context,
    request: &GroupRequest,
) -> Result<Value, Refusal> {
    if world.logs.has_group(&request.log_group_name) {
        return Err(already_exists("group"));
    }
    world
        .logs
        .create_group(&request.log_group_name, context.now);
    Ok(json!({}))
}

fn already_exists(what: &str) -> Refusal {
    Refusal::new(
        "ResourceAlreadyExistsException",
        format!("The specified log {what} already exists"),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamRequest {
    log_group_name: String,
    log_stream_name: String,
}

pub(crate) fn create_log_stream(
    world: &mut World,
    context: &Context,
    request: &StreamRequest,
) -> Result<Value, Refusal> {
    let group = world.logs.group(&request.log_group_name)?;
    if group.streams.contains_key(&request.log_stream_name) {
        return Err(already_exists("stream"));
    }
    world.logs.create_stream(
        &request.log_group_name,
        &request.log_stream_name,
        context.now,
    );
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupsRequest {
    #[serde(default)]
    log_group_name_prefix: String,
}

/// All groups come in one page.
pub(crate) fn describe_log_groups(
    world: &mut World,
    context: &Context,
    request: &GroupsRequest,
) -> Value {
    let groups = world
        .logs
        .groups
        .iter()
        .filter(|(name, _)| name.starts_with(&request.log_group_name_prefix));
    let groups: Vec<Value> = groups
        .map(|(name, group)| {
            let arn = arn::new("logs", &context.region, &format!("log-group:{name}"));
            json!({
                "logGroupName": name,
                "arn": format!("{arn}:*"),
                "logGroupArn": arn,
                "creationTime": group.created.epoch_ms(),
                "storedBytes": group.streams.values().map(Stream::stored_bytes).sum::<usize>(),
            })
        })
        .collect();
    json!({"logGroups": groups})
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamsRequest {
    #[serde(alias = "logGroupIdentifier")]
    log_group_name: String,
    #[serde(default)]
    log_stream_name_prefix: String,
}

/// All streams come in one page, by name.
pub(crate) fn describe_log_streams(
    world: &mut World,
    context: &Context,
    request: &StreamsRequest,
) -> Result<Value, Refusal> {
    let group_name = super::group_name(&request.log_group_name);
    let streams: Vec<Value> = world
        .logs
        .group(group_name)?
        .streams
        .iter()
        .filter(|(name, _)| name.starts_with(&request.log_stream_name_prefix))
        .filter(|(_, stream)| stream.exists_from <= context.now)
        .map(|(name, stream)| {
            let readable = stream.readable(context.now);
            let resource = format!("log-group:{group_name}:log-stream:{name}");
            let mut json = json!({
                "logStreamName": name,
                "arn": arn::new("logs", &context.region, &resource),
                "creationTime": stream.exists_from.epoch_ms(),
                "storedBytes": 0,
            });
            if let (Some(first), Some(last)) = (readable.first(), readable.last()) {
                json["firstEventTimestamp"] = first.timestamp.into();
                json["lastEventTimestamp"] = last.timestamp.into();
                json["lastIngestionTime"] = last.ingested.into();
            }
            json
        })
        .collect();
    Ok(json!({"logStreams": streams}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PutRequest {
    #[serde(flatten)]
    stream: StreamRequest,
    #[serde(rename = "logEvents")]
    events: Vec<InputEvent>,
}

#[derive(Deserialize)]
struct InputEvent {
    timestamp: i64,
    message: String,
}

pub(crate) fn put_log_events(
    world: &mut World,
    context: &Context,
    request: &PutRequest,
) -> Result<Value, Refusal> {
    let target = (
        request.stream.log_group_name.as_str(),
        request.stream.log_stream_name.as_str(),
    );
    world
        .logs
        .seen_stream_mut(target.0, target.1, context.now)?;
    let events = request
        .events
        .iter()
        .map(|event| (event.timestamp, event.message.as_str()));
    world
        .logs
        .put_events(target, events, &world.scenario.logs, context.now);
    Ok(json!({"nextSequenceToken": "0"}))
}
