//! One writer at a time: who else writes, and who has to give way.

use super::definition::TaskDefinition;
use super::exclusive::Exclusive;
use super::identity::RUN_KEY_TAG;
use super::task::TaskSnapshot;

/// The words that run in a task's deciding container: those of the override, else the
/// definition's own.
#[must_use]
pub fn command_of<'t>(task: &'t TaskSnapshot, definition: &'t TaskDefinition) -> &'t [String] {
    match task.commanded() {
        Some((_, words)) => words,
        None => definition
            .deciding_container(None)
            .map_or(&[], |container| &container.command),
    }
}

/// The words of a task that write: those of any container that an override gave words, else the
/// definition's own of a container that it gave none.
#[must_use]
pub fn writing_command<'t>(
    task: &'t TaskSnapshot,
    definition: &'t TaskDefinition,
    exclusive: &Exclusive,
) -> Option<&'t [String]> {
    let overridden = task.commands.values();
    let untouched = definition
        .containers
        .iter()
        .filter(|container| !task.commands.contains_key(&container.name))
        .map(|container| &container.command);
    overridden
        .chain(untouched)
        .find(|words| exclusive.covers(words))
        .map(Vec::as_slice)
}

/// Whether a container of the task runs or may still start. A task that was told to stop counts
/// until its container has ended.
#[must_use]
pub fn is_alive(task: &TaskSnapshot) -> bool {
    if task.is_stopped() {
        return false;
    }
    let mut commanded = task
        .commands
        .keys()
        .filter_map(|name| task.container(name))
        .peekable();
    if commanded.peek().is_some() {
        commanded.any(|container| !container.has_ended())
    } else {
        task.containers.is_empty() || task.containers.iter().any(|c| !c.has_ended())
    }
}

/// Whether a task is over without any container of it having run: nothing came of it, and nothing
/// is repeated by starting another. Of an answer without containers nothing can be said.
#[must_use]
pub fn came_to_nothing(task: &TaskSnapshot) -> bool {
    !task.containers.is_empty() && !is_alive(task) && !task.any_has_run()
}

/// Whether a task belongs to the run with this key: one that runs other words under its name is as
/// much in the way as anybody's.
#[must_use]
pub fn is_of_run(
    task: &TaskSnapshot,
    definition: &TaskDefinition,
    run_key: &str,
    command: &[String],
) -> bool {
    task.tags.get(RUN_KEY_TAG).is_some_and(|key| key == run_key)
        && command_of(task, definition) == command
}

/// The tasks of a family that write, other than this run's own, the earliest first.
#[must_use]
pub fn writers<'t>(
    tasks: &'t [TaskSnapshot],
    definition: &TaskDefinition,
    exclusive: &Exclusive,
    is_own: impl Fn(&TaskSnapshot) -> bool,
) -> Vec<&'t TaskSnapshot> {
    let mut writers: Vec<_> = tasks
        .iter()
        .filter(|task| is_alive(task) && !is_own(task))
        .filter(|task| writing_command(task, definition, exclusive).is_some())
        .collect();
    writers.sort_by_key(|task| order(task));
    writers
}

/// The writer that `mine` has to give way to, whose container has not started: one that was
/// created before it, or one that runs already. Of two that see each other one gives way.
#[must_use]
pub fn winner<'t>(mine: &TaskSnapshot, writers: &[&'t TaskSnapshot]) -> Option<&'t TaskSnapshot> {
    writers
        .iter()
        .find(|other| order(other) < order(mine) || other.any_has_run())
        .copied()
}

/// The order in which tasks were created; of two in the same millisecond the ARN decides.
fn order(task: &TaskSnapshot) -> (i64, &str) {
    (task.times.created.unwrap_or(i64::MAX), &task.arn)
}

#[cfg(test)]
mod tests {
    use super::super::definition::ContainerDefinition;
    use super::*;

    fn definition(command: &str) -> TaskDefinition {
        TaskDefinition {
            arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:1".into(),
            containers: vec![ContainerDefinition {
                name: "admin".into(),
                essential: true,
                command: vec![command.to_owned()],
                ..ContainerDefinition::default()
            }],
            ..TaskDefinition::default()
        }
    }

    fn task(arn: &str, command: &str, created: i64, status: &str) -> TaskSnapshot {
        let words = command.split_whitespace().map(str::to_owned).collect();
        TaskSnapshot {
            commands: [("admin".to_owned(), words)].into(),
            ..TaskSnapshot::of_admin(arn, created, status)
        }
    }

