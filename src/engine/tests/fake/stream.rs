//! A log stream by timetable.

use super::EPOCH;
use crate::model::log::{LogEvent, LogPage, ReadFrom};
use crate::ports::ReadError;

/// One line: written at, readable at, taken in at (as `CloudWatch` says).
#[derive(Clone, Debug)]
pub(in crate::engine::tests) struct Line {
    pub(in crate::engine::tests) written: u64,
    pub(in crate::engine::tests) readable: u64,
    pub(in crate::engine::tests) ingested: u64,
    pub(in crate::engine::tests) text: String,
}

/// A stream's behaviour.
#[derive(Clone, Default)]
pub(in crate::engine::tests) struct Stream {
    pub(in crate::engine::tests) lines: Vec<Line>,
    pub(in crate::engine::tests) exists_at: u64,
    /// The log group does not exist before.
    pub(in crate::engine::tests) group_at: u64,
    pub(in crate::engine::tests) page: usize,
    pub(in crate::engine::tests) empty_pages: u32,
    /// Each token is refused after this many reads.
    pub(in crate::engine::tests) token_life: Option<u32>,
    pub(in crate::engine::tests) broken: Option<ReadError>,
}

impl Stream {
    /// Tokens are `position.empty-pages-before`.
    pub(super) fn read(&self, from: &ReadFrom, now: u64) -> LogPage {
        let stamp = |line: &Line| EPOCH + i64::try_from(line.written).expect("short");
        let (start, empties) = match from {
            ReadFrom::Head => (0, 0),
            ReadFrom::Time(time) => (self.lines.partition_point(|line| stamp(line) < *time), 0),
            ReadFrom::Token(token) => {
                let (start, empties) = token.split_once('.').expect("made below");
                (
                    start.parse().expect("made below"),
                    empties.parse().expect("made below"),
                )
            }
        };
        let readable = self
            .lines
            .iter()
            .skip(start)
            .take_while(|line| line.readable <= now);
        let limit = if self.page == 0 { 10_000 } else { self.page };
        let events: Vec<_> = readable
            .take(limit)
            .map(|line| LogEvent {
                timestamp: stamp(line),
                ingestion_time: Some(EPOCH + i64::try_from(line.ingested).expect("short")),
                message: line.text.clone(),
            })
            .collect();
        let next_token = Some(match (events.is_empty(), empties < self.empty_pages) {
            (true, _) => format!("{start}.{empties}"),
            (false, true) => {
                return LogPage {
                    events: vec![],
                    next_token: Some(format!("{start}.{}", empties + 1)),
                };
            }
            (false, false) => format!("{}.0", start + events.len()),
        });
        LogPage { events, next_token }
    }
}

/// `count` lines, one every `every` ms from `from`, each readable `late` ms after it was written.
pub(in crate::engine::tests) fn lines(from: u64, count: u64, every: u64, late: u64) -> Vec<Line> {
    (0..count)
        .map(|number| {
            let written = from + number * every;
            Line {
                written,
                readable: written + late,
                ingested: written + late,
                text: format!("line {number}"),
            }
        })
        .collect()
}
