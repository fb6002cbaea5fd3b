//! `FilterLogEvents`, simple: terms that must all occur, and one scan for each page.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::clock::Moment;
use crate::logs::Group;
use crate::refusal::Refusal;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilterRequest {
    #[serde(alias = "logGroupIdentifier")]
    log_group_name: String,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    #[serde(default)]
    filter_pattern: String,
    next_token: Option<String>,
    limit: Option<usize>,
}

impl FilterRequest {
    fn wants_stream(&self, name: &str) -> bool {
        let named = self.log_stream_names.as_ref();
        let prefix = self.log_stream_name_prefix.as_ref();
        named.is_none_or(|names| names.iter().any(|wanted| wanted == name))
            && prefix.is_none_or(|prefix| name.starts_with(prefix.as_str()))
    }

    fn wants(&self, timestamp: i64, message: &str) -> bool {
        let terms = self
            .filter_pattern
            .split_whitespace()
            .map(|term| term.trim_matches('"'));
        self.start_time.is_none_or(|start| timestamp >= start)
            && self.end_time.is_none_or(|end| timestamp <= end)
            && terms.into_iter().all(|term| message.contains(term))
    }
}

pub(crate) fn filter_log_events(
    world: &mut World,
    context: &Context,
    request: &FilterRequest,
) -> Result<Value, Refusal> {
    let group = world.logs.group(&request.log_group_name)?;
    let skipped = match &request.next_token {
        None => 0,
        Some(token) => token
            .parse()
            .map_err(|_| Refusal::parameter("The specified nextToken is invalid."))?,
    };
    let page = world
        .scenario
        .logs
        .page_events
        .min(request.limit.unwrap_or(usize::MAX))
        .max(1);
    let mut events = matching(group, request, context.now);
    let has_more = events.len() > skipped + page;
    let events: Vec<Value> = events
        .drain(..)
        .skip(skipped)
        .take(page)
        .map(|(_, event)| event)
        .collect();
    let mut answer = json!({"events": events, "searchedLogStreams": []});
    if has_more {
        answer["nextToken"] = (skipped + page).to_string().into();
    }
    Ok(answer)
}

/// By time stamp, then by stream and arrival.
fn matching(group: &Group, request: &FilterRequest, now: Moment) -> Vec<(i64, Value)> {
    let streams = group
        .streams
        .iter()
        .filter(|(name, stream)| request.wants_stream(name) && stream.exists_from <= now);
    let mut events: Vec<(i64, Value)> = streams
        .flat_map(|(name, stream)| {
            let wanted = stream
                .readable(now)
                .iter()
                .filter(|event| request.wants(event.timestamp, stream.message(event)));
            wanted.map(move |event| {
                let json = json!({
                    "logStreamName": name,
                    "timestamp": event.timestamp,
                    "message": stream.message(event),
                    "ingestionTime": event.ingested,
                    "eventId": format!("{:028}{:028}", event.timestamp, event.arrival),
                });
                (event.timestamp, json)
            })
        })
        .collect();
    events.sort_by_key(|(timestamp, _)| *timestamp);
    events
}
