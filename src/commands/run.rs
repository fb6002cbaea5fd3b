//! `run`: one command, one task, its whole log, its exit code.

use std::io::Write as _;
use std::sync::Arc;

use futures_util::future::FutureExt as _;
use futures_util::stream::{self, Stream, StreamExt as _};
use jiff::Timestamp;
use tokio::time::Instant;
use uuid::Uuid;

use super::gather::{gather, variable};
use super::patience::{or_signal, to_the_end, until_signal};
use super::stage::{self, Stage};
use super::{compose, confirm, records, signals};
use crate::aws::{Aws, region};
use crate::cli::Options;
use crate::engine::follower::Followed;
use crate::engine::run::{Signal, World, follow};
use crate::engine::start::start;
use crate::error::Failure;
use crate::model::definition::TaskDefinition;
use crate::model::event::EventKind;
use crate::model::identity::{CiRun, Identity};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::policy::{Leave, Policy};
use crate::model::request::RunTaskRequest;
use crate::ports::{CallCount as _, CallError, CallErrorKind, Tasks as _};
use crate::record::Recorder;
use crate::settings::key::BUILT_IN_REGION;
use crate::settings::{Output, Settings};

/// Commands of which two must not run at once, and that must not be left half-done, unless the
/// configuration file says otherwise.
const EXCLUSIVE: [&str; 2] = ["migrate", "reencrypt"];

/// Runs a container command. Everything it has to say has been said when it returns.
pub async fn run(options: &Options, command: Vec<String>) -> ExitStatus {
    let began = Instant::now();
    let settings = match gather(options, command.first().map(String::as_str)) {
        Ok(gathered) => gathered.settings,
        Err(failure) => {
            return stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure);
        }
    };
    let mut stage = Stage::new(&settings);
    let mut signals = match signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            let failure = Failure::tool(format!("signals cannot be listened to: {error}"))
                .hinted("nothing was started; run it again in another shell");
            return stage::fail(&mut *stage::early_reporter(options.wants_json()), &failure);
        }
    };
    let run = Run {
        only_print: options.dry_run,
        began,
        identity: identity(),
        settings,
        command,
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
    command: Vec<String>,
}

impl Run {
    async fn carry_out(
        self,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        reporter: &mut Recorder<'_>,
    ) -> Result<(Outcome, ExitStatus), Failure> {
        self.check_network()?;
        let region = match &self.settings.region {
            Some(region) => region.clone(),
            None => region::of_profile(self.settings.profile.as_deref())
                .await
                .unwrap_or_else(|| BUILT_IN_REGION.to_owned()),
        };
        let aws = Arc::new(Aws::connect(&region, self.settings.profile.as_deref()).await);
        reporter.about().region = Some(region.clone());
        let preparation = self.prepare(&aws, &self.identity);
        let (definition, deciding, request) = or_signal(
            preparation,
            "waiting for the task definition",
            signals,
            reporter,
        )
        .await
        .map_err(interrupted)??;
        if self.only_print {
            return Ok((Outcome::Succeeded, self.print(&request)));
        }
        reporter.about().request = records::request(&request);
        if let Some(question) = confirm::question(&self.settings, &request, &self.command) {
            until_signal(confirm::ask(question), signals)
                .await
                .map_err(interrupted)??;
        }
        // A signal that came just now must not be found only after the start.
        if let Some(Some(signal)) = signals.next().now_or_never() {
            return Err(interrupted(signal));
        }
        let starting = start(&*aws, self.settings.profile.as_deref(), &region, &request);
        let (started, came) = to_the_end(
            starting,
            "waiting for the answer of RunTask",
            signals,
            reporter,
        )
        .await;
        let task = match started {
            Ok(task) => task,
            Err(failure) => {
                let exit = stage::fail_after(aws.calls(), reporter, &failure);
                return Ok((failure.outcome, exit));
            }
        };
        let followed = Followed {
            cluster: self.settings.cluster.clone(),
            region,
            profile: self.settings.profile.clone(),
            definition,
            deciding,
            command: self.command.clone(),
            task,
            attached: false,
            guard: None,
            began: self.began,
        };
        let world = World {
            tasks: aws.clone(),
            logs: aws.clone(),
            clock: Arc::new(Timestamp::now),
        };
        let policy = self.policy(&self.identity);
        // However often it was pressed meanwhile: what the second one does has not been told yet.
        let signals = stream::iter(came.into_iter().next()).chain(signals);
        let mut finished = follow(&world, followed, policy, signals, reporter).await;
        finished.api_calls = aws.calls();
        let ended = (finished.outcome, finished.exit_code);
        stage::say(reporter, EventKind::Finished(Box::new(finished)));
        Ok(ended)
    }

    /// Refuses a missing network before anything is asked of AWS, where it is certainly needed.
    fn check_network(&self) -> Result<(), Failure> {
        let lent = self.settings.network_from_service.is_some();
        if self.settings.launch.is_fargate() && !lent && !compose::names_network(&self.settings) {
            return Err(compose::missing_network(&self.settings));
        }
        Ok(())
    }

