//! The plain handler of a run: takes in what happened, says what to do next.
//!
//! No I/O and no waiting here, so the whole behaviour is tested on a clock that stands still.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use self::ask::Question;
use self::guard::Lookout;
use super::interrupt::Signal;
use super::pace::Pace;
use super::says;
use super::tail::{Drained, Tail};
use super::watch::Watch;
use crate::model::definition::TaskDefinition;
use crate::model::event::{Event, EventKind, Finished};
use crate::model::exclusive::Exclusive;
use crate::model::log::{LogPage, LogStream, ReadFrom};
use crate::model::policy::Policy;
use crate::model::reach::Reach;
use crate::model::task::{EpochMillis, TaskSnapshot};
use crate::ports::{CallError, Choice, ReadError};

mod ask;
pub(super) mod begin;
mod credentials;
mod end;
mod guard;
mod leave;
mod say;

/// A task to follow, and what is known of it.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The cluster, as the user named it.
    pub cluster: String,
    /// The region.
    pub region: String,
    /// What leads to the same account, for commands that are shown.
    pub reach: Option<Reach>,
    /// The definition it was started from.
    pub definition: TaskDefinition,
    /// The deciding container.
    pub deciding: String,
    /// The words it got.
    pub command: Vec<String>,
    /// The first look at the task.
    pub task: TaskSnapshot,
    /// Whether the task was found rather than started.
    pub attached: bool,
    /// Whether it was created at the moment of its answer: then its time stamp tells AWS's time.
    pub just_created: bool,
    /// Who else may have started a writer at the same moment; `None`: nobody minds.
    pub guard: Option<Guard>,
    /// When the run began: before the first request was made.
    pub began: Instant,
}

/// What keeps a second writer away, from the start on until the container runs.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Which commands write.
    pub exclusive: Exclusive,
    /// The run whose own tasks are nobody else's.
    pub run_key: String,
}

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    /// A look at the task was answered.
    Task(Result<Option<Box<TaskSnapshot>>, CallError>),
    /// A read of a stream was answered.
    Log(usize, Result<LogPage, ReadError>),
    /// The request to stop was answered.
    Stopped(Result<(), CallError>),
    /// A look at the family's tasks was answered.
    Others(Result<Vec<TaskSnapshot>, CallError>),
    /// The person at the terminal has chosen, or is gone.
    Chosen(Option<Choice>),
    /// A signal came.
    Signal(Signal),
}

/// A call to make now. Its answer comes back as an [`Input`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Look at the task.
    DescribeTask,
    /// Read a page of the stream with this number.
    ReadLog(usize, LogStream, ReadFrom),
    /// Tell the task to stop, with this reason.
    StopTask(String),
    /// Look at every task of the family.
    LookForOthers,
    /// Ask the person at the terminal.
    Ask,
}

/// What a step led to.
#[derive(Debug, Default)]
pub struct Step {
    /// What to report, in order.
    pub events: Vec<Event>,
    /// What to call.
    pub calls: Vec<Call>,
    /// The end of the run.
    pub finished: Option<Box<Finished>>,
}

/// Why the run ends other than by the container's own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Signal(Signal),
    TimedOut,
    StartTimedOut,
    GaveWay,
}

/// A request to stop the task, until it is taken.
#[derive(Debug)]
struct Stop {
    reason: String,
    /// When to send it (again); `None` while it is under way.
    send_at: Option<Instant>,
    pace: Pace,
    /// Whether only a container that does not run may be stopped.
    unless_running: bool,
    /// When it last failed, which was said then.
    failed_at: Option<Instant>,
    /// Whether a failed one may have been carried out.
    doubtful: bool,
}

/// The two clocks, read together.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// For waiting.
    pub instant: Instant,
    /// For people and for comparing with AWS's time stamps.
    pub wall: Timestamp,
}

