//! `ps`: the tasks of the family that ECS still knows.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::find;
use super::session::{Place, Session, or_left};
use super::stage;
use crate::cli::Options;
use crate::engine::run::World;
use crate::error::Failure;
use crate::model::choice::deciding;
use crate::model::definition::TaskDefinition;
use crate::model::event::{EventKind, Finished, Sink};
use crate::model::listing::{ListedTask, Listing, sort};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::task::TaskSnapshot;
use crate::model::writers::command_of;
use crate::settings::Settings;

/// Lists tasks. Everything it has to say has been said when it returns.
pub async fn ps(options: &Options) -> ExitStatus {
    let (mut session, asked) = match Session::about_task(options, || Ok(()), |()| None).await {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let Session {
        gathered,
        stage,
        signals,
    } = &mut session;
    let listed = or_left(
        list(&asked.world, &asked.place, &gathered.settings, stage),
        signals,
    )
    .await;
    let ended = listed.map(|listing| {
        stage::say(stage, EventKind::Tasks(Box::new(listing)));
        Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None)
    });
    session.close(Some(asked.aws), ended).await
}

async fn list(
    world: &World,
    place: &Place,
    settings: &Settings,
    sink: &mut dyn Sink,
) -> Result<Listing, Failure> {
    let found = find::family_tasks(world, place, sink).await?;
    let mut definitions = BTreeMap::new();
    // What runs in a task that was given no command stands in its definition.
    for task in found.iter().filter(|task| task.commanded().is_none()) {
        let name = task.definition_arn.clone().unwrap_or_default();
        if let Entry::Vacant(place) = definitions.entry(name) {
            let named = &settings.task_definition;
            place.insert(find::definition(world, Some(task), named, sink).await?);
        }
    }
    let usual = settings.container.as_deref();
    let mut tasks: Vec<_> = found
        .iter()
        .map(|task| {
            let name = task.definition_arn.clone().unwrap_or_default();
            listed(task, definitions.get(&name), usual)
        })
        .collect();
    sort(&mut tasks);
    Ok(Listing {
        family: place.family.clone(),
        cluster: place.cluster.clone(),
        region: place.region.clone(),
        tasks,
    })
}

fn listed(
    task: &TaskSnapshot,
    definition: Option<&TaskDefinition>,
    usual: Option<&str>,
) -> ListedTask {
    if let Some((name, words)) = task.commanded() {
        return ListedTask::of(task, Some(name), words);
    }
    let Some(definition) = definition else {
        return ListedTask::of(task, usual, &[]);
    };
    let container = deciding(task, definition, None, usual).ok();
    let name = container.map(|container| container.name.as_str());
    ListedTask::of(task, name, command_of(task, definition))
}
