//! Reading a log stream from its head to its end, each event once.

use super::log::{LogEvent, LogPage, ReadFrom};
use super::task::EpochMillis;

/// What a page brought.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The events that were not delivered before, oldest first.
    pub new: Vec<LogEvent>,
    /// Whether the page ended where the stream ends now.
    pub caught_up: bool,
}

/// A place in a log stream.
///
/// It goes on by token, as `GetLogEvents` wants it: the end is reached only when the token that
/// comes back equals the token that was sent; an empty page with another token has more behind.
/// A token that expired (they live for 24 hours) is replaced by the time stamp of the last event,
/// and as many events of that time stamp are passed over as had been delivered.
#[derive(Debug, Clone, Default)]
pub struct LogCursor {
    token: Option<String>,
    newest: Option<EpochMillis>,
    /// Delivered events whose time stamp is `newest`.
    delivered_at_newest: usize,
    /// Events at `newest` still to be passed over after a resumption.
    to_skip: usize,
}

impl LogCursor {
    /// Begins at the first event of this time or later.
    #[must_use]
    pub fn since(time: EpochMillis) -> Self {
        Self {
            newest: Some(time),
            ..Self::default()
        }
    }

    /// What to ask for next.
    #[must_use]
    pub fn next_read(&self) -> ReadFrom {
        match (&self.token, self.newest) {
            (Some(token), _) => ReadFrom::Token(token.clone()),
            (None, Some(newest)) => ReadFrom::Time(newest),
            (None, None) => ReadFrom::Head,
        }
    }

    /// Takes the answer to [`Self::next_read`] in.
    pub fn accept(&mut self, page: LogPage) -> Accepted {
        let caught_up = match (&self.token, &page.next_token) {
            (Some(sent), Some(next)) => sent == next,
            // AWS always sends a token; an answer without one has no way on.
            (_, None) => true,
            (None, Some(_)) => false,
        };
        let mut new = page.events;
        if self.to_skip > 0 {
            new.retain(|event| !self.was_delivered(event));
        }
        for event in &new {
            self.remember(event.timestamp);
        }
        if page.next_token.is_some() {
            self.token = page.next_token;
        }
        Accepted { new, caught_up }
    }

    /// The token is no longer taken: go on by time stamp.
    ///
    /// Returns whether there was one: without, asking again would not help.
    pub fn token_expired(&mut self) -> bool {
        self.to_skip = self.delivered_at_newest;
        self.token.take().is_some()
    }

    fn was_delivered(&mut self, event: &LogEvent) -> bool {
        let delivered = self.to_skip > 0 && Some(event.timestamp) == self.newest;
        if delivered {
            self.to_skip -= 1;
        }
        delivered
    }

