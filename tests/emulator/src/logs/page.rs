//! Which events one page of `GetLogEvents` holds, and which tokens go with it.

use std::ops::Range;

use crate::logs::stream::Event;
use crate::logs::token::Direction;
use crate::logs::token::Position;
use crate::logs::token::Token;

/// What was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Query {
    /// Inclusive.
    pub(crate) start: Option<i64>,
    /// Exclusive.
    pub(crate) end: Option<i64>,
    pub(crate) from_head: bool,
    pub(crate) token: Option<Token>,
}

/// How much fits into a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) events: usize,
    pub(crate) bytes: usize,
    pub(crate) empty_pages: u32,
}

/// A page: a range of the events, and where to go from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) range: Range<usize>,
    pub(crate) forward: Token,
    pub(crate) backward: Token,
}

/// Finds the page among the readable events. The cost is that of the page, not of the stream.
pub(crate) fn find(events: &[Event], query: &Query, limits: &Limits) -> Page {
    let low = index_of_time(events, query.start.unwrap_or(i64::MIN));
    let high = query
        .end
        .map_or(events.len(), |end| index_of_time(events, end))
        .max(low);
    match query.token {
        Some(token) if token.direction == Direction::Forward => {
            forward(events, low..high, token, limits)
        }
        Some(token) => backward(events, low..high, token, limits),
        None if query.from_head => {
            let head = Position::before_time(query.start.unwrap_or(0).max(0));
            forward(events, low..high, Token::forward(head), limits)
        }
        None => tail(events, low..high, query.start, limits),
    }
}

fn index_of_time(events: &[Event], timestamp: i64) -> usize {
    events.partition_point(|event| event.timestamp < timestamp)
}

fn index_after(events: &[Event], position: Position) -> usize {
    events.partition_point(|event| event.position() <= position)
}

/// The latest events, without a token.
fn tail(events: &[Event], bounds: Range<usize>, start: Option<i64>, limits: &Limits) -> Page {
    let gap = match bounds.end.checked_sub(1) {
        Some(last) => events[last].position(),
        None => Position::before_time(start.unwrap_or(0).max(0)),
    };
    let no_empty_pages = Limits {
        empty_pages: 0,
        ..*limits
    };
    backward(events, bounds, Token::backward(gap), &no_empty_pages)
}

fn forward(events: &[Event], bounds: Range<usize>, token: Token, limits: &Limits) -> Page {
    let from = index_after(events, token.position).max(bounds.start);
    if let Some(page) = empty_page(token, from, limits) {
        return page;
    }
    let candidates = &events[from..bounds.end.max(from)];
    let count = fitting(candidates.iter(), limits);
    page(events, from..from + count).unwrap_or_else(|| end_page(token, from))
}

fn backward(events: &[Event], bounds: Range<usize>, token: Token, limits: &Limits) -> Page {
    let to = index_after(events, token.position).min(bounds.end);
    if let Some(page) = empty_page(token, to, limits) {
        return page;
    }
    let candidates = &events[bounds.start.min(to)..to];
    let count = fitting(candidates.iter().rev(), limits);
    page(events, to - count..to).unwrap_or_else(|| end_page(token, to))
}

/// How many events fit into a page; one always does.
fn fitting<'a>(events: impl Iterator<Item = &'a Event>, limits: &Limits) -> usize {
    let mut bytes = 0;
    events
        .take(limits.events.max(1))
        .enumerate()
        .take_while(|(index, event)| {
            bytes += event.page_bytes();
            *index == 0 || bytes <= limits.bytes
        })
        .count()
}

/// `None` where there is nothing.
fn page(events: &[Event], range: Range<usize>) -> Option<Page> {
    let (first, last) = (
        events[range.clone()].first()?,
        events[range.clone()].last()?,
    );
    Some(Page {
        range,
        forward: Token::forward(last.position()),
        backward: Token::backward(first.position().before_event()),
    })
}

/// One more empty page with a new token, as long as there are too few of them.
fn empty_page(token: Token, at: usize, limits: &Limits) -> Option<Page> {
    (token.empty_pages < limits.empty_pages).then(|| end_page(token.one_more_empty(), at))
}

