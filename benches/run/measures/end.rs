//! How long after the container's exit the run is over, and how long a short run takes in all.

use super::{Bench, Who, seconds};
use crate::cloud::Cloud;
use crate::figures::{Figures, ratio};
use crate::table::Row;

/// What was measured of one job.
struct Times {
    after_exit: f64,
    whole: f64,
}

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..bench.either(3, 1) {
        let (tool, aws) = bench.by_each(three_seconds);
        ours.push(tool);
        theirs.extend(aws);
    }
    let row = |measure, limit, figure: fn(&Times) -> f64| {
        let ours = Figures::new(ours.iter().map(figure));
        let aws = (!theirs.is_empty()).then(|| {
            let theirs = Figures::new(theirs.iter().map(figure));
            (theirs.seconds(), ratio(theirs.median(), ours.median()))
        });
        Row::new(measure, ours.seconds(), limit).beside(aws)
    };
    vec![
        row("end after the container's exit", "≤ 4.5 s", |it| {
            it.after_exit
        }),
        row("a 3-second task, in all", "", |it| it.whole),
    ]
}

fn three_seconds(who: Who) -> Times {
    let cloud = Cloud::new();
    let mut lines = 0;
    let done = who.run(&cloud, "stamps 30 100", |_, _| lines += 1);
    assert_eq!(lines, 30);
    Times {
        after_exit: seconds(cloud.container_ended(), done.ended),
        whole: seconds(done.spawned, done.ended),
    }
}
