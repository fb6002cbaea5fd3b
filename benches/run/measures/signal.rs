//! How soon a signal is answered: a word on stderr.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::Bench;
use crate::cloud::Cloud;
use crate::figures::Figures;
use crate::table::Row;
use crate::tool;

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let runs = bench.either(20, 5);
    let figures = Figures::new((0..runs).map(|run| first_word(run).as_secs_f64()));
    vec![Row::new(
        "signal to first word on stderr",
        figures.seconds(),
        "≤ 0.1 s",
    )]
}

/// From Ctrl-C during a container's run to what is said of it.
fn first_word(run: u64) -> Duration {
    let cloud = Cloud::new();
    let mut child = tool::job(&cloud, &[], "pause 50000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool is there");
    let mut said = BufReader::new(child.stderr.take().expect("it is a pipe")).lines();
    let mut next = || said.next().expect("it goes on").expect("it can be read");
    while !next().starts_with("RUNNING after") {}
    // At various points between two polls.
    std::thread::sleep(Duration::from_millis(37 * run));
    let sent = Instant::now();
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    kill_process(pid.expect("an id"), Signal::INT).expect("it runs");
    let word = next();
    let took = sent.elapsed();
    assert!(word.starts_with("warning: SIGINT: "), "{word}");
    kill_process(pid.expect("an id"), Signal::KILL).expect("it runs");
    child.wait().expect("it was started");
    took
}
