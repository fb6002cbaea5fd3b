//! An emulated AWS, the real binary in front of it, and what came out.

mod bench;
pub(crate) mod fault;
mod group;
mod normal;
mod picture;
mod ran;
mod running;
mod setting;
mod stream;
pub(crate) mod strict;
mod terminal;
mod tool;

use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use bench::Bench;
pub(crate) use group::{Group, tests};
pub(crate) use normal::shape;
pub(crate) use picture::picture;
pub(crate) use ran::Ran;
pub(crate) use running::{Running, send};
pub(crate) use setting::{GROUP, Setting};
pub(crate) use terminal::Terminal;
pub(crate) use tool::{QUICK, Tool};

/// Nothing in these tests takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs the test of each case at the same time: most of a run is waiting.
pub(crate) fn at_once<Case: Send>(
    cases: impl IntoIterator<Item = Case>,
    test: impl Fn(Case) + Sync,
) {
    thread::scope(|scope| {
        let test = &test;
        let running: Vec<_> = cases
            .into_iter()
            .map(|case| scope.spawn(move || test(case)))
            .collect();
        for case in running {
            case.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

/// Looks again and again until it finds; panics with the last thing seen when it takes too long.
#[track_caller]
pub(crate) fn poll<Found>(mut look: impl FnMut() -> Result<Found, String>) -> Found {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look() {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < deadline, "too late: {seen}"),
        }
        thread::sleep(Duration::from_millis(5));
    }
}
