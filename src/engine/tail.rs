//! Following one container's log stream to its end.

use std::time::Duration;

use tokio::time::Instant;

use super::pace::Pace;
use super::trouble::Trouble;
use crate::model::cursor::LogCursor;
use crate::model::drain::StreamDelay;
use crate::model::event::Warning;
use crate::model::log::{LogEvent, LogPage, LogStream, ReadFrom, stream_name};
use crate::model::task::{EpochMillis, TaskSnapshot, task_id};
use crate::ports::{CallErrorKind, ReadError};

mod drain;

pub(super) use drain::Drained;

/// Between two reads of a stream at its end: a line is shown at most this late, and a
/// one-minute task costs about fifty reads.
const STEADY: Duration = Duration::from_millis(1_250);
/// Between two reads of what is denied or missing: it may be mended while the run goes on.
const HOPELESS: Duration = Duration::from_secs(15);
/// A page whose newest event was taken in this much earlier probably has more behind it.
const STALE_MS: i64 = 1_500;
/// A page of this many events probably has more behind it.
const LARGE_PAGE: usize = 5_000;
/// Likewise a page of this many bytes: the limit is a megabyte.
const LARGE_PAGE_BYTES: usize = 500_000;
/// The driver may still make the log group (`awslogs-create-group`) for this long after the
/// container's start.
const GROUP_APPEARS_WITHIN: Duration = Duration::from_secs(10);
/// Reading begins this long after the run's begin even if ECS does not say how far the task is.
const OPENS_WITHIN: Duration = Duration::from_secs(10);

/// A read that was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    at: Instant,
    wall: EpochMillis,
}

/// What an answer brought.
#[derive(Debug, Default)]
pub(super) struct Brought {
    pub(super) lines: Vec<LogEvent>,
    pub(super) warnings: Vec<Warning>,
}

/// One container's log stream.
#[derive(Debug)]
pub(super) struct Tail {
    container: String,
    decides: bool,
    group: String,
    region: String,
    prefix: Option<String>,
    stream: Option<LogStream>,
    cursor: LogCursor,
    delay: StreamDelay,
    pace: Pace,
    trouble: Trouble,
    sent: Option<Sent>,
    next_at: Instant,
    /// Before, the stream can hardly exist.
    opens_at: Instant,
    empty_pages: u32,
    /// When the first of them came.
    empty_since: Option<Instant>,
    /// When the read was sent that last reached the end.
    caught_up: Option<Sent>,
    last_new: Option<Instant>,
    exists: bool,
    /// When the read was sent that was answered last, whatever the answer.
    answered: Option<Instant>,
    group_missing_since: Option<Instant>,
    /// Why there is nothing to hope for, said once.
    hopeless: Option<String>,
    started: bool,
    /// When this container's end was noticed.
    ended: Option<Instant>,
    /// When the run's end was noticed.
    closing: Option<Instant>,
    /// Since when a container that is still running need not be waited for any longer.
    leaving: Option<Instant>,
    drained: Drained,
    watch_override: Option<Duration>,
}

impl Tail {
    pub(super) fn new(
        (container, decides): (&str, bool),
        (region, group, prefix): (&str, &str, Option<&str>),
        watch_override: Option<Duration>,
        random: fastrand::Rng,
        now: Instant,
    ) -> Self {
        Self {
            container: container.to_owned(),
            decides,
            group: group.to_owned(),
            region: region.to_owned(),
            prefix: prefix.map(str::to_owned),
            stream: None,
            cursor: LogCursor::default(),
            delay: StreamDelay::default(),
            pace: Pace::new(STEADY, random),
            trouble: Trouble::default(),
            sent: None,
            next_at: now,
            opens_at: now + OPENS_WITHIN,
            empty_pages: 0,
            empty_since: None,
            caught_up: None,
            last_new: None,
            exists: false,
            answered: None,
            group_missing_since: None,
            hopeless: None,
            started: false,
            ended: None,
            closing: None,
            leaving: None,
            drained: Drained::No,
            watch_override,
        }
    }