    fn remember(&mut self, timestamp: EpochMillis) {
        match self.newest {
            Some(newest) if timestamp == newest => self.delivered_at_newest += 1,
            Some(newest) if timestamp < newest => {}
            _ => {
                self.newest = Some(timestamp);
                self.delivered_at_newest = 1;
                self.to_skip = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(timestamp: EpochMillis, message: &str) -> LogEvent {
        LogEvent {
            timestamp,
            ingestion_time: None,
            message: message.to_owned(),
        }
    }

    fn page(events: Vec<LogEvent>, token: &str) -> LogPage {
        LogPage {
            events,
            next_token: Some(token.to_owned()),
        }
    }

    #[test]
    fn an_empty_page_with_another_token_is_not_the_end() {
        let mut cursor = LogCursor::default();
        assert_eq!(cursor.next_read(), ReadFrom::Head);
        assert!(!cursor.accept(page(vec![], "f/1")).caught_up);
        assert!(!cursor.accept(page(vec![], "f/2")).caught_up);
        assert_eq!(cursor.next_read(), ReadFrom::Token("f/2".into()));
        assert!(cursor.accept(page(vec![], "f/2")).caught_up);
    }

    #[test]
    fn an_expired_token_is_replaced_by_the_time_stamp() {
        let mut cursor = LogCursor::default();
        cursor.accept(page(
            vec![event(5, "a"), event(7, "b"), event(7, "c")],
            "f/1",
        ));
        assert!(cursor.token_expired());
        assert_eq!(cursor.next_read(), ReadFrom::Time(7));
        let accepted = cursor.accept(page(
            vec![event(7, "b"), event(7, "c"), event(7, "d")],
            "f/9",
        ));
        assert_eq!(accepted.new, vec![event(7, "d")]);
        // A second expiry counts all three.
        assert!(cursor.token_expired());
        let accepted = cursor.accept(page(
            vec![event(7, "b"), event(7, "c"), event(7, "d"), event(8, "e")],
            "f/10",
        ));
        assert_eq!(accepted.new, vec![event(8, "e")]);
    }

    #[test]
    fn it_may_begin_at_a_time() {
        let mut cursor = LogCursor::since(6);
        assert_eq!(cursor.next_read(), ReadFrom::Time(6));
        cursor.accept(page(vec![], "f/1"));
        assert!(cursor.token_expired());
        assert_eq!(cursor.next_read(), ReadFrom::Time(6), "nothing was there");
        cursor.accept(page(vec![event(6, "a")], "f/2"));
        assert!(cursor.token_expired());
        let accepted = cursor.accept(page(vec![event(6, "a"), event(6, "b")], "f/3"));
        assert_eq!(accepted.new, vec![event(6, "b")]);
    }

    #[test]
    fn without_a_token_an_expiry_helps_nobody() {
        assert!(!LogCursor::default().token_expired());
    }

    /// A stream as `CloudWatch` serves it, to be read in pieces.
    struct Served {
        events: Vec<LogEvent>,
    }

    impl Served {
        fn read(&self, from: &ReadFrom, visible: usize, limit: usize, empty: bool) -> LogPage {
            let (start, tag) = match from {
                ReadFrom::Head => (0, 0),
                ReadFrom::Token(token) => {
                    let (position, tag) = token.split_once('.').expect("made below");
                    (
                        position.parse::<usize>().expect("made below"),
                        tag.parse::<u32>().expect("made below"),
                    )
                }
                ReadFrom::Time(time) => (
                    self.events.partition_point(|event| event.timestamp < *time),
                    0,
                ),
            };
            let sent = matches!(from, ReadFrom::Token(_));
            if empty {
                return page(vec![], &format!("{start}.{}", tag + 1));
            }
            let end = visible.min(start + limit).max(start);
            if end == start && sent {
                return page(vec![], &format!("{start}.{tag}"));
            }
            page(self.events[start..end].to_vec(), &format!("{end}.0"))
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Read { limit: usize, empty: bool },
        Expire,
        Grow(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (1_usize..7, any::<bool>()).prop_map(|(limit, empty)| Step::Read { limit, empty }),
            1 => Just(Step::Expire),
            2 => (1_usize..9).prop_map(Step::Grow),
        ];
        proptest::collection::vec(step, 0..120)
    }

    proptest! {
        /// Whatever the page sizes, empty pages, equal time stamps, arrivals and expiries:
        /// each event is delivered once and in order.
        #[test]
        fn each_event_once_and_in_order(
            gaps in proptest::collection::vec(0_i64..3, 0..60),
            steps in steps(),
        ) {
            let mut time = 1_000;
            let events: Vec<_> = gaps.iter().enumerate().map(|(number, gap)| {
                time += gap;
                event(time, &format!("line {number}"))
            }).collect();
            let stream = Served { events };
            let mut cursor = LogCursor::default();
            let mut visible = 0;
            let mut delivered = Vec::new();
            for step in steps {
                match step {
                    Step::Read { limit, empty } => {
                        let page = stream.read(&cursor.next_read(), visible, limit, empty);
                        delivered.extend(cursor.accept(page).new);
                    }
                    Step::Expire => { cursor.token_expired(); }
                    Step::Grow(by) => visible = stream.events.len().min(visible + by),
                }
            }
            visible = stream.events.len();
            let mut rounds = 0;
            loop {
                let accepted = cursor.accept(stream.read(&cursor.next_read(), visible, 5, false));
                delivered.extend(accepted.new);
                rounds += 1;
                if accepted.caught_up { break; }
                prop_assert!(rounds < 1_000, "the end was never reached");
            }
            prop_assert_eq!(delivered, stream.events);
        }
    }
}
