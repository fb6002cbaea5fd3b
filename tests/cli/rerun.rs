//! A process that was killed, and the same step of the CI job again: one task.

use serde_json::{Value, json};

use crate::support::fault::{denied, fault, first, simply};
use crate::support::{Bench, QUICK, Ran, Setting, Tool, at_once, tests};

tests! {
    a_step_that_was_killed_and_runs_again_follows_its_task,
    a_task_that_has_ended_is_shown_again_and_not_run_again,
    the_token_finds_the_task_where_tasks_cannot_be_listed,
    another_attempt_job_run_or_command_starts_a_task_of_its_own,
    the_same_name_with_other_settings_follows_the_task_of_the_same_command,
    the_same_name_with_another_command_is_explained,
}

/// Six lines in two seconds.
const STEADY: &str = "for n in 1 2 3 4 5 6; do echo line $n; sleep 0.35; done; exit 3";
const LINES: [&str; 6] = ["line 1", "line 2", "line 3", "line 4", "line 5", "line 6"];

/// The tool in always the same step.
fn step(bench: &Bench) -> Tool {
    bench.tool().in_job("42", "1", "deploy")
}

/// Runs the command in that step until `killed_at`, and then once more with these options.
fn killed_and_again(bench: &Bench, killed_at: fn(&Bench), words: &[&str]) -> Ran {
    let command = words.last().expect("a command");
    let killed = step(bench).start(&[command]);
    killed_at(bench);
    killed.signal("KILL");
    killed.end().exits(137);
    bench.change(&json!({"faults": []}));
    step(bench).run(words)
}

/// What each part of a start costs, so that a process can be killed within it.
fn slow(faults: &Value) -> Value {
    json!({"faults": faults, "phases": {"provisioning_ms": 1_500, "pull_ms": 700}})
}

fn a_step_that_was_killed_and_runs_again_follows_its_task() {
    type Moment = (&'static str, fn(&Bench));
    let moments: [Moment; 4] = [
        ("before the answer", |bench| {
            bench.until_task_is("PROVISIONING");
        }),
        ("PROVISIONING", |bench| {
            bench.until_called("DescribeTasks", 1);
        }),
        ("PENDING", |bench| bench.until_task_is("PENDING")),
        ("RUNNING", |bench| bench.until_task_is("RUNNING")),
    ];
    let cases = moments
        .into_iter()
        .flat_map(|moment| ["migrate", "report"].map(|command| (moment, command)));
    at_once(cases, |((name, killed_at), command)| {
        let faults = match name {
            "before the answer" => json!([first(1, "RunTask", &simply("hang-after"))]),
            _ => json!([]),
        };
        let bench = Setting::of(STEADY).scenario(&slow(&faults)).start();
        let ran = killed_and_again(&bench, killed_at, &["--output", "json", command]);
        let events = ran.exits(3).events();
        assert_eq!(events[0]["type"], "started", "{name}\n{ran}");
        assert_eq!(events[0]["attached"], true, "{name}\n{ran}");
        let lines = events.iter().filter(|event| event["type"] == "log");
        let lines: Vec<_> = lines.map(|line| &line["message"]).collect();
        assert_eq!(lines, LINES, "{name}\n{ran}");
        assert_eq!(ran.finished()["outcome"], "container-failed", "{ran}");
        let tasks = bench.emulator.tasks();
        assert_eq!(tasks.len(), 1, "{name}");
        assert_eq!(tasks[0].started_processes, 1, "{name}");
    });
}

fn a_task_that_has_ended_is_shown_again_and_not_run_again() {
    let bench = Setting::of(STEADY).start();
    let ended = |bench: &Bench| bench.until_task_is("STOPPED");
    let ran = killed_and_again(&bench, ended, &["migrate"]);
    ran.is("\
::warning title=run-admin-task migrate::this run has had its task before, and that has ended: showing task [task] again; to run the command once more, give the run another name with --run-key
::group::container `admin`: migrate (task [task])
::stop-commands::[token]
line 1
line 2
line 3
line 4
line 5
line 6
::[token]::
::endgroup::
::error title=migrate%3A container-failed%2C exit status 3::failed: container `admin` exited 3%0Astopped reason: EssentialContainerExited: Essential container in task exited%0Acontainer `admin`: exited 3
--- stderr
following task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
failed: container `admin` exited 3
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 3
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status 3
");
    assert_eq!(bench.emulator.tasks().len(), 1);
    assert_eq!(bench.calls("RunTask"), 1);
}

fn the_token_finds_the_task_where_tasks_cannot_be_listed() {
    let blind = json!({"faults": [fault("ListTasks", &denied("ecs:ListTasks"))]});
    let bench = Setting::of(STEADY).start();
    let killed = step(&bench).start(&["report"]);
    bench.until_task_is("RUNNING");
    killed.signal("KILL");
    killed.end().exits(137);
    bench.change(&blind);
    let ran = step(&bench).run(&["--output", "plain", "report"]);
    ran.exits(3).prints(&LINES).says(&["following task "]);
    assert_eq!(bench.emulator.tasks().len(), 1);
    assert_eq!(bench.calls("RunTask"), 2);
}

fn another_attempt_job_run_or_command_starts_a_task_of_its_own() {
    let bench = Setting::of("").start();
    let steps = [
        ("42", "1", "deploy", "report"),
        ("42", "2", "deploy", "report"),
        ("42", "1", "rehearse", "report"),
        ("43", "1", "deploy", "report"),
        ("42", "1", "deploy", "list"),
    ];
    at_once(steps, |(run, attempt, job, command)| {
        let tool = bench.tool().in_job(run, attempt, job);
        let ran = tool.run(&[&QUICK[..], &[command]].concat());
        ran.exits(0).says(&["started task "]);
    });
    assert_eq!(bench.emulator.tasks().len(), steps.len());
    // A run without a name is never another's.
    for _ in 0..2 {
        bench.run(&[&QUICK[..], &["report"]].concat()).exits(0);
    }
    assert_eq!(bench.emulator.tasks().len(), steps.len() + 2);
}

fn the_same_name_with_other_settings_follows_the_task_of_the_same_command() {
    // Else the list would find it first.
    let blind = json!({"faults": [fault("ListTasks", &denied("ecs:ListTasks"))]});
    let bench = Setting::of(STEADY).scenario(&blind).start();
    let named = ["--run-key", "release 7"];
    let first = bench.start(&[&named[..], &["report"]].concat());
    bench.until_task_is("RUNNING");
    let ran = bench.run(&[&named[..], &["--tag", "team=db", "report"]].concat());
    ran.exits(3).prints(&LINES).says(&["following task "]);
    first.end().exits(3).says(&["started task "]);
    assert_eq!(bench.emulator.tasks().len(), 1);
}

fn the_same_name_with_another_command_is_explained() {
    at_once(["report", "migrate"], |command| {
        let bench = Setting::of("").start();
        let named = [&QUICK[..], &["--run-key", "release 7"]].concat();
        bench.run(&[&named[..], &["list"]].concat()).exits(0);
        let ran = bench.run(&[&named[..], &[command, "--all"]].concat());
        let wanted = "\
--- stderr
error: the task was not started: this run's name was used before for task [task], which runs `list`, not `COMMAND --all`: The client token TOKEN was already used by a request with other parameters.
hint: to look at it: run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
hint: give this run another name with --run-key
--- exit status 126
";
        let request = bench.run_task_requests().remove(0);
        let token = request["clientToken"].as_str().unwrap_or_default();
        ran.is(&wanted.replace("TOKEN", token).replace("COMMAND", command));
        assert_eq!(bench.emulator.tasks().len(), 1);
    });
}
