//! `CloudWatch` Logs: groups, streams, events.

mod event_filter;
mod get_log_events;
mod operations;
mod page;
mod stream;
mod token;

use std::collections::BTreeMap;

use crate::clock::Moment;
use crate::refusal::Refusal;
use crate::scenario::Logs as Settings;

pub(crate) use event_filter::filter_log_events;
pub(crate) use get_log_events::get_log_events;
pub(crate) use operations::create_log_group;
pub(crate) use operations::create_log_stream;
pub(crate) use operations::describe_log_groups;
pub(crate) use operations::describe_log_streams;
pub(crate) use operations::put_log_events;
use stream::Stream;

/// Events this shortly before the process's end are its last instant.
const LAST_INSTANT_MS: i64 = 500;

/// A container's events with equal time stamps, if the scenario wants such, span this long.
const BATCH_MS: i64 = 1000;

/// All log groups.
#[derive(Debug, Default)]
pub(crate) struct LogStore {
    groups: BTreeMap<String, Group>,
}

#[derive(Debug)]
pub(crate) struct Group {
    created: Moment,
    streams: BTreeMap<String, Stream>,
}

impl LogStore {
    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// An existing group stays as it is.
    pub(crate) fn create_group(&mut self, group: &str, now: Moment) {
        self.groups
            .entry(group.to_owned())
            .or_insert_with(|| Group {
                created: now,
                streams: BTreeMap::new(),
            });
    }

    /// Creates the stream in an existing group; an existing stream stays as it is.
    pub(crate) fn create_stream(&mut self, group: &str, stream: &str, exists_from: Moment) {
        if let Some(group) = self.groups.get_mut(group) {
            group
                .streams
                .entry(stream.to_owned())
                .or_insert_with(|| Stream::new(exists_from));
        }
    }

    /// What a container printed just now. Like the awslogs driver, it leaves out empty lines:
    /// `CloudWatch` refuses empty messages.
    pub(crate) fn write_lines<'a>(
        &mut self,
        target: (&str, &str),
        lines: impl Iterator<Item = &'a str>,
        settings: &Settings,
        now: Moment,
    ) {
        let Some(stream) = self.stream_mut(target.0, target.1) else {
            return;
        };
        let batch_start = now.epoch_ms() - now.epoch_ms() % BATCH_MS;
        let timestamp = if settings.same_timestamp {
            batch_start
        } else {
            now.epoch_ms()
        };
        let hold = settings
            .last_instant_delay_ms
            .map_or(0, |_| LAST_INSTANT_MS.unsigned_abs());
        let usual = now.after(settings.delay_ms.max(hold));
        let readable = stream
            .last_instant_readable_at
            .map_or(usual, |late| late.max(usual));
        let ingested = ingestion_time(settings, timestamp, readable);
        for line in lines.filter(|line| !line.is_empty()) {
            stream.append(timestamp, line, readable, ingested);
        }
    }

    /// The container's process ended: its last instant may come late.
    pub(crate) fn process_ended(
        &mut self,
        target: (&str, &str),
        settings: &Settings,
        ended: Moment,
    ) {
        let Some(delay) = settings.last_instant_delay_ms else {
            return;
        };
        let Some(stream) = self.stream_mut(target.0, target.1) else {
            return;
        };
        let readable = ended.after(delay);
        stream.last_instant_readable_at = Some(readable);
        let since = ended.epoch_ms() - LAST_INSTANT_MS;
        for event in stream
            .events_mut()
            .rev()
            .take_while(|event| event.timestamp >= since)
        {
            event.readable_at = event.readable_at.max(readable);
            event.ingested = ingestion_time(settings, event.timestamp, event.readable_at);
        }
    }

    /// Events that came by `PutLogEvents`.
    pub(crate) fn put_events<'a>(
        &mut self,
        target: (&str, &str),
        events: impl Iterator<Item = (i64, &'a str)>,
        settings: &Settings,
        now: Moment,
    ) {
        let Some(stream) = self.stream_mut(target.0, target.1) else {
            return;
        };
        let mut first = None;
        for (timestamp, message) in events {
            let batch = *first.get_or_insert(timestamp);
            let timestamp = if settings.same_timestamp {
                batch
            } else {
                timestamp
            };
            // An event may be up to two hours ahead of its time, and can still be read.
            let written = Moment::from_epoch_ms(timestamp.min(now.epoch_ms()));
            let readable = written.after(settings.delay_ms);
            let ingested = ingestion_time(settings, timestamp, readable);
            stream.append(timestamp, message, readable, ingested);
        }
    }

    fn group(&self, name_or_arn: &str) -> Result<&Group, Refusal> {
        self.groups
            .get(group_name(name_or_arn))
            .ok_or_else(|| Refusal::not_found("The specified log group does not exist."))
    }

    fn stream_mut(&mut self, group: &str, stream: &str) -> Option<&mut Stream> {
        self.groups
            .get_mut(group_name(group))?
            .streams
            .get_mut(stream)
    }

    /// The stream, if it can be seen already.
    fn seen_stream_mut(
        &mut self,
        group: &str,
        stream: &str,
        now: Moment,
    ) -> Result<&mut Stream, Refusal> {
        self.group(group)?;
        self.stream_mut(group, stream)
            .filter(|stream| stream.exists_from <= now)
            .ok_or_else(|| Refusal::not_found("The specified log stream does not exist."))
    }
}

