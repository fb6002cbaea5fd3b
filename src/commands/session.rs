//! What every verb about tasks that exist begins and ends with: settings, a stage, signals.

use std::sync::Arc;

use futures_util::stream::{LocalBoxStream, Stream, StreamExt as _};
use jiff::Timestamp;

use super::connect;
use super::gather::{Gathered, gather};
use super::signals;
use super::stage::{self, Stage};
use crate::aws::Aws;
use crate::cli::Options;
use crate::engine::patience::until_signal;
use crate::engine::run::{Signal, World};
use crate::engine::says;
use crate::error::Failure;
use crate::model::arn::{TaskArn, TaskName};
use crate::model::event::{EventKind, Finished, Warning};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::reach::Reach;
use crate::model::task::family;
use crate::ports::CallCount as _;
use crate::settings::key::Key;
use crate::settings::{Settings, Talk};

/// A verb under way.
pub(super) struct Session {
    pub(super) gathered: Gathered,
    pub(super) stage: Stage,
    pub(super) signals: LocalBoxStream<'static, Signal>,
}

/// What a verb about a task was asked for, and where.
pub(super) struct Asked<Words> {
    pub(super) words: Words,
    pub(super) place: Place,
    pub(super) aws: Arc<Aws>,
    pub(super) world: World,
    /// Whether the container was named by a flag.
    pub(super) container_by_flag: bool,
}

/// Where tasks are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) cluster: String,
    pub(super) region: String,
    pub(super) family: String,
    /// What leads to the same account, for commands that are shown.
    pub(super) reach: Option<Reach>,
}

impl Place {
    /// A command of this tool that looks here as well.
    pub(super) fn command(&self, verb: &str) -> String {
        let place = (
            self.region.as_str(),
            self.cluster.as_str(),
            self.family.as_str(),
        );
        says::at_place(verb, self.reach.as_ref(), place)
    }
}

impl Session {
    /// Begins. What fails has been said.
    pub(super) fn open(options: &Options) -> Result<Self, ExitStatus> {
        Self::open_with(options, |settings| {
            Stage::new(settings, ("waiting", "asking AWS"))
        })
    }

    /// The same on a stage of the verb's own.
    pub(super) fn open_with(
        options: &Options,
        stage: impl FnOnce(&Settings) -> Stage,
    ) -> Result<Self, ExitStatus> {
        let early = |failure: &Failure| {
            stage::fail(&mut *stage::early_reporter(options.early_output()), failure)
        };
        let gathered = gather(options, None).map_err(|failure| early(&failure))?;
        let stage = stage(&gathered.settings);
        let signals = signals::listen().map_err(|error| early(&deaf(&error)))?;
        Ok(Self {
            gathered,
            stage,
            signals: signals.boxed_local(),
        })
    }

    /// Begins where the settings are known, without a status: there is nothing to wait for.
    pub(super) fn without_status(gathered: Gathered) -> Result<Self, Failure> {
        let stage = Stage::without_status(&gathered.settings);
        let signals = signals::listen().map_err(|error| deaf(&error))?;
        Ok(Self {
            gathered,
            stage,
            signals: signals.boxed_local(),
        })
    }

    /// Begins a verb about a task: reads the words that it was given, and finds out where to look
    /// for the task that `name` finds among them. What fails has been said.
    pub(super) async fn about_task<Words>(
        options: &Options,
        read: impl FnOnce() -> Result<Words, Failure>,
        name: impl FnOnce(&Words) -> Option<&TaskName>,
    ) -> Result<(Self, Asked<Words>), ExitStatus> {
        let mut session = Self::open(options)?;
        let words = match read() {
            Ok(words) => words,
            Err(failure) => return Err(session.close(None, Err(failure)).await),
        };
        let place = session.place(name(&words)).await;
        let (aws, world) = session.connect(&place).await;
        let asked = Asked {
            words,
            place,
            aws,
            world,
            container_by_flag: session.is_by_flag(Key::Container),
        };
        Ok((session, asked))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.gathered.settings
    }

    /// Whether the value of a setting that counts was said by a flag.
    fn is_by_flag(&self, key: Key) -> bool {
        self.gathered.layers.is_by_flag(key)
    }

