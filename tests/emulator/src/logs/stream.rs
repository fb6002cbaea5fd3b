//! One log stream: its messages in one text, its events as an index into that.

use crate::clock::Moment;
use crate::logs::token::Position;

/// One event, without its message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) timestamp: i64,
    pub(crate) ingested: i64,
    pub(crate) readable_at: Moment,
    /// The order of arrival, from 1.
    pub(crate) arrival: u32,
    length: u32,
    start: usize,
}

impl Event {
    pub(crate) fn position(&self) -> Position {
        Position {
            timestamp: self.timestamp,
            arrival: self.arrival,
        }
    }

    /// What it counts for in a page: `CloudWatch` adds 26 bytes to each message.
    pub(crate) fn page_bytes(&self) -> usize {
        self.length as usize + 26
    }
}

/// A stream's events in order of time stamp, then of arrival.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) exists_from: Moment,
    /// Set when the process that writes it has ended, if its last instant comes late.
    pub(crate) last_instant_readable_at: Option<Moment>,
    /// Calls with a token since the last one without.
    pub(crate) token_uses: u32,
    text: String,
    events: Vec<Event>,
}

impl Stream {
    pub(crate) fn new(exists_from: Moment) -> Self {
        Self {
            exists_from,
            last_instant_readable_at: None,
            token_uses: 0,
            text: String::new(),
            events: Vec::new(),
        }
    }

    pub(crate) fn append(
        &mut self,
        timestamp: i64,
        message: &str,
        readable_at: Moment,
        ingested: i64,
    ) {
        let event = Event {
            timestamp,
            ingested,
            readable_at,
            arrival: u32::try_from(self.events.len() + 1).expect("fewer than 2^32 events"),
            length: u32::try_from(message.len()).expect("a message has at most 1 MiB"),
            start: self.text.len(),
        };
        self.text.push_str(message);
        if self
            .events
            .last()
            .is_none_or(|last| last.timestamp <= timestamp)
        {
            self.events.push(event);
        } else {
            let place = self
                .events
                .partition_point(|other| other.timestamp <= timestamp);
            self.events.insert(place, event);
        }
    }

    #[cfg(test)]
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn events_mut(&mut self) -> std::slice::IterMut<'_, Event> {
        self.events.iter_mut()
    }

    /// The events that can be read. They are taken to be the first ones: an event that came late
    /// with an old time stamp hides behind the token, as in AWS.
    pub(crate) fn readable(&self, now: Moment) -> &[Event] {
        let count = self
            .events
            .partition_point(|event| event.readable_at <= now);
        &self.events[..count]
    }

    pub(crate) fn message(&self, event: &Event) -> &str {
        &self.text[event.start..event.start + event.length as usize]
    }

    pub(crate) fn stored_bytes(&self) -> usize {
        self.text.len()
    }
}
