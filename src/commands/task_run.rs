//! One command in one task, from the settings to its end. A verb has one of these, or several.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use futures_util::stream::Stream;
use jiff::Timestamp;
use tokio::time::Instant;
use uuid::Uuid;

use super::account::account;
use super::checks::look_all;
use super::connect::{self, unreadable_definition};
use super::gather::{Gathered, gather};
use super::look::look_into;
use super::{check, compose, person, policy, prepare, stage};
use crate::aws::Aws;
use crate::cli::Options;
use crate::engine::launch::{Launch, launch};
use crate::engine::patience::until_signal;
use crate::engine::run::{Signal, World};
use crate::error::Failure;
use crate::model::call::ApiCall;
use crate::model::definition::TaskDefinition;
use crate::model::event::{EventKind, Finished, Sink, Waiting};
use crate::model::exclusive::Exclusive;
use crate::model::identity::Identity;
use crate::model::run_key::RunKey;
use crate::ports::{CallCount as _, Tasks as _};
use crate::preflight::{CHECKS, Subject, without_a_look};
use crate::record::{Ended, Recorder};
use crate::report::findings::count;
use crate::settings::Settings;
use crate::settings::layer::Layers;

/// Where runs take place: AWS, who asks, and since when.
pub(super) struct Site {
    pub(super) aws: Arc<Aws>,
    pub(super) world: World,
    pub(super) region: String,
    pub(super) identity: Identity,
    pub(super) began: Instant,
}

impl Site {
    /// Where these settings lead. `listener` hears of each request. Sends nothing.
    pub(super) async fn of(
        settings: &Settings,
        listener: Option<Sender<ApiCall>>,
        began: Instant,
    ) -> Self {
        let region = connect::region(settings).await;
        let profile = settings.profile.as_deref();
        let aws = Arc::new(Aws::connect(&region, profile, listener).await);
        let world = World {
            tasks: aws.clone(),
            logs: aws.clone(),
            person: person::at_the_terminal(),
            clock: Arc::new(Timestamp::now),
        };
        Self {
            aws,
            world,
            region,
            identity: connect::identity(),
            began,
        }
    }

    /// The definition that a name leads to.
    pub(super) async fn definition(&self, name: &str) -> Result<TaskDefinition, Failure> {
        let definition = self.aws.describe_definition(name).await;
        definition.map_err(|error| unreadable_definition(&error, name))
    }
}

/// A command that has its settings.
pub(super) struct TaskRun {
    pub(super) settings: Settings,
    /// Where each of them was said.
    layers: Layers,
    pub(super) exclusive: Exclusive,
    pub(super) command: Vec<String>,
}

impl TaskRun {
    pub(super) fn new(gathered: Gathered, command: Vec<String>) -> Result<Self, Failure> {
        let exclusive = gathered.exclusive()?;
        Ok(Self {
            settings: gathered.settings,
            layers: gathered.layers,
            exclusive,
            command,
        })
    }

    /// A command of a verb that has several of them: all must work in one place, or what one sees
    /// says nothing of what another does.
    pub(super) fn beside(
        options: &Options,
        settings: &Settings,
        command: Vec<String>,
    ) -> Result<Self, Failure> {
        let name = command.first().cloned().unwrap_or_default();
        let own = Self::new(gather(options, Some(&name))?, command)?;
        let place = |it: &Settings| {
            [
                ("task-definition", Some(it.task_definition.clone())),
                ("cluster", Some(it.cluster.clone())),
                ("region", it.region.clone()),
                ("profile", it.profile.clone()),
                ("container", it.container.clone()),
            ]
        };
        for ((key, own), (_, other)) in place(&own.settings).into_iter().zip(place(settings)) {
            if own != other {
                return Err(Failure::usage(format!(
                    "[commands.{name}] has a {key} of its own ({}), and this verb must look and work in one place; nothing was started",
                    own.unwrap_or_default()
                ))
                .hinted(format!("say {key} in [defaults] or in the environment, or by a flag")));
            }
        }
        Ok(own)
    }

    /// Reads what the request needs beside the definition, and composes it.
    pub(super) async fn prepare(
        &self,
        site: &Site,
        definition: TaskDefinition,
        run_key: RunKey,
    ) -> Result<Launch, Failure> {
        let settings = &self.settings;
        let deciding = compose::deciding(&definition, settings)?.to_owned();
        let network = prepare::network(&*site.aws, settings, &definition).await?;
        let request = compose::request(
            settings,
            &definition,
            &deciding,
            network,
            &site.identity,
            &self.command,
            &run_key,
        )?;
        let exclusive = self.exclusive.covers(&self.command);
        Ok(Launch {
            request,
            run_key,
            deciding,
            definition,
            command: self.command.clone(),
            region: site.region.clone(),
            reach: settings.reach.clone(),
            exclusive: self.exclusive.clone(),
            attach_if_running: settings.attach_if_running,
            start_retries: settings.start_retries,
            policy: policy::of_own(settings, &site.identity, exclusive),
            policy_for_others: policy::of_others(settings, &self.layers, &site.identity),
            began: site.began,
        })
    }

