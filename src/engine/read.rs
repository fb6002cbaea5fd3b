//! Reading a log stream as it stands, to its end.

use std::time::Duration;

use tokio::time::sleep;

use super::pace::CATCHES_UP;
use super::run::World;
use super::vigil::Vigil;
use crate::model::cursor::LogCursor;
use crate::model::event::{Event, EventKind, LogLine, Sink};
use crate::model::log::{LogEvent, LogStream};
use crate::model::task::EpochMillis;
use crate::ports::ReadError;

/// The pause after an empty page that has more behind it grows by this much.
const EMPTY: Duration = Duration::from_millis(20);
/// The longest pause after an empty page.
const EMPTY_AT_MOST: Duration = Duration::from_secs(1);

/// A container's log, and where to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The container.
    pub container: String,
    /// Its stream.
    pub stream: LogStream,
    /// Lines before this time are left out.
    pub since: Option<EpochMillis>,
}

impl Source {
    pub(super) fn cursor(&self) -> LogCursor {
        self.since.map_or_else(LogCursor::default, LogCursor::since)
    }
}

/// Reads what is there; `lines` counts what was handed on, also where the reading is left. The end
/// is reached where the token that comes back is the one that was sent, or where nobody reads any
/// longer.
pub async fn read_to_the_end(
    world: &World,
    source: &Source,
    lines: &mut u64,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let mut cursor = source.cursor();
    let what = format!("reading the log of container `{}`", source.container);
    let asked = format!("log of container `{}`", source.container);
    let mut vigil = Vigil::new(world, &asked, &what);
    let mut empty_pages = 0;
    loop {
        let from = cursor.next_read();
        let read = world.logs.read(&source.stream, &from);
        let page = match vigil.over(read, sink).await {
            Ok(page) => page,
            Err(ReadError::TokenExpired) if cursor.token_expired() => continue,
            Err(ReadError::Call(error)) => {
                vigil.failed(error, sink).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        vigil.succeeded(sink);
        let accepted = cursor.accept(page);
        let pause = if accepted.new.is_empty() {
            empty_pages += 1;
            EMPTY.saturating_mul(empty_pages).min(EMPTY_AT_MOST)
        } else {
            empty_pages = 0;
            vigil.spoke();
            Duration::ZERO
        };
        *lines += accepted.new.len() as u64;
        say_lines(world, &source.container, accepted.new, sink);
        if accepted.caught_up || sink.is_closed() {
            return Ok(());
        }
        vigil.over(sleep(pause), sink).await;
        while sink.is_behind() {
            sleep(CATCHES_UP).await;
        }
    }
}

/// Hands lines on.
pub(super) fn say_lines(world: &World, container: &str, lines: Vec<LogEvent>, sink: &mut dyn Sink) {
    let at = (world.clock)();
    for line in lines {
        let kind = EventKind::Log(LogLine {
            container: container.to_owned(),
            timestamp: line.timestamp,
            message: line.message,
            deciding: true,
        });
        sink.event(&Event { at, kind });
    }
    sink.flush();
}
