//! `stop`: tells a task to stop, and waits for its end.

use futures_util::stream::Stream;
use jiff::Timestamp;
use tokio::time::Instant;

use super::session::{Place, Session, left, or_left};
use super::{confirm, connect, find, person, stage};
use crate::cli::Options;
use crate::engine::attend::{Attendance, Attended, End, attend};
use crate::engine::introduce::found;
use crate::engine::patience::until_signal;
use crate::engine::refusal::by_kind;
use crate::engine::run::{Signal, World};
use crate::engine::vigil::{ask, ask_once};
use crate::error::Failure;
use crate::model::arn::TaskName;
use crate::model::definition::TaskDefinition;
use crate::model::event::{EventKind, Finished, Sink, Warning};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::task::{TaskSnapshot, task_id};
use crate::ports::{CallError, CallErrorKind};
use crate::settings::Settings;

mod target;

use target::Target;

/// Stops a task. Everything it has to say has been said when it returns.
pub async fn stop(options: &Options, task: &str, reason: Option<&str>) -> ExitStatus {
    let began = Instant::now();
    let who = connect::identity().who();
    let words = || Ok((find::name(task)?, target::reason(&who, reason)?));
    let opened = Session::about_task(options, words, |(name, _)| Some(name)).await;
    let (mut session, asked) = match opened {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (name, reason) = asked.words;
    let Session {
        gathered,
        stage,
        signals,
    } = &mut session;
    let order = Order {
        world: &asked.world,
        place: &asked.place,
        settings: &gathered.settings,
        name: &name,
        asked: asked.container_by_flag,
        reason,
        only_say: options.dry_run,
        began,
    };
    let ended = order.carry_out(signals, stage).await;
    session.close(Some(asked.aws), ended).await
}

/// What is to be stopped, and why.
struct Order<'s> {
    world: &'s World,
    place: &'s Place,
    settings: &'s Settings,
    name: &'s TaskName,
    /// Whether the container was named by a flag.
    asked: bool,
    reason: String,
    /// Whether nothing is to be changed.
    only_say: bool,
    began: Instant,
}