    /// What is about to be started, as checks look at it.
    pub(super) fn subject(&self, launched: &Launch) -> Subject {
        Subject {
            region: launched.region.clone(),
            definition: Some(launched.definition.clone()),
            deciding: launched.deciding.clone(),
            request: launched.request.clone(),
            read_secrets: self.settings.read_secrets,
            execute_command: false,
        }
    }

    /// Tells what the definition alone says against the start. Where it is asked for, everything
    /// is looked at, and what fails keeps the task from being started.
    pub(super) async fn check(
        &self,
        site: &Site,
        subject: &Subject,
        sink: &mut dyn Sink,
    ) -> Result<(), Failure> {
        let findings = if self.settings.check {
            look_all(CHECKS, subject, &account(&site.aws), check::PATIENCE, sink).await
        } else {
            without_a_look(subject)
        };
        for finding in &findings {
            stage::say(sink, EventKind::Check(finding.clone()));
        }
        if self.settings.check {
            let checked = Waiting {
                phase: "CHECKED".to_owned(),
                what: count(&findings),
                elapsed: site.began.elapsed(),
            };
            stage::say(sink, EventKind::Waiting(checked));
        }
        match check::failed(&findings).filter(|_| self.settings.check) {
            None => Ok(()),
            Some(failed) => Err(Failure::never_started(format!(
                "nothing was started: the task would not start, or could not do its work: {failed}"
            ))
            .hinted("without --check (--check=false) it is tried all the same")),
        }
    }

    /// Starts it, follows it to its end, and says why it failed, if it did. The last event,
    /// `finished`, is the caller's.
    pub(super) async fn carry_out(
        &self,
        site: &Site,
        launched: &Launch,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        reporter: &mut Recorder<'_>,
    ) -> Finished {
        let mut finished = match launch(&site.world, launched, signals, reporter).await {
            Ok(finished) => finished,
            Err(failure) => stage::ended_by(&failure),
        };
        finished.diagnosis = reporter.diagnosis(&finished);
        if let Some(diagnosis) = &mut finished.diagnosis {
            let (subject, account) = (self.subject(launched), account(&site.aws));
            let look = look_into(diagnosis, &subject, &account, reporter);
            // Whoever does not wait for it has the cause all the same.
            let _ = until_signal(look, signals).await;
        }
        finished.api_calls = site.aws.calls();
        finished
    }

    /// The user's own name for the run, else the attempt of the CI job, else one of its own.
    fn run_key(&self, site: &Site) -> RunKey {
        let settings = &self.settings;
        let key = match &settings.run_key {
            Some(name) => Some(RunKey::named(name)),
            None => site.identity.ci.as_ref().and_then(|ci| {
                let what = compose::what(settings, &site.region, &self.command);
                let what: Vec<_> = what.iter().map(String::as_str).collect();
                RunKey::of_ci(ci, &what)
            }),
        };
        key.unwrap_or_else(fresh)
    }

    /// Names the run, for its record too, and remembers its end where the same command may come
    /// again.
    pub(super) fn name(&self, site: &Site, recorder: &mut Recorder<'_>) -> RunKey {
        let run_key = self.run_key(site);
        let about = recorder.about();
        about.region = Some(site.region.clone());
        about.run_key = Some(run_key.to_string());
        if self.may_repeat(&run_key) {
            recorder.remember_the_end(Ended::of_user());
        }
        self.told_apart(&run_key)
    }

    /// Whether the same command may come again under this key and be another run.
    fn may_repeat(&self, run_key: &RunKey) -> bool {
        self.settings.run_key.is_none() && run_key.is_repeatable()
    }

    /// A run of a CI job whose end was told is over: the same command again is the next one. A name
    /// that the user gave means the same run each time.
    fn told_apart(&self, run_key: &RunKey) -> RunKey {
        if !self.may_repeat(run_key) {
            return run_key.clone();
        }
        run_key.after(Ended::of_user().count(&run_key.to_string()))
    }
}

/// A key that no other run has.
pub(super) fn fresh() -> RunKey {
    RunKey::fresh(&Uuid::new_v4().to_string())
}
