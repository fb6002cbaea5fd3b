//! Whether every line comes, once and in its place, whatever the log service does.

use std::thread;

use ecs_emulator::{Logs, Scenario};

use super::{Bench, Who, result};
use crate::cloud::{Cloud, usual};
use crate::table::Row;
use crate::tally::{Faults, Tally};

/// A log service, and how many lines are written there.
struct Case {
    name: &'static str,
    logs: Logs,
    script: &'static str,
    lines: usize,
}

pub(crate) fn measure(_: &Bench) -> Vec<Row> {
    thread::scope(|scope| {
        let runs = cases().map(|case| scope.spawn(move || faults(&case)));
        runs.into_iter().map(result).collect()
    })
}

fn cases() -> [Case; 4] {
    let usual = usual().logs;
    [
        Case {
            name: "25,000 steady lines",
            logs: usual,
            script: "numbers 25000 25 10",
            lines: 25_000,
        },
        Case {
            name: "2,000 in the last instant, 2.5 s late",
            logs: Logs {
                last_instant_delay_ms: Some(2_500),
                ..usual
            },
            script: "numbers 20 1 100 numbers 2000 2000 0",
            lines: 2_020,
        },
        Case {
            name: "a stream 5 s late",
            logs: Logs {
                stream_delay_ms: 5_000,
                ..usual
            },
            script: "numbers 2000 2000 0",
            lines: 2_000,
        },
        Case {
            name: "three empty pages before each page",
            logs: Logs {
                empty_pages: 3,
                page_events: 500,
                ..usual
            },
            script: "numbers 25000 25 10",
            lines: 25_000,
        },
    ]
}

fn faults(case: &Case) -> Row {
    let cloud = Cloud::with(Scenario {
        logs: case.logs,
        ..usual()
    });
    let mut tally = Tally::of(case.lines);
    let done = Who::Tool.run(&cloud, case.script, |_, line| tally.line(line));
    let faults = tally.faults();
    assert_eq!(faults, Faults::default(), "{}:\n{}", case.name, done.said);
    let Faults {
        lost,
        doubled,
        out_of_order,
        ..
    } = faults;
    let figure = format!("{lost} lost, {doubled} doubled, {out_of_order} swapped");
    Row::new(case.name, figure, "0")
}
