//! `check`: would a task start?

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::account::account;
use super::checks::look_all;
use super::connect::{self, identity, unreadable_definition};
use super::gather::gather;
use super::print::{columns, print};
use super::session::{Session, or_left};
use super::{compose, prepare, stage};
use crate::aws::Aws;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::definition::{ContainerChoiceError, TaskDefinition};
use crate::model::event::{EventKind, Finished, Sink};
use crate::model::finding::{Finding, Verdict};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::run_key::RunKey;
use crate::ports::{CallError, CallErrorKind, Tasks as _};
use crate::preflight::{CHECKS, Subject, about};
use crate::report::findings::list_page;
use crate::settings::{Output, Settings};

/// What has not answered by then is skipped.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Looks whether a task would start. Everything it has to say has been said when it returns.
pub async fn check(options: &Options, command: Vec<String>, execute_command: bool) -> ExitStatus {
    let mut session = match Session::open(options) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    if let Err(failure) = prepare::refuse_missing_network(session.settings()) {
        return session.close(None, Err(failure)).await;
    }
    let region = connect::region(session.settings()).await;
    let profile = session.settings().profile.as_deref();
    let aws = Arc::new(Aws::connect(&region, profile, session.stage.listener()).await);
    let Session {
        gathered,
        stage,
        signals,
    } = &mut session;
    let asked = Asked {
        settings: &gathered.settings,
        region,
        command,
        execute_command,
    };
    let ended = or_left(asked.carry_out(&aws, stage), signals).await;
    session.close(Some(aws), ended).await
}

/// What is asked about.
struct Asked<'s> {
    settings: &'s Settings,
    region: String,
    command: Vec<String>,
    execute_command: bool,
}

impl Asked<'_> {
    async fn carry_out(&self, aws: &Arc<Aws>, sink: &mut dyn Sink) -> Result<Finished, Failure> {
        let name = &self.settings.task_definition;
        let (definition, unread) = match aws.describe_definition(name).await {
            Ok(definition) => (Some(definition), None),
            Err(error) => (None, Some(unread(&error, name, &self.region)?)),
        };
        let subject = self.subject(aws, definition).await?;
        let account = account(aws);
        let mut findings = look_all(CHECKS, &subject, &account, PATIENCE, sink).await;
        if let Some(unread) = unread {
            findings.retain(|finding| finding.name != unread.name);
            findings.push(unread);
        }
        let finished = ended(&findings);
        stage::say(sink, EventKind::Checks(Box::new(findings)));
        Ok(finished)
    }

    async fn subject(
        &self,
        aws: &Arc<Aws>,
        definition: Option<TaskDefinition>,
    ) -> Result<Subject, Failure> {
        let settings = self.settings;
        let stand_in = TaskDefinition {
            arn: settings.task_definition.clone(),
            ..TaskDefinition::default()
        };
        let known = definition.as_ref().unwrap_or(&stand_in);
        let deciding = match known.deciding_container(settings.container.as_deref()) {
            Ok(container) => container.name.clone(),
            // The check of the definition says so beside the others.
            Err(ContainerChoiceError::Unknown { wanted, .. }) => wanted,
            Err(_) if definition.is_none() => String::new(),
            Err(error) => return Err(compose::no_container(known, &error)),
        };
        let request = compose::unchecked(
            settings,
            known,
            &deciding,
            prepare::network(&**aws, settings, known).await?,
            &identity(),
            &self.command,
            &RunKey::fresh(&Uuid::new_v4().to_string()),
        );
        Ok(Subject {
            region: self.region.clone(),
            definition,
            deciding,
            request,
            read_secrets: settings.read_secrets,
            execute_command: self.execute_command,
        })
    }
}

/// What an unreadable definition means. Where AWS cannot be reached, nothing can be looked at.
fn unread(error: &CallError, name: &str, region: &str) -> Result<Finding, Failure> {
    const NAME: &str = "task-definition";
    match error.kind {
        CallErrorKind::Rejected => Ok(Finding::fail(
            NAME,
            format!("there is no task definition `{name}` in {region}: {error}"),
        )
        .because("task-definition-not-found")
        .hinted("aws ecs list-task-definition-families; then name one with --task-definition or ECS_TASK_DEFINITION")),
        CallErrorKind::Denied => Ok(Finding::fail(
            NAME,
            format!("`{name}` cannot be read, and no run can do without: {error}"),
        )
        .hinted("allow ecs:DescribeTaskDefinition to whoever runs this")),
        CallErrorKind::Credentials => Ok(Finding::skip(NAME, "there are no valid credentials")),
        _ => Err(unreadable_definition(error, name)),
    }
}

/// How a look ends: what failed decides.
fn ended(findings: &[Finding]) -> Finished {
    match failed(findings) {
        None => Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None),
        Some(failed) => Finished::without_task(
            Outcome::NotAsRequired,
            ExitStatus::NOT_AS_REQUIRED,
            Some(format!(
                "the task would not start, or could not do its work: {failed}"
            )),
        ),
    }
}

/// The names of the checks that failed, if any did.
pub(super) fn failed(findings: &[Finding]) -> Option<String> {
    let failed = findings.iter().filter(|it| it.verdict == Verdict::Fail);
    let mut names: Vec<_> = failed.map(|finding| finding.name).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

/// What `check --list` prints of a check for programs.
#[derive(Serialize)]
struct Listed<'a> {
    r#type: &'static str,
    at: String,
    name: &'a str,
    looks_at: &'a str,
    permissions: &'a [&'a str],
}

/// Explains each check.
#[must_use]
pub fn list(options: &Options) -> ExitStatus {
    let output = match gather(options, None) {
        Ok(gathered) => gathered.settings.output,
        Err(failure) => {
            let mut reporter = stage::early_reporter(options.early_output());
            return stage::fail(&mut *reporter, &failure);
        }
    };
    let lines: Vec<_> = if output == Output::Json {
        let objects = about().map(|about| Listed {
            r#type: "listed_check",
            at: format!("{:.3}", Timestamp::now()),
            name: about.name,
            looks_at: about.looks_at,
            permissions: about.permissions,
        });
        objects
            .map(|object| serde_json::to_string(&object).unwrap_or_default())
            .collect()
    } else {
        let width = columns();
        let rows = about().map(|about| (about.name, about.looks_at, about.permissions));
        list_page(rows, width)
    };
    print(format!("{}\n", lines.join("\n")).as_bytes());
    ExitStatus::SUCCESS
}
