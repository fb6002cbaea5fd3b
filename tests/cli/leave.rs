//! Each signal in each phase of a run, of a command that writes and of another one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::fault::{fault, refusal, simply};
use crate::support::{Bench, Ran, Running, Setting, at_once, poll, tests};

tests! {
    each_signal_in_each_phase,
    a_second_signal_leaves_a_start_whose_answer_does_not_come,
    a_second_signal_leaves_a_task_that_is_stopping,
    a_third_signal_leaves_though_the_stop_was_not_taken,
    a_second_signal_leaves_before_ecs_has_said_whether_the_container_runs,
    the_user_decides_before_the_container_runs_too,
}

/// Each of them with the exit status after it.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 143)];
const COMMANDS: [&str; 2] = ["migrate", "report"];

/// Says that it is ready, and takes its leave when it is told to stop.
const POLITE: &str =
    "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";
/// Is not impressed.
const STUBBORN: &str = "trap '' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";

/// How to reach the task, in three lines.
const BY_HAND: &str = "
the task is arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to follow it:   run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to see its log: run-admin-task logs arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to stop it:     run-admin-task stop arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
";

/// What becomes of the task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    NeverWas,
    Stopped,
    GoesOn,
    HasEnded,
}

/// A moment of a run.
struct Phase {
    scenario: Value,
    script: &'static str,
    options: &'static [&'static str],
    is_reached: fn(&Bench, &mut Running),
    /// Of a command that writes, and of another one.
    fates: [Fate; 2],
}

fn phases() -> [Phase; 6] {
    let hangs = |operation| json!({"faults": [fault(operation, &simply("hang"))]});
    let throttled = refusal("ThrottlingException", "Rate exceeded");
    let phase = |scenario, is_reached, fates| Phase {
        scenario,
        script: POLITE,
        options: &[],
        is_reached,
        fates,
    };
    [
        phase(
            hangs("DescribeTaskDefinition"),
            |bench, _| bench.until_called("DescribeTaskDefinition", 1),
            [Fate::NeverWas; 2],
        ),
        // The pause before the fifth try is of some seconds.
        phase(
            json!({"faults": [fault("RunTask", &throttled)]}),
            |_, running| running.until_stderr_has("(4 of 5, --start-retries)\n"),
            [Fate::NeverWas; 2],
        ),
        phase(
            json!({"phases": {"provisioning_ms": 50_000}}),
            |_, running| running.until_stderr_has("PROVISIONING after"),
            [Fate::Stopped; 2],
        ),
        phase(
            json!({"phases": {"pull_ms": 50_000}}),
            |_, running| running.until_stderr_has("PENDING after"),
            [Fate::Stopped; 2],
        ),
        phase(
            json!({}),
            |_, running| {
                running.until_stdout_has("ready\n");
                running.until_stderr_has("RUNNING after");
            },
            [Fate::GoesOn, Fate::Stopped],
        ),
        Phase {
            script: "echo ready; exit 3",
            options: &["--drain", "50s"],
            ..phase(
                json!({}),
                |_, running| running.until_stderr_has("STOPPED after"),
                [Fate::HasEnded; 2],
            )
        },
    ]
}

fn each_signal_in_each_phase() {
    let cases = (0..phases().len())
        .flat_map(|phase| SIGNALS.map(|signal| (phase, signal)))
        .flat_map(|(phase, signal)| [0, 1].map(|command| (phase, signal, command)));
    at_once(cases, |(phase, (signal, exit), command)| {
        let [.., phase] = &mut phases()[..=phase] else {
            unreachable!("there is one");
        };
        let fate = phase.fates[command];
        let command = COMMANDS[command];
        let setting = Setting::of(phase.script).scenario(&phase.scenario);
        let bench = setting.start();
        let mut running = bench.start(&[phase.options, &[command]].concat());
        (phase.is_reached)(&bench, &mut running);
        let heard = running.signal_and_hear(signal);
        let ran = running.end();
        assert!(heard < Duration::from_secs(2), "{heard:?}\n{ran}");
        ran.exits(exit);
        judge(&bench, &ran, signal, fate);
        let was_looked_for = ran.stderr.contains("looking whether the container runs");
        // What a look of a second ago called not started may be running by now.
        let may_be_running = command == "migrate" && fate == Fate::Stopped;
        assert_eq!(was_looked_for, may_be_running, "{ran}");
    });
}

/// Holds words and deeds to what should become of the task.
#[track_caller]
fn judge(bench: &Bench, ran: &Ran, signal: &str, fate: Fate) {
    let tasks = bench.emulator.tasks();
    let stops = bench.calls("StopTask");
    match fate {
        Fate::NeverWas => {
            ran.prints::<&str>(&[])
                .says(&[&format!("error: SIG{signal}: nothing was started\n")])
                .does_not_say("the task is ");
            assert_eq!((tasks.len(), stops), (0, 0), "{ran}");
        }
        Fate::Stopped => {
            ran.says(&[
                &format!("\nwarning: SIG{signal}: stopping the task and following it to its end; the same again leaves at once\n"),
                &format!("\ninterrupted\nstopped reason: UserInitiated: run-admin-task: SIG{signal}, by "),
            ]);
            assert_eq!(stops, 1, "{ran}");
            assert_eq!(tasks[0].last_status, "STOPPED", "{ran}");
            if tasks[0].started_processes == 0 {
                ran.prints::<&str>(&[]);
            }
        }
        Fate::GoesOn => {
            let left = format!("\nwarning: SIG{signal}: leaving the task running{BY_HAND}");
            ran.says(&[&left, "\nleft: the task goes on\n"]);
            assert_eq!(stops, 0, "{ran}");
            assert_eq!(tasks[0].last_status, "RUNNING", "{ran}");
        }
        Fate::HasEnded => {
            let left = format!(
                "\nwarning: SIG{signal}: leaving; the container has ended, the rest of its log is not shown{BY_HAND}"
            );
            ran.says(&[&left, "\ninterrupted\n", "container `admin`: exited 3\n"]);
            assert_eq!(stops, 0, "{ran}");
        }
    }
}

