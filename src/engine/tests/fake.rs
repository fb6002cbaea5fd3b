//! A world whose clock is the test's: one task with a life by timetable, and its log streams.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::engine::follower::Followed;
use crate::engine::run::World;
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::log::{LogDriver, LogPage, LogStream, ReadFrom};
use crate::model::policy::{Leave, Policy};
use crate::model::request::{Network, RunTaskRequest};
use crate::model::task::{ContainerSnapshot, TaskSnapshot, TaskTimes};
use crate::ports::{CallError, CallErrorKind, Logs, ReadError, RunTaskAnswer, Tasks};

mod stream;
mod told;

pub(super) use stream::{Line, Stream, lines};
pub(super) use told::Told;

/// Wall clock at the test's begin.
pub(super) const EPOCH: i64 = 1_767_225_600_000;
pub(super) const ARN: &str = "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e";

/// When things happen, in milliseconds after the begin.
#[derive(Clone)]
pub(super) struct Life {
    pub(super) visible: u64,
    pub(super) pending: u64,
    /// `None`: it never runs.
    pub(super) running: Option<u64>,
    /// The deciding container's end. `None`: it runs until it is stopped.
    pub(super) ended: Option<u64>,
    pub(super) exit_code: Option<i32>,
    /// The exit code shows this long after the end.
    pub(super) code_delay: u64,
    /// Stop code and reason show this long after the end.
    pub(super) detail_delay: u64,
    pub(super) deprovisioning: u64,
    pub(super) stop_code: &'static str,
    pub(super) reason: &'static str,
    /// After a stop request the container ends with 143 this much later.
    pub(super) stop_takes: u64,
    /// A sidecar: its end, and its exit code.
    pub(super) sidecar: Option<(Option<u64>, i32)>,
    /// ECS never shows the container running, nor when it started.
    pub(super) hides_start: bool,
    /// The deciding container ends, yet its task runs on.
    pub(super) task_runs_on: bool,
    /// From then on ECS does not know the task.
    pub(super) forgotten: Option<u64>,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            visible: 0,
            pending: 1_000,
            running: Some(2_000),
            ended: Some(10_000),
            exit_code: Some(0),
            code_delay: 0,
            detail_delay: 0,
            deprovisioning: 12_000,
            stop_code: "EssentialContainerExited",
            reason: "Essential container in task exited",
            stop_takes: 500,
            sidecar: None,
            hides_start: false,
            task_runs_on: false,
            forgotten: None,
        }
    }
}

/// What fails: (from, to, chance in percent, kind) of each call.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) percent: u8,
    pub(super) kind: CallErrorKind,
    pub(super) on_logs: bool,
    pub(super) on_ecs: bool,
    /// It is not answered for half a minute, in place of failing at once.
    pub(super) hangs: bool,
}

pub(super) struct Fake {
    began: Instant,
    life: Life,
    streams: BTreeMap<String, Stream>,
    faults: Vec<Fault>,
    state: Mutex<State>,
}

struct State {
    stopped_at: Option<(u64, String)>,
    reads: BTreeMap<String, u32>,
    random: fastrand::Rng,
    calls: BTreeMap<&'static str, u32>,
}

