//! `GetLogEvents`.

use serde::Deserialize;
use serde::Serialize;

use crate::logs::page;
use crate::logs::page::Limits;
use crate::logs::page::Query;
use crate::logs::stream::Event;
use crate::logs::stream::Stream;
use crate::logs::token::Token;
use crate::refusal::Refusal;
use crate::scenario::Logs as Settings;
use crate::world::Context;
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetRequest {
    #[serde(alias = "logGroupIdentifier")]
    log_group_name: String,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    #[serde(default)]
    start_from_head: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GetAnswer<'a> {
    events: Vec<OutputEvent<'a>>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputEvent<'a> {
    timestamp: i64,
    message: &'a str,
    ingestion_time: i64,
}

/// Answers in bytes: a page is written straight from the stream's text.
pub(crate) fn get_log_events(
    world: &mut World,
    context: &Context,
    request: &GetRequest,
) -> Result<Vec<u8>, Refusal> {
    let limits = limits(&world.scenario.logs, request.limit)?;
    let token_life = world.scenario.logs.token_life;
    let group = &request.log_group_name;
    let stream = world
        .logs
        .seen_stream_mut(group, &request.log_stream_name, context.now)?;
    let query = Query {
        start: request.start_time,
        end: request.end_time,
        from_head: request.start_from_head,
        token: use_token(stream, request.next_token.as_deref(), token_life)?,
    };
    let readable = stream.readable(context.now);
    let page = page::find(readable, &query, &limits);
    let events = &readable[page.range];
    let answer = GetAnswer {
        events: events.iter().map(|event| output(stream, event)).collect(),
        next_forward_token: page.forward.to_string(),
        next_backward_token: page.backward.to_string(),
    };
    let size = events
        .iter()
        .map(|event| event.page_bytes() + 50)
        .sum::<usize>()
        + 256;
    let mut bytes = Vec::with_capacity(size);
    serde_json::to_writer(&mut bytes, &answer).expect("texts and numbers are valid JSON");
    Ok(bytes)
}

fn output<'a>(stream: &'a Stream, event: &Event) -> OutputEvent<'a> {
    OutputEvent {
        timestamp: event.timestamp,
        message: stream.message(event),
        ingestion_time: event.ingested,
    }
}

fn limits(settings: &Settings, limit: Option<i64>) -> Result<Limits, Refusal> {
    let limit = match limit {
        None => settings.page_events,
        Some(limit) => usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=10_000).contains(limit))
            .ok_or_else(|| {
                Refusal::parameter(format!(
                    "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy \
                     constraint: Member must be between 1 and 10000"
                ))
            })?,
    };
    Ok(Limits {
        events: limit.min(settings.page_events),
        bytes: settings.page_bytes,
        empty_pages: settings.empty_pages,
    })
}

/// Reads the token and counts its use. The tokens that come from one call without a token live
/// for `life` calls.
fn use_token(
    stream: &mut Stream,
    token: Option<&str>,
    life: Option<u32>,
) -> Result<Option<Token>, Refusal> {
    let Some(token) = token else {
        stream.token_uses = 0;
        return Ok(None);
    };
    let invalid = || Refusal::parameter("The specified nextToken is invalid.");
    let token = Token::parse(token).ok_or_else(invalid)?;
    if life.is_some_and(|life| stream.token_uses >= life) {
        return Err(invalid());
    }
    stream.token_uses += 1;
    Ok(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::logs::token::Position;

    #[test]
    fn tokens_die_after_their_uses_and_a_call_without_one_makes_new_ones() {
        let mut stream = Stream::new(Moment::from_epoch_ms(0));
        let token = Token::forward(Position::before_time(0)).to_string();
        let mut with_token = |token: Option<&str>| use_token(&mut stream, token, Some(2)).is_ok();
        assert!(with_token(None));
        assert!(with_token(Some(&token)));
        assert!(with_token(Some(&token)));
        assert!(!with_token(Some(&token)));
        assert!(!with_token(Some(&token)));
        assert!(with_token(None));
        assert!(with_token(Some(&token)));
        assert!(!with_token(Some("nonsense")));
    }

    #[test]
    fn the_smaller_limit_counts_and_a_wrong_one_is_refused() {
        let settings = Settings {
            page_events: 100,
            ..Settings::default()
        };
        assert_eq!(limits(&settings, Some(7)).expect("it is allowed").events, 7);
        assert_eq!(
            limits(&settings, Some(1000)).expect("it is allowed").events,
            100
        );
        assert!(limits(&settings, Some(0)).is_err());
        assert!(limits(&settings, Some(10_001)).is_err());
    }
}
