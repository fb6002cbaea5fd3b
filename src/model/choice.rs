//! Which task is meant, of those that there are.

use super::arn::TaskName;
use super::definition::{ContainerChoiceError, ContainerDefinition, TaskDefinition};
use super::task::TaskSnapshot;
use super::writers::is_alive;

/// Which task is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice<'t> {
    /// This one.
    One(&'t TaskSnapshot),
    /// Any of these may be, the earliest first.
    Several(Vec<&'t TaskSnapshot>),
    /// None of them is.
    None,
}

/// The task that a name means; without a name, the one whose container runs or will run.
#[must_use]
pub fn choose<'t>(tasks: &'t [TaskSnapshot], name: Option<&TaskName>) -> Choice<'t> {
    let meant = |task: &&TaskSnapshot| match name {
        Some(name) => name.fits(&task.arn),
        None => is_alive(task),
    };
    let mut found: Vec<_> = tasks.iter().filter(meant).collect();
    found.sort_by_key(|task| (task.times.created, &task.arn));
    match found.as_slice() {
        [] => Choice::None,
        [one] => Choice::One(one),
        _ => Choice::Several(found),
    }
}

/// The container of a task that decides: the one that was asked for by name, else the one that got
/// the command, else the one that the definition (and `usual`, a name from the settings) would
/// give it to.
pub fn deciding<'d>(
    task: &TaskSnapshot,
    definition: &'d TaskDefinition,
    asked: Option<&str>,
    usual: Option<&str>,
) -> Result<&'d ContainerDefinition, ContainerChoiceError> {
    if asked.is_some() {
        return definition.deciding_container(asked);
    }
    if let Some((name, _)) = task.commanded() {
        return definition.deciding_container(Some(name));
    }
    let known = usual.filter(|usual| definition.containers.iter().any(|c| c.name == *usual));
    definition.deciding_container(known)
}

#[cfg(test)]
mod tests {
    use super::super::task::task_id;
    use super::*;

    fn task(id: &str, created: i64, status: &str) -> TaskSnapshot {
        let arn = format!("arn:aws:ecs:us-east-1:000000000000:task/everruns/{id}");
        TaskSnapshot::of_admin(&arn, created, status)
    }

    #[test]
    fn which_task_is_meant() {
        let tasks = [
            task("0f1e", 2, "RUNNING"),
            task("0f2e", 1, "PENDING"),
            task("1f2e", 3, "STOPPED"),
        ];
        let chosen = |tasks: &[TaskSnapshot], name: Option<&str>| {
            let name = name.map(|name| TaskName::parse(name).expect("sound"));
            match choose(tasks, name.as_ref()) {
                Choice::One(task) => task_id(&task.arn).to_owned(),
                Choice::Several(tasks) => {
                    let ids: Vec<_> = tasks.iter().map(|task| task_id(&task.arn)).collect();
                    ids.join(" or ")
                }
                Choice::None => "none".to_owned(),
            }
        };
        for (name, expected) in [
            (Some("0f1"), "0f1e"),
            (Some("1"), "1f2e"),
            (Some("0f"), "0f2e or 0f1e"),
            (Some("2"), "none"),
            (Some(tasks[1].arn.as_str()), "0f2e"),
            (None, "0f2e or 0f1e"),
        ] {
            assert_eq!(chosen(&tasks, name), expected, "{name:?}");
        }
        assert_eq!(chosen(&tasks[1..], None), "0f2e");
        assert_eq!(chosen(&tasks[2..], None), "none");
        assert_eq!(chosen(&[], None), "none");
    }

    #[test]
    fn which_container_decides() {
        let container = |name: &str| ContainerDefinition {
            name: name.to_owned(),
            essential: true,
            ..ContainerDefinition::default()
        };
        let definition = TaskDefinition {
            containers: vec![container("admin"), container("job"), container("proxy")],
            ..TaskDefinition::default()
        };
        let plain = task("0f", 1, "RUNNING");
        let commanded = TaskSnapshot {
            commands: [("job".to_owned(), vec!["migrate".to_owned()])].into(),
            ..plain.clone()
        };
        for (task, asked, usual, expected) in [
            (&commanded, None, None, Ok("job")),
            (&commanded, None, Some("admin"), Ok("job")),
            (&commanded, Some("proxy"), None, Ok("proxy")),
            (&commanded, Some("web"), None, Err(())),
            (&plain, None, None, Ok("admin")),
            (&plain, None, Some("proxy"), Ok("proxy")),
            (&plain, None, Some("of another definition"), Ok("admin")),
        ] {
            let found = deciding(task, &definition, asked, usual);
            let found = found.map(|c| c.name.as_str()).map_err(|_| ());
            assert_eq!(found, expected, "{asked:?} {usual:?}");
        }
    }
}
