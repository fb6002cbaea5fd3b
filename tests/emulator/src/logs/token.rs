//! Tokens of `GetLogEvents`: they carry all there is to know, so nothing is kept for them.

use std::fmt;

/// The gap after one event, in order of time stamp, then of arrival (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) timestamp: i64,
    pub(crate) arrival: u32,
}

impl Position {
    /// The gap before all events of this time stamp.
    pub(crate) fn before_time(timestamp: i64) -> Self {
        Self {
            timestamp,
            arrival: 0,
        }
    }

    /// The gap on the other side of the event that this gap comes after.
    pub(crate) fn before_event(self) -> Self {
        Self {
            arrival: self.arrival.saturating_sub(1),
            ..self
        }
    }
}

/// Which way a token leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) direction: Direction,
    pub(crate) position: Position,
    /// How many empty pages were given at this position.
    pub(crate) empty_pages: u32,
}

impl Token {
    pub(crate) fn forward(position: Position) -> Self {
        Self {
            direction: Direction::Forward,
            position,
            empty_pages: 0,
        }
    }

    pub(crate) fn backward(position: Position) -> Self {
        Self {
            direction: Direction::Backward,
            position,
            empty_pages: 0,
        }
    }

    /// The token that comes with one more empty page.
    pub(crate) fn one_more_empty(self) -> Self {
        Self {
            empty_pages: self.empty_pages + 1,
            ..self
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (direction, rest) = text.split_once('/')?;
        let direction = match direction {
            "f" => Direction::Forward,
            "b" => Direction::Backward,
            _ => return None,
        };
        let digits = rest.strip_suffix("/s")?;
        if digits.len() != 56 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self {
            direction,
            position: Position {
                timestamp: digits[..20].parse().ok()?,
                arrival: digits[20..40].parse().ok()?,
            },
            empty_pages: digits[40..].parse().ok()?,
        })
    }
}

/// As long as AWS's: `f/`, 56 digits, `/s`.
impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.direction {
            Direction::Forward => 'f',
            Direction::Backward => 'b',
        };
        let Position { timestamp, arrival } = self.position;
        write!(
            formatter,
            "{direction}/{timestamp:020}{arrival:020}{:016}/s",
            self.empty_pages
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_way_to_the_client_and_back() {
        let position = Position {
            timestamp: 1_700_000_000_123,
            arrival: 42,
        };
        let token = Token::forward(position).one_more_empty();
        let text = token.to_string();
        assert_eq!(text.len(), 60);
        assert_eq!(Token::parse(&text), Some(token));
        let backward = Token::backward(position);
        assert_eq!(Token::parse(&backward.to_string()), Some(backward));
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in ["", "f/1/s", "x/0", "f", "f/é", &format!("g/{:056}/s", 0)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
