//! Several writers that are started at the same moment: one of them writes.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Bench, QUICK, Ran, Running, Setting, at_once, tests};

tests! {
    of_two_that_start_at_once_one_migrates_twenty_times,
    of_three_that_start_at_once_one_migrates,
    the_one_that_gives_way_can_follow_the_other,
    a_migration_and_a_reencryption_are_not_run_beside_each_other_either,
}

/// Two processes that are started within this time have started at once.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Others are not started in between.
static STARTING: Mutex<()> = Mutex::new(());

/// What several that were started at once left behind.
struct Race {
    bench: Bench,
    /// In which each container writes down when it begins and when it ends.
    diary: String,
    ran: Vec<Ran>,
}

/// Starts the tool with each of these words, within [`AT_ONCE`], and waits for the ends. A machine
/// that is too busy gets another chance.
fn race(seen_late: bool, contenders: &[&[&str]]) -> Race {
    const CHANCES: usize = 20;
    let folder = tempfile::tempdir().expect("a temporary folder");
    for chance in 0..CHANCES {
        let diary = folder.path().join(chance.to_string());
        let bench = bench(&diary, seen_late);
        if let Some(running) = started_at_once(&bench, contenders) {
            let ran = running.into_iter().map(Running::end).collect();
            let diary = fs::read_to_string(&diary).expect("somebody wrote");
            return Race { bench, diary, ran };
        }
    }
    panic!("this machine is too busy");
}

/// ECS does not list a task at once, and takes its time to start it.
fn bench(diary: &Path, seen_late: bool) -> Bench {
    let script = format!(
        "echo begin >> '{0}'; echo \"$@\"; sleep 1; echo end >> '{0}'",
        diary.display()
    );
    Setting::of(&script)
        .scenario(&json!({
            "visible_after_ms": if seen_late { 1_000 } else { 0 },
            "phases": {"provisioning_ms": 4_500},
        }))
        .start()
}

fn started_at_once(bench: &Bench, contenders: &[&[&str]]) -> Option<Vec<Running>> {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let began = Instant::now();
    let running: Vec<_> = contenders
        .iter()
        .map(|words| bench.start(&[&QUICK, *words].concat()))
        .collect();
    (began.elapsed() < AT_ONCE).then_some(running)
}

/// One wrote, by itself; the others say that they gave way to it.
#[track_caller]
fn one_wrote(race: &Race) {
    let all: Vec<_> = race.ran.iter().map(ToString::to_string).collect();
    let all = all.join("\n");
    assert_eq!(race.diary, "begin\nend\n", "{all}");
    let winners: Vec<_> = race.ran.iter().filter(|ran| ran.status == 0).collect();
    assert_eq!(winners.len(), 1, "{all}");
    let writer = writer(race);
    assert!(winners[0].stderr.contains(&writer), "{all}");
    for loser in race.ran.iter().filter(|ran| ran.status != 0) {
        loser.exits(126).prints::<&str>(&[]).says(&[
            "was not started: task [task] runs ",
            "two must not write at once\nhint: to follow it: run-admin-task attach ",
        ]);
        assert!(
            loser.stderr.contains(&format!("task {writer} runs ")),
            "{all}"
        );
    }
}

/// The id of the task that wrote.
fn writer(race: &Race) -> String {
    let tasks = race.bench.emulator.tasks().into_iter();
    let mut writers = tasks.filter(|task| task.started_processes > 0);
    writers.next().expect("one wrote").id
}

fn of_two_that_start_at_once_one_migrates_twenty_times() {
    let gave_way = AtomicUsize::new(0);
    // In two halves, so that the machine is not too busy to look in time.
    for _ in 0..2 {
        at_once(0..10, |number| {
            let race = race(number % 2 == 0, &[&["migrate"], &["migrate"]]);
            one_wrote(&race);
            let both_had_a_task = race.bench.emulator.tasks().len() == 2;
            gave_way.fetch_add(usize::from(both_had_a_task), Ordering::Relaxed);
        });
    }
    let gave_way = gave_way.into_inner();
    assert!(gave_way >= 10, "{gave_way} of 20 gave way after RunTask");
}

fn of_three_that_start_at_once_one_migrates() {
    let race = race(true, &[&["migrate"], &["migrate"], &["migrate"]]);
    one_wrote(&race);
    let tasks = race.bench.emulator.tasks();
    assert_eq!(tasks.len(), 3, "each had a task, and two withdrew it");
    let calls = race.bench.emulator.calls().into_iter();
    let stops: Vec<_> = calls
        .filter(|call| call.operation == "StopTask")
        .map(|call| call.body["reason"].to_string())
        .collect();
    let reason = format!("run-admin-task: gives way to task {}, by ", writer(&race));
    assert_eq!(stops.len(), 2, "{stops:?}");
    assert!(stops.iter().any(|text| text.contains(&reason)), "{stops:?}");
}

fn the_one_that_gives_way_can_follow_the_other() {
    let words = &["--attach-if-running", "migrate"][..];
    let race = race(true, &[words, words]);
    for ran in &race.ran {
        ran.exits(0).prints(&["migrate"]);
    }
    let follows = |ran: &&Ran| ran.stderr.contains("following task ");
    assert_eq!(race.ran.iter().filter(follows).count(), 1);
    assert_eq!(race.diary, "begin\nend\n");
}

fn a_migration_and_a_reencryption_are_not_run_beside_each_other_either() {
    one_wrote(&race(true, &[&["migrate"], &["reencrypt"]]));
}
