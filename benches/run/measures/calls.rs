//! How many API calls a task of one minute costs that prints a line a second.

use super::{Bench, Who};
use crate::cloud::Cloud;
use crate::figures::{Figures, ratio};
use crate::table::Row;

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    if bench.quick {
        return Vec::new();
    }
    let (ours, theirs) = bench.by_each(calls);
    let aws = theirs.map(|theirs| (told(&theirs), ratio(theirs.median(), ours.median())));
    vec![Row::new("API calls in a one-minute task", told(&ours), "≤ 130").beside(aws)]
}

fn calls(who: Who) -> Figures {
    let cloud = Cloud::new();
    let mut lines = 0;
    who.run(&cloud, "stamps 60 1000", |_, _| lines += 1);
    assert_eq!(lines, 60);
    let count = u32::try_from(cloud.emulator().calls().len()).expect("a few");
    Figures::new([count.into()])
}

fn told(calls: &Figures) -> String {
    format!("{:.0}", calls.median())
}
