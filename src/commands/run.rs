//! `run`: one command, one task, its whole log, its exit code.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use futures_util::future::FutureExt as _;
use futures_util::stream::{Stream, StreamExt as _};
use jiff::Timestamp;
use tokio::time::Instant;
use uuid::Uuid;

use super::account::account;
use super::checks::look_all;
use super::connect::{identity, region, unreadable_definition};
use super::gather::gather;
use super::look::look_into;
use super::print::print;
use super::stage::{self, Stage};
use super::{check, compose, confirm, person, policy, prepare, records, signals};
use crate::aws::Aws;
use crate::cli::Options;
use crate::engine::launch::{Launch, launch};
use crate::engine::patience::{or_signal, until_signal};
use crate::engine::refusal::interrupted;
use crate::engine::run::{Signal, World};
use crate::error::Failure;
use crate::model::call::ApiCall;
use crate::model::event::{EventKind, Sink, Waiting};
use crate::model::exclusive::Exclusive;
use crate::model::identity::Identity;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::request::RunTaskRequest;
use crate::model::run_key::RunKey;
use crate::ports::{CallCount as _, Tasks as _};
use crate::preflight::{CHECKS, Subject, without_a_look};
use crate::record::{Ended, Recorder};
use crate::report::findings::count;
use crate::settings::layer::Layers;
use crate::settings::{Output, Settings};

/// What is waited for at first.
const OPENING: (&str, &str) = (
    "starting",
    "reading the task definition, then asking ECS for a task",
);

/// Runs a container command. Everything it has to say has been said when it returns.
pub async fn run(options: &Options, command: Vec<String>) -> ExitStatus {
    let began = Instant::now();
    let gathered = match gather(options, command.first().map(String::as_str)) {
        Ok(gathered) => gathered,
        Err(failure) => {
            return stage::fail(
                &mut *stage::early_reporter(options.early_output()),
                &failure,
            );
        }
    };
    let exclusive = match gathered.exclusive() {
        Ok(exclusive) => exclusive,
        Err(failure) => {
            return stage::fail(
                &mut *stage::early_reporter(options.early_output()),
                &failure,
            );
        }
    };
    let (settings, layers) = (gathered.settings, gathered.layers);
    let mut stage = if options.dry_run {
        // The request is printed, not told.
        Stage::without_status(&settings)
    } else {
        Stage::of_command(&settings, &command, OPENING)
    };
    let mut signals = match signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            let failure = Failure::tool(format!("signals cannot be listened to: {error}"))
                .hinted("nothing was started; run it again in another shell");
            return stage::fail(
                &mut *stage::early_reporter(options.early_output()),
                &failure,
            );
        }
    };
    let run = Run {
        only_print: options.dry_run,
        began,
        identity: identity(),
        settings,
        layers,
        exclusive,
        command,
        listener: stage.listener(),
    };
    let wanted = run.settings.record && !run.only_print;
    let mut recorder = records::recorder(
        &mut stage,
        wanted,
        &run.settings,
        &run.identity,
        &run.command,
    );
    let (outcome, exit) = match run.carry_out(&mut signals, &mut recorder).await {
        Ok(ended) => ended,
        Err(failure) => (failure.outcome, stage::fail(&mut recorder, &failure)),
    };
    let left_by_signal = matches!(outcome, Outcome::Interrupted | Outcome::Detached);
    stage.close(&mut signals, left_by_signal).await;
    exit
}

/// A run that has its settings.
struct Run {
    only_print: bool,
    began: Instant,
    identity: Identity,
    settings: Settings,
    /// Where each of them was said.
    layers: Layers,
    exclusive: Exclusive,
    command: Vec<String>,
    /// Who wants to know of each request, if anybody does.
    listener: Option<Sender<ApiCall>>,
}

