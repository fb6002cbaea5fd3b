//! What a container writes, and when `CloudWatch` hands it out.

use super::dice::Dice;
use super::{EPOCH, Millis};
use crate::model::log::{LogEvent, LogPage, ReadFrom};

/// One line, in milliseconds after the container's start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) written: Millis,
    /// As `CloudWatch` stamps it: the driver's clock is coarse.
    pub(super) stamped: Millis,
    pub(super) readable: Millis,
    /// When `CloudWatch` says that it took it in.
    pub(super) ingested: Millis,
}

/// One container's output and the moods of its stream.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) lines: Vec<Line>,
    /// The stream, and before it the group, appear so long after the container's start.
    pub(super) stream_after: Millis,
    pub(super) group_after: Millis,
    page: usize,
    pub(super) empty_pages: u32,
    /// Each so-manieth read finds its token expired.
    token_life: Option<u32>,
}

impl Story {
    /// Lines over the first `lasts` milliseconds of a container's life.
    pub(super) fn draw(dice: &mut Dice, lasts: Millis) -> Self {
        let count = dice.weighed(&[(10, 0), (30, 3), (45, 20), (14, 80), (1, 400)]);
        let count = dice.between(count / 4, count);
        let late = dice.weighed(&[
            (60, 900),
            (25, 2_500),
            (10, 6_000),
            (4, 12_000),
            (1, 40_000),
        ]);
        let (grain, flush) = (dice.pick(&[1, 1, 100, 1_000]), dice.chance(20));
        let told = dice.chance(80);
        let spread = dice.weighed(&[(3, lasts), (2, 2_000), (1, 30)]).max(1);
        let mut written: Vec<_> = (0..count).map(|_| dice.between(0, spread)).collect();
        written.sort_unstable();
        let mut readable = 0;
        let lines = written.into_iter().map(|written| {
            let mut at = written + dice.between(30, late);
            if flush {
                at = at.next_multiple_of(5_000);
            }
            // A stream grows at its end.
            readable = at.max(readable);
            let stamped = written - written % grain;
            Line {
                written,
                stamped,
                readable,
                ingested: if told {
                    readable.saturating_sub(20).max(stamped)
                } else {
                    stamped
                },
            }
        });
        let lines = lines.collect();
        Self {
            lines,
            stream_after: dice.weighed(&[(6, 0), (3, 300), (1, 3_000)]),
            group_after: dice.weighed(&[(90, 0), (8, 300), (2, 6_000)]),
            page: dice.weighed(&[(60, 10_000), (20, 30), (10, 7), (5, 1)]),
            empty_pages: dice.weighed(&[(70, 0), (20, 1), (10, 3)]),
            token_life: dice.weighed(&[(90, None), (5, Some(7)), (5, Some(23))]),
        }
    }

    /// The lines that a container wrote which ran so long.
    pub(super) fn of(&self, ran: Millis) -> &[Line] {
        let count = self.lines.partition_point(|line| line.written <= ran);
        &self.lines[..count]
    }

    pub(super) fn is_steady(&self) -> bool {
        self.token_life.is_none()
    }

    pub(super) fn token_expires(&self, reads: u32) -> bool {
        self.token_life
            .is_some_and(|life| reads.is_multiple_of(life))
    }

    /// The page that a read gets `since` after the container's start, of the lines that `ran`
    /// allows. Tokens are `position.empty-pages-before`.
    pub(super) fn read(
        &self,
        from: &ReadFrom,
        start: Millis,
        since: Millis,
        ran: Millis,
    ) -> LogPage {
        let began = EPOCH + i64::try_from(start).expect("a schedule is short");
        let stamp = |millis: Millis| began + i64::try_from(millis).expect("a schedule is short");
        let lines = self.of(ran);
        let (position, empties) = match from {
            ReadFrom::Head => (0, 0),
            ReadFrom::Time(time) => (lines.partition_point(|line| stamp(line.stamped) < *time), 0),
            ReadFrom::Token(token) => {
                let (position, empties) = token.split_once('.').expect("made below");
                let position = position.parse().expect("made below");
                (position, empties.parse().expect("made below"))
            }
        };
        let readable = lines.iter().enumerate().skip(position);
        let events: Vec<_> = readable
            .take_while(|(_, line)| line.readable <= since)
            .take(self.page)
            .map(|(number, line)| LogEvent {
                timestamp: stamp(line.stamped),
                ingestion_time: Some(stamp(line.ingested)),
                message: text(number),
            })
            .collect();
        let token = match (events.is_empty(), empties < self.empty_pages) {
            (true, _) => format!("{position}.{empties}"),
            (false, true) => {
                return LogPage {
                    events: Vec::new(),
                    next_token: Some(format!("{position}.{}", empties + 1)),
                };
            }
            (false, false) => format!("{}.0", position + events.len()),
        };
        LogPage {
            events,
            next_token: Some(token),
        }
    }
}

/// What the line of this number says: some lines say the same.
pub(super) fn text(number: usize) -> String {
    if number % 5 < 2 {
        "still migrating".to_owned()
    } else {
        format!("line {number}")
    }
}