impl Order<'_> {
    async fn carry_out(
        &self,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<Finished, Failure> {
        let target = or_left(self.find(sink), signals).await?;
        let now = (self.world.clock)();
        if target.has_ended() {
            warn(sink, "already-ended", target.how_it_ended(now));
            return Ok(target.finished(Outcome::Succeeded, ExitStatus::SUCCESS, self.began));
        }
        if self.only_say {
            let would = format!(
                "dry run: nothing was stopped; it would {}, with the reason `{}`",
                target.what(self.place, now),
                self.reason
            );
            warn(sink, "dry-run", would);
            return Ok(target.finished(Outcome::Succeeded, ExitStatus::SUCCESS, self.began));
        }
        self.confirm(&target, now, signals, sink).await?;
        let id = task_id(&target.task.arn).to_owned();
        match until_signal(self.tell(&target, sink), signals).await {
            Ok(told) => told.map_err(|error| self.refused(&id, &error))?,
            Err(signal) => {
                let message = format!(
                    "{}: leaving; task {id} may have been told to stop: {} shows it",
                    signal.name(),
                    self.place.command("ps"),
                );
                return Err(Failure::new(
                    Outcome::Interrupted,
                    signal.exit_status(),
                    message,
                ));
            }
        }
        self.wait(target, signals, sink).await
    }

    async fn find(&self, sink: &mut dyn Sink) -> Result<Target, Failure> {
        let task = find::task(self.world, self.place, self.name, sink)
            .await?
            .ok_or_else(|| find::unknown(self.place, self.name))?;
        // Only words of the question and of the end come from there: a stop does not depend on it.
        let definition = self.definition(&task, sink).await;
        let task = if self.asks() && task.tags.is_empty() {
            self.with_tags(task, sink).await
        } else {
            task
        };
        let named = self.settings.container.as_deref();
        let asked = named.filter(|_| self.asked);
        Target::new(task, definition, asked, named)
    }

    async fn definition(&self, task: &TaskSnapshot, sink: &mut dyn Sink) -> Option<TaskDefinition> {
        let name = task.definition_arn.as_deref()?;
        let look = self.world.tasks.describe_definition(name);
        ask_once(self.world, "reading the task definition", sink, look)
            .await
            .ok()
    }

    /// The task with its tags, where they can be had: they say who started it.
    async fn with_tags(&self, task: TaskSnapshot, sink: &mut dyn Sink) -> TaskSnapshot {
        let family = crate::model::task::family(task.definition_arn.as_deref().unwrap_or_default());
        let tasks = self.world.tasks.family_tasks(&self.place.cluster, family);
        let tasks = ask_once(self.world, "looking who started the task", sink, tasks).await;
        let tasks = tasks.unwrap_or_default();
        let same = tasks.into_iter().find(|other| other.arn == task.arn);
        same.unwrap_or(task)
    }

    fn asks(&self) -> bool {
        !self.settings.yes && !self.only_say
    }

    async fn confirm(
        &self,
        target: &Target,
        now: Timestamp,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<(), Failure> {
        if !self.asks() {
            return Ok(());
        }
        let what = target.what(self.place, now);
        if !person::is_there() {
            return Err(Failure::usage(format!(
                "nothing was stopped: it would {what}, and there is nobody to ask"
            ))
            .hinted("without a terminal, --yes says that it shall be stopped"));
        }
        let question = format!("{what}? [y/N] ");
        let yes = confirm::says_yes(question, signals, sink).await;
        if yes.map_err(left)? {
            return Ok(());
        }
        Err(Failure::usage("not confirmed: nothing was stopped").hinted("--yes answers in advance"))
    }

    async fn tell(&self, target: &Target, sink: &mut dyn Sink) -> Result<(), CallError> {
        let (cluster, arn) = (&self.place.cluster, &target.task.arn);
        let tell = || self.world.tasks.stop_task(cluster, arn, &self.reason);
        ask(self.world, "telling the task to stop", sink, tell).await
    }

    fn refused(&self, id: &str, error: &CallError) -> Failure {
        let failure = by_kind(error, &format!("task {id} could not be told to stop"));
        match error.kind {
            CallErrorKind::Denied => failure.hinted(format!(
                "the operation is ecs:StopTask on task/{}/*",
                self.place.cluster
            )),
            _ => failure.hinted(format!(
                "{} shows whether it runs",
                self.place.command("ps")
            )),
        }
    }

    /// Waits for the end of the container.
    async fn wait(
        &self,
        target: Target,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<Finished, Failure> {
        let place = (self.place.cluster.as_str(), self.place.region.as_str());
        let attended = Attended {
            cluster: self.place.cluster.clone(),
            task: target.task.clone(),
            container: target.container.clone(),
            log: None,
            reach: self.place.reach.clone(),
            credentials_grace: self.settings.credentials_grace,
            drain: None,
            started: Some(found(
                &target.task,
                target.definition.as_ref(),
                place,
                &target.container,
                self.place.reach.as_ref(),
            )),
            done: Some("told to stop; waiting for the container's end".to_owned()),
        };
        let attendance = attend(self.world, attended, &mut *signals, sink).await;
        Ok(self.ended(target, attendance, sink))
    }

    fn ended(&self, target: Target, attendance: Attendance, sink: &mut dyn Sink) -> Finished {
        let target = Target {
            task: attendance.task,
            ..target
        };
        match attendance.end {
            End::Signal(signal) => {
                let message = format!(
                    "{}: leaving; the task was told to stop and may still be ending",
                    signal.name()
                );
                warn(sink, "interrupted", message);
                target.finished(Outcome::Interrupted, signal.exit_status(), self.began)
            }
            End::GaveUp(why) => Finished {
                error: Some(format!(
                    "the task was told to stop, and its end was not seen: {why}"
                )),
                ..target.finished(Outcome::ToolFailed, ExitStatus::TOOL_FAILED, self.began)
            },
            End::Over(_) | End::Unread => {
                let outcome = target.outcome(attendance.ran);
                target.finished(outcome, ExitStatus::SUCCESS, self.began)
            }
        }
    }
}

fn warn(sink: &mut dyn Sink, code: &'static str, message: String) {
    stage::say(sink, EventKind::Warning(Warning { code, message }));
}
