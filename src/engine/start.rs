//! Starting the task, once: each try of one start bears one client token, and where an answer was
//! lost, the task that may have come of it is looked for first.

use std::time::Duration;

use futures_util::stream::Stream;
use tokio::time::sleep;

use super::before::own;
use super::in_time;
use super::launch::Launch;
use super::pace::Pace;
use super::patience::{or_signal, to_the_end};
use super::refusal::{interrupted, not_placed, not_taken, reason};
use super::run::{Signal, World};
use super::says;
use crate::error::Failure;
use crate::model::event::{EventKind, Sink, Warning};
use crate::model::outcome::Outcome;
use crate::model::passing::may_be_placed_later;
use crate::model::task::{TaskSnapshot, family, task_id};
use crate::model::writers::{came_to_nothing, command_of};
use crate::ports::{CallError, CallErrorKind, RunTaskAnswer, StartFailure};

/// Before the second try; twice as long before each further one.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// A task that was created so much before it was asked for was there already.
const CREATED_BEFORE_MS: i64 = 10_000;
/// How often, and how long between two times, a task is looked for that must be there.
const LOOKS: u32 = 8;
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// No run comes near so many starts: something answers that is not AWS.
const STARTS: u32 = 100;
const WAITING: &str = "waiting for the answer of RunTask";

/// There is a task.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) task: TaskSnapshot,
    /// Whether it was there before this process asked for it.
    pub(super) attached: bool,
    /// Whether it was created at the moment of its answer.
    pub(super) just_created: bool,
    /// A signal that came while the answer was waited for.
    pub(super) signal: Option<Signal>,
}

impl Started {
    pub(super) fn found(task: TaskSnapshot) -> Self {
        Self {
            task,
            attached: true,
            just_created: false,
            signal: None,
        }
    }
}

/// Starts a run's task, and the next one where the first never came to run.
pub(super) struct Starter<'a> {
    world: &'a World,
    launch: &'a Launch,
    /// Which start of this run it is: each has a client token of its own.
    start: u32,
    /// Tasks of this run that this process knows.
    tried: Vec<String>,
}

/// What one try led to.
enum Next {
    Started(Box<Started>),
    /// To be tried again, for this reason.
    Again(String),
}

impl<'a> Starter<'a> {
    pub(super) fn new(world: &'a World, launch: &'a Launch) -> Self {
        Self {
            world,
            launch,
            start: 0,
            tried: Vec::new(),
        }
    }

    /// The tasks of this run that this process has followed.
    pub(super) fn tried(&self) -> &[String] {
        &self.tried
    }

    /// A task of this run was found.
    pub(super) fn note(&mut self, arn: &str) {
        self.tried.push(arn.to_owned());
    }

    /// The task never started: the next one needs another token.
    pub(super) fn task_failed(&mut self) {
        self.start += 1;
    }

