//! Finding the task that somebody named.

use jiff::Timestamp;

use super::compose;
use super::session::Place;
use crate::engine::refusal::by_kind;
use crate::engine::run::World;
use crate::engine::vigil::ask;
use crate::error::Failure;
use crate::model::arn::{TaskName, TaskNameError};
use crate::model::choice::{Choice, choose, deciding};
use crate::model::definition::{ContainerDefinition, TaskDefinition};
use crate::model::duration::measured;
use crate::model::event::Sink;
use crate::model::task::{TaskSnapshot, task_id};
use crate::settings::Settings;

/// What looking is called while it lasts.
const LOOKING: &str = "looking for the task";

/// Reads a task's name as it was typed.
pub(super) fn name(text: &str) -> Result<TaskName, Failure> {
    TaskName::parse(text).map_err(|error| {
        let hint = match &error {
            TaskNameError::Arn(_) => "a task's ARN is arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID",
            TaskNameError::Id(_) => "run-admin-task ps lists the tasks with their ids",
        };
        Failure::usage(error.to_string()).hinted(hint)
    })
}

/// The task of this name; `None` where ECS knows none. Several are a failure that lists them.
pub(super) async fn task(
    world: &World,
    place: &Place,
    name: &TaskName,
    sink: &mut dyn Sink,
) -> Result<Option<TaskSnapshot>, Failure> {
    if name.is_whole() {
        let look = || world.tasks.describe_task(&place.cluster, name.text());
        let found = ask(world, LOOKING, sink, look).await;
        return found.map_err(|error| by_kind(&error, "the task could not be looked for"));
    }
    let tasks = family_tasks(world, place, sink).await?;
    match choose(&tasks, Some(name)) {
        Choice::One(task) => Ok(Some(task.clone())),
        Choice::None => Ok(None),
        Choice::Several(tasks) => Err(ambiguous(place, name, &tasks, (world.clock)())),
    }
}

/// The one task of the family that runs.
pub(super) async fn running_task(
    world: &World,
    place: &Place,
    sink: &mut dyn Sink,
) -> Result<TaskSnapshot, Failure> {
    let tasks = family_tasks(world, place, sink).await?;
    match choose(&tasks, None) {
        Choice::One(task) => Ok(task.clone()),
        Choice::None => Err(none_runs(place)),
        Choice::Several(tasks) => Err(several_run(place, &tasks, (world.clock)())),
    }
}

/// Every task of the family.
pub(super) async fn family_tasks(
    world: &World,
    place: &Place,
    sink: &mut dyn Sink,
) -> Result<Vec<TaskSnapshot>, Failure> {
    let look = || world.tasks.family_tasks(&place.cluster, &place.family);
    let found = ask(world, "listing the tasks", sink, look).await;
    found.map_err(|error| by_kind(&error, "the tasks could not be listed"))
}

/// The revision that a task was started from, else the one that is named.
pub(super) async fn definition(
    world: &World,
    task: Option<&TaskSnapshot>,
    named: &str,
    sink: &mut dyn Sink,
) -> Result<TaskDefinition, Failure> {
    let own = task.and_then(|task| task.definition_arn.as_deref());
    let name = own.unwrap_or(named);
    let look = || world.tasks.describe_definition(name);
    let found = ask(world, "reading the task definition", sink, look).await;
    found.map_err(|error| {
        by_kind(
            &error,
            &format!("task definition `{name}` could not be read"),
        )
    })
}

/// The container whose log and exit code are wanted; `asked`: it was named by a flag.
pub(super) fn container<'d>(
    settings: &Settings,
    asked: bool,
    task: &TaskSnapshot,
    definition: &'d TaskDefinition,
) -> Result<&'d ContainerDefinition, Failure> {
    let named = settings.container.as_deref();
    let chosen = deciding(task, definition, named.filter(|_| asked), named);
    chosen.map_err(|error| compose::no_container(definition, &error))
}

