//! Waiting for the end of a task's container, with its log or its phases: for whoever looks on.
//!
//! Nothing here changes the task: a signal leaves at once.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, Stream};
use tokio::time::{Instant, sleep, sleep_until};

use super::awake::Awake;
use super::credentials::{Purpose, note};
use super::follower::{Call, Input, Now};
use super::interrupt::Signal;
use super::pace::CATCHES_UP;
use super::read::{Source, say_lines};
use super::run::{Place, World};
use super::says::{self, SILENCE};
use super::tail::{Drained, Tail};
use super::watch::Watch;
use crate::model::event::{Event, EventKind, PhaseEntered, Sink, Started, Waiting, Warning};
use crate::model::phase::PhaseChange;
use crate::model::reach::Reach;
use crate::model::task::TaskSnapshot;
use crate::ports::{CallError, ReadError};

/// What is attended to.
#[derive(Debug, Clone)]
pub struct Attended {
    /// The cluster.
    pub cluster: String,
    /// The first look at the task.
    pub task: TaskSnapshot,
    /// The container whose end is waited for.
    pub container: String,
    /// Its log, where that is wanted.
    pub log: Option<Source>,
    /// What leads to the same account, for commands that are shown.
    pub reach: Option<Reach>,
    /// How long credentials that AWS no longer takes are borne.
    pub credentials_grace: Duration,
    /// How long to watch the log after the container's end; learned from the stream by default.
    pub drain: Option<Duration>,
    /// What to say of the task at the beginning; its phases are told as well then.
    pub started: Option<Started>,
    /// What was done to it, to be said after the phases so far.
    pub done: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Attendance {
    /// The last look at the task.
    pub task: TaskSnapshot,
    /// Whether the container is known to have run.
    pub ran: bool,
    /// Lines handed on.
    pub lines: u64,
    /// Why it is over.
    pub end: End,
}

/// Why nobody waits any longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The container has ended and its log is read; what may be missing of it.
    Over(Option<String>),
    /// The task can no longer be looked at: why, and how to reach it by hand.
    GaveUp(String),
    /// A signal came.
    Signal(Signal),
    /// Nobody reads the log any longer.
    Unread,
}

/// Waits for the container's end.
pub async fn attend(
    world: &World,
    attended: Attended,
    signals: impl Stream<Item = Signal> + Unpin,
    sink: &mut dyn Sink,
) -> Attendance {
    let place = Place {
        cluster: attended.cluster.clone(),
        definition: String::new(),
        task: attended.task.arn.clone(),
    };
    let mut awake = Awake::default();
    let now = |awake: &Awake| Now {
        instant: awake.now(),
        wall: (world.clock)(),
    };
    let mut attendant = Attendant::new(attended, now(&awake), sink);
    let mut signals = signals.fuse();
    let mut calls: FuturesUnordered<BoxFuture<'static, Input>> = FuturesUnordered::new();
    loop {
        let at = now(&awake);
        let behind = sink.is_behind();
        if let Some(end) = attendant.end(at.instant, sink.is_closed()) {
            return attendant.over(end);
        }
        attendant.speak(at, sink);
        let due = attendant.due(at, behind);
        calls.extend(due.into_iter().map(|call| place.make(call, world)));
        let wakes_at = awake.sleep_until(attendant.wake_at(at.instant));
        let input = tokio::select! {
            biased;
            Some(signal) = signals.next() => return attendant.over(End::Signal(signal)),
            Some(input) = calls.next() => Some(input),
            () = sleep_until(wakes_at) => None,
            () = sleep(CATCHES_UP), if behind => None,
        };
        // What is waited for is told by a clock that stood still with this process.
        awake.woke();
        if let Some(input) = input {
            attendant.take(input, now(&awake), world, sink);
        }
    }
}