impl Run {
    async fn carry_out(
        mut self,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        reporter: &mut Recorder<'_>,
    ) -> Result<(Outcome, ExitStatus), Failure> {
        prepare::refuse_missing_network(&self.settings)?;
        let region = region(&self.settings).await;
        let profile = self.settings.profile.as_deref();
        let aws = Arc::new(Aws::connect(&region, profile, self.listener.take()).await);
        reporter.about().region = Some(region.clone());
        let world = World {
            tasks: aws.clone(),
            logs: aws.clone(),
            person: person::at_the_terminal(),
            clock: Arc::new(Timestamp::now),
        };
        let run_key = self.run_key(&region);
        reporter.about().run_key = Some(run_key.to_string());
        if self.may_repeat(&run_key) {
            reporter.remember_the_end(Ended::of_user());
        }
        let preparation = self.prepare(&aws, &run_key, region);
        let launched = or_signal(
            preparation,
            "waiting for the task definition",
            &world.clock,
            signals,
            reporter,
        )
        .await
        .map_err(interrupted)??;
        if self.only_print {
            return Ok((Outcome::Succeeded, self.print(&launched.request)));
        }
        reporter.about().request = records::request(&launched.request);
        let subject = self.subject(&launched);
        until_signal(self.check(&aws, &subject, reporter), signals)
            .await
            .map_err(interrupted)??;
        let question = confirm::question(&self.settings, &launched.request, &self.command);
        if let Some(question) = question {
            let yes = confirm::says_yes(question, signals, reporter).await;
            if !yes.map_err(interrupted)? {
                return Err(Failure::never_started("not confirmed: nothing was started")
                    .hinted("--yes answers in advance"));
            }
        }
        // A signal that came just now must not be found only after the start.
        if let Some(Some(signal)) = signals.next().now_or_never() {
            return Err(interrupted(signal));
        }
        let mut finished = match launch(&world, &launched, signals, reporter).await {
            Ok(finished) => finished,
            Err(failure) => stage::ended_by(&failure),
        };
        finished.diagnosis = reporter.diagnosis(&finished);
        if let Some(diagnosis) = &mut finished.diagnosis {
            let account = account(&aws);
            let look = look_into(diagnosis, &subject, &account, reporter);
            // Whoever does not wait for it has the cause all the same.
            let _ = until_signal(look, signals).await;
        }
        finished.api_calls = aws.calls();
        let ended = (finished.outcome, finished.exit_code);
        stage::say(reporter, EventKind::Finished(Box::new(finished)));
        Ok(ended)
    }

    /// What is about to be started, as checks look at it.
    fn subject(&self, launched: &Launch) -> Subject {
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
    async fn check(
        &self,
        aws: &Arc<Aws>,
        subject: &Subject,
        sink: &mut dyn Sink,
    ) -> Result<(), Failure> {
        let findings = if self.settings.check {
            look_all(CHECKS, subject, &account(aws), check::PATIENCE, sink).await
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
                elapsed: self.began.elapsed(),
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

    /// Reads what the request needs, and composes it.
    async fn prepare(
        &self,
        aws: &Aws,
        run_key: &RunKey,
        region: String,
    ) -> Result<Launch, Failure> {
        let (settings, identity) = (&self.settings, &self.identity);
        let definition = aws
            .describe_definition(&settings.task_definition)
            .await
            .map_err(|error| unreadable_definition(&error, &settings.task_definition))?;
        let deciding = compose::deciding(&definition, settings)?.to_owned();
        let network = prepare::network(aws, settings, &definition).await?;
        let run_key = self.told_apart(run_key);
        let request = compose::request(
            settings,
            &definition,
            &deciding,
            network,
            identity,
            &self.command,
            &run_key,
        )?;
        Ok(Launch {
            request,
            run_key,
            deciding,
            definition,
            command: self.command.clone(),
            region,
            reach: settings.reach.clone(),
            exclusive: self.exclusive.clone(),
            attach_if_running: settings.attach_if_running,
            start_retries: settings.start_retries,
            policy: policy::of_own(settings, identity, self.exclusive.covers(&self.command)),
            policy_for_others: policy::of_others(settings, &self.layers, identity),
            began: self.began,
        })
    }

    /// The user's own name for the run, else the attempt of the CI job, else one of its own.
    fn run_key(&self, region: &str) -> RunKey {
        let settings = &self.settings;
        let key = match &settings.run_key {
            Some(name) => Some(RunKey::named(name)),
            None => self.identity.ci.as_ref().and_then(|ci| {
                let what = compose::what(settings, region, &self.command);
                let what: Vec<_> = what.iter().map(String::as_str).collect();
                RunKey::of_ci(ci, &what)
            }),
        };
        key.unwrap_or_else(|| RunKey::fresh(&Uuid::new_v4().to_string()))
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

    fn print(&self, request: &RunTaskRequest) -> ExitStatus {
        let request = &compose::shown(request, &self.settings);
        let text = match self.settings.output {
            Output::Json => serde_json::to_string(request),
            _ => serde_json::to_string_pretty(request),
        };
        let text = text.unwrap_or_default();
        let text = stage::runner().shown_json(&text);
        print(format!("{text}\n").as_bytes());
        ExitStatus::SUCCESS
    }
}
