//! How fast a long log is printed, and how much memory that takes.

use std::time::{SystemTime, UNIX_EPOCH};

use ecs_emulator::{Logs, Scenario};

use super::{Bench, Who, seconds};
use crate::aws_cli;
use crate::cloud::{Cloud, LOG_GROUP, usual};
use crate::figures::{Figures, grouped, ratio};
use crate::table::Row;
use crate::tally::{Faults, Tally};

const LINES: usize = 1_000_000;

/// What was measured of one log.
struct Drained {
    lines_a_second: f64,
    /// `None` where it cannot be seen.
    peak_mb: Option<f64>,
}

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let ours: Vec<_> = (0..bench.either(3, 1)).map(|_| by_tool()).collect();
    let theirs = bench.aws.as_ref().map(|_| by_aws(bench.lines_for_aws()));
    let speed = Figures::new(ours.iter().map(|it| it.lines_a_second));
    let beside = theirs.as_ref().map(|theirs| {
        let theirs = theirs.lines_a_second;
        (grouped(&theirs), ratio(speed.median(), theirs))
    });
    let row = Row::new("1,000,000 lines: lines a second", told(&speed), "≥ 100,000");
    vec![row.beside(beside), memory(&ours, theirs.as_ref())]
}

fn told(speed: &Figures) -> String {
    let [low, middle, high] = [0, 50, 100].map(|percent| grouped(&speed.percentile(percent)));
    if low == high {
        return middle;
    }
    format!("{middle} ({low}–{high})")
}

fn memory(ours: &[Drained], theirs: Option<&Drained>) -> Row {
    const MEASURE: &str = "1,000,000 lines: peak memory";
    const LIMIT: &str = "≤ 40 MB";
    let peaks: Option<Vec<f64>> = ours.iter().map(|it| it.peak_mb).collect();
    let Some(peaks) = peaks else {
        return Row::new(MEASURE, "left out: no /proc here".to_owned(), LIMIT);
    };
    let peaks = Figures::new(peaks);
    let aws = theirs.and_then(|theirs| {
        let theirs = theirs.peak_mb?;
        Some((format!("{theirs:.1} MB"), ratio(theirs, peaks.median())))
    });
    Row::new(MEASURE, peaks.told(1.0, 1, "MB"), LIMIT).beside(aws)
}

/// All lines are there before the first can be read, so that nothing is waited for in between.
fn by_tool() -> Drained {
    let cloud = Cloud::with(Scenario {
        logs: Logs {
            stream_delay_ms: 3_000,
            ..usual().logs
        },
        ..usual()
    });
    let mut tally = Tally::of(LINES);
    let mut first = None;
    let mut last = UNIX_EPOCH;
    let script = format!("numbers {LINES} {LINES} 0");
    let done = Who::Tool.run(&cloud, &script, |came, line| {
        first.get_or_insert(came);
        last = came;
        tally.line(line);
    });
    assert_eq!(tally.faults(), Faults::default(), "{}", done.said);
    drained(
        LINES,
        first.map(|first| seconds(first, last)),
        done.peak_kib,
    )
}

fn by_aws(lines: usize) -> Drained {
    const STREAM: &str = "admin/admin/written-before";
    let cloud = Cloud::new();
    // An hour old: all of them can be read.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = i64::try_from(now.unwrap_or_default().as_millis()).expect("41 bits");
    let events = (1..=lines).map(|number| (now - 3_600_000, number.to_string()));
    cloud
        .emulator()
        .put_log_events(LOG_GROUP, STREAM, events.collect());
    let mut tally = Tally::of(lines);
    let began = SystemTime::now();
    let mut last = None;
    let done = aws_cli::print_log(&cloud, STREAM, |came, line| {
        last = Some(came);
        tally.line(line);
    });
    assert_eq!(tally.faults(), Faults::default());
    drained(lines, last.map(|last| seconds(began, last)), done.peak_kib)
}

#[expect(clippy::cast_precision_loss, reason = "a million is far from 52 bits")]
fn drained(lines: usize, seconds: Option<f64>, peak_kib: Option<u64>) -> Drained {
    Drained {
        lines_a_second: lines as f64 / seconds.expect("there were lines"),
        peak_mb: peak_kib.map(|kib| kib as f64 * 1024.0 / 1e6),
    }
}