impl Fake {
    pub(super) fn new(
        life: Life,
        streams: Vec<(&str, Stream)>,
        faults: Vec<Fault>,
        seed: u64,
    ) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            life,
            streams: streams
                .into_iter()
                .map(|(name, stream)| (format!("admin/{name}/0f1e"), stream))
                .collect(),
            faults,
            state: Mutex::new(State {
                stopped_at: None,
                reads: BTreeMap::new(),
                random: fastrand::Rng::with_seed(seed),
                calls: BTreeMap::new(),
            }),
        })
    }

    pub(super) fn world(self: &Arc<Self>) -> World {
        let began = self.began;
        World {
            tasks: self.clone(),
            logs: self.clone(),
            person: None,
            clock: Arc::new(move || {
                let elapsed = i64::try_from(began.elapsed().as_millis()).expect("a test is short");
                Timestamp::from_millisecond(EPOCH + elapsed).expect("a sound time")
            }),
        }
    }

    pub(super) fn followed(&self) -> Followed {
        let names = std::iter::once("admin").chain(self.life.sidecar.map(|_| "proxy"));
        Followed {
            cluster: "everruns".into(),
            region: "us-east-1".into(),
            reach: None,
            definition: TaskDefinition {
                arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:1".into(),
                network_mode: Some("awsvpc".into()),
                containers: names
                    .map(|name| ContainerDefinition {
                        name: name.to_owned(),
                        essential: name == "admin",
                        log: LogDriver::Awslogs {
                            group: "/ecs/everruns-admin".into(),
                            region: None,
                            prefix: Some("admin".into()),
                        },
                        ..ContainerDefinition::default()
                    })
                    .collect(),
                ..TaskDefinition::default()
            },
            deciding: "admin".into(),
            command: vec!["migrate".into()],
            task: TaskSnapshot {
                arn: ARN.into(),
                last_status: "PROVISIONING".into(),
                times: TaskTimes {
                    created: Some(EPOCH),
                    ..TaskTimes::default()
                },
                ..TaskSnapshot::default()
            },
            attached: false,
            just_created: true,
            guard: None,
            began: self.began,
        }
    }

    pub(super) fn calls(&self, operation: &str) -> u32 {
        self.state
            .lock()
            .expect("no panic before")
            .calls
            .get(operation)
            .copied()
            .unwrap_or(0)
    }

    pub(super) fn stop_reason(&self) -> Option<String> {
        self.state
            .lock()
            .expect("no panic before")
            .stopped_at
            .clone()
            .map(|(_, reason)| reason)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).expect("a test is short")
    }

    /// Every call takes a moment, and may fail.
    async fn call(&self, operation: &'static str, on_logs: bool) -> Result<(), CallError> {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let now = self.now();
        let fault = {
            let mut state = self.state.lock().expect("no panic before");
            *state.calls.entry(operation).or_default() += 1;
            let fault = self.faults.iter().find(|fault| {
                (fault.from..fault.to).contains(&now)
                    && if on_logs { fault.on_logs } else { fault.on_ecs }
            });
            fault.filter(|fault| state.random.u8(0..100) < fault.percent)
        };
        let Some(fault) = fault else { return Ok(()) };
        if fault.hangs {
            tokio::time::sleep(Duration::from_secs(30)).await;
        }
        Err(CallError {
            operation,
            kind: fault.kind,
            code: None,
            message: "injected".into(),
        })
    }

    fn snapshot(&self, now: u64) -> TaskSnapshot {
        let life = &self.life;
        let stop = self
            .state
            .lock()
            .expect("no panic before")
            .stopped_at
            .clone();
        let stopped_by = stop.as_ref().map(|(at, _)| at + life.stop_takes);
        let ended = [life.ended, stopped_by].into_iter().flatten().min();
        let own_end = ended.is_some() && ended == life.ended;
        let runs_from = life
            .running
            .filter(|from| stop.as_ref().is_none_or(|(at, _)| at >= from));
        let started = runs_from.is_some_and(|from| now >= from);
        let is_over = ended.is_some_and(|at| now >= at);
        let stopped = !life.task_runs_on && ended.is_some_and(|at| now >= at + life.deprovisioning);
        let shows = |delay: u64| ended.is_some_and(|at| now >= at + delay);
        let last_status = match () {
            () if stopped => "STOPPED",
            () if is_over && !life.task_runs_on => "DEPROVISIONING",
            () if started && !life.hides_start => "RUNNING",
            () if now >= life.pending => "PENDING",
            () => "PROVISIONING",
        };
        let (stop_code, reason) = match (&stop, own_end) {
            (Some((_, reason)), false) => ("UserInitiated", reason.clone()),
            _ => (life.stop_code, life.reason.to_owned()),
        };
        let at =
            |condition: bool, at: u64| condition.then(|| EPOCH + i64::try_from(at).expect("short"));
        let code = if own_end { life.exit_code } else { Some(143) };
        let status = |over: bool| if over { "STOPPED" } else { last_status };
        let mut containers = vec![ContainerSnapshot {
            name: "admin".into(),
            last_status: status(is_over).into(),
            exit_code: code.filter(|_| started && is_over && shows(life.code_delay)),
            ..ContainerSnapshot::default()
        }];
        if let Some((end, code)) = life.sidecar {
            let over = end.is_some_and(|end| now >= end);
            containers.push(ContainerSnapshot {
                name: "proxy".into(),
                last_status: if over {
                    "STOPPED"
                } else if started {
                    "RUNNING"
                } else {
                    "PENDING"
                }
                .into(),
                exit_code: over.then_some(code),
                ..ContainerSnapshot::default()
            });
        }
        TaskSnapshot {
            arn: ARN.into(),
            last_status: last_status.into(),
            stop_code: (!life.task_runs_on && shows(life.detail_delay))
                .then(|| stop_code.to_owned()),
            stopped_reason: (!life.task_runs_on && shows(life.detail_delay)).then_some(reason),
            times: TaskTimes {
                created: Some(EPOCH),
                connectivity: at(now >= life.pending, life.pending),
                started: at(started && !life.hides_start, runs_from.unwrap_or_default()),
                execution_stopped: at(is_over, ended.unwrap_or_default()),
                stopped: at(stopped, ended.unwrap_or_default() + life.deprovisioning),
                ..TaskTimes::default()
            },
            containers,
            ..TaskSnapshot::default()
        }
    }
}

