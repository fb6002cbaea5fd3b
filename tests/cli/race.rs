//! Several writers that are started at the same moment: one of them writes.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Bench, QUICK, Ran, Setting, at_once, tests};

tests! {
    of_two_that_start_at_once_one_migrates_twenty_times,
    of_three_that_start_at_once_one_migrates,
    the_one_that_gives_way_can_follow_the_other,
    a_migration_and_a_reencryption_are_not_run_beside_each_other_either,
}

/// Two processes that are started within this time have started at once.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Writes down when it begins and when it ends.
fn container(diary: &Path) -> String {
    format!(
        "echo begin >> '{0}'; echo \"$@\"; sleep 1; echo end >> '{0}'",
        diary.display()
    )
}

/// ECS does not list a task at once, and takes its time to start it.
fn bench(diary: &Path, seen_late: bool) -> Bench {
    Setting::of(&container(diary))
        .scenario(&json!({
            "visible_after_ms": if seen_late { 1_000 } else { 0 },
            "phases": {"provisioning_ms": 4_500},
        }))
        .start()
}

/// Starts the tool with each of these words, within [`AT_ONCE`], and waits for the ends.
fn race(bench: &Bench, contenders: &[&[&str]]) -> Vec<Ran> {
    let began = Instant::now();
    let running: Vec<_> = contenders
        .iter()
        .map(|words| bench.start(&[&QUICK, *words].concat()))
        .collect();
    let took = began.elapsed();
    assert!(took < AT_ONCE, "{took:?}");
    running
        .into_iter()
        .map(crate::support::Running::end)
        .collect()
}

/// One wrote, by itself; the others say that they gave way to it.
#[track_caller]
fn one_wrote(bench: &Bench, diary: &Path, ran: &[Ran]) {
    let written = fs::read_to_string(diary).expect("somebody wrote");
    let all: Vec<_> = ran.iter().map(ToString::to_string).collect();
    let all = all.join("\n");
    assert_eq!(written, "begin\nend\n", "{all}");
    let winners: Vec<_> = ran.iter().filter(|ran| ran.status == 0).collect();
    assert_eq!(winners.len(), 1, "{all}");
    let tasks = bench.emulator.tasks();
    let writer = tasks.iter().find(|task| task.started_processes > 0);
    let writer = &writer.expect("one wrote").id;
    assert!(winners[0].stderr.contains(writer), "{all}");
    for loser in ran.iter().filter(|ran| ran.status != 0) {
        loser.exits(126).prints::<&str>(&[]);
        assert!(
            loser.stderr.contains(&format!("task {writer} runs ")),
            "{all}"
        );
        loser.says(&[
            "was not started: task [task] runs ",
            "two must not write at once\nhint: to follow it: run-admin-task attach ",
        ]);
    }
}

fn diary() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let diary = folder.path().join("diary");
    (folder, diary)
}

fn of_two_that_start_at_once_one_migrates_twenty_times() {
    let gave_way = Mutex::new(0);
    let pair = |seen_late: bool| {
        let (_folder, diary) = diary();
        let bench = bench(&diary, seen_late);
        let ran = race(&bench, &[&["migrate"], &["migrate"]]);
        one_wrote(&bench, &diary, &ran);
        let both_had_a_task = bench.emulator.tasks().len() == 2;
        *gave_way.lock().expect("no panic") += usize::from(both_had_a_task);
    };
    for _ in 0..2 {
        at_once((0..10).map(|number| number % 2 == 0), pair);
    }
    let gave_way = gave_way.into_inner().expect("no panic");
    assert!(
        gave_way >= 10,
        "{gave_way} of 20 had to give way after RunTask"
    );
}

fn of_three_that_start_at_once_one_migrates() {
    let (_folder, diary) = diary();
    let bench = bench(&diary, true);
    let ran = race(&bench, &[&["migrate"], &["migrate"], &["migrate"]]);
    one_wrote(&bench, &diary, &ran);
    let tasks = bench.emulator.tasks();
    assert_eq!(tasks.len(), 3, "each had a task, and two withdrew it");
    let writer = tasks.iter().find(|task| task.started_processes > 0);
    let reason = format!("gives way to task {}", writer.expect("one wrote").id);
    let stops = bench.emulator.calls().into_iter();
    let reasons: Vec<_> = stops
        .filter(|call| call.operation == "StopTask")
        .map(|call| call.body["reason"].to_string())
        .collect();
    assert!(
        reasons.iter().any(|text| text.contains(&reason)),
        "{reasons:?}"
    );
}

fn the_one_that_gives_way_can_follow_the_other() {
    let (_folder, diary) = diary();
    let bench = bench(&diary, true);
    let words = &["--attach-if-running", "migrate"][..];
    let ran = race(&bench, &[words, words]);
    for ran in &ran {
        ran.exits(0).prints(&["migrate"]);
    }
    let following = ran
        .iter()
        .filter(|ran| ran.stderr.contains("following task "));
    assert_eq!(following.count(), 1);
    let written = fs::read_to_string(&diary).expect("somebody wrote");
    assert_eq!(written, "begin\nend\n");
}

fn a_migration_and_a_reencryption_are_not_run_beside_each_other_either() {
    let (_folder, diary) = diary();
    let bench = bench(&diary, true);
    let ran = race(&bench, &[&["migrate"], &["reencrypt"]]);
    one_wrote(&bench, &diary, &ran);
}