    /// Reads this stream, whose name is known, from where `cursor` stands.
    pub(super) fn of_stream(mut self, stream: LogStream, cursor: LogCursor) -> Self {
        self.stream = Some(stream);
        self.cursor = cursor;
        self
    }

    pub(super) fn container(&self) -> &str {
        &self.container
    }

    /// Takes a look at the task in.
    pub(super) fn observe(&mut self, task: &TaskSnapshot, now: Instant) {
        let container = task.container(&self.container);
        if self.stream.is_none() {
            let runtime_id = container.and_then(|container| container.runtime_id.as_deref());
            let prefix = self.prefix.as_deref();
            let name = stream_name(prefix, &self.container, task_id(&task.arn), runtime_id);
            self.stream = name.map(|name| LogStream {
                region: self.region.clone(),
                group: self.group.clone(),
                name,
            });
        }
        // Streams are made when the host has the task: before, a read is a wasted call.
        if task.last_status != "PROVISIONING" {
            self.opens_at = self.opens_at.min(now);
        }
        let Some(container) = container else { return };
        if task.has_run(&self.container) {
            self.started();
        }
        if self.ended.is_none() && container.has_ended() {
            self.ended = Some(now);
            self.hurry(now);
        }
    }

    /// The container is known to have run. A stream that was taken for that of a container which
    /// never ran is read on.
    pub(super) fn started(&mut self) {
        if !self.started && self.drained == Drained::Complete {
            self.drained = Drained::No;
        }
        self.started = true;
    }

    /// When to look again, to speak of trouble, or to give up.
    pub(super) fn wakes(&self) -> [Option<Instant>; 3] {
        if self.drained != Drained::No {
            return [None; 3];
        }
        let reads = self.sent.is_none() && self.stream.is_some();
        let read = reads.then_some(self.next_at.max(self.opens_at));
        [read, self.trouble.wake_at(), self.gives_up_at()]
    }

    /// The read to send now, if one is due.
    pub(super) fn due(&mut self, now: Instant, wall: EpochMillis) -> Option<(LogStream, ReadFrom)> {
        let read_at = self.next_at.max(self.opens_at);
        if self.drained != Drained::No || self.sent.is_some() || now < read_at {
            return None;
        }
        let stream = self.stream.clone()?;
        self.sent = Some(Sent { at: now, wall });
        self.trouble.sent(now);
        Some((stream, self.cursor.next_read()))
    }

    /// What to say about trouble now.
    pub(super) fn trouble_due(&mut self, now: Instant) -> Option<Warning> {
        let source = self.source();
        self.trouble.due(now, &source)
    }

    /// Takes an answer in.
    pub(super) fn answer(
        &mut self,
        answer: Result<LogPage, ReadError>,
        now: Instant,
        wall: EpochMillis,
    ) -> Brought {
        let sent = self.sent.take().unwrap_or(Sent { at: now, wall });
        let mut brought = Brought::default();
        self.answered = Some(sent.at);
        self.trouble.answered();
        let succeeded = matches!(answer, Ok(_) | Err(ReadError::StreamMissing));
        if let Some(began) = self.trouble.began().filter(|_| succeeded)
            && let Some(since) = &mut self.empty_since
        {
            // While nothing could be read, no page was empty.
            *since += now.saturating_duration_since(began.max(*since));
        }
        match answer {
            Ok(page) => brought.lines = self.page(page, sent, now, wall),
            Err(ReadError::StreamMissing) => {
                self.next_at = now + self.interval(now);
                self.caught_up = Some(sent);
                self.pace.succeeded();
            }
            Err(ReadError::TokenExpired) if self.cursor.token_expired() => self.next_at = now,
            Err(error) => {
                brought.warnings.extend(self.failed(&error, now));
                self.settle(now);
                return brought;
            }
        }
        let source = self.source();
        brought
            .warnings
            .extend(self.trouble.recovered(now, &source));
        self.settle(now);
        brought
    }

