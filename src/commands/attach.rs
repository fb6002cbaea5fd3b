//! `attach`: follows a task that exists as if this run had started it.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::session::{Place, Session, or_left};
use super::{connect, explain, find, policy};
use crate::cli::Options;
use crate::engine::follower::Followed;
use crate::engine::run::{World, follow};
use crate::error::Failure;
use crate::model::arn::TaskName;
use crate::model::event::{Finished, Sink};
use crate::model::outcome::ExitStatus;
use crate::model::policy::Policy;
use crate::model::task::{EpochMillis, TaskSnapshot};
use crate::model::writers::command_of;
use crate::record::{About, Recorder};
use crate::settings::Settings;

/// No stream is watched for longer after its container's end: what is older is all there.
const NO_LONGER_LATE: Duration = Duration::from_mins(2);

/// Follows a task that exists. Everything it has to say has been said when it returns.
pub async fn attach(options: &Options, task: Option<&str>) -> ExitStatus {
    let began = Instant::now();
    let name = || task.map(find::name).transpose();
    let (mut session, asked) = match Session::about_task(options, name, Option::as_ref).await {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let policy = policy::of_others(
        session.settings(),
        &session.gathered.layers,
        &connect::identity(),
    );
    let Session {
        gathered,
        stage,
        signals,
    } = &mut session;
    let wanted = Wanted {
        name: asked.words.as_ref(),
        settings: &gathered.settings,
        asked: asked.container_by_flag,
        began,
    };
    let world = &asked.world;
    let ended = match or_left(wanted.followed(world, &asked.place, stage), signals).await {
        Ok(followed) => {
            let drain = drain(policy.drain, &followed.task, (world.clock)());
            let policy = Policy { drain, ..policy };
            // Nothing is recorded; it keeps the last lines of the log for what explains a failure.
            let mut kept =
                Recorder::new(stage, None, About::default()).explained_by(explain::of_run);
            let finished = follow(world, followed, policy, signals, &mut kept).await;
            let diagnosis = kept.diagnosis(&finished);
            Ok(Finished {
                diagnosis,
                ..finished
            })
        }
        Err(failure) => Err(failure),
    };
    session.close(Some(asked.aws), ended).await
}

/// Which task is wanted.
struct Wanted<'s> {
    name: Option<&'s TaskName>,
    settings: &'s Settings,
    /// Whether the container was named by a flag.
    asked: bool,
    began: Instant,
}

impl Wanted<'_> {
    async fn followed(
        &self,
        world: &World,
        place: &Place,
        sink: &mut dyn Sink,
    ) -> Result<Followed, Failure> {
        let settings = self.settings;
        let task = match self.name {
            Some(name) => find::task(world, place, name, sink)
                .await?
                .ok_or_else(|| find::unknown(place, name))?,
            None => find::running_task(world, place, sink).await?,
        };
        let named = &settings.task_definition;
        let definition = find::definition(world, Some(&task), named, sink).await?;
        let deciding = find::container(settings, self.asked, &task, &definition)?
            .name
            .clone();
        Ok(Followed {
            cluster: place.cluster.clone(),
            region: place.region.clone(),
            reach: settings.reach.clone(),
            command: command_of(&task, &definition).to_vec(),
            definition,
            deciding,
            task,
            attached: true,
            just_created: false,
            guard: None,
            began: self.began,
        })
    }
}

/// The log of a task that ended a while ago need not be watched.
pub(super) fn drain(
    said: Option<Duration>,
    task: &TaskSnapshot,
    now: Timestamp,
) -> Option<Duration> {
    let ended: Option<EpochMillis> = task.times.execution_stopped.or(task.times.stopped);
    let late = i64::try_from(NO_LONGER_LATE.as_millis()).unwrap_or(i64::MAX);
    let is_old = ended.is_some_and(|ended| now.as_millisecond().saturating_sub(ended) > late);
    said.or(is_old.then_some(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::task::TaskTimes;

    #[test]
    fn only_a_log_that_may_still_come_is_watched() {
        let now = Timestamp::from_millisecond(1_000_000).expect("sound");
        let watched = |said, ended| {
            let times = TaskTimes {
                execution_stopped: ended,
                ..TaskTimes::default()
            };
            let task = TaskSnapshot {
                times,
                ..TaskSnapshot::default()
            };
            drain(said, &task, now)
        };
        let second = Duration::from_secs(1);
        assert_eq!(watched(None, None), None);
        assert_eq!(watched(None, Some(900_000)), None);
        assert_eq!(watched(None, Some(800_000)), Some(Duration::ZERO));
        assert_eq!(watched(Some(second), Some(800_000)), Some(second));
    }
}
