//! One process of the tool: begun as the `run` verb begins it, signalled, suspended, killed.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, FuturesUnordered, Stream, StreamExt as _};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::Millis;
use super::aws::{Aws, DEFINITION, REGION};
use super::schedule::{Process, Reply, Run, definition};
use super::task::DECIDING;
use super::told::Told;
use super::view::View;
use crate::engine::launch::{Launch, launch};
use crate::engine::run::{Signal, World};
use crate::error::Failure;
use crate::model::event::Finished;
use crate::model::exclusive::Exclusive;
use crate::model::identity::{RUN_KEY_TAG, WHO_TAG};
use crate::model::request::{ContainerOverride, Overrides, RunTaskRequest, Tag};
use crate::ports::{Choice, Person};

/// The loop of a run reads the clock each time round.
const TOO_MANY_ROUNDS: u64 = 2_000_000;

/// What became of a process.
pub(super) struct Ran {
    pub(super) run: usize,
    pub(super) process: Process,
    pub(super) began: Millis,
    pub(super) ended: Millis,
    pub(super) how: How,
    pub(super) told: Told,
    /// What the person chose, and when.
    pub(super) chosen: Vec<(Millis, Choice)>,
}

pub(super) enum How {
    Killed,
    Finished(Box<Finished>),
    Failed(Failure),
}

/// Plays all runs of a schedule to their ends.
pub(super) async fn play(aws: &Arc<Aws>) -> Vec<Ran> {
    let runs = aws.state().schedule.runs.clone();
    let all: FuturesUnordered<_> = runs
        .into_iter()
        .enumerate()
        .map(|(number, run)| play_run(aws, number, run))
        .collect();
    let mut ran: Vec<_> = all
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .flatten()
        .collect();
    ran.sort_by_key(|ran| ran.process.number);
    ran
}

async fn play_run(aws: &Arc<Aws>, number: usize, run: Run) -> Vec<Ran> {
    let mut ran = Vec::new();
    for process in &run.processes {
        sleep_until(aws.at(process.begins)).await;
        let one = play_process(aws, number, &run, process).await;
        let killed = matches!(one.how, How::Killed);
        ran.push(one);
        if !killed {
            break;
        }
    }
    ran
}

async fn play_process(aws: &Arc<Aws>, number: usize, run: &Run, process: &Process) -> Ran {
    let began = aws.now();
    aws.diary.note(began, || {
        format!(
            "#{} begins: {} {process:?}",
            process.number,
            run.command.join(" ")
        )
    });
    let person = Arc::new(Scripted {
        aws: Arc::clone(aws),
        replies: Mutex::new(process.replies.iter().copied().collect()),
        chosen: Mutex::default(),
    });
    let world = world(aws, process, &person);
    let what = what(run, aws.state().schedule.with_sidecar);
    let mut told = Told::new(aws, process.number, process.behind.clone());
    let mut signals = signals(aws, process);
    let work = Box::pin(launch(&world, &what, &mut signals, &mut told));
    let naps = process
        .naps
        .iter()
        .map(|(from, to)| (aws.at(*from), aws.at(*to)));
    let awake = Suspended::new(work, naps.collect());
    let killed = async {
        match process.killed {
            Some(at) => sleep_until(aws.at(at)).await,
            None => std::future::pending().await,
        }
    };
    let how = tokio::select! {
        biased;
        () = killed => How::Killed,
        ended = awake => match ended {
            Ok(finished) => How::Finished(Box::new(finished)),
            Err(failure) => How::Failed(failure),
        },
    };
    let ended = aws.now();
    aws.diary.note(ended, || match &how {
        How::Killed => format!("#{} is killed", process.number),
        How::Finished(finished) => format!("#{} has finished: {finished:?}", process.number),
        How::Failed(failure) => format!("#{} has failed: {failure:?}", process.number),
    });
    Ran {
        run: number,
        process: process.clone(),
        began,
        ended,
        how,
        told,
        chosen: person.chosen.lock().expect("no panic before").clone(),
    }
}

