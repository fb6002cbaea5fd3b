//! How long after it could be read a line is shown.

use std::str;
use std::time::{Duration, UNIX_EPOCH};

use super::{Bench, Who, seconds};
use crate::cloud::{Cloud, LOG_DELAY_MS};
use crate::figures::{Figures, ratio};
use crate::table::Row;

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let count = bench.either(300, 100);
    let (ours, theirs) = bench.by_each(|who| lags(who, count));
    let aws = theirs.map(|theirs| (told(&theirs), ratio(theirs.median(), ours.median())));
    vec![
        Row::new(
            "a line shown after it could be read",
            told(&ours),
            "≤ 1.5 s",
        )
        .beside(aws),
    ]
}

/// Of so many lines, one each 100 ms.
fn lags(who: Who, count: usize) -> Figures {
    let cloud = Cloud::new();
    let mut lags = Vec::new();
    who.run(&cloud, &format!("stamps {count} 100"), |came, line| {
        let text = str::from_utf8(line).expect("digits");
        let written = UNIX_EPOCH + Duration::from_micros(text.parse().expect("digits"));
        lags.push(seconds(written + Duration::from_millis(LOG_DELAY_MS), came));
    });
    assert_eq!(lags.len(), count);
    Figures::new(lags)
}

fn told(lags: &Figures) -> String {
    let [median, late, last] = [50, 95, 100].map(|percent| lags.percentile(percent));
    format!("{median:.2} s (p95 {late:.2}, max {last:.2})")
}