/// One run in progress.
#[derive(Debug)]
pub struct Follower {
    followed: Followed,
    policy: Policy,
    watch: Watch,
    tails: Vec<Tail>,
    /// Containers whose log cannot be read, and why.
    unread: Vec<String>,
    lines: u64,
    cause: Option<Cause>,
    /// The first signal.
    signal: Option<Signal>,
    /// Whether no more should be read than can be shown.
    hold_reading: bool,
    /// When the task was created, by our clock: before that there is nothing to time out.
    task_since: Instant,
    /// How long the container ran before this process first saw it run.
    ran_before: Duration,
    /// By how much our wall clock is ahead of AWS's, in milliseconds.
    clock_ahead: i64,
    random: fastrand::Rng,
    /// Whether the task was, or is about to be, told to stop by this run.
    stopping: bool,
    /// A signal came then, and waits for a fresh look at the task.
    undecided: Option<Instant>,
    /// A second signal came: leave when the stop is taken, at the latest then.
    leave_by: Option<Instant>,
    /// A stop that has not been taken yet.
    stop: Option<Stop>,
    /// The look for other writers.
    lookout: Lookout,
    /// The signal about which a person is asked.
    question: Option<Question>,
    /// The signal of the question that was said to stand.
    asked_about: Option<Signal>,
    /// Since when AWS has not taken the credentials, which was said then.
    no_credentials_since: Option<Instant>,
    leave_now: bool,
    last_said: Instant,
    events: Vec<Event>,
}

