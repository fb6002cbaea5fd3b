//! Pages of a log as no honest server would send them: one a line, a token (`-` for none) and
//! time stamps. A line `x` is an expired token.

use run_admin_task::model::cursor::LogCursor;
use run_admin_task::model::log::{LogEvent, LogPage, ReadFrom};

use crate::reading::{maybe_text, number, text};

/// The page that a line stands for.
pub(crate) fn page(line: &str) -> LogPage {
    let mut words = line.split_whitespace();
    let next_token = maybe_text(words.next());
    let event = |(place, word): (usize, &str)| LogEvent {
        timestamp: number(word),
        ingestion_time: None,
        message: format!("{line} {place}"),
    };
    LogPage {
        events: words.enumerate().map(event).collect(),
        next_token,
    }
}

/// Nothing is made up, nothing is passed over but what a resumption by time brings again, and the
/// end is where the token comes back.
pub(crate) fn check(input: &[u8]) {
    let mut cursor = LogCursor::default();
    // How many events may still be passed over.
    let mut again = 0;
    let mut delivered = 0;
    for line in text(input).lines() {
        let sent = cursor.next_read();
        if line == "x" {
            assert_eq!(cursor.token_expired(), matches!(sent, ReadFrom::Token(_)));
            assert!(!matches!(cursor.next_read(), ReadFrom::Token(_)));
            assert!(!cursor.token_expired(), "a second expiry helps nobody");
            again = delivered;
            continue;
        }
        let page = page(line);
        let accepted = cursor.accept(page.clone());
        let mut rest = page.events.iter();
        for event in &accepted.new {
            assert!(rest.any(|sent| sent == event), "{event:?} was not sent");
        }
        let passed_over = page.events.len() - accepted.new.len();
        assert!(passed_over <= again, "{passed_over} events are lost");
        again -= passed_over;
        delivered += accepted.new.len();
        match page.next_token {
            Some(token) => {
                let token = ReadFrom::Token(token);
                assert_eq!(accepted.caught_up, sent == token);
                assert_eq!(cursor.next_read(), token);
            }
            None => assert!(accepted.caught_up),
        }
    }
}
