//! One run from before its start to its end: nobody in the way, one task, its whole log; again
//! where the task could not start for a reason that passes by itself.

use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::time::{Instant, sleep};

use super::before::{Found, before_start};
use super::follower::{Followed, Guard};
use super::in_time;
use super::pace::Pace;
use super::patience::{or_signal, until_signal};
use super::run::{Signal, World, follow};
use super::says;
use super::start::{Started, Starter};
use super::vigil::ask;
use super::writer::{described, other_writer};
use crate::error::Failure;
use crate::model::definition::TaskDefinition;
use crate::model::event::{EventKind, Finished, Sink, Warning};
use crate::model::exclusive::Exclusive;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::passing::may_start_later;
use crate::model::policy::Policy;
use crate::model::reach::Reach;
use crate::model::request::RunTaskRequest;
use crate::model::run_key::RunKey;
use crate::model::task::{TaskSnapshot, family, task_id};
use crate::model::writers::{command_of, is_alive, is_of_run};

/// How often a task that never started is started again.
const STARTED_AGAIN: u32 = 2;
/// Before the first of these; longer before the next.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What is to be started, and how patiently.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The request; its client token is set for each try.
    pub request: RunTaskRequest,
    /// What names the run.
    pub run_key: RunKey,
    /// The definition it is started from.
    pub definition: TaskDefinition,
    /// The deciding container.
    pub deciding: String,
    /// The words it gets.
    pub command: Vec<String>,
    /// The region.
    pub region: String,
    /// What leads to the same account, for commands that are shown.
    pub reach: Option<Reach>,
    /// Which commands must not run beside each other.
    pub exclusive: Exclusive,
    /// Whether to follow a writer that is in the way.
    pub attach_if_running: bool,
    /// How often a start that AWS could not give is tried again.
    pub start_retries: u32,
    /// The patience with the run's own task.
    pub policy: Policy,
    /// The patience with somebody else's.
    pub policy_for_others: Policy,
    /// When the run began.
    pub began: Instant,
}

impl Launch {
    /// Whether no other writer must run beside this run.
    #[must_use]
    pub fn is_exclusive(&self) -> bool {
        self.exclusive.covers(&self.command)
    }

    /// Whether a task belongs to this run, whichever process has started it.
    pub(super) fn owns(&self, task: &TaskSnapshot) -> bool {
        let run_key = self.run_key.to_string();
        is_of_run(task, &self.definition, &run_key, &self.command)
    }

    /// How to see which tasks there are.
    pub(super) fn list(&self) -> String {
        says::list(
            self.reach.as_ref(),
            &self.region,
            &self.request.cluster,
            family(&self.definition.arn),
        )
    }

    /// Whether to follow a writer that is in the way: the end of another command says nothing
    /// about this one.
    fn may_follow(&self, writer: &TaskSnapshot) -> bool {
        self.attach_if_running && command_of(writer, &self.definition) == self.command
    }

    fn followed(&self, begun: Started) -> Followed {
        Followed {
            cluster: self.request.cluster.clone(),
            region: self.region.clone(),
            reach: self.reach.clone(),
            definition: self.definition.clone(),
            deciding: self.deciding.clone(),
            command: self.command.clone(),
            task: begun.task,
            attached: begun.attached,
            just_created: begun.just_created,
            guard: self.is_exclusive().then(|| Guard {
                exclusive: self.exclusive.clone(),
                run_key: self.run_key.to_string(),
            }),
            began: self.began,
        }
    }
}