fn a_second_signal_leaves_a_start_whose_answer_does_not_come() {
    let cases = SIGNALS
        .into_iter()
        .flat_map(|signal| COMMANDS.map(|command| (signal, command)));
    at_once(cases, |((signal, exit), command)| {
        let bench = Setting::of(POLITE)
            .scenario(&json!({"faults": [fault("RunTask", &simply("hang"))]}))
            .start();
        let mut running = bench.start(&[command]);
        bench.until_called("RunTask", 1);
        let heard = running.signal_and_hear(signal);
        assert!(heard < Duration::from_secs(2), "{heard:?}");
        running.until_stderr_has(&format!(
            "warning: SIG{signal}: waiting for the answer of RunTask first, so that no task is lost; the same again leaves at once\n"
        ));
        let heard = running.signal_and_hear(signal);
        assert!(heard < Duration::from_secs(2), "{heard:?}");
        let ran = running.end();
        ran.exits(exit).prints::<&str>(&[]).says(&[
            &format!("error: SIG{signal}: leaving; it is not known whether the task was started\n"),
            "hint: look before running it again: run-admin-task ps --region us-east-1 --cluster everruns --task-definition everruns-admin\n",
        ]);
        assert_eq!(bench.calls("RunTask"), 1);
    });
}

fn a_second_signal_leaves_a_task_that_is_stopping() {
    at_once(SIGNALS, |(signal, exit)| {
        let bench = Setting::of(STUBBORN).start();
        let mut running = bench.start(&["report"]);
        running.until_stdout_has("ready\n");
        running.until_stderr_has("RUNNING after");
        running.signal_and_hear(signal);
        // The stop is taken.
        running.until_stderr_has("STOPPING after");
        let heard = running.signal_and_hear(signal);
        let ran = running.end();
        assert!(heard < Duration::from_secs(2), "{heard:?}\n{ran}");
        let left = format!(
            "\nwarning: SIG{signal}: leaving; the task was told to stop and may still be ending{BY_HAND}"
        );
        ran.exits(exit)
            .says(&[&left, "\ninterrupted\n"])
            .does_not_say("the task goes on");
        assert_eq!(bench.calls("StopTask"), 1);
    });
}

fn a_third_signal_leaves_though_the_stop_was_not_taken() {
    let bench = Setting::of(STUBBORN)
        .scenario(&json!({"faults": [fault("StopTask", &simply("hang"))]}))
        .start();
    let mut running = bench.start(&["report"]);
    running.until_stdout_has("ready\n");
    running.until_stderr_has("RUNNING after");
    running.signal_and_hear("INT");
    bench.until_called("StopTask", 1);
    running.signal_and_hear("TERM");
    running.until_stderr_has(
        "warning: SIGTERM: leaving as soon as ECS has taken the stop; the same again leaves at once\n",
    );
    let heard = running.signal_and_hear("INT");
    let ran = running.end();
    assert!(heard < Duration::from_secs(2), "{heard:?}\n{ran}");
    // The first one decides.
    ran.exits(130).says(&[
        &format!("\nwarning: SIGINT: leaving{BY_HAND}"),
        "\ninterrupted\n",
    ]);
}

fn a_second_signal_leaves_before_ecs_has_said_whether_the_container_runs() {
    let bench = Setting::of(POLITE)
        .scenario(&json!({"phases": {"provisioning_ms": 50_000}}))
        .start();
    let mut running = bench.start(&["migrate"]);
    running.until_stderr_has("PROVISIONING after");
    let hangs = fault("DescribeTasks", &simply("hang"));
    bench.change(&json!({"faults": [hangs], "phases": {"provisioning_ms": 50_000}}));
    let looks = bench.calls("DescribeTasks");
    bench.until_called("DescribeTasks", looks + 1);
    running.signal_and_hear("INT");
    running.until_stderr_has("looking whether the container runs by now");
    let heard = running.signal_and_hear("INT");
    let ran = running.end();
    assert!(heard < Duration::from_secs(2), "{heard:?}\n{ran}");
    ran.exits(130)
        .says(&[&format!("\nwarning: SIGINT: leaving{BY_HAND}")]);
    assert_eq!(bench.calls("StopTask"), 0);
}

fn the_user_decides_before_the_container_runs_too() {
    // Stopping is safe before the container has started; only a task of somebody else is left.
    let cases = [
        (&["--on-interrupt", "stop", "migrate"][..], 1),
        (&["--on-interrupt", "detach", "migrate"], 1),
        (&["--on-interrupt", "detach", "report"], 1),
    ];
    at_once(cases, |(words, stops)| {
        let bench = Setting::of(POLITE)
            .scenario(&json!({"phases": {"provisioning_ms": 50_000}}))
            .start();
        let mut running = bench.start(words);
        running.until_stderr_has("PROVISIONING after");
        running.signal_and_hear("INT");
        let ran = running.end();
        ran.exits(130);
        assert_eq!(bench.calls("StopTask"), stops, "{words:?}\n{ran}");
        poll(|| match bench.emulator.tasks().remove(0).last_status {
            status if status == "STOPPED" => Ok(()),
            status => Err(status),
        });
    });
}
