//! How long many migrations are reviewed.

use std::fmt::Write as _;
use std::fs;

use super::{Bench, seconds};
use crate::child;
use crate::cloud::Cloud;
use crate::figures::Figures;
use crate::table::Row;
use crate::tool;

/// So many files, of two statements each.
const FILES: usize = 10_000;

pub(crate) fn measure(bench: &Bench) -> Vec<Row> {
    let cloud = Cloud::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    for number in 0..FILES {
        let mut text = String::new();
        let _ = write!(
            text,
            "CREATE TABLE runs_{number} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
             state text NOT NULL\n);\nALTER TABLE runs DROP COLUMN note_{number};\n"
        );
        fs::write(folder.path().join(format!("{number}_a.sql")), text).expect("a file");
    }
    let figures = (0..bench.either(5, 2)).map(|_| {
        let mut lines = 0;
        let mut review = tool::command(&cloud);
        review
            .args(["review", "--output", "json"])
            .arg(folder.path());
        let done = child::run(&mut review, |_, _| lines += 1);
        done.assert_exit_code(3);
        assert_eq!(lines, FILES + 1, "a finding of each file, and the end");
        seconds(done.spawned, done.ended)
    });
    let figures = Figures::new(figures);
    vec![Row::new(
        "review of 10,000 migrations",
        figures.seconds(),
        "≤ 5 s",
    )]
}
