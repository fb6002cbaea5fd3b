//! Explaining a run that this machine recorded, or that ECS still knows, with a look at the account.

use std::sync::Arc;

use tokio::time::timeout;
use uuid::Uuid;

use super::of_record::Recorded;
use super::{of_ecs, of_record};
use crate::aws::Aws;
use crate::cli::Options;
use crate::commands::account::account;
use crate::commands::connect::{self, identity};
use crate::commands::look::{PATIENCE, can_tell_of, could_not, look_into};
use crate::commands::session::{Place, Session, or_left};
use crate::commands::{compose, find, prepare};
use crate::diagnosis::diagnose;
use crate::engine::patience::until_signal;
use crate::error::Failure;
use crate::model::definition::TaskDefinition;
use crate::model::diagnosis::Diagnosis;
use crate::model::outcome::ExitStatus;
use crate::model::request::RunTaskRequest;
use crate::model::run_key::RunKey;
use crate::model::task::TaskSnapshot;
use crate::ports::Tasks as _;
use crate::preflight::Subject;
use crate::record::{Record, Store};
use crate::settings::{Output, Settings};

/// Explains the run that is named, else the last one that failed. What fails has been said.
pub(super) async fn explained(
    options: &Options,
    name: Option<&str>,
) -> Result<(Diagnosis, Output), ExitStatus> {
    let mut session = Session::open(options)?;
    let output = session.settings().output;
    let store = Store::of_user();
    let recorded = match name {
        Some(name) => of_record::named(&store, name, output),
        None => of_record::last(&store, output),
    };
    let diagnosis = match recorded {
        Ok(Recorded::One(record)) => of_run(&mut session, &record).await,
        Ok(Recorded::Nothing(failure)) => of_task(&mut session, name, failure).await,
        Err(failure) => Err(failure),
    };
    match diagnosis {
        Ok(diagnosis) => {
            session.leave().await;
            Ok((diagnosis, output))
        }
        Err(failure) => Err(session.close(None, Err(failure)).await),
    }
}

/// What is known of a run. Where its end was not seen from here, ECS may know it.
async fn of_run(session: &mut Session, record: &Record) -> Result<Diagnosis, Failure> {
    let Some(arn) = record.task.task_arn.as_deref() else {
        return of_recorded(session, record).await;
    };
    if record.tells_its_tasks_end() {
        return of_recorded(session, record).await;
    }
    let unseen = Failure::usage(format!("the end of the run {} is not recorded", record.id))
        .hinted(format!("to follow it: run-admin-task attach {arn}"));
    match of_task(session, Some(arn), unseen).await {
        Err(_) if record.end.outcome.is_some() => of_recorded(session, record).await,
        found => found,
    }
}

/// What a record tells, and what a look says of it.
async fn of_recorded(session: &mut Session, record: &Record) -> Result<Diagnosis, Failure> {
    let mut diagnosis = diagnose(&of_record::evidence(record));
    if !can_tell_of(&diagnosis) {
        return Ok(diagnosis);
    }
    let request = serde_json::from_value::<RunTaskRequest>(record.about.request.clone());
    let Ok(request) = request else {
        could_not(&mut diagnosis, "the run's record has no request");
        return Ok(diagnosis);
    };
    let settings = &session.gathered.settings;
    let region = match &record.about.region {
        Some(region) => region.clone(),
        None => connect::region(settings).await,
    };
    let profile = record.about.profile.as_ref().or(settings.profile.as_ref());
    let profile = profile.map(String::as_str);
    let aws = Arc::new(Aws::connect(&region, profile, session.stage.listener()).await);
    let read_secrets = settings.read_secrets;
    let (stage, signals) = (&mut session.stage, &mut session.signals);
    let look = async {
        let revision = record.task.task_definition.as_ref();
        let revision = revision.unwrap_or(&request.task_definition);
        let described = timeout(PATIENCE, aws.describe_definition(revision)).await;
        match described {
            Ok(Ok(definition)) => {
                let container = record.task.container.clone();
                let subject = Subject {
                    region,
                    deciding: container.unwrap_or_else(|| overridden(&request)),
                    definition: Some(definition),
                    request,
                    read_secrets,
                    execute_command: false,
                };
                look_into(&mut diagnosis, &subject, &account(&aws), stage).await;
            }
            Ok(Err(error)) => could_not(&mut diagnosis, &error.to_string()),
            Err(_) => could_not(&mut diagnosis, "AWS did not answer in time"),
        }
    };
    // Whoever does not wait for the look has the cause all the same.
    let _ = until_signal(look, signals).await;
    Ok(diagnosis)
}