#[async_trait]
impl Tasks for Fake {
    async fn describe_definition(&self, _: &str) -> Result<TaskDefinition, CallError> {
        unreachable!("a followed task has its definition")
    }

    async fn service_network(&self, _: &str, _: &str) -> Result<Option<Network>, CallError> {
        unreachable!("a followed task has its network")
    }

    async fn run_task(&self, _: &RunTaskRequest) -> Result<RunTaskAnswer, CallError> {
        unreachable!("a followed task is started")
    }

    async fn describe_task(&self, _: &str, _: &str) -> Result<Option<TaskSnapshot>, CallError> {
        self.call("DescribeTasks", false).await?;
        let now = self.now();
        let forgotten = self.life.forgotten.is_some_and(|at| now >= at);
        Ok((now >= self.life.visible && !forgotten).then(|| self.snapshot(now)))
    }

    async fn family_tasks(&self, _: &str, _: &str) -> Result<Vec<TaskSnapshot>, CallError> {
        unreachable!("nobody guards a followed task")
    }

    async fn stop_task(&self, _: &str, _: &str, reason: &str) -> Result<(), CallError> {
        self.call("StopTask", false).await?;
        let now = self.now();
        let mut state = self.state.lock().expect("no panic before");
        state.stopped_at.get_or_insert((now, reason.to_owned()));
        Ok(())
    }
}

#[async_trait]
impl Logs for Fake {
    async fn read(&self, place: &LogStream, from: &ReadFrom) -> Result<LogPage, ReadError> {
        self.call("GetLogEvents", true).await?;
        let now = self.now();
        if let Some(stream) = self.streams.get(&place.name)
            && now < stream.group_at
        {
            return Err(ReadError::GroupMissing);
        }
        let Some(stream) = self
            .streams
            .get(&place.name)
            .filter(|stream| now >= stream.exists_at)
        else {
            return Err(ReadError::StreamMissing);
        };
        if let Some(error) = &stream.broken {
            return Err(error.clone());
        }
        let mut state = self.state.lock().expect("no panic before");
        let reads = state.reads.entry(place.name.clone()).or_default();
        *reads += 1;
        if let (Some(life), ReadFrom::Token(_)) = (stream.token_life, from)
            && reads.is_multiple_of(life)
        {
            return Err(ReadError::TokenExpired);
        }
        Ok(stream.read(from, now))
    }

    async fn stream_names(&self, _: &str, _: &str, _: &str) -> Result<Vec<String>, ReadError> {
        unreachable!("a followed task has its streams")
    }
}

pub(super) fn policy() -> Policy {
    Policy {
        start_timeout: Some(Duration::from_mins(10)),
        timeout: None,
        before_start: Leave::Stop,
        on_interrupt: Leave::Stop,
        asks: false,
        credentials_grace: Duration::from_mins(10),
        on_timeout: Leave::Stop,
        drain: None,
        wait_stopped: false,
        who: "ana@laptop".into(),
    }
}