impl Follower {
    /// Begins to follow a task; the first events are in the first step.
    #[must_use]
    pub fn new(followed: Followed, policy: Policy, seed: u64, now: Now) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let watch = Watch::new(
            followed.task.clone(),
            &followed.deciding,
            policy.credentials_grace,
            random.fork(),
            now.instant,
        );
        let lookout = Lookout::new(followed.guard.is_some(), now.instant);
        let mut run = Self {
            random: random.fork(),
            watch,
            tails: Vec::new(),
            unread: Vec::new(),
            lines: 0,
            cause: None,
            signal: None,
            hold_reading: false,
            task_since: now.instant,
            ran_before: Duration::ZERO,
            clock_ahead: clock_ahead(&followed, now),
            stopping: false,
            undecided: None,
            leave_by: None,
            stop: None,
            lookout,
            question: None,
            asked_about: None,
            no_credentials_since: None,
            leave_now: false,
            last_said: now.instant,
            events: Vec::new(),
            followed,
            policy,
        };
        let warnings = run.open_tails(&mut random, now);
        let started = run.started();
        run.say(EventKind::Started(Box::new(started)), now);
        let phases = run.watch.begin(now.instant);
        run.say_phases(phases, now);
        for warning in warnings {
            run.say(EventKind::Warning(warning), now);
        }
        run
    }

    /// Takes in what happened.
    pub fn take(&mut self, input: Input, now: Now) {
        match input {
            Input::Task(answer) => {
                self.note_credentials(answer.as_ref().err(), now);
                let (phases, warning) = self.watch.answer(answer, now.instant);
                self.note_age(now);
                self.say_phases(phases, now);
                self.warn(warning, now);
                for tail in &mut self.tails {
                    tail.observe(self.watch.task(), now.instant);
                    if tail.container() == self.followed.deciding && self.watch.ran() {
                        tail.started();
                    }
                }
            }
            Input::Log(number, answer) => {
                if let Err(ReadError::Call(error)) = &answer {
                    self.note_credentials(Some(error), now);
                }
                let wall = self.server_wall(now);
                let Some(tail) = self.tails.get_mut(number) else {
                    return;
                };
                let brought = tail.answer(answer, now.instant, wall);
                let container = tail.container().to_owned();
                self.say_lines(&container, brought.lines, now);
                for warning in brought.warnings {
                    self.warn(Some(warning), now);
                }
            }
            Input::Stopped(Ok(())) => self.stop_taken(now),
            Input::Stopped(Err(error)) => self.stop_failed(&error, now),
            Input::Others(answer) => self.others(answer, now),
            Input::Chosen(choice) => self.chosen(choice, now),
            Input::Signal(signal) => self.signal(signal, now),
        }
    }

    /// This process was suspended for so long; the clock of [`Now::instant`] stood still.
    pub fn resumed(&mut self, gap: Duration, now: Now) {
        let message = format!(
            "this process was suspended for {}; going on where it was",
            says::duration(gap)
        );
        self.warn_with("resumed", message, now);
        self.watch.resumed();
        self.lookout.resumed();
    }

    /// Holds the reading of logs, or lets it go on: whoever reads along may be slow.
    pub fn hold_reading(&mut self, hold: bool) {
        self.hold_reading = hold;
    }

    /// What to report, call and wait for, now.
    pub fn advance(&mut self, now: Now) -> Step {
        let instant = now.instant;
        self.withdraw_question(now);
        self.decide(now);
        self.check_time(now);
        let mut calls = Vec::new();
        if self.watch.over_since(instant).is_some() {
            self.close_tails(instant);
        }
        let troubles: Vec<_> = std::iter::once(self.watch.trouble_due(instant))
            .chain(self.tails.iter_mut().map(|tail| tail.trouble_due(instant)))
            .collect();
        let blind = self.lookout_due(instant);
        self.warn(blind, now);
        for trouble in troubles {
            self.warn(trouble, now);
        }
        if let Some(finished) = self.finished(now) {
            self.question = None;
            self.say_question(now);
            return Step {
                events: std::mem::take(&mut self.events),
                calls,
                finished: Some(Box::new(finished)),
            };
        }
        self.break_silence(now);
        self.reconsider_stop(now);
        self.say_question(now);
        calls.extend(self.stop_due(instant).map(Call::StopTask));
        calls.extend(self.look_due(instant).then_some(Call::LookForOthers));
        calls.extend(self.question_due().then_some(Call::Ask));
        if self.watch.due(instant) {
            calls.push(Call::DescribeTask);
        }
        let wall = self.server_wall(now);
        let readable = self
            .tails
            .iter_mut()
            .enumerate()
            // Lines would push a question off the screen.
            .filter(|_| !self.hold_reading && self.question.is_none());
        for (number, tail) in readable {
            if let Some((stream, from)) = tail.due(instant, wall) {
                calls.push(Call::ReadLog(number, stream, from));
            }
        }
        Step {
            events: std::mem::take(&mut self.events),
            calls,
            finished: None,
        }
    }

    /// The run is over: the streams are read to their ends, those of containers that run on until
    /// nothing else is waited for.
    fn close_tails(&mut self, now: Instant) {
        for tail in &mut self.tails {
            tail.close(now);
        }
        let all_else_is_read = self
            .tails
            .iter()
            .all(|tail| tail.runs_on() || *tail.drained() != Drained::No);
        if all_else_is_read && self.need_not_stop(now) && self.watch.is_concluded(now) {
            for tail in &mut self.tails {
                tail.leave(now);
            }
        }
    }

    /// Whether nobody waits (any longer) for the task to be `STOPPED`.
    fn need_not_stop(&self, now: Instant) -> bool {
        !self.policy.wait_stopped
            || self.watch.task().is_stopped()
            || self.watch.gives_up(now).is_some()
    }

    /// Now, by AWS's clock as far as it is known: for comparing with its time stamps.
    fn server_wall(&self, now: Now) -> EpochMillis {
        now.wall.as_millisecond().saturating_sub(self.clock_ahead)
    }

    /// When to call [`Self::advance`] although nothing happened. Always later than `now`: what is
    /// past has been acted on, and must not turn the loop into a spin.
    #[must_use]
    pub fn wake_at(&self, now: Instant) -> Instant {
        [
            self.deadline(now),
            self.stop_at(),
            self.decide_by(),
            self.leave_by,
            self.look_at(),
            self.lookout_wakes_at(),
        ]
        .into_iter()
        .chain(self.watch.wakes())
        .chain(self.tails.iter().flat_map(Tail::wakes))
        .flatten()
        .filter(|at| *at > now)
        .fold(self.breaks_silence_at(now), Instant::min)
    }
}

/// How far our wall clock is ahead of AWS's, from a task that was created just now. Any other task
/// says nothing, and a difference of minutes would be refused by AWS anyway.
fn clock_ahead(followed: &Followed, now: Now) -> i64 {
    match followed.task.times.created {
        Some(created) if followed.just_created => now.wall.as_millisecond().saturating_sub(created),
        _ => 0,
    }
}