/// ECS knows no such task; its log may be there.
pub(super) fn unknown(place: &Place, name: &TaskName) -> Failure {
    nowhere(place, name).hinted(format!(
        "ECS forgets a stopped task after an hour; its log may still be there: {} {}",
        place.command("logs"),
        name.text()
    ))
}

/// There is nothing of such a task.
pub(super) fn nowhere(place: &Place, name: &TaskName) -> Failure {
    let Place {
        cluster,
        region,
        family,
        ..
    } = place;
    let looked = if name.is_whole() {
        format!("on cluster {cluster} ({region})")
    } else {
        format!("among those of family {family} on cluster {cluster} ({region})")
    };
    Failure::usage(format!("there is no task `{}` {looked}", name.text()))
        .hinted(format!("{} lists the tasks; --cluster, --task-definition, --region and --profile say where it looks", place.command("ps")))
}

fn none_runs(place: &Place) -> Failure {
    Failure::usage(format!(
        "no task of family {} runs on cluster {} ({})",
        place.family, place.cluster, place.region
    ))
    .hinted(format!(
        "{} lists those that ended lately: attach and logs take their ids",
        place.command("ps")
    ))
}

fn several_run(place: &Place, tasks: &[&TaskSnapshot], now: Timestamp) -> Failure {
    Failure::usage(format!(
        "{} tasks of family {} run on cluster {} ({}):{}",
        tasks.len(),
        place.family,
        place.cluster,
        place.region,
        list(tasks, now)
    ))
    .hinted(format!("say which one: {} ID", place.command("attach")))
}

fn ambiguous(place: &Place, name: &TaskName, tasks: &[&TaskSnapshot], now: Timestamp) -> Failure {
    Failure::usage(format!(
        "`{}` may be any of these tasks of family {} on cluster {} ({}):{}",
        name.text(),
        place.family,
        place.cluster,
        place.region,
        list(tasks, now)
    ))
    .hinted("type more of the id")
}

/// A line for each task: its id, phase, age, who started it, and its command.
fn list(tasks: &[&TaskSnapshot], now: Timestamp) -> String {
    let line = |task: &&TaskSnapshot| {
        let command = task.commanded().map(|(_, words)| words.join(" "));
        format!(
            "\n  {}  {}  since {}  {}  {}",
            task_id(&task.arn),
            task.last_status,
            age(task, now),
            task.who().unwrap_or("-"),
            command.as_deref().unwrap_or("-"),
        )
    };
    tasks.iter().map(line).collect()
}

/// How long ago a task was created.
pub(super) fn age(task: &TaskSnapshot, now: Timestamp) -> String {
    task.times.created.map_or_else(
        || "an unknown time".to_owned(),
        |created| measured(now.as_millisecond() - created),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::task::TaskTimes;

    #[test]
    fn candidates_are_listed_with_what_tells_them_apart() {
        let task = TaskSnapshot {
            arn: "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e".into(),
            last_status: "RUNNING".into(),
            started_by: Some("run-admin-task/ana/laptop".into()),
            commands: [("admin".to_owned(), vec!["migrate".to_owned()])].into(),
            times: TaskTimes {
                created: Some(0),
                ..TaskTimes::default()
            },
            ..TaskSnapshot::default()
        };
        let bare = TaskSnapshot {
            arn: "0f2e".into(),
            last_status: "PENDING".into(),
            ..TaskSnapshot::default()
        };
        let now = Timestamp::from_millisecond(185_000).expect("sound");
        assert_eq!(
            list(&[&task, &bare], now),
            "\n  0f1e  RUNNING  since 3m 5s  run-admin-task/ana/laptop  migrate\
             \n  0f2e  PENDING  since an unknown time  -  -"
        );
    }

    #[test]
    fn names() {
        assert!(name("0f1e").is_ok());
        let failure = name("arn:aws:s3:::x").expect_err("no task");
        assert_eq!(failure.exit.code(), 2);
        assert!(failure.hints[0].contains("task/CLUSTER/ID"));
        assert!(name("a b").expect_err("no id").hints[0].contains("ps"));
    }
}
