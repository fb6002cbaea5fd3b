//! The plain handler of a run: takes in what happened, says what to do next.
//!
//! No I/O and no waiting here, so the whole behaviour is tested on a clock that stands still.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::interrupt::{Response, Signal, respond};
use crate::model::policy::{Leave, Policy};
use super::says;
use super::tail::{Drained, Tail};
use super::watch::Watch;
use crate::model::definition::TaskDefinition;
use crate::model::event::{
    ContainerEnd, Event, EventKind, Finished, LogLine, LogSummary, PhaseEntered, Started, Waiting,
    Warning,
};
use crate::model::log::{LogDriver, LogEvent, LogPage, LogStream, ReadFrom};
use crate::model::outcome::{ExitStatus, Outcome, Verdict, judge};
use crate::model::phase::PhaseChange;
use crate::model::task::{TaskSnapshot, task_id};
use crate::model::timings::Timings;
use crate::ports::{CallError, ReadError};

/// Nobody is left in silence for longer.
const SILENCE: Duration = Duration::from_secs(15);

/// A task to follow, and what is known of it.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The cluster, as the user named it.
    pub cluster: String,
    /// The region.
    pub region: String,
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
    /// When the run began: before the first request was made.
    pub began: Instant,
}

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    /// A look at the task was answered.
    Task(Result<Option<TaskSnapshot>, CallError>),
    /// A read of a stream was answered.
    Log(usize, Result<LogPage, ReadError>),
    /// The request to stop was answered.
    Stopped(Result<(), CallError>),
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
    /// Whether the task was, or is about to be, told to stop by this run.
    stopping: bool,
    /// The reason of a stop that has not been sent yet.
    stop_to_send: Option<String>,
    leave_now: bool,
    last_said: Instant,
    events: Vec<Event>,
}

