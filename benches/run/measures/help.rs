//! How long `--help` takes.

use super::{Bench, seconds};
use crate::child;
use crate::cloud::Cloud;
use crate::figures::Figures;
use crate::table::Row;
use crate::tool;

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let cloud = Cloud::new();
    let figures = (0..bench.either(40, 20)).map(|_| {
        let mut lines = 0;
        let done = child::run(tool::command(&cloud).arg("--help"), |_, _| lines += 1);
        done.assert_exit_code(0);
        assert!(lines > 10, "that was no help: {lines} lines");
        seconds(done.spawned, done.ended)
    });
    let figures = Figures::new(figures);
    assert!(cloud.emulator().calls().is_empty(), "help needs no AWS");
    vec![Row::new("--help", figures.seconds(), "≤ 10 ms")]
}