/// The container that got the command.
fn overridden(request: &RunTaskRequest) -> String {
    let first = request.overrides.container_overrides.first();
    first.map(|own| own.name.clone()).unwrap_or_default()
}

/// What ECS tells of a task, and what a look says of it. `unrecorded` says that there is no record.
async fn of_task(
    session: &mut Session,
    name: Option<&str>,
    unrecorded: Failure,
) -> Result<Diagnosis, Failure> {
    let Ok(name) = name.map(find::name).transpose() else {
        // It may have been meant for a record's.
        return Err(unrecorded);
    };
    let place = session.place(name.as_ref()).await;
    let (aws, world) = session.connect(&place).await;
    let settings = session.gathered.settings.clone();
    let (stage, signals) = (&mut session.stage, &mut session.signals);
    let look = async {
        let task = match &name {
            Some(name) => of_ecs::named(&world, &place, name, stage).await,
            None => of_ecs::last_failed(&world, &place, stage)
                .await
                .and_then(|task| task.ok_or_else(|| none_failed(&unrecorded, &place))),
        };
        let task = task.map_err(|failure| without_record(failure, &unrecorded))?;
        let evidence = of_ecs::evidence(&world, &place, &settings, &task, stage).await;
        let mut diagnosis = diagnose(&evidence);
        if can_tell_of(&diagnosis) {
            match subject(&aws, &place, &settings, &task).await {
                Ok(subject) => {
                    look_into(&mut diagnosis, &subject, &account(&aws), stage).await;
                }
                Err(failure) => could_not(&mut diagnosis, &failure.message),
            }
        }
        Ok(diagnosis)
    };
    or_left(look, signals).await
}

fn none_failed(unrecorded: &Failure, place: &Place) -> Failure {
    let mut failure = unrecorded.clone();
    failure.message = format!(
        "{}, and ECS knows of no task of family {} on cluster {} ({}) that failed within the last hour",
        failure.message, place.family, place.cluster, place.region
    );
    failure
}

/// What kept ECS from being asked, where there is no record either.
fn without_record(failure: Failure, unrecorded: &Failure) -> Failure {
    if failure.message.starts_with(&unrecorded.message) {
        return failure;
    }
    let message = format!("{}; {}", unrecorded.message, failure.message);
    let hints = failure.hints.iter().chain(&unrecorded.hints).cloned();
    Failure {
        message,
        hints: hints.collect(),
        ..failure
    }
}

/// What was started, as far as the task and the settings tell.
async fn subject(
    aws: &Arc<Aws>,
    place: &Place,
    settings: &Settings,
    task: &TaskSnapshot,
) -> Result<Subject, Failure> {
    let revision = task.definition_arn.as_deref();
    let revision = revision.unwrap_or(&settings.task_definition);
    let definition: TaskDefinition = aws
        .describe_definition(revision)
        .await
        .map_err(|error| connect::unreadable_definition(&error, revision))?;
    let deciding = match task.commanded() {
        Some((container, _)) => container.to_owned(),
        None => compose::deciding(&definition, settings)?.to_owned(),
    };
    let command = task.commanded().map(|(_, words)| words).unwrap_or_default();
    // The settings may not name a network: what needs it says so.
    let mut network = prepare::network(&**aws, settings, &definition)
        .await
        .ok()
        .flatten();
    let attached = task
        .attachments
        .iter()
        .find_map(|it| it.details.get("subnetId"));
    // In another subnet the task had other groups as well: nothing is said of those.
    if attached.is_some_and(|own| network.iter().all(|it| !it.subnets.contains(own))) {
        network = None;
    } else if let (Some(network), Some(subnet)) = (&mut network, attached) {
        network.subnets = vec![subnet.clone()];
    }
    let mut request = compose::unchecked(
        settings,
        &definition,
        &deciding,
        network,
        &identity(),
        command,
        &RunKey::fresh(&Uuid::new_v4().to_string()),
    );
    request.cluster.clone_from(&place.cluster);
    Ok(Subject {
        region: place.region.clone(),
        definition: Some(definition),
        deciding,
        request,
        read_secrets: settings.read_secrets,
        execute_command: false,
    })
}