/// An empty page that gives this token (again), and one that leads back.
fn end_page(token: Token, at: usize) -> Page {
    let (forward, backward) = match token.direction {
        Direction::Forward => (token, Token::backward(token.position)),
        Direction::Backward => (Token::forward(token.position), token),
    };
    Page {
        range: at..at,
        forward,
        backward,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::logs::stream::Stream;

    const ROOMY: Limits = Limits {
        events: 10_000,
        bytes: 1 << 20,
        empty_pages: 0,
    };
    const HEAD: Query = Query {
        start: None,
        end: None,
        from_head: true,
        token: None,
    };

    fn stream(timestamps: &[i64]) -> Stream {
        let mut stream = Stream::new(Moment::from_epoch_ms(0));
        for timestamp in timestamps {
            stream.append(*timestamp, "four", Moment::from_epoch_ms(0), 0);
        }
        stream
    }

    /// All pages from the first query to the repeated token.
    fn walk(events: &[Event], first: Query, limits: &Limits) -> Vec<Range<usize>> {
        let mut query = first;
        let mut ranges = Vec::new();
        loop {
            let page = find(events, &query, limits);
            ranges.push(page.range);
            let backward = !first.from_head;
            let next = Some(if backward {
                page.backward
            } else {
                page.forward
            });
            if query.token == next {
                return ranges;
            }
            query.token = next;
        }
    }

    #[test]
    fn pages_end_by_count_and_by_bytes() {
        let stream = stream(&[1, 1, 1, 2, 3]);
        let two = Limits { events: 2, ..ROOMY };
        assert_eq!(walk(stream.events(), HEAD, &two), [0..2, 2..4, 4..5, 5..5]);
        let sixty_bytes = Limits { bytes: 60, ..ROOMY };
        assert_eq!(
            walk(stream.events(), HEAD, &sixty_bytes),
            [0..2, 2..4, 4..5, 5..5]
        );
        let nothing_fits = Limits { bytes: 1, ..ROOMY };
        assert_eq!(find(stream.events(), &HEAD, &nothing_fits).range, 0..1);
    }

    #[test]
    fn without_from_head_it_is_the_tail_and_leads_back() {
        let stream = stream(&[1, 1, 1, 2, 3]);
        let two = Limits { events: 2, ..ROOMY };
        assert_eq!(
            walk(stream.events(), Query::default(), &two),
            [3..5, 1..3, 0..1, 0..0]
        );
        let page = find(stream.events(), &Query::default(), &two);
        let next = Query {
            token: Some(page.forward),
            ..Query::default()
        };
        assert_eq!(find(stream.events(), &next, &two).range, 5..5);
    }

    #[test]
    fn times_bound_the_pages() {
        let stream = stream(&[1, 2, 2, 3, 4]);
        let middle = Query {
            start: Some(2),
            end: Some(4),
            ..HEAD
        };
        assert_eq!(walk(stream.events(), middle, &ROOMY), [1..4, 4..4]);
        let tail = Query {
            from_head: false,
            ..middle
        };
        assert_eq!(find(stream.events(), &tail, &ROOMY).range, 1..4);
        let nothing = Query {
            start: Some(9),
            ..HEAD
        };
        assert!(find(stream.events(), &nothing, &ROOMY).range.is_empty());
        let upside_down = Query {
            start: Some(4),
            end: Some(2),
            ..HEAD
        };
        assert!(find(stream.events(), &upside_down, &ROOMY).range.is_empty());
    }

    #[test]
    fn the_token_repeats_until_something_new_comes() {
        let mut stream = stream(&[]);
        let first = find(stream.events(), &HEAD, &ROOMY);
        let again = Query {
            token: Some(first.forward),
            ..HEAD
        };
        assert_eq!(find(stream.events(), &again, &ROOMY).forward, first.forward);
        stream.append(7, "new", Moment::from_epoch_ms(0), 0);
        let page = find(stream.events(), &again, &ROOMY);
        assert_eq!(page.range, 0..1);
        assert_ne!(page.forward, first.forward);
    }

    #[test]
    fn empty_pages_have_new_tokens_before_events_and_before_the_end() {
        let stream = stream(&[1, 2]);
        let limits = Limits {
            events: 1,
            empty_pages: 2,
            ..ROOMY
        };
        assert_eq!(
            walk(stream.events(), HEAD, &limits),
            [0..0, 0..0, 0..1, 1..1, 1..1, 1..2, 2..2, 2..2, 2..2]
        );
    }

    #[test]
    fn every_event_comes_once_whatever_the_page_size() {
        let timestamps: Vec<i64> = (0..100).map(|number| number / 7).collect();
        let stream = stream(&timestamps);
        for events in 1..20 {
            for empty_pages in 0..3 {
                let limits = Limits {
                    events,
                    empty_pages,
                    ..ROOMY
                };
                let forward = walk(stream.events(), HEAD, &limits);
                assert_eq!(forward.into_iter().flatten().collect::<Vec<_>>(), {
                    (0..100).collect::<Vec<_>>()
                });
                let mut backward = walk(stream.events(), Query::default(), &limits);
                backward.reverse();
                assert_eq!(backward.into_iter().flatten().count(), 100);
            }
        }
    }
}
