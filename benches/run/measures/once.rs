//! How many tasks come of fifty runs whose answers of `RunTask` get lost.

use std::thread;

use ecs_emulator::{Fault, FaultAction, Scenario};

use super::{Bench, result};
use crate::child;
use crate::cloud::{Cloud, usual};
use crate::table::Row;
use crate::tool;

const CLOUDS: u64 = 5;
const RUNS_IN_EACH: usize = 10;

pub(crate) fn measure(_: &Bench) -> Vec<Row> {
    let counts = (1..=CLOUDS).map(tasks);
    let tasks: usize = counts.sum();
    assert_eq!(tasks, 50);
    vec![Row::new(
        "tasks of 50 runs, half of RunTask's answers lost",
        tasks.to_string(),
        "50",
    )]
}

/// Of ten runs at the same time.
fn tasks(seed: u64) -> usize {
    let lost = Fault {
        probability: Some(0.5),
        ..Fault::each("RunTask", FaultAction::CutAfter)
    };
    let cloud = Cloud::with(Scenario {
        seed,
        faults: vec![lost],
        ..usual()
    });
    thread::scope(|scope| {
        let runs: Vec<_> = (0..RUNS_IN_EACH)
            .map(|_| scope.spawn(|| run(&cloud)))
            .collect();
        runs.into_iter().for_each(result);
    });
    cloud.emulator().tasks().len()
}

fn run(cloud: &Cloud) {
    let mut command = tool::job(cloud, &["--start-retries", "20"], "pause 100");
    child::run(&mut command, |_, _| {}).assert_exit_code(0);
}