impl Follower {
    /// Begins to follow a task; the first events are in the first step.
    #[must_use]
    pub fn new(followed: Followed, policy: Policy, seed: u64, now: Now) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let watch = Watch::new(followed.task.clone(), &followed.deciding, random.fork(), now.instant);
        let mut follower = Self {
            watch,
            tails: Vec::new(),
            unread: Vec::new(),
            lines: 0,
            cause: None,
            stopping: false,
            stop_to_send: None,
            leave_now: false,
            last_said: now.instant,
            events: Vec::new(),
            followed,
            policy,
        };
        let warnings = follower.open_tails(&mut random, now);
        let started = follower.started();
        follower.say(EventKind::Started(Box::new(started)), now);
        let phases = follower.watch.begin(now.instant);
        follower.say_phases(phases, now);
        for warning in warnings {
            follower.say(EventKind::Warning(warning), now);
        }
        follower
    }

    fn open_tails(&mut self, random: &mut fastrand::Rng, now: Now) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for container in &self.followed.definition.containers {
            let why = match &container.log {
                LogDriver::Awslogs { group, region, prefix } => {
                    let region = region.as_deref().unwrap_or(&self.followed.region);
                    let mut tail = Tail::new(
                        &container.name,
                        (region, group, prefix.as_deref()),
                        self.policy.drain,
                        random.fork(),
                        now.instant,
                    );
                    tail.observe(&self.followed.task, now.instant);
                    self.tails.push(tail);
                    continue;
                }
                LogDriver::Other(driver) => format!("it goes to the log driver `{driver}`, which this tool cannot read"),
                LogDriver::None => "the task definition gives it no log configuration".to_owned(),
            };
            let message = format!("the log of container `{}` cannot be shown: {why}", container.name);
            self.unread.push(message.clone());
            warnings.push(Warning { code: "log-driver", message });
        }
        warnings
    }

    fn started(&self) -> Started {
        let followed = &self.followed;
        let stream = self.tails.iter().find(|tail| tail.container() == followed.deciding);
        let group = followed
            .definition
            .containers
            .iter()
            .find(|container| container.name == followed.deciding)
            .and_then(|container| match &container.log {
                LogDriver::Awslogs { group, .. } => Some(group.clone()),
                LogDriver::Other(_) | LogDriver::None => None,
            });
        Started {
            task_arn: followed.task.arn.clone(),
            task_id: task_id(&followed.task.arn).to_owned(),
            cluster: followed.cluster.clone(),
            region: followed.region.clone(),
            task_definition: followed.definition.arn.clone(),
            container: followed.deciding.clone(),
            command: followed.command.clone(),
            log_group: group,
            log_stream: stream.and_then(Tail::stream).map(|stream| stream.name.clone()),
            attached: followed.attached,
            console_url: console_url(&followed.region, &followed.task.arn),
        }
    }

    /// Takes in what happened.
    pub fn take(&mut self, input: Input, now: Now) {
        match input {
            Input::Task(answer) => {
                let (phases, warning) = self.watch.answer(answer, now.instant);
                self.say_phases(phases, now);
                self.warn(warning, now);
                for tail in &mut self.tails {
                    tail.observe(self.watch.task(), now.instant);
                }
            }
            Input::Log(number, answer) => {
                let Some(tail) = self.tails.get_mut(number) else { return };
                let brought = tail.answer(answer, now.instant, now.wall.as_millisecond());
                let container = tail.container().to_owned();
                self.say_lines(&container, brought.lines, now);
                for warning in brought.warnings {
                    self.warn(Some(warning), now);
                }
            }
            Input::Stopped(Ok(())) => {}
            Input::Stopped(Err(error)) => {
                let by_hand = self.by_hand();
                self.warn_with("stop-failed", format!("the task could not be told to stop: {error}\n{by_hand}"), now);
            }
            Input::Signal(signal) => self.signal(signal, now),
        }
    }

    fn signal(&mut self, signal: Signal, now: Now) {
        let started = self.watch.running_since().is_some();
        let response = respond(self.stopping, started, self.policy.on_interrupt);
        self.cause.get_or_insert(Cause::Signal(signal));
        let name = signal.name();
        let by_hand = self.by_hand();
        match response {
            Response::Stop => {
                self.warn_with("interrupted", format!("{name}: stopping the task and following it to its end; the same again leaves at once"), now);
                self.stop(name);
            }
            Response::Detach => {
                self.warn_with("interrupted", format!("{name}: leaving the task running\n{by_hand}"), now);
                self.leave_now = true;
            }
            Response::LeaveStopping => {
                self.warn_with("interrupted", format!("{name}: leaving; the task was told to stop and may still be ending\n{by_hand}"), now);
                self.leave_now = true;
            }
        }
    }

    fn stop(&mut self, why: &str) {
        self.stopping = true;
        self.stop_to_send = Some(format!("run-admin-task: {why}, by {}", self.policy.who));
    }

    /// What to report, call and wait for, now.
    pub fn advance(&mut self, now: Now) -> Step {
        let instant = now.instant;
        self.check_time(now);
        let mut calls = Vec::new();
        if self.watch.over_since().is_some() {
            for tail in &mut self.tails {
                tail.close(instant);
                tail.tick(instant);
            }
            if self.tails.iter().all(|tail| tail.runs_on() || *tail.drained() != Drained::No) {
                for tail in &mut self.tails {
                    tail.leave(instant);
                }
            }
        }
        let troubles: Vec<_> = std::iter::once(self.watch.trouble_due(instant))
            .chain(self.tails.iter_mut().map(|tail| tail.trouble_due(instant)))
            .collect();
        for trouble in troubles {
            self.warn(trouble, now);
        }
        if let Some(finished) = self.finished(now) {
            return Step {
                events: std::mem::take(&mut self.events),
                calls,
                finished: Some(Box::new(finished)),
            };
        }
        self.break_silence(now);
        calls.extend(self.stop_to_send.take().map(Call::StopTask));
        if self.watch.due(instant) {
            calls.push(Call::DescribeTask);
        }
        for (number, tail) in self.tails.iter_mut().enumerate() {
            if let Some((stream, from)) = tail.due(instant, now.wall.as_millisecond()) {
                calls.push(Call::ReadLog(number, stream, from));
            }
        }
        Step {
            events: std::mem::take(&mut self.events),
            calls,
            finished: None,
        }
    }

    /// When to call [`Self::advance`] although nothing happened. Always later than `now`: what is
    /// past has been acted on, and must not turn the loop into a spin.
    #[must_use]
    pub fn wake_at(&self, now: Instant) -> Instant {
        [self.watch.wake_at(), self.deadline()]
            .into_iter()
            .chain(self.tails.iter().map(Tail::wake_at))
            .flatten()
            .filter(|at| *at > now)
            .fold(self.last_said + SILENCE, Instant::min)
    }

    /// When the task will have taken too long, as far as that is watched now.
    fn deadline(&self) -> Option<Instant> {
        if self.cause.is_some() || self.watch.over_since().is_some() {
            return None;
        }
        match self.watch.running_since() {
            None => Some(self.followed.began + self.policy.start_timeout),
            Some(since) => Some(since + self.policy.timeout?),
        }
    }

    fn check_time(&mut self, now: Now) {
        if self.deadline().is_none_or(|deadline| now.instant < deadline) {
            return;
        }
        let by_hand = self.by_hand();
        if self.watch.running_since().is_none() {
            let limit = says::duration(self.policy.start_timeout);
            self.cause = Some(Cause::StartTimedOut);
            self.stop(&format!("not started within {limit}"));
            self.warn_with("start-timeout", format!("no container has started within {limit} (--start-timeout); stopping the task"), now);
            return;
        }
        let limit = says::duration(self.policy.timeout.unwrap_or_default());
        self.cause = Some(Cause::TimedOut);
        match self.policy.on_timeout {
            Leave::Stop => {
                self.stop(&format!("timed out after {limit}"));
                self.warn_with("timeout", format!("the container has run for {limit} (--timeout); stopping the task"), now);
            }
            Leave::Detach => {
                self.leave_now = true;
                self.warn_with("timeout", format!("the container has run for {limit} (--timeout); leaving the task running\n{by_hand}"), now);
            }
        }
    }

    fn break_silence(&mut self, now: Now) {
        if now.instant < self.last_said + SILENCE {
            return;
        }
        let phase = self.watch.phase().to_owned();
        let what = if self.watch.over_since().is_some() {
            "the container has ended; reading the rest of its log".to_owned()
        } else {
            says::waiting_for(&phase).to_owned()
        };
        let elapsed = now.instant - self.followed.began;
        self.say(EventKind::Waiting(Waiting { phase, what, elapsed }), now);
    }

    /// The end of the run, if it has come.
    fn finished(&mut self, now: Now) -> Option<Finished> {
        if self.leave_now {
            let verdict = match self.cause {
                Some(Cause::Signal(signal)) if !self.stopping => Verdict {
                    outcome: Outcome::Detached,
                    exit: signal.exit_status(),
                },
                cause => self.verdict_of(cause),
            };
            let note = "the run was left before its end".to_owned();
            return Some(self.finish(verdict, Some(note), None, now));
        }
        if let Some(why) = self.watch.gives_up(now.instant) {
            let verdict = Verdict {
                outcome: Outcome::ToolFailed,
                exit: ExitStatus::TOOL_FAILED,
            };
            let error = format!("{why}\n{}", self.by_hand());
            return Some(self.finish(verdict, Some(why), Some(error), now));
        }
        let drained = self.tails.iter().all(|tail| *tail.drained() != Drained::No);
        let stopped = !self.policy.wait_stopped || self.watch.task().is_stopped();
        if !(self.watch.is_concluded(now.instant) && drained && stopped) {
            return None;
        }
        let verdict = self.verdict_of(self.cause);
        Some(self.finish(verdict, None, None, now))
    }

    fn verdict_of(&self, cause: Option<Cause>) -> Verdict {
        match cause {
            Some(Cause::Signal(signal)) => Verdict {
                outcome: Outcome::Interrupted,
                exit: signal.exit_status(),
            },
            Some(Cause::TimedOut) => Verdict {
                outcome: Outcome::TimedOut,
                exit: ExitStatus::TIMED_OUT,
            },
            Some(Cause::StartTimedOut) => Verdict {
                outcome: Outcome::NeverStarted,
                exit: ExitStatus::NEVER_STARTED,
            },
            None => judge(self.watch.task(), &self.followed.deciding),
        }
    }

    fn finish(&mut self, verdict: Verdict, left: Option<String>, error: Option<String>, now: Now) -> Finished {
        let task = self.watch.task();
        let mut notes: Vec<_> = left.into_iter().chain(self.unread.clone()).collect();
        notes.extend(self.tails.iter().filter_map(|tail| match tail.drained() {
            Drained::Incomplete(note) => Some(note.clone()),
            Drained::No | Drained::Complete => None,
        }));
        let containers = self.followed.definition.containers.iter().map(|definition| {
            let container = task.container(&definition.name);
            ContainerEnd {
                name: definition.name.clone(),
                exit_code: container.and_then(|c| c.exit_code),
                reason: container.and_then(|c| c.reason.clone()),
                essential: definition.essential,
            }
        });
        let total = (now.instant - self.followed.began).as_millis();
        Finished {
            outcome: verdict.outcome,
            exit_code: verdict.exit,
            task_arn: Some(task.arn.clone()),
            stop_code: task.stop_code.clone(),
            stopped_reason: task.stopped_reason.clone(),
            containers: containers.collect(),
            logs: LogSummary {
                lines: self.lines,
                complete: notes.is_empty(),
                note: (!notes.is_empty()).then(|| notes.join("; ")),
            },
            timings: Timings::of(&task.times, i64::try_from(total).ok()),
            api_calls: BTreeMap::new(),
            diagnosis: None,
            error,
        }
    }

    fn say_phases(&mut self, phases: Vec<PhaseChange>, now: Now) {
        let created = self.watch.task().times.created;
        for change in phases {
            let stamped = change.at.zip(created).map(|(at, created)| at - created);
            let here = i64::try_from((now.instant - self.followed.began).as_millis()).unwrap_or(i64::MAX);
            let phase = PhaseEntered {
                phase: change.phase,
                elapsed_ms: stamped.unwrap_or(here).max(0),
            };
            self.say(EventKind::Phase(phase), now);
        }
    }

    fn say_lines(&mut self, container: &str, lines: Vec<LogEvent>, now: Now) {
        let deciding = container == self.followed.deciding;
        self.lines += lines.len() as u64;
        if !lines.is_empty() {
            self.last_said = now.instant;
        }
        self.events.reserve(lines.len());
        self.events.extend(lines.into_iter().map(|line| Event {
            at: now.wall,
            kind: EventKind::Log(LogLine {
                container: container.to_owned(),
                timestamp: line.timestamp,
                message: line.message,
                deciding,
            }),
        }));
    }

    fn warn(&mut self, warning: Option<Warning>, now: Now) {
        if let Some(warning) = warning {
            self.say(EventKind::Warning(warning), now);
        }
    }

    fn warn_with(&mut self, code: &'static str, message: String, now: Now) {
        self.say(EventKind::Warning(Warning { code, message }), now);
    }

    fn say(&mut self, kind: EventKind, now: Now) {
        self.last_said = now.instant;
        self.events.push(Event { at: now.wall, kind });
    }

    fn by_hand(&self) -> String {
        says::by_hand(&self.followed.region, &self.followed.cluster, &self.followed.task.arn)
    }
}

/// Where the AWS console shows a task. Clusters are part of a task's ARN
/// (Amazon ECS developer guide, "Amazon Resource Names (ARNs)").
fn console_url(region: &str, task_arn: &str) -> String {
    let mut parts = task_arn.split('/').skip(1);
    let cluster = parts.next().unwrap_or_default();
    let id = task_id(task_arn);
    let host = match task_arn.split(':').nth(1) {
        Some("aws-cn") => "console.amazonaws.cn",
        Some("aws-us-gov") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    format!("https://{region}.{host}/ecs/v2/clusters/{cluster}/tasks/{id}?region={region}")
}