    /// Reads what the request needs, and composes it.
    async fn prepare(
        &self,
        aws: &Aws,
        identity: &Identity,
    ) -> Result<(TaskDefinition, String, RunTaskRequest), Failure> {
        let settings = &self.settings;
        let definition = aws
            .describe_definition(&settings.task_definition)
            .await
            .map_err(|error| unreadable_definition(&error, &settings.task_definition))?;
        let deciding = compose::deciding(&definition, settings)?.to_owned();
        let network = if definition.uses_awsvpc() || settings.launch.is_fargate() {
            Some(self.network(aws).await?)
        } else {
            None
        };
        let token = Uuid::new_v4().to_string();
        let request = compose::request(
            settings,
            &definition,
            &deciding,
            network,
            identity,
            &self.command,
            token,
        )?;
        Ok((definition, deciding, request))
    }

    async fn network(&self, aws: &Aws) -> Result<crate::model::request::Network, Failure> {
        let settings = &self.settings;
        let lent = match &settings.network_from_service {
            Some(service) if !compose::names_network(settings) => {
                let network = aws
                    .service_network(&settings.cluster, service)
                    .await
                    .map_err(|error| {
                        by_kind(&error, "the service's network could not be read")
                            .hinted("or name --subnets and --security-groups")
                    })?;
                Some(network.ok_or_else(|| {
                    Failure::usage(format!("service `{service}` on cluster `{}` has no awsvpc network, or there is no such service", settings.cluster))
                        .hinted("check --network-from-service and --cluster, or name --subnets and --security-groups")
                })?)
            }
            _ => None,
        };
        compose::network(settings, lent)
    }

    fn print(&self, request: &RunTaskRequest) -> ExitStatus {
        let request = &compose::shown(request, &self.settings);
        let text = match self.settings.output {
            Output::Json => serde_json::to_string(request),
            Output::Plain => serde_json::to_string_pretty(request),
        };
        let text = text.unwrap_or_default();
        // Whoever stops reading has read enough.
        let _ = writeln!(std::io::stdout(), "{}", crate::report::mask::mask(&text));
        ExitStatus::SUCCESS
    }

    fn policy(&self, identity: &Identity) -> Policy {
        let settings = &self.settings;
        let exclusive = settings
            .exclusive
            .unwrap_or_else(|| is_exclusive(&self.command));
        let usual = if exclusive {
            Leave::Detach
        } else {
            Leave::Stop
        };
        Policy {
            start_timeout: Some(settings.start_timeout),
            timeout: settings.timeout,
            before_start: Leave::Stop,
            asks: false,
            credentials_grace: settings.credentials_grace,
            on_interrupt: settings.on_interrupt.unwrap_or(usual),
            on_timeout: settings
                .on_timeout
                .or(settings.on_interrupt)
                .unwrap_or(usual),
            drain: settings.drain,
            wait_stopped: settings.wait_stopped,
            who: format!("{}@{}", identity.user, identity.host),
        }
    }
}

/// Whether a command must not be left half-done: a dry run changes nothing.
fn is_exclusive(command: &[String]) -> bool {
    let name = command.first().map_or("", String::as_str);
    EXCLUSIVE.contains(&name) && !command.iter().any(|word| word == "--dry-run")
}

fn identity() -> Identity {
    Identity {
        user: whoami::username().unwrap_or_else(|_| "unknown".to_owned()),
        host: whoami::hostname().unwrap_or_else(|_| "unknown".to_owned()),
        ci: CiRun::detect(variable),
    }
}

fn interrupted(signal: Signal) -> Failure {
    Failure::new(
        Outcome::Interrupted,
        signal.exit_status(),
        format!("{}: nothing was started", signal.name()),
    )
}

fn unreadable_definition(error: &CallError, name: &str) -> Failure {
    match error.kind {
        CallErrorKind::Rejected => Failure::never_started(format!("task definition `{name}` cannot be had: {error}"))
            .hinted("name one with --task-definition or ECS_TASK_DEFINITION; check --region (AWS_REGION) and --profile"),
        _ => by_kind(error, &format!("task definition `{name}` could not be read"))
            .hinted("nothing was started"),
    }
}

/// A failed look before the start: nothing was started, and the tool is at fault, or its access.
fn by_kind(error: &CallError, what: &str) -> Failure {
    let failure = Failure::tool(format!("{what}: {error}"));
    match error.kind {
        CallErrorKind::Credentials => failure.hinted(
            "check the credentials: aws sts get-caller-identity (with --profile, if you use one); log in again if they have expired",
        ),
        CallErrorKind::Denied => failure.hinted("allow the caller the operation that the message names"),
        CallErrorKind::Network | CallErrorKind::Doubtful => {
            failure.hinted("check the network, the proxy (HTTPS_PROXY) and the region's name")
        }
        CallErrorKind::Throttled | CallErrorKind::Service => failure.hinted("run it again in a minute"),
        CallErrorKind::NotSent | CallErrorKind::Rejected => {
            failure.hinted("check --cluster, --region and --profile; run-admin-task config shows them")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_is_not_exclusive() {
        for (command, expected) in [
            (&["migrate"][..], true),
            (&["migrate", "--dry-run"], false),
            (&["reencrypt", "--batch-size", "5"], true),
            (&["migrate-info"], false),
        ] {
            let command: Vec<_> = command.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(is_exclusive(&command), expected, "{command:?}");
        }
    }
}