    /// Starts the task. Every way in which AWS does not start it is a [`Failure`] with AWS's reason
    /// in full and the next step; what may pass by itself is tried again before.
    pub(super) async fn start(
        &mut self,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<Started, Failure> {
        let mut pace = Pace::new(TRY_AGAIN, fastrand::Rng::new());
        let mut doubtful = false;
        let mut tries = 0;
        loop {
            let clock = &self.world.clock;
            let one_try = self.one_try(&mut doubtful, tries);
            let (next, signal) = match to_the_end(one_try, WAITING, clock, signals, sink).await {
                Ok(answered) => answered,
                // The answer that is on its way may tell of a task.
                Err(signal) => return Err(self.given_up(signal, true)),
            };
            let reason = match next? {
                Next::Started(started) => {
                    self.note(&started.task.arn);
                    return Ok(Started { signal, ..*started });
                }
                Next::Again(reason) => reason,
            };
            if let Some(signal) = signal {
                return self.look_once_more(signal, doubtful, signals, sink).await;
            }
            tries += 1;
            let pause = pace.failed();
            let of = self.launch.start_retries;
            self.world.say(
                sink,
                EventKind::Warning(Warning {
                    code: "start-retry",
                    message: format!(
                        "{reason}; trying again in {} ({tries} of {of}, --start-retries)",
                        says::duration(pause)
                    ),
                }),
            );
            let waits = or_signal(sleep(pause), "waiting to try again", clock, signals, sink);
            if let Err(signal) = waits.await {
                return self.look_once_more(signal, doubtful, signals, sink).await;
            }
        }
    }

    /// Asks for the task once. `tries`: how often it was asked for before.
    async fn one_try(&mut self, doubtful: &mut bool, tries: u32) -> Result<Next, Failure> {
        if *doubtful && let Some(started) = self.came_of_it().await {
            return Ok(Next::Started(Box::new(started)));
        }
        if self.start >= STARTS {
            return Err(Failure::tool(format!(
                "no task was started: {STARTS} client tokens of this run were used before"
            ))
            .hinted("give the run another name with --run-key"));
        }
        let mut request = self.launch.request.clone();
        request.client_token = self.launch.run_key.token(self.start);
        let asked_at = (self.world.clock)().as_millisecond();
        let may_try = tries < self.launch.start_retries;
        match in_time::run_task(&*self.world.tasks, &request).await {
            Ok(RunTaskAnswer::Task(task)) => {
                let task = self.in_full(*task).await;
                // What came of a try whose answer was lost is this process's own, and is told.
                let is_past = !*doubtful && self.launch.run_key.is_repeatable();
                if self.tried.contains(&task.arn) || (is_past && came_to_nothing(&task)) {
                    // The token of a start that came to nothing.
                    self.start += 1;
                    return Box::pin(self.one_try(doubtful, tries)).await;
                }
                let attached = !*doubtful && self.was_there(&task, asked_at);
                let first = tries == 0 && !*doubtful;
                Ok(Next::Started(Box::new(Started {
                    attached,
                    just_created: first && !self.launch.run_key.is_repeatable(),
                    ..Started::found(task)
                })))
            }
            Ok(RunTaskAnswer::Conflict { tasks, message }) => {
                if let Some(started) = self.conflict(&tasks, &message).await? {
                    return Ok(Next::Started(Box::new(started)));
                }
                self.start += 1;
                Box::pin(self.one_try(doubtful, tries)).await
            }
            Ok(RunTaskAnswer::Failures(failures)) if may_try && pass(&failures) => {
                // The same token would bring the same failures.
                self.start += 1;
                let reasons: Vec<_> = failures.iter().map(reason).collect();
                Ok(Next::Again(format!(
                    "ECS started no task: {}",
                    reasons.join("; ")
                )))
            }
            Ok(RunTaskAnswer::Failures(failures)) => Err(not_placed(&failures)),
            Err(error) => {
                *doubtful |= matches!(error.kind, CallErrorKind::Doubtful | CallErrorKind::Service);
                if may_try && passes(&error) {
                    let state = if *doubtful {
                        "it is not known yet whether the task was started"
                    } else {
                        "no task was started yet"
                    };
                    return Ok(Next::Again(format!("{state}: {error}")));
                }
                self.refused(error, *doubtful).await
            }
        }
    }

    /// The last word on a start. Where an earlier answer was lost, a refusal of a later try says
    /// nothing about the earlier one.
    async fn refused(&self, mut error: CallError, doubtful: bool) -> Result<Next, Failure> {
        if doubtful && let Some(started) = self.came_of_it().await {
            return Ok(Next::Started(Box::new(started)));
        }
        if doubtful && error.kind != CallErrorKind::Service {
            error.kind = CallErrorKind::Doubtful;
        }
        Err(not_taken(&error, &self.launch.list()))
    }

    /// The task that an answer which was lost would have told of.
    async fn came_of_it(&self) -> Option<Started> {
        let cluster = &self.launch.request.cluster;
        let family = family(&self.launch.definition.arn);
        let tasks = in_time::family_tasks(&*self.world.tasks, cluster, family)
            .await
            .ok()?;
        let own = own(self.launch, &tasks, &self.tried)?;
        Some(Started {
            attached: false,
            ..Started::found(own.clone())
        })
    }

    /// Whether the answer tells of a task that was there before: another process of this run has
    /// started it.
    fn was_there(&self, task: &TaskSnapshot, asked_at: i64) -> bool {
        let is_new = matches!(task.last_status.as_str(), "PROVISIONING" | "PENDING");
        let created_before = task
            .times
            .created
            .is_some_and(|created| created + CREATED_BEFORE_MS < asked_at);
        self.launch.run_key.is_repeatable() && (!is_new || created_before)
    }

    /// A token that comes again brings little of a task that has stopped: all of it, if ECS has it.
    async fn in_full(&self, task: TaskSnapshot) -> TaskSnapshot {
        if !task.is_stopped() || !task.containers.is_empty() {
            return task;
        }
        let cluster = &self.launch.request.cluster;
        let look = in_time::describe_task(&*self.world.tasks, cluster, &task.arn).await;
        look.ok().flatten().unwrap_or(task)
    }

    /// The run's token was used for another request: its task is followed if it runs the same
    /// words, and passed over if it came to nothing.
    async fn conflict(&self, tasks: &[String], message: &str) -> Result<Option<Started>, Failure> {
        let launch = self.launch;
        let Some(arn) = tasks.first() else {
            return Err(Failure::never_started(format!(
                "the task was not started: ConflictException: {message}"
            ))
            .hinted("AWS does not say which task has used the token; give the run another name with --run-key"));
        };
        let other = match self.look_patiently(arn).await {
            Ok(Some(task)) if command_of(&task, &launch.definition) == launch.command => {
                let follows = !self.tried.contains(&task.arn) && !came_to_nothing(&task);
                return Ok(follows.then(|| Started::found(task)));
            }
            Ok(Some(task)) => format!("`{}`", command_of(&task, &launch.definition).join(" ")),
            Ok(None) => "a command that ECS has forgotten".to_owned(),
            Err(error) => format!("a command that could not be looked up ({error})"),
        };
        Err(Failure::never_started(format!(
            "the task was not started: this run's name was used before for task {}, which runs {other}, not `{}`: {message}",
            task_id(arn),
            launch.command.join(" "),
        ))
        .hinted(format!(
            "to look at it: {}",
            says::command("attach", launch.reach.as_ref(), arn)
        ))
        .hinted("give this run another name with --run-key"))
    }

    /// A look at a task that was started a moment ago may not show it.
    async fn look_patiently(&self, arn: &str) -> Result<Option<TaskSnapshot>, CallError> {
        let (tasks, cluster) = (&*self.world.tasks, &self.launch.request.cluster);
        for _ in 0..LOOKS {
            let look = in_time::describe_task(tasks, cluster, arn).await;
            let again = match &look {
                Ok(task) => task.is_none(),
                Err(error) => error.kind.is_passing(),
            };
            if !again {
                return look;
            }
            sleep(BETWEEN_LOOKS).await;
        }
        in_time::describe_task(tasks, cluster, arn).await
    }

    /// A signal ends the tries: only a task that may have come of them is waited for.
    async fn look_once_more(
        &self,
        signal: Signal,
        doubtful: bool,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<Started, Failure> {
        if !doubtful {
            return Err(self.given_up(signal, doubtful));
        }
        let message = format!(
            "{}: looking first whether a task was started; the same again leaves at once",
            signal.name()
        );
        let interrupted = Warning {
            code: "interrupted",
            message,
        };
        self.world.say(sink, EventKind::Warning(interrupted));
        let what = "looking whether a task was started";
        let look = or_signal(self.came_of_it(), what, &self.world.clock, signals, sink);
        let found = look.await.map_err(|again| self.given_up(again, doubtful))?;
        found
            .map(|started| Started {
                signal: Some(signal),
                ..started
            })
            .ok_or_else(|| self.given_up(signal, doubtful))
    }

    fn given_up(&self, signal: Signal, doubtful: bool) -> Failure {
        if !doubtful {
            return interrupted(signal);
        }
        Failure::new(
            Outcome::Interrupted,
            signal.exit_status(),
            format!(
                "{}: leaving; it is not known whether the task was started",
                signal.name()
            ),
        )
        .hinted(format!(
            "look before running it again: {}",
            self.launch.list()
        ))
    }
}

fn pass(failures: &[StartFailure]) -> bool {
    !failures.is_empty()
        && failures
            .iter()
            .all(|failure| may_be_placed_later(&failure.reason, failure.detail.as_deref()))
}

fn passes(error: &CallError) -> bool {
    match error.kind {
        CallErrorKind::Throttled
        | CallErrorKind::Network
        | CallErrorKind::Service
        | CallErrorKind::Doubtful => true,
        CallErrorKind::Rejected => may_be_placed_later(&error.message, None),
        CallErrorKind::Denied | CallErrorKind::Credentials | CallErrorKind::NotSent => false,
    }
}
