//! Somebody sits at a terminal: the question at the first Ctrl-C, a terminal that is closed, a
//! process that is suspended.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::support::{Bench, Setting, Terminal, at_once, tests};

tests! {
    the_first_ctrl_c_of_a_migration_asks_and_the_answer_counts,
    what_is_no_answer_is_not_taken_for_one,
    whoever_goes_on_is_asked_again,
    a_container_that_ends_meanwhile_leaves_nothing_to_choose,
    lines_do_not_push_a_question_off_the_screen_and_come_when_it_is_answered,
    nobody_is_asked_where_the_answer_is_known,
    a_signal_that_nobody_typed_asks_nothing,
    a_terminal_that_is_closed_leaves_a_migration_and_stops_another_command,
    a_terminal_that_is_closed_while_a_question_stands_leaves_the_migration,
    a_process_that_was_stopped_goes_on_where_it_was,
    ctrl_z_and_fg_go_on_where_it_was,
}

const CTRL_C: &str = "\u{3}";
const CTRL_Z: &str = "\u{1a}";

/// Says that it is ready, and takes its leave when it is told to stop.
const POLITE: &str =
    "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";

const QUESTION: &str = "warning: SIGINT: `migrate` is running. Type s to stop it, d to detach and leave it running, or g to go on, then Enter; Ctrl-C again detaches\n";

const BY_HAND: &str = "
the task is arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to follow it:   run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to see its log: run-admin-task logs arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to stop it:     run-admin-task stop arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
";

/// A container that runs, followed at a terminal.
fn running(bench: &Bench, words: &[&str]) -> Terminal {
    let mut terminal = bench.tool().start_at_terminal(words);
    terminal.until_shows("ready\n");
    terminal.until_shows("RUNNING after");
    terminal
}

/// The same, and Ctrl-C was typed.
fn asked(bench: &Bench) -> Terminal {
    let mut terminal = running(bench, &["migrate"]);
    terminal.types(CTRL_C);
    terminal.until_shows(QUESTION);
    terminal
}

#[track_caller]
fn shows(screen: &str, text: &str) {
    assert!(screen.contains(text), "WANTED\n{text}\nIS\n{screen}");
}

#[track_caller]
fn is_left(bench: &Bench, (screen, status): &(String, i32), signal: &str, exit: i32) {
    assert_eq!(*status, exit, "{screen}");
    let left = format!("warning: {signal}: leaving the task running{BY_HAND}");
    shows(screen, &left);
    shows(screen, "\nleft: the task goes on\n");
    assert_eq!(bench.calls("StopTask"), 0, "{screen}");
    assert_eq!(bench.emulator.tasks()[0].last_status, "RUNNING");
}

fn the_first_ctrl_c_of_a_migration_asks_and_the_answer_counts() {
    at_once(["s\n", "stop\n", "d\n", "detach\n", CTRL_C], |answer| {
        let bench = Setting::of(POLITE).start();
        let terminal = asked(&bench);
        terminal.types(answer);
        let end = terminal.end();
        if !answer.starts_with('s') {
            return is_left(&bench, &end, "SIGINT", 130);
        }
        let (screen, status) = end;
        assert_eq!(status, 130, "{screen}");
        shows(
            &screen,
            "warning: SIGINT: stopping the task and following it to its end; the same again leaves at once\n",
        );
        shows(&screen, "\nbye\n");
        shows(&screen, "\ninterrupted\n");
        assert_eq!(bench.calls("StopTask"), 1);
    });
}

fn what_is_no_answer_is_not_taken_for_one() {
    let bench = Setting::of(POLITE).start();
    let mut terminal = running(&bench, &["migrate"]);
    // Typed before there was a question.
    terminal.types("s\n");
    terminal.types(CTRL_C);
    terminal.until_shows(QUESTION);
    for text in ["\n", "yes\n", "sd\n"] {
        terminal.types(text);
    }
    terminal.types("d\n");
    is_left(&bench, &terminal.end(), "SIGINT", 130);
}

fn whoever_goes_on_is_asked_again() {
    let bench = Setting::of("echo ready; sleep 3; echo done; exit 3").start();
    let mut terminal = asked(&bench);
    terminal.types("g\n");
    terminal.until_shows("warning: SIGINT: going on\n");
    terminal.types(CTRL_C);
    terminal.until_shows(&format!("going on\n^C{QUESTION}"));
    terminal.types("g\n");
    let (screen, status) = terminal.end();
    // As if nothing had happened.
    assert_eq!(status, 3, "{screen}");
    shows(&screen, "\ndone\n");
    shows(&screen, "\nfailed: container `admin` exited 3\n");
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_container_that_ends_meanwhile_leaves_nothing_to_choose() {
    let bench = Setting::of("echo ready; sleep 2; echo done; exit 3").start();
    let terminal = asked(&bench);
    let (screen, status) = terminal.end();
    assert_eq!(status, 3, "{screen}");
    shows(
        &screen,
        "warning: the container has ended meanwhile; showing the rest of its log\n",
    );
    shows(&screen, "\ndone\n");
    shows(&screen, "\nfailed: container `admin` exited 3\n");
}

fn lines_do_not_push_a_question_off_the_screen_and_come_when_it_is_answered() {
    let script = "echo ready; sleep 1; for n in $(seq 200); do echo line $n; done; sleep 4; exit 3";
    let bench = Setting::of(script).start();
    let mut terminal = asked(&bench);
    // By then the lines are written and could have been shown.
    thread::sleep(Duration::from_millis(2_500));
    let screen = terminal.screen();
    assert!(screen.ends_with(QUESTION), "{screen}");
    terminal.types("g\n");
    terminal.until_shows("\nline 200\n");
    let (screen, status) = terminal.end();
    assert_eq!(status, 3, "{screen}");
    each_line_once(&screen, 200);
}

/// `line 1` and so on, in order.
#[track_caller]
fn each_line_once(screen: &str, count: usize) {
    let lines = screen.lines().filter(|line| line.starts_with("line "));
    let wanted: Vec<_> = (1..=count).map(|n| format!("line {n}")).collect();
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines, wanted, "{screen}");
}

