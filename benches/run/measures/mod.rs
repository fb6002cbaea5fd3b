//! One file a measure.

pub(crate) mod calls;
pub(crate) mod drain;
pub(crate) mod end;
pub(crate) mod help;
pub(crate) mod intact;
pub(crate) mod lag;
pub(crate) mod once;
pub(crate) mod review;
pub(crate) mod signal;
pub(crate) mod start;

use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};
use std::time::SystemTime;

use crate::aws_cli::{self, AwsCli};
use crate::child::Done;
use crate::cloud::Cloud;
use crate::table::Row;
use crate::tool;

/// Measures something.
pub(crate) type Measure = fn(&Bench) -> Vec<Row>;

/// How much is measured, and beside what.
pub(crate) struct Bench {
    pub(crate) quick: bool,
    pub(crate) aws: Option<AwsCli>,
}

impl Bench {
    /// Takes these measures, all at the same time.
    pub(crate) fn take(&self, measures: &[Measure]) -> Vec<Row> {
        thread::scope(|scope| {
            let threads: Vec<_> = measures
                .iter()
                .map(|measure| scope.spawn(|| measure(self)))
                .collect();
            threads.into_iter().flat_map(result).collect()
        })
    }

    /// How many runs, or how much of a thing.
    pub(crate) fn either<T>(&self, whole: T, quick: T) -> T {
        if self.quick { quick } else { whole }
    }

    /// How many lines aws-cli drains: a million would take minutes.
    pub(crate) fn lines_for_aws(&self) -> usize {
        self.either(100_000, 20_000)
    }

    /// Has a job done by the tool and, where it is installed, by aws-cli at the same time.
    fn by_each<T: Send>(&self, job: impl Fn(Who) -> T + Sync) -> (T, Option<T>) {
        thread::scope(|scope| {
            let aws = self.aws.as_ref();
            let theirs = aws.map(|_| scope.spawn(|| job(Who::AwsCli)));
            (job(Who::Tool), theirs.map(result))
        })
    }
}

/// A failure of one thread is a failure of all.
fn result<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Who does a job.
#[derive(Clone, Copy)]
enum Who {
    Tool,
    AwsCli,
}

impl Who {
    /// Runs a task with this script to its end, which must be a good one.
    fn run(self, cloud: &Cloud, script: &str, line: impl FnMut(SystemTime, &[u8])) -> Done {
        let done = match self {
            Self::Tool => tool::run(cloud, script, line),
            Self::AwsCli => aws_cli::run(cloud, script, line),
        };
        done.assert_exit_code(0);
        done
    }
}

/// Seconds from one moment to the next; less than nothing if they are the other way round.
fn seconds(from: SystemTime, to: SystemTime) -> f64 {
    match to.duration_since(from) {
        Ok(time) => time.as_secs_f64(),
        Err(error) => -error.duration().as_secs_f64(),
    }
}
