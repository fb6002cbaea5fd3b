//! From the start of the process until `RunTask` arrives.

use ecs_emulator::{Fault, FaultAction, Scenario};

use super::{Bench, seconds};
use crate::aws_cli;
use crate::cloud::{Cloud, usual};
use crate::figures::{Figures, ratio};
use crate::table::Row;
use crate::tool;

/// Refused, so that nothing has to be waited for afterwards.
const REFUSAL: &str = "nothing is to run";
const NEVER_STARTED: i32 = 126;

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let cloud = Cloud::with(refusing());
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..bench.either(15, 5) {
        let done = tool::run(&cloud, "pause 0", |_, _| {});
        done.assert_exit_code(NEVER_STARTED);
        assert!(done.said.contains(REFUSAL), "{}", done.said);
        ours.push(seconds(done.spawned, cloud.run_task_at()));
        if bench.aws.is_some() {
            let (done, _) = aws_cli::start(&cloud, "pause 0");
            assert!(done.said.contains(REFUSAL), "{}", done.said);
            theirs.push(seconds(done.spawned, cloud.run_task_at()));
        }
    }
    let ours = Figures::new(ours);
    let aws = bench.aws.as_ref().map(|_| {
        let theirs = Figures::new(theirs);
        (theirs.seconds(), ratio(theirs.median(), ours.median()))
    });
    vec![Row::new("process start to RunTask sent", ours.seconds(), "≤ 0.15 s").beside(aws)]
}

fn refusing() -> Scenario {
    let refusal = FaultAction::Error {
        status: 400,
        code: "ClientException".to_owned(),
        message: REFUSAL.to_owned(),
    };
    Scenario {
        faults: vec![Fault::each("RunTask", refusal)],
        ..usual()
    }
}