fn nobody_is_asked_where_the_answer_is_known() {
    let cases = [
        (&["--on-interrupt", "stop", "migrate"][..], 1),
        (&["--on-interrupt", "detach", "migrate"], 0),
        (&["report"], 1),
        (&["migrate", "--dry-run"], 1),
    ];
    at_once(cases, |(words, stops)| {
        let bench = Setting::of(POLITE).start();
        let terminal = running(&bench, words);
        terminal.types(CTRL_C);
        let (screen, status) = terminal.end();
        assert_eq!(status, 130, "{screen}");
        assert!(!screen.contains("Type s to stop"), "{screen}");
        assert_eq!(bench.calls("StopTask"), stops, "{screen}");
    });
    // Before the container runs, stopping is safe.
    let bench = Setting::of("")
        .scenario(&json!({"phases": {"provisioning_ms": 50_000}}))
        .start();
    let mut terminal = bench.tool().start_at_terminal(&["migrate"]);
    terminal.until_shows("PROVISIONING after");
    terminal.types(CTRL_C);
    let (screen, status) = terminal.end();
    assert_eq!(status, 130, "{screen}");
    assert!(!screen.contains("Type s to stop"), "{screen}");
    assert_eq!(bench.calls("StopTask"), 1);
}

fn a_signal_that_nobody_typed_asks_nothing() {
    let bench = Setting::of(POLITE).start();
    let terminal = running(&bench, &["migrate"]);
    terminal.signal("TERM");
    is_left(&bench, &terminal.end(), "SIGTERM", 143);
}

fn a_terminal_that_is_closed_leaves_a_migration_and_stops_another_command() {
    at_once([("migrate", 0), ("report", 1)], |(command, stops)| {
        let bench = Setting::of(POLITE).start();
        let mut terminal = running(&bench, &[command]);
        terminal.close();
        let (_, status) = terminal.end();
        assert_eq!(status, 143, "{command}");
        assert_eq!(bench.calls("StopTask"), stops, "{command}");
        let wanted = if stops == 0 { "RUNNING" } else { "STOPPED" };
        assert_eq!(bench.emulator.tasks()[0].last_status, wanted);
    });
}

fn a_terminal_that_is_closed_while_a_question_stands_leaves_the_migration() {
    let bench = Setting::of(POLITE).start();
    let mut terminal = asked(&bench);
    terminal.close();
    let (_, status) = terminal.end();
    // Both are signals, and the first one counts.
    assert_eq!(status, 130);
    assert_eq!(bench.calls("StopTask"), 0);
    assert_eq!(bench.emulator.tasks()[0].last_status, "RUNNING");
}

/// Lines for ten seconds.
const STEADY: &str = "echo ready; for n in $(seq 100); do echo line $n; sleep 0.1; done; exit 3";
/// Longer than a busy machine could be the reason.
const SUSPENDED: Duration = Duration::from_secs(7);

#[track_caller]
fn went_on(bench: &Bench, screen: &str) {
    shows(
        screen,
        "\nwarning: this process was suspended for [time]; going on where it was\n",
    );
    each_line_once(screen, 100);
    shows(screen, "\nfailed: container `admin` exited 3\n");
    assert!(!screen.contains("no answer for"), "{screen}");
    assert_eq!(bench.calls("StopTask"), 0);
}

fn a_process_that_was_stopped_goes_on_where_it_was() {
    let bench = Setting::of(STEADY).start();
    // The time in which nobody could look is no time in which the container ran.
    let terminal = running(&bench, &["--timeout", "12s", "report"]);
    terminal.signal("STOP");
    thread::sleep(SUSPENDED);
    terminal.signal("CONT");
    let (screen, status) = terminal.end();
    assert_eq!(status, 3, "{screen}");
    went_on(&bench, &screen);
}

fn ctrl_z_and_fg_go_on_where_it_was() {
    let bench = Setting::of(STEADY).start();
    let script = r#"set -m; "$0" migrate; echo "suspended: $?"; sleep 7; fg > /dev/null; exit $?"#;
    let mut terminal = bench.tool().start_shell_at_terminal(script);
    terminal.until_shows("ready\n");
    terminal.until_shows("RUNNING after");
    terminal.types(CTRL_Z);
    terminal.until_shows("suspended: 148\n");
    let (screen, status) = terminal.end();
    assert_eq!(status, 3, "{screen}");
    went_on(&bench, &screen);
}
