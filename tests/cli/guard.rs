//! One writer at a time: who is in the way, and what is done about it.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::fault::{denied, fault};
use crate::support::{Bench, QUICK, Setting, at_once, tests};

tests! {
    a_second_migration_is_refused_with_all_that_is_known_of_the_first,
    a_task_that_was_told_to_stop_is_in_the_way_until_its_container_has_ended,
    a_writer_is_followed_if_that_is_wanted,
    the_end_of_another_command_says_nothing_about_this_one,
    readers_and_dry_runs_are_in_nobodys_way_and_nobody_is_in_theirs,
    the_file_says_which_commands_write,
    somebody_elses_task_is_in_the_way_by_its_definitions_own_command,
    who_must_not_look_must_not_write,
    what_cannot_be_looked_up_is_not_written,
}

/// Says what it was told, and goes on until there is a file `done` in a folder of its own.
struct UntilDone(TempDir);

impl UntilDone {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn setting(&self) -> Setting {
        let done = self.0.path().join("done");
        Setting::of(&format!(
            "trap '' TERM; echo \"$@\"; while [ ! -e '{}' ]; do sleep 0.05; done; exit 3",
            done.display()
        ))
    }

    fn done(&self) {
        std::fs::write(self.0.path().join("done"), "").expect("a file is written");
    }
}

fn who(bench: &Bench) -> String {
    bench.emulator.tasks()[0].tags["run-admin-task:who"].clone()
}

/// What is said of a writer in the way.
fn refusal(bench: &Bench, command: &str, phase: &str) -> String {
    format!(
        "error: `{command}` was not started: task [task] runs `migrate --all` ({phase}), started by {} at [time stamp], ",
        who(bench)
    )
}

fn a_second_migration_is_refused_with_all_that_is_known_of_the_first() {
    let container = UntilDone::new();
    let bench = container.setting().start();
    let mut first = bench.start(&[&QUICK[..], &["migrate", "--all"]].concat());
    first.until_stdout_has("migrate --all\n");
    bench.until_task_is("RUNNING");
    let attach = "[time] ago; two must not write at once\n\
        hint: to follow it: run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]\n";
    for command in ["migrate", "reencrypt"] {
        let ran = bench.run(&[command]);
        ran.exits(126)
            .prints::<&str>(&[])
            .says(&[&refusal(&bench, command, "RUNNING"), attach])
            .does_not_say("--attach-if-running");
        assert_eq!(ran.stderr.lines().count(), 2, "{ran}");
    }
    let ran = bench.run(&["migrate", "--all"]);
    ran.exits(126).says(&[
        attach,
        "hint: with --attach-if-running it is followed in place of refusing\n",
    ]);
    let ran = bench.run(&["--output", "json", "migrate"]);
    let finished = ran.exits(126).finished();
    let task = bench.emulator.tasks().remove(0);
    let in_the_way = &finished["in_the_way"];
    assert_eq!(in_the_way["task_arn"], json!(task.arn), "{ran}");
    assert_eq!(in_the_way["command"], json!(["migrate", "--all"]), "{ran}");
    assert_eq!(in_the_way["who"], json!(who(&bench)), "{ran}");
    assert_eq!(in_the_way["phase"], "RUNNING", "{ran}");
    assert!(in_the_way["since"].is_string(), "{ran}");
    assert_eq!(finished["outcome"], "never-started", "{ran}");
    assert_eq!(finished["task_arn"], json!(null), "{ran}");
    assert_eq!(bench.calls("RunTask"), 1);

    container.done();
    first.end().exits(3);
    bench.run(&[&QUICK[..], &["migrate"]].concat()).exits(3);
    assert_eq!(bench.emulator.tasks().len(), 2, "nobody is in the way now");
}