fn ingestion_time(settings: &Settings, timestamp: i64, readable: Moment) -> i64 {
    if settings.delay_in_ingestion_time {
        readable.epoch_ms()
    } else {
        timestamp
    }
}

/// A group's name out of `arn:aws:logs:REGION:ACCOUNT:log-group:NAME[:*]`.
fn group_name(name_or_arn: &str) -> &str {
    match name_or_arn.split_once(":log-group:") {
        Some((_, name)) => name.trim_end_matches(":*"),
        None => name_or_arn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(settings: &Settings, lines: &[(i64, &str)]) -> LogStore {
        let mut store = LogStore::default();
        store.create_group("g", Moment::from_epoch_ms(0));
        store.create_stream("g", "s", Moment::from_epoch_ms(0));
        for (at, line) in lines {
            let now = Moment::from_epoch_ms(*at);
            store.write_lines(("g", "s"), [*line].into_iter(), settings, now);
        }
        store
    }

    fn times(store: &mut LogStore) -> Vec<(i64, i64, i64)> {
        let stream = store.stream_mut("g", "s").expect("the test made it");
        stream
            .events_mut()
            .map(|event| {
                (
                    event.timestamp,
                    event.readable_at.epoch_ms(),
                    event.ingested,
                )
            })
            .collect()
    }

    #[test]
    fn an_event_comes_late_and_may_hide_it() {
        let open = Settings {
            delay_ms: 400,
            ..Settings::default()
        };
        assert_eq!(
            times(&mut store(&open, &[(1000, "a")])),
            [(1000, 1400, 1400)]
        );
        let sly = Settings {
            delay_in_ingestion_time: false,
            ..open
        };
        assert_eq!(
            times(&mut store(&sly, &[(1000, "a")])),
            [(1000, 1400, 1000)]
        );
    }

    #[test]
    fn the_last_instant_comes_later_than_the_rest() {
        let settings = Settings {
            last_instant_delay_ms: Some(2500),
            ..Settings::default()
        };
        let mut store = store(&settings, &[(1000, "early"), (1800, "late")]);
        store.process_ended(("g", "s"), &settings, Moment::from_epoch_ms(2000));
        let drained = Moment::from_epoch_ms(2005);
        store.write_lines(("g", "s"), ["drained"].into_iter(), &settings, drained);
        let readable: Vec<i64> = times(&mut store).iter().map(|event| event.1).collect();
        assert_eq!(readable, [1500, 4500, 4500]);
    }

    #[test]
    fn one_second_is_one_batch_and_empty_lines_are_left_out() {
        let settings = Settings {
            same_timestamp: true,
            ..Settings::default()
        };
        let lines = [(1001, "a"), (1500, ""), (1999, "b"), (2000, "c")];
        let stamps: Vec<i64> = times(&mut store(&settings, &lines))
            .iter()
            .map(|event| event.0)
            .collect();
        assert_eq!(stamps, [1000, 1000, 2000]);
    }

    #[test]
    fn a_group_is_known_by_its_arn_too() {
        assert_eq!(
            group_name("arn:aws:logs:us-east-1:1:log-group:/ecs/a:*"),
            "/ecs/a"
        );
        assert_eq!(group_name("/ecs/a"), "/ecs/a");
    }
}