    fn page(
        &mut self,
        page: LogPage,
        sent: Sent,
        now: Instant,
        wall: EpochMillis,
    ) -> Vec<LogEvent> {
        self.exists = true;
        self.hopeless = None;
        self.group_missing_since = None;
        self.pace.succeeded();
        let missed_at = self.caught_up.map(|read| read.wall);
        let accepted = self.cursor.accept(page);
        for event in &accepted.new {
            self.delay.learn(event, missed_at);
        }
        let pause = if accepted.caught_up {
            self.caught_up = Some(sent);
            self.empty_pages = 0;
            self.empty_since = None;
            self.interval(now)
        } else if accepted.new.is_empty() {
            // More is behind an empty page; ask soon, yet not in a tight loop.
            self.empty_pages += 1;
            self.empty_since.get_or_insert(now);
            Duration::from_millis(20)
                .saturating_mul(self.empty_pages)
                .min(self.interval(now))
        } else if self.has_more_behind(&accepted.new, wall) {
            Duration::ZERO
        } else {
            self.interval(now)
        };
        if !accepted.new.is_empty() {
            self.empty_pages = 0;
            self.empty_since = None;
            self.last_new = Some(now);
        }
        self.next_at = now + pause;
        accepted.new
    }

    /// Whether a page with new events is likely not the last: then the next one is read at once.
    fn has_more_behind(&self, new: &[LogEvent], wall: EpochMillis) -> bool {
        let newest = new.last().map_or(wall, |event| {
            event
                .ingestion_time
                .unwrap_or(event.timestamp)
                .max(event.timestamp)
        });
        let bytes = || new.iter().map(|event| event.message.len()).sum::<usize>();
        (self.closing.is_some() && !self.runs_on())
            || new.len() >= LARGE_PAGE
            || wall.saturating_sub(newest) > STALE_MS
            || bytes() >= LARGE_PAGE_BYTES
    }

    fn failed(&mut self, error: &ReadError, now: Instant) -> Option<Warning> {
        let (code, message) = match error {
            ReadError::Call(error)
                if error.kind.is_passing() || error.kind == CallErrorKind::Credentials =>
            {
                self.trouble.failed(now, &error.to_string());
                self.next_at = now + self.pace.failed();
                return None;
            }
            ReadError::GroupMissing if self.group_may_appear(now) => {
                self.next_at = now + self.interval(now);
                return None;
            }
            ReadError::GroupMissing => (
                "log-group-missing",
                format!(
                    "the log of container `{}` cannot be shown: log group {} does not exist in {}; \
                     create it with: aws logs create-log-group --region {} --log-group-name {}",
                    self.container, self.group, self.region, self.region, self.group
                ),
            ),
            ReadError::Call(error) if error.kind == CallErrorKind::Denied => (
                "log-denied",
                format!(
                    "the log of container `{}` cannot be shown: {error}; allow logs:GetLogEvents on log group {}",
                    self.container, self.group
                ),
            ),
            error => (
                "log-unreadable",
                format!(
                    "the log of container `{}` cannot be shown: {error}; look at it in the console: log group {}, stream {}",
                    self.container,
                    self.group,
                    self.stream.as_ref().map_or("", |stream| &stream.name),
                ),
            ),
        };
        self.next_at = now + HOPELESS;
        let first = self.hopeless.is_none();
        self.hopeless = Some(message.clone());
        first.then_some(Warning { code, message })
    }

    /// Whether a missing group may yet be made by the log driver: before the container's start,
    /// and for a while after.
    fn group_may_appear(&mut self, now: Instant) -> bool {
        if !self.started {
            return self.closing.is_none();
        }
        // Also where the container has ended by then: it may have lived for a moment.
        let since = *self.group_missing_since.get_or_insert(now);
        now < since + GROUP_APPEARS_WITHIN
    }

    fn source(&self) -> String {
        format!("log of container `{}`", self.container)
    }
}