struct Attendant {
    watch: Watch,
    tail: Option<Tail>,
    reach: Option<Reach>,
    credentials_grace: Duration,
    /// Since when AWS has not taken the credentials, which was said then.
    no_credentials_since: Option<Instant>,
    /// Whether the task was told to stop.
    is_told_to_stop: bool,
    tells_phases: bool,
    lines: u64,
    began: Instant,
    said: Instant,
}

impl Attendant {
    fn new(attended: Attended, now: Now, sink: &mut dyn Sink) -> Self {
        let mut random = fastrand::Rng::new();
        let Attended {
            task, container, ..
        } = attended;
        let tail = attended.log.map(|source| {
            let cursor = source.cursor();
            let mut tail = Tail::new(
                (&source.container, true),
                (&source.stream.region, &source.stream.group, None),
                attended.drain,
                random.fork(),
                now.instant,
            )
            .of_stream(source.stream.clone(), cursor);
            tail.observe(&task, now.instant);
            tail
        });
        let mut attendant = Self {
            watch: Watch::new(
                task,
                &container,
                attended.credentials_grace,
                random,
                now.instant,
            ),
            tail,
            reach: attended.reach,
            credentials_grace: attended.credentials_grace,
            no_credentials_since: None,
            is_told_to_stop: attended.done.is_some(),
            tells_phases: attended.started.is_some(),
            lines: 0,
            began: now.instant,
            said: now.instant,
        };
        if let Some(started) = attended.started {
            attendant.say(EventKind::Started(Box::new(started)), now, sink);
        }
        let phases = attendant.watch.begin(now.instant);
        attendant.say_phases(phases, now, sink);
        if let Some(done) = attended.done {
            attendant.say_waiting(done, now, sink);
        }
        attendant
    }

    /// Why it is over, if it is.
    fn end(&mut self, now: Instant, unread: bool) -> Option<End> {
        if unread && self.tail.is_some() {
            return Some(End::Unread);
        }
        if let Some(why) = self.watch.gives_up(now)
            && !self.watch.has_code()
        {
            let by_hand = says::by_hand(self.reach.as_ref(), &self.watch.task().arn);
            return Some(End::GaveUp(format!("{why}\n{by_hand}")));
        }
        self.watch.over_since(now)?;
        let Some(tail) = &mut self.tail else {
            return self.watch.is_concluded(now).then_some(End::Over(None));
        };
        tail.close(now);
        match tail.drained() {
            Drained::No => None,
            Drained::Complete => Some(End::Over(None)),
            Drained::Incomplete(note) => Some(End::Over(Some(note.clone()))),
        }
    }

    fn over(self, end: End) -> Attendance {
        Attendance {
            ran: self.watch.ran(),
            task: self.watch.task().clone(),
            lines: self.lines,
            end,
        }
    }

    /// Says what lasts: trouble, and silence.
    fn speak(&mut self, now: Now, sink: &mut dyn Sink) {
        let of_log = self
            .tail
            .as_mut()
            .and_then(|tail| tail.trouble_due(now.instant));
        let of_task = self.watch.trouble_due(now.instant);
        for warning in of_task.into_iter().chain(of_log) {
            self.say(EventKind::Warning(warning), now, sink);
        }
        if now.instant < self.said + SILENCE {
            return;
        }
        let phase = self.watch.phase();
        let what = match self.watch.silence(now.instant) {
            Some((lasted, error)) => {
                format!("no answer from ECS for {}: {error}", says::duration(lasted))
            }
            None if self.watch.over_since(now.instant).is_some() => {
                "the container has ended; waiting for the rest".to_owned()
            }
            None if self.tail.is_none() && phase == "RUNNING" => {
                "waiting for the container's end".to_owned()
            }
            None => says::waiting_for(phase).to_owned(),
        };
        self.say_waiting(what, now, sink);
    }