fn a_task_that_was_told_to_stop_is_in_the_way_until_its_container_has_ended() {
    let container = UntilDone::new();
    let bench = container.setting().start();
    let mut first = bench.start(&["--on-interrupt", "stop", "migrate", "--all"]);
    first.until_stdout_has("migrate --all\n");
    bench.until_task_is("RUNNING");
    first.signal("INT");
    bench.until_task_is("STOPPING");
    // Nobody follows it any longer, and it is told to stop, and it runs.
    first.signal("INT");
    first.end().exits(130);
    let ran = bench.run(&["migrate"]);
    ran.exits(126)
        .says(&[&refusal(&bench, "migrate", "STOPPING")]);
    container.done();
    bench.until_task_is("STOPPED");
    bench.run(&[&QUICK[..], &["migrate"]].concat()).exits(3);
    assert_eq!(bench.calls("RunTask"), 2);
}

fn a_writer_is_followed_if_that_is_wanted() {
    at_once(["to its end", "left"], |case| {
        let container = UntilDone::new();
        let bench = container.setting().start();
        let mut first = bench.start(&["migrate"]);
        first.until_stdout_has("migrate\n");
        let words = ["--attach-if-running", "--output", "json", "migrate"];
        let mut second = bench.start(&words);
        // The whole log comes, from its begin.
        second.until_stdout_has(r#""message":"migrate""#);
        let left = case == "left";
        if left {
            bench.until_task_is("RUNNING");
            second.until_stdout_has("RUNNING");
            second.signal("INT");
        } else {
            container.done();
        }
        let ran = second.end();
        let (exit, outcome) = if left {
            (130, "detached")
        } else {
            (3, "container-failed")
        };
        let finished = ran.exits(exit).finished();
        assert_eq!(finished["outcome"], outcome, "{ran}");
        assert_eq!(ran.events()[0]["attached"], true, "{ran}");
        assert_eq!(bench.calls("StopTask"), 0);
        container.done();
        first.end().exits(3).says(&["started task "]);
        assert_eq!(bench.calls("RunTask"), 1);
    });
}

fn the_end_of_another_command_says_nothing_about_this_one() {
    let container = UntilDone::new();
    let bench = container.setting().start();
    let mut first = bench.start(&["migrate", "--all"]);
    first.until_stdout_has("migrate --all\n");
    bench.until_task_is("RUNNING");
    for words in [&["reencrypt"][..], &["migrate"]] {
        let ran = bench.run(&[&["--attach-if-running"], words].concat());
        ran.exits(126)
            .says(&[&refusal(&bench, words[0], "RUNNING")]);
    }
    assert_eq!(bench.calls("RunTask"), 1);
}

fn readers_and_dry_runs_are_in_nobodys_way_and_nobody_is_in_theirs() {
    const READERS: [&[&str]; 4] = [
        &["migrate-info"],
        &["migrate", "--dry-run"],
        &["reencrypt", "--dry-run", "--all"],
        &["report"],
    ];
    let container = UntilDone::new();
    let bench = container.setting().start();
    let readers: Vec<_> = READERS
        .iter()
        .map(|words| {
            let mut reader = bench.start(&[&QUICK, *words].concat());
            reader.until_stderr_has("RUNNING");
            reader
        })
        .collect();
    let mut writer = bench.start(&[&QUICK[..], &["migrate"]].concat());
    writer.until_stdout_has("migrate\n");
    let later: Vec<_> = READERS
        .iter()
        .map(|words| {
            let mut reader = bench.start(&[&QUICK, *words].concat());
            reader.until_stderr_has("RUNNING");
            reader
        })
        .collect();
    container.done();
    for running in readers.into_iter().chain(later).chain([writer]) {
        running.end().exits(3);
    }
    assert_eq!(bench.emulator.tasks().len(), 2 * READERS.len() + 1);
}

fn the_file_says_which_commands_write() {
    let container = UntilDone::new();
    let bench = container.setting().start();
    bench.write(
        "run-admin-task.toml",
        "[commands.seed]\nexclusive = true\n[commands.reencrypt]\nexclusive = false\n",
    );
    let mut first = bench.start(&[&QUICK[..], &["seed"]].concat());
    first.until_stdout_has("seed\n");
    let ran = bench.run(&["migrate"]);
    ran.exits(126).says(&["runs `seed` ("]);
    bench.run(&["seed"]).exits(126);
    let looks = bench.calls("ListTasks");
    let mut other = bench.start(&[&QUICK[..], &["reencrypt"]].concat());
    other.until_stdout_has("reencrypt\n");
    assert_eq!(bench.calls("ListTasks"), looks, "nobody was looked for");
    container.done();
    first.end().exits(3);
    other.end().exits(3);
    assert_eq!(bench.calls("RunTask"), 2);
}

fn somebody_elses_task_is_in_the_way_by_its_definitions_own_command() {
    let foreign = json!({"taskDefinition": "everruns-admin"});
    at_once([Value::Null, json!("deploy-bot")], |started_by| {
        let container = UntilDone::new();
        let own = json!({"command": ["migrate", "--all"]});
        let bench = container.setting().admin(&own).start();
        let mut request = foreign.clone();
        if let Some(name) = started_by.as_str() {
            request["startedBy"] = json!(name);
        }
        let arn = bench.run_task(&request);
        bench.until_task_is("RUNNING");
        let ran = bench.run(&["--output", "json", "migrate"]);
        let in_the_way = &ran.exits(126).finished()["in_the_way"];
        assert_eq!(in_the_way["task_arn"], json!(arn), "{ran}");
        assert_eq!(in_the_way["command"], json!(["migrate", "--all"]), "{ran}");
        assert_eq!(in_the_way["who"], started_by, "{ran}");
        let who = started_by.as_str().unwrap_or("somebody");
        ran.says(&[&format!("started by {who} at [time stamp], ")]);
        // What a task without a container command does is told by the revision it was made from.
        let _ = bench.emulator.register(json!({
            "family": "everruns-admin",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": "arn:aws:iam::000000000000:role/execution",
            "containerDefinitions": [
                {"name": "admin", "image": "registry.example/everruns-admin:v2", "command": ["help"]},
            ],
        }));
        let ran = bench.run(&["migrate"]);
        ran.exits(126).says(&["runs `migrate --all` (RUNNING)"]);
        assert_eq!(bench.calls("RunTask"), 0);
    });
}

fn who_must_not_look_must_not_write() {
    at_once(["ecs:ListTasks", "ecs:DescribeTasks"], |permission| {
        let operation = permission.trim_start_matches("ecs:");
        let bench = Setting::of("echo never")
            .scenario(&json!({"faults": [fault(operation, &denied(permission))]}))
            .start();
        // Without a task there is nothing to describe.
        let _ = bench.run_task(&json!({"taskDefinition": "everruns-admin"}));
        bench.run(&["migrate"]).is(&"\
--- stderr
error: nothing was started, since it could not be looked up whether another task writes: OPERATION: AccessDeniedException: User: ana is not authorized to perform: ecs:OPERATION
hint: allow the caller the operation that the message names
hint: needed are ecs:ListTasks and ecs:DescribeTasks on the cluster
hint: where no second one can be started anyway, [commands.NAME] of the configuration file can leave the look out with `exclusive = false`; a signal then stops the command, unless `on-interrupt = \"detach\"` stands beside it
--- exit status 125
".replace("OPERATION", operation));
        assert_eq!(bench.calls("RunTask"), 0);
    });
}

fn what_cannot_be_looked_up_is_not_written() {
    let bench = Setting::of("echo never")
        .scenario(&json!({"faults": [fault("ListTasks", &json!({"kind": "cut-before"}))]}))
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(125).prints::<&str>(&[]).says(&[
        "error: nothing was started, since it could not be looked up whether another task writes: ListTasks: ",
        "hint: check the network",
    ]);
    assert_eq!(bench.calls("RunTask"), 0);
}
