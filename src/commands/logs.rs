//! `logs`: the log of one container, also when ECS has forgotten its task.

use futures_util::stream::Stream;

use super::attach::drain;
use super::session::{Place, Session, or_left};
use super::{find, stage};
use crate::cli::Options;
use crate::engine::attend::{Attended, End, attend};
use crate::engine::patience::until_signal;
use crate::engine::read::read_to_the_end;
use crate::engine::run::{Signal, World};
use crate::error::Failure;
use crate::model::arn::TaskName;
use crate::model::event::{Finished, LogSummary, rfc3339_millis};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::task::EpochMillis;
use crate::settings::{self, Settings};

pub(super) mod locate;

use locate::{Located, Wanted};

/// Shows a task's log. Everything it has to say has been said when it returns.
pub async fn logs(options: &Options, task: &str, follow: bool, since: Option<&str>) -> ExitStatus {
    let words = || {
        let name = find::name(task)?;
        Ok((name, since.map(settings::since).transpose()?))
    };
    let opened = Session::about_task(options, words, |(name, _)| Some(name)).await;
    let (mut session, asked) = match opened {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (name, since) = asked.words;
    let since = since.map(|back| {
        let back = i64::try_from(back.as_millis()).unwrap_or(i64::MAX);
        (asked.world.clock)().as_millisecond().saturating_sub(back)
    });
    let Session {
        gathered,
        stage,
        signals,
    } = &mut session;
    let show = Show {
        world: &asked.world,
        place: &asked.place,
        settings: &gathered.settings,
        name: &name,
        asked: asked.container_by_flag,
        since,
        follow,
    };
    let ended = show.carry_out(signals, stage).await;
    session.close(Some(asked.aws), ended).await
}

/// What is to be shown.
struct Show<'s> {
    world: &'s World,
    place: &'s Place,
    settings: &'s Settings,
    name: &'s TaskName,
    /// Whether the container was named by a flag.
    asked: bool,
    since: Option<EpochMillis>,
    follow: bool,
}

impl Show<'_> {
    async fn carry_out(
        &self,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        stage: &mut stage::Stage,
    ) -> Result<Finished, Failure> {
        let wanted = Wanted {
            name: self.name,
            settings: self.settings,
            asked: self.asked,
            since: self.since,
        };
        let locating = wanted.locate(self.world, self.place, stage);
        let located = or_left(locating, signals).await?;
        if self.follow && located.task.is_some() {
            return self.follow(located, signals, stage).await;
        }
        let mut lines = 0;
        let reading = read_to_the_end(self.world, &located.source, &mut lines, stage);
        match until_signal(reading, signals).await {
            Ok(Ok(())) => Ok(self.read(&located, lines, false)),
            Ok(Err(error)) => Err(located.unreadable(self.place, &error)),
            Err(signal) => Ok(left(&located, lines, signal)),
        }
    }

    /// Reads along until the container has ended.
    async fn follow(
        &self,
        located: Located,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        stage: &mut stage::Stage,
    ) -> Result<Finished, Failure> {
        let Some(task) = located.task.clone() else {
            return Err(find::nowhere(self.place, self.name));
        };
        let attended = Attended {
            cluster: self.place.cluster.clone(),
            reach: self.place.reach.clone(),
            credentials_grace: self.settings.credentials_grace,
            drain: drain(self.settings.drain, &task, (self.world.clock)()),
            task,
            container: located.source.container.clone(),
            log: Some(located.source.clone()),
            started: None,
            done: None,
        };
        let attendance = attend(self.world, attended, signals, stage).await;
        let located = Located {
            task: Some(attendance.task),
            ..located
        };
        let lines = attendance.lines;
        match attendance.end {
            End::Signal(signal) => Ok(left(&located, lines, signal)),
            End::Over(None) if !attendance.ran && lines == 0 => Err(located.never_ran(self.place)),
            End::Over(None) => Ok(self.read(&located, lines, true)),
            End::Unread => Ok(located.finished(lines, &["nobody reads it any longer".to_owned()])),
            End::Over(Some(why)) | End::GaveUp(why) => {
                // How to go on by hand is no part of what is missing.
                let note = why.lines().next().unwrap_or_default().to_owned();
                let mut finished = located.finished(lines, &[note]);
                finished.outcome = Outcome::ToolFailed;
                finished.exit_code = ExitStatus::TOOL_FAILED;
                finished.error = Some(format!("the log was not read to its end: {why}"));
                Ok(finished)
            }
        }
    }

    /// The stream was read to its end; `waited`: also for lines that come late.
    fn read(&self, located: &Located, lines: u64, waited: bool) -> Finished {
        let mut notes = Vec::new();
        if let Some(since) = self.since {
            let since = rfc3339_millis(since);
            notes.push(format!("lines before {since} were left out (--since)"));
        }
        if located.runs_on() {
            notes.push(format!(
                "container `{}` is still running; --follow shows what it writes later",
                located.source.container
            ));
        }
        let now = (self.world.clock)();
        let ended_lately = |task| !located.runs_on() && drain(None, task, now).is_none();
        if !waited && located.task.as_ref().is_some_and(ended_lately) {
            notes.push(format!(
                "container `{}` may have ended a moment ago, and its last lines may be on their way; --follow waits for them",
                located.source.container
            ));
        }
        located.finished(lines, &notes)
    }
}

fn left(located: &Located, lines: u64, signal: Signal) -> Finished {
    let note = format!("{}: left before its end", signal.name());
    Finished {
        outcome: Outcome::Interrupted,
        exit_code: signal.exit_status(),
        logs: LogSummary {
            lines,
            complete: false,
            note: Some(note),
        },
        ..located.finished(lines, &[])
    }
}