/// Carries a run out. A failure means that this process knows of no task of it; the last event,
/// `finished`, is the caller's.
pub async fn launch(
    world: &World,
    launch: &Launch,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<Finished, Failure> {
    let mut last = None;
    match (
        carry_out(world, launch, &mut last, signals, sink).await,
        last,
    ) {
        // What became of the task that was there is not forgotten.
        (Err(failure), Some(task)) => Ok(ended_by(&failure, task)),
        (result, _) => result,
    }
}

/// The end of a run whose task never started, and that could not have another one.
fn ended_by(failure: &Failure, task: Finished) -> Finished {
    let error = match failure.outcome {
        // Another task is there, and left.
        Outcome::Detached => failure.to_string(),
        _ => format!("no other task was started: {failure}"),
    };
    Finished {
        outcome: failure.outcome,
        exit_code: failure.exit,
        error: Some(error),
        ..task
    }
}

/// `last` is the end of the last task that was followed and came to nothing.
async fn carry_out(
    world: &World,
    launch: &Launch,
    last: &mut Option<Finished>,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<Finished, Failure> {
    let mut starter = Starter::new(world, launch);
    let mut pause = Pace::new(AGAIN_AFTER, fastrand::Rng::new());
    let mut again = 0;
    loop {
        let begun = match before_start(world, launch, starter.tried(), signals, sink).await? {
            Found::Own(task) => {
                starter.note(&task.arn);
                Started::found(*task)
            }
            Found::Writer(writer) if launch.may_follow(&writer) => {
                return follow_other(world, launch, *writer, signals, sink).await;
            }
            Found::Writer(writer) => return Ok(refused(launch, &writer, world)),
            Found::Nobody => starter.start(signals, sink).await?,
        };
        if begun.attached {
            world.say_all(sink, about_found(launch, &begun.task));
        }
        let signal = begun.signal;
        let followed = as_started(world, launch, begun, signals, sink).await?;
        let heard = stream::iter(signal).chain(&mut *signals);
        let finished = follow(world, followed, launch.policy.clone(), heard, sink).await;
        match gave_way_to(world, launch, &finished, signals, sink).await {
            Ok(Some(writer)) => {
                *last = Some(finished);
                return follow_other(world, launch, writer, signals, sink).await;
            }
            Ok(None) => {}
            Err(signal) => return Ok(interrupted_then(signal, finished)),
        }
        if again == STARTED_AGAIN || !may_start_again(&finished) {
            return Ok(finished);
        }
        *last = Some(finished.clone());
        again += 1;
        let waits = pause.failed();
        world.say(sink, EventKind::Warning(start_again(&finished, again)));
        if let Err(signal) = until_signal(sleep(waits), signals).await {
            return Ok(interrupted_then(signal, finished));
        }
        starter.task_failed();
    }
}

/// The end of a run whose task never started, by a signal before there was another task.
fn interrupted_then(signal: Signal, finished: Finished) -> Finished {
    Finished {
        outcome: Outcome::Interrupted,
        exit_code: signal.exit_status(),
        error: Some(format!("{}: no other task was started", signal.name())),
        ..finished
    }
}

/// Whether a task that is over may be started again: no container of it ever ran, nobody wanted
/// its end, and the reason passes by itself.
fn may_start_again(finished: &Finished) -> bool {
    let reasons = finished
        .containers
        .iter()
        .filter_map(|container| container.reason.as_deref())
        .chain(finished.stopped_reason.as_deref());
    finished.outcome == Outcome::NeverStarted
        && !finished.ran
        && finished.in_the_way.is_none()
        && may_start_later(finished.stop_code.as_deref(), reasons)
}

fn start_again(finished: &Finished, again: u32) -> Warning {
    let reason = finished
        .stopped_reason
        .as_deref()
        .or(finished.stop_code.as_deref())
        .unwrap_or("ECS gave no reason");
    Warning {
        code: "start-again",
        message: format!(
            "task {} stopped before a container of it started: {reason}; starting another one ({again} of {STARTED_AGAIN})",
            finished.task_arn.as_deref().unwrap_or_default(),
        ),
    }
}

/// The run's end where a writer is in the way.
fn refused(launch: &Launch, writer: &TaskSnapshot, world: &World) -> Finished {
    let other = other_writer(writer, &launch.definition, &launch.exclusive);
    let failure = described(
        &other,
        &launch.command,
        launch.reach.as_ref(),
        (world.clock)(),
    );
    Finished {
        in_the_way: Some(other),
        ..Finished::without_task(
            Outcome::NeverStarted,
            ExitStatus::NEVER_STARTED,
            Some(failure.to_string()),
        )
    }
}

/// The writer in whose favour the run's own task was stopped, as ECS shows it now.
async fn gave_way_to(
    world: &World,
    launch: &Launch,
    finished: &Finished,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<Option<TaskSnapshot>, Signal> {
    let writer = finished.in_the_way.as_ref();
    // Who was interrupted meanwhile wants no other task.
    let gave_way = finished.outcome == Outcome::NeverStarted && !finished.ran;
    let Some(writer) = writer.filter(|_| gave_way && launch.attach_if_running) else {
        return Ok(None);
    };
    let message = format!(
        "this run's task has given way; going over to task {}",
        task_id(&writer.task_arn)
    );
    let going_over = Warning {
        code: "gave-way",
        message,
    };
    world.say(sink, EventKind::Warning(going_over));
    let cluster = &launch.request.cluster;
    let look = in_time::describe_task(&*world.tasks, cluster, &writer.task_arn);
    let what = "looking at the task that is in the way";
    let answer = or_signal(look, what, &world.clock, signals, sink).await?;
    Ok(answer.ok().flatten().filter(|task| launch.may_follow(task)))
}

async fn follow_other(
    world: &World,
    launch: &Launch,
    writer: TaskSnapshot,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<Finished, Failure> {
    world.say_all(sink, about_found(launch, &writer));
    let followed = Followed {
        guard: None,
        ..as_started(world, launch, Started::found(writer), signals, sink).await?
    };
    let policy = launch.policy_for_others.clone();
    Ok(follow(world, followed, policy, signals, sink).await)
}

/// A task to follow, as it was started: from its own revision, with the words it was given.
async fn as_started(
    world: &World,
    launch: &Launch,
    begun: Started,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<Followed, Failure> {
    let other_revision = begun.task.definition_arn.clone();
    let Some(arn) = other_revision.filter(|arn| *arn != launch.definition.arn) else {
        return Ok(launch.followed(begun));
    };
    let what = "waiting for the task definition of the other task";
    let tasks = &*world.tasks;
    let read = ask(world, what, sink, || {
        in_time::describe_definition(tasks, &arn)
    });
    let definition = match until_signal(read, signals).await {
        Ok(Ok(definition)) => definition,
        // Its log cannot be found then, and that is said while following.
        Ok(Err(_)) => TaskDefinition {
            arn,
            ..TaskDefinition::default()
        },
        Err(signal) => return Err(left_unfollowed(launch, signal, &begun.task.arn)),
    };
    let commanded = begun.task.commanded().map(|(name, _)| name.to_owned());
    Ok(Followed {
        definition,
        deciding: commanded.unwrap_or_else(|| launch.deciding.clone()),
        ..launch.followed(begun)
    })
}

/// A signal came before a task that was found could be followed.
fn left_unfollowed(launch: &Launch, signal: Signal, task_arn: &str) -> Failure {
    let name = signal.name();
    Failure::new(
        Outcome::Detached,
        signal.exit_status(),
        format!(
            "{name}: leaving the task running\n{}",
            says::by_hand(launch.reach.as_ref(), task_arn)
        ),
    )
}

/// What has to be known of a task that was found and is followed in place of a new one.
fn about_found(launch: &Launch, task: &TaskSnapshot) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let id = task_id(&task.arn);
    if !is_alive(task) {
        warnings.push(Warning {
            code: "ran-before",
            message: format!(
                "this run has had its task before, and that has ended: showing task {id} again; \
                 to run the command once more, give the run another name with --run-key"
            ),
        });
    }
    if let Some(arn) = &task.definition_arn
        && *arn != launch.definition.arn
    {
        let name = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
        warnings.push(Warning {
            code: "other-revision",
            message: format!(
                "task {id} was started from {}, not from {}: what is new in the latter is not in it",
                name(arn),
                name(&launch.definition.arn)
            ),
        });
    }
    warnings
}