    /// Where to look for a task of this name: its ARN wins over the settings.
    pub(super) async fn place(&mut self, name: Option<&TaskName>) -> Place {
        let arn = name.and_then(TaskName::arn);
        let settings = &self.gathered.settings;
        let said = Place {
            region: connect::region(settings).await,
            cluster: settings.cluster.clone(),
            family: family(&settings.task_definition).to_owned(),
            reach: settings.reach.clone(),
        };
        let place = of_arn(&said, arn);
        if settings.talk == Talk::Verbose && place != said {
            self.warn(
                "arn-counts",
                format!(
                    "looking on {} ({}), as the ARN says, and not on {} ({})",
                    place.cluster, place.region, said.cluster, said.region
                ),
            );
        }
        place
    }

    /// AWS, as this place sees it. Sends nothing.
    pub(super) async fn connect(&self, place: &Place) -> (Arc<Aws>, World) {
        let profile = self.settings().profile.as_deref();
        let listener = self.stage.listener();
        let aws = Arc::new(Aws::connect(&place.region, profile, listener).await);
        let world = World {
            tasks: aws.clone(),
            logs: aws.clone(),
            person: None,
            clock: Arc::new(Timestamp::now),
        };
        (aws, world)
    }

    pub(super) fn warn(&mut self, code: &'static str, message: String) {
        let warning = Warning { code, message };
        stage::say(&mut self.stage, EventKind::Warning(warning));
    }

    /// Ends without a word of its own: what there is to say comes after it.
    pub(super) async fn leave(mut self) {
        self.stage.close(&mut self.signals, false).await;
    }

    /// Ends: says the end, and waits until all is written.
    pub(super) async fn close(
        mut self,
        aws: Option<Arc<Aws>>,
        ended: Result<Finished, Failure>,
    ) -> ExitStatus {
        let calls = aws.map(|aws| aws.calls()).unwrap_or_default();
        let (outcome, exit) = match ended {
            Ok(finished) => {
                let ended = (finished.outcome, finished.exit_code);
                let finished = Finished {
                    api_calls: calls,
                    ..finished
                };
                stage::say(&mut self.stage, EventKind::Finished(Box::new(finished)));
                ended
            }
            Err(failure) => {
                let exit = stage::fail_after(calls, &mut self.stage, &failure);
                (failure.outcome, exit)
            }
        };
        let left_by_signal = matches!(outcome, Outcome::Interrupted | Outcome::Detached);
        self.stage.close(&mut self.signals, left_by_signal).await;
        exit
    }
}

fn deaf(error: &std::io::Error) -> Failure {
    Failure::tool(format!("signals cannot be listened to: {error}"))
        .hinted("run it again in another shell")
}

fn of_arn(said: &Place, arn: Option<TaskArn>) -> Place {
    let Some(arn) = arn else { return said.clone() };
    // A cluster may be named by its ARN.
    let same = |cluster: &String| said.cluster.rsplit('/').next() == Some(cluster);
    Place {
        region: arn.region,
        cluster: arn
            .cluster
            .filter(|cluster| !same(cluster))
            .unwrap_or_else(|| said.cluster.clone()),
        family: said.family.clone(),
        reach: said.reach.clone(),
    }
}

/// Waits for a look at AWS; a signal ends the wait: nothing was changed.
pub(super) async fn or_left<T>(
    work: impl Future<Output = Result<T, Failure>>,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
) -> Result<T, Failure> {
    until_signal(work, signals)
        .await
        .unwrap_or_else(|signal| Err(left(signal)))
}

/// The end by a signal, before anything was changed.
pub(super) fn left(signal: Signal) -> Failure {
    Failure::new(
        Outcome::Interrupted,
        signal.exit_status(),
        format!("{}: nothing was changed", signal.name()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_wins_over_the_settings() {
        let said = |cluster: &str| Place {
            cluster: cluster.to_owned(),
            region: "us-east-1".into(),
            family: "everruns-admin".into(),
            reach: None,
        };
        let place = |said: &Place, arn: Option<&str>| {
            let place = of_arn(said, arn.and_then(TaskArn::parse));
            format!("{} {}", place.cluster, place.region)
        };
        let arn = "arn:aws:ecs:eu-west-1:000000000000:task/other/0f1e";
        assert_eq!(place(&said("everruns"), None), "everruns us-east-1");
        assert_eq!(place(&said("everruns"), Some(arn)), "other eu-west-1");
        let old = "arn:aws:ecs:eu-west-1:000000000000:task/0f1e";
        assert_eq!(place(&said("everruns"), Some(old)), "everruns eu-west-1");
        let by_arn = "arn:aws:ecs:eu-west-1:000000000000:cluster/other";
        assert_eq!(
            place(&said(by_arn), Some(arn)),
            format!("{by_arn} eu-west-1")
        );
    }
}