fn world(aws: &Arc<Aws>, process: &Process, person: &Arc<Scripted>) -> World {
    let view = Arc::new(View {
        aws: Arc::clone(aws),
        process: process.number,
    });
    let (clock, skew) = (Arc::clone(aws), process.skew);
    let rounds = AtomicU64::new(0);
    World {
        tasks: view.clone(),
        logs: view,
        person: Some(person.clone()),
        clock: Arc::new(move || {
            let rounds = rounds.fetch_add(1, Ordering::Relaxed);
            assert!(rounds < TOO_MANY_ROUNDS, "the loop spins");
            clock.wall(skew)
        }),
    }
}

fn what(run: &Run, with_sidecar: bool) -> Launch {
    let tag = |key: &str, value: String| Tag {
        key: key.to_owned(),
        value,
    };
    Launch {
        request: RunTaskRequest {
            cluster: "everruns".to_owned(),
            task_definition: DEFINITION.to_owned(),
            count: 1,
            client_token: String::new(),
            launch_type: Some("FARGATE".to_owned()),
            capacity_provider_strategy: Vec::new(),
            platform_version: None,
            network_configuration: None,
            overrides: Overrides {
                container_overrides: vec![ContainerOverride {
                    name: DECIDING.to_owned(),
                    command: run.command.clone(),
                    environment: Vec::new(),
                }],
                cpu: None,
                memory: None,
            },
            started_by: run.policy.who.clone(),
            tags: vec![
                tag(WHO_TAG, run.policy.who.clone()),
                tag(RUN_KEY_TAG, run.key.to_string()),
            ],
        },
        run_key: run.key.clone(),
        definition: definition(with_sidecar),
        deciding: DECIDING.to_owned(),
        command: run.command.clone(),
        region: REGION.to_owned(),
        reach: None,
        exclusive: Exclusive::default(),
        attach_if_running: run.attach_if_running,
        start_retries: run.start_retries,
        policy: run.policy.clone(),
        policy_for_others: run.policy_for_others.clone(),
        began: Instant::now(),
    }
}

fn signals(aws: &Arc<Aws>, process: &Process) -> impl Stream<Item = Signal> + Unpin + use<> {
    let aws = Arc::clone(aws);
    let number = process.number;
    stream::unfold(process.signals.clone().into_iter(), move |mut rest| {
        let aws = Arc::clone(&aws);
        async move {
            let Some((at, signal)) = rest.next() else {
                return std::future::pending().await;
            };
            sleep_until(aws.at(at)).await;
            aws.diary
                .note(aws.now(), || format!("#{number} gets {}", signal.name()));
            Some((signal, rest))
        }
    })
    .boxed()
}

/// A person who answers as it is written.
struct Scripted {
    aws: Arc<Aws>,
    replies: Mutex<VecDeque<(Millis, Reply)>>,
    chosen: Mutex<Vec<(Millis, Choice)>>,
}

#[async_trait]
impl Person for Scripted {
    async fn choose(&self) -> Option<Choice> {
        let next = self.replies.lock().expect("no panic before").pop_front();
        let (takes, reply) = next.unwrap_or((0, Reply::Silence));
        sleep(Duration::from_millis(takes)).await;
        match reply {
            Reply::Chooses(choice) => {
                let now = self.aws.now();
                self.aws
                    .diary
                    .note(now, || format!("the person chooses {choice:?}"));
                self.chosen
                    .lock()
                    .expect("no panic before")
                    .push((now, choice));
                Some(choice)
            }
            Reply::Nobody => None,
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// A process that is stopped now and then, as by SIGTSTP: its timers go on, it does not.
struct Suspended<F> {
    work: Pin<Box<F>>,
    naps: Vec<(Instant, Instant)>,
    wakes: Pin<Box<Sleep>>,
}

impl<F> Suspended<F> {
    fn new(work: Pin<Box<F>>, naps: Vec<(Instant, Instant)>) -> Self {
        Self {
            work,
            naps,
            wakes: Box::pin(sleep(Duration::ZERO)),
        }
    }
}

impl<F: Future> Future for Suspended<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let now = Instant::now();
        let nap = self
            .naps
            .iter()
            .find(|(from, to)| (*from..*to).contains(&now));
        if let Some((_, to)) = nap.copied() {
            self.wakes.as_mut().reset(to);
            if self.wakes.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
        self.work.as_mut().poll(context)
    }
}