    fn names(tasks: &[TaskSnapshot]) -> Vec<&str> {
        let help = definition("help");
        let is_own = |task: &TaskSnapshot| is_of_run(task, &help, "ours", &["migrate".to_owned()]);
        let found = writers(tasks, &help, &Exclusive::default(), is_own);
        found.iter().map(|task| task.arn.as_str()).collect()
    }

    #[test]
    fn only_living_writers_of_others_are_in_the_way() {
        let mut told_to_stop = task("told-to-stop", "migrate", 5, "RUNNING");
        told_to_stop.desired_status = Some("STOPPED".into());
        let mut ended = task("ended", "migrate", 6, "DEPROVISIONING");
        ended.containers[0].exit_code = Some(1);
        let mut mine = task("mine", "migrate", 1, "RUNNING");
        mine.tags.insert(RUN_KEY_TAG.into(), "ours".into());
        let mut other_words = task("other-words", "reencrypt", 10, "RUNNING");
        other_words.tags = mine.tags.clone();
        let tasks = [
            other_words,
            task("later", "reencrypt", 9, "PROVISIONING"),
            task("earlier", "migrate", 3, "RUNNING"),
            task("reader", "migrate-info", 1, "RUNNING"),
            task("dry", "migrate --dry-run", 1, "RUNNING"),
            task("over", "migrate", 1, "STOPPED"),
            mine,
            told_to_stop,
            ended,
        ];
        assert_eq!(
            names(&tasks),
            ["earlier", "told-to-stop", "later", "other-words"]
        );
    }

    #[test]
    fn only_what_is_known_never_to_have_run_came_to_nothing() {
        let mut failed = task("failed", "migrate", 1, "STOPPED");
        failed.stop_code = Some("TaskFailedToStart".into());
        assert!(came_to_nothing(&failed));
        assert!(!came_to_nothing(&task("new", "migrate", 1, "PENDING")));
        let bare = TaskSnapshot {
            containers: vec![],
            ..failed.clone()
        };
        assert!(
            !came_to_nothing(&bare),
            "as a token that comes again shows it"
        );
        failed.containers[0].exit_code = Some(0);
        assert!(!came_to_nothing(&failed));
    }

    #[test]
    fn without_an_override_the_definition_says_what_runs() {
        let plain = TaskSnapshot {
            commands: [].into(),
            ..task("plain", "", 1, "RUNNING")
        };
        let exclusive = Exclusive::default();
        let writes = |command: &str| {
            let tasks = [plain.clone()];
            !writers(&tasks, &definition(command), &exclusive, |_| false).is_empty()
        };
        assert!(writes("migrate"));
        assert!(!writes("help"));
    }

    #[test]
    fn whichever_container_writes_the_task_does() {
        let exclusive = Exclusive::default();
        let words = |text: &str| vec![text.to_owned()];
        let mut beside = task("beside", "migrate", 1, "RUNNING");
        beside.commands.insert("aaa".into(), words("serve"));
        let found = |task: &TaskSnapshot, own: &str| {
            writing_command(task, &definition(own), &exclusive).map(<[_]>::to_vec)
        };
        assert_eq!(found(&beside, "help"), Some(words("migrate")));
        let sidecar_alone = TaskSnapshot {
            commands: [("proxy".to_owned(), words("debug"))].into(),
            ..beside.clone()
        };
        assert_eq!(found(&sidecar_alone, "migrate"), Some(words("migrate")));
        assert_eq!(found(&sidecar_alone, "help"), None);
    }

    #[test]
    fn of_two_that_see_each_other_one_gives_way() {
        for (a, b) in [((1, "x"), (2, "a")), ((1, "a"), (1, "b"))] {
            let first = task(a.1, "migrate", a.0, "PROVISIONING");
            let second = task(b.1, "migrate", b.0, "PROVISIONING");
            assert_eq!(winner(&first, &[&second]), None);
            assert_eq!(winner(&second, &[&first]), Some(&first));
        }
    }

    #[test]
    fn what_runs_already_is_not_run_beside() {
        let mine = task("a", "migrate", 1, "PROVISIONING");
        let other = task("b", "migrate", 2, "RUNNING");
        assert_eq!(winner(&mine, &[&other]), Some(&other));
    }
}