    fn say_waiting(&mut self, what: String, now: Now, sink: &mut dyn Sink) {
        let since_created = |created: i64| {
            let age = now.wall.as_millisecond().saturating_sub(created);
            Duration::from_millis(u64::try_from(age).unwrap_or(0))
        };
        let waiting = Waiting {
            phase: self.watch.phase().to_owned(),
            what,
            elapsed: self
                .watch
                .task()
                .times
                .created
                .map_or(now.instant - self.began, since_created),
        };
        self.say(EventKind::Waiting(waiting), now, sink);
    }

    fn due(&mut self, now: Now, behind: bool) -> Vec<Call> {
        let look = self.watch.due(now.instant).then_some(Call::DescribeTask);
        let wall = now.wall.as_millisecond();
        let read = self
            .tail
            .as_mut()
            .filter(|_| !behind)
            .and_then(|tail| tail.due(now.instant, wall))
            .map(|(stream, from)| Call::ReadLog(0, stream, from));
        look.into_iter().chain(read).collect()
    }

    fn take(&mut self, input: Input, now: Now, world: &World, sink: &mut dyn Sink) {
        match input {
            Input::Task(answer) => {
                self.note_credentials(answer.as_ref().err(), now, sink);
                let (phases, warning) = self.watch.answer(answer, now.instant);
                if let Some(tail) = &mut self.tail {
                    tail.observe(self.watch.task(), now.instant);
                }
                self.say_phases(phases, now, sink);
                self.warn(warning, now, sink);
            }
            Input::Log(_, answer) => {
                if let Err(ReadError::Call(error)) = &answer {
                    self.note_credentials(Some(error), now, sink);
                }
                let Some(tail) = &mut self.tail else { return };
                let brought = tail.answer(answer, now.instant, now.wall.as_millisecond());
                if !brought.lines.is_empty() {
                    tail.started();
                    self.watch.has_spoken(now.instant);
                    self.said = now.instant;
                    self.lines += brought.lines.len() as u64;
                    say_lines(world, tail.container(), brought.lines, sink);
                }
                for warning in brought.warnings {
                    self.warn(Some(warning), now, sink);
                }
            }
            // Nothing else is asked for here.
            Input::Stopped(_) | Input::Signal(_) | Input::Others(_) | Input::Chosen(_) => {}
        }
    }

    fn note_credentials(&mut self, error: Option<&CallError>, now: Now, sink: &mut dyn Sink) {
        let purpose = Purpose {
            task_arn: &self.watch.task().arn,
            reach: self.reach.as_ref(),
            grace: self.credentials_grace,
            fate: if self.is_told_to_stop {
                "the task was told to stop"
            } else {
                "the task is not touched"
            },
        };
        let warning = note(&mut self.no_credentials_since, error, now.instant, &purpose);
        self.warn(warning, now, sink);
    }

    fn say_phases(&mut self, phases: Vec<PhaseChange>, now: Now, sink: &mut dyn Sink) {
        if !self.tells_phases {
            return;
        }
        let created = self.watch.task().times.created;
        let wall = now.wall.as_millisecond();
        for change in phases {
            let at = change.at.unwrap_or(wall);
            let phase = PhaseEntered {
                phase: change.phase,
                elapsed_ms: created.map_or(0, |created| at.saturating_sub(created).max(0)),
            };
            self.say(EventKind::Phase(phase), now, sink);
        }
    }

    fn warn(&mut self, warning: Option<Warning>, now: Now, sink: &mut dyn Sink) {
        if let Some(warning) = warning {
            self.say(EventKind::Warning(warning), now, sink);
        }
    }

    fn say(&mut self, kind: EventKind, now: Now, sink: &mut dyn Sink) {
        self.said = now.instant;
        sink.event(&Event { at: now.wall, kind });
        sink.flush();
    }

    fn wake_at(&self, now: Instant) -> Instant {
        let of_tail = self.tail.iter().flat_map(Tail::wakes);
        let wakes = self.watch.wakes().into_iter().chain(of_tail).flatten();
        wakes
            .filter(|at| *at > now)
            .fold(self.said + SILENCE, Instant::min)
    }
}
