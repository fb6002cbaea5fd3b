//! A log stream that is served as `CloudWatch` serves it, in pieces and with expiring tokens.
//!
//! The first line of the input has the events: each byte is the gap in time to the one before.
//! Each byte after it is a step: a digit reads that many events and one, `e` gets an empty page,
//! `x` is an expired token, anything else lets events arrive.

use run_admin_task::model::cursor::{Accepted, LogCursor};
use run_admin_task::model::log::{LogEvent, LogPage, ReadFrom};

const MOST_EVENTS: usize = 200;
const MOST_STEPS: usize = 1_000;

/// The whole stream, of which the first `arrived` events can be read.
struct Stream {
    events: Vec<LogEvent>,
    arrived: usize,
}

impl Stream {
    fn new(gaps: &[u8]) -> Self {
        let mut timestamp = 1_000;
        let mut event = |(number, gap): (usize, &u8)| {
            timestamp += i64::from(gap % 3);
            LogEvent {
                timestamp,
                ingestion_time: None,
                message: format!("line {number}"),
            }
        };
        let gaps = gaps.iter().take(MOST_EVENTS).enumerate();
        Self {
            events: gaps.map(&mut event).collect(),
            arrived: 0,
        }
    }

    /// Where a read begins, and which of the tokens for that place was sent.
    fn place(&self, from: &ReadFrom) -> (usize, Option<usize>) {
        match from {
            ReadFrom::Head => (0, None),
            ReadFrom::Time(time) => {
                let before = |event: &LogEvent| event.timestamp < *time;
                (self.events.partition_point(before), None)
            }
            ReadFrom::Token(token) => {
                let (place, variant) = token.split_once('/').expect("it is one of ours");
                let number = |text: &str| text.parse().expect("it is one of ours");
                (number(place), Some(number(variant)))
            }
        }
    }

    fn read(&self, from: &ReadFrom, limit: usize) -> LogPage {
        let (start, sent) = self.place(from);
        let end = self.arrived.min(start + limit).max(start);
        // At the end the token that was sent comes back.
        let variant = sent.filter(|_| end == start).unwrap_or_default();
        LogPage {
            events: self.events[start..end].to_vec(),
            next_token: Some(format!("{end}/{variant}")),
        }
    }

    /// Holds that these are the next events.
    fn deliver(&self, delivered: &mut usize, accepted: &Accepted) {
        let next = &self.events[*delivered..];
        assert!(
            next.starts_with(&accepted.new),
            "not the next: {accepted:?}"
        );
        *delivered += accepted.new.len();
    }

    fn empty_page(&self, from: &ReadFrom) -> LogPage {
        let (start, sent) = self.place(from);
        let variant = sent.map_or(0, |variant| variant + 1);
        LogPage {
            events: Vec::new(),
            next_token: Some(format!("{start}/{variant}")),
        }
    }
}

/// Each event is delivered once and in order, and the end is found.
pub(crate) fn check(input: &[u8]) {
    let end_of_line = input.iter().position(|byte| *byte == b'\n');
    let (gaps, steps) = input.split_at(end_of_line.unwrap_or(input.len()));
    let mut stream = Stream::new(gaps);
    let mut cursor = LogCursor::default();
    let mut delivered = 0;
    for step in steps.iter().skip(1).take(MOST_STEPS) {
        let from = cursor.next_read();
        match step {
            b'0'..=b'9' => {
                let page = stream.read(&from, usize::from(step - b'0') + 1);
                stream.deliver(&mut delivered, &cursor.accept(page));
            }
            b'e' => stream.deliver(&mut delivered, &cursor.accept(stream.empty_page(&from))),
            b'x' => assert_eq!(cursor.token_expired(), matches!(from, ReadFrom::Token(_))),
            other => {
                let arrived = stream.arrived + usize::from(other % 8);
                stream.arrived = arrived.min(stream.events.len());
            }
        }
    }
    stream.arrived = stream.events.len();
    for _ in 0..=MOST_EVENTS {
        let accepted = cursor.accept(stream.read(&cursor.next_read(), 3));
        stream.deliver(&mut delivered, &accepted);
        if accepted.caught_up {
            assert_eq!(delivered, stream.events.len());
            return;
        }
    }
    panic!("the end was never found");
}
