//! Each state on `SQLite`, and what is peculiar to it.

use std::io::{BufRead as _, BufReader};

use crate::bench::{Bench, terminate, wait};
use crate::{recoveries, states};

#[test]
fn pending_then_installed() {
    states::pending_then_installed(&Bench::on_sqlite());
}

#[test]
fn up_to_a_target() {
    states::up_to_a_target(&Bench::on_sqlite());
}

#[test]
fn impossible_targets() {
    states::impossible_targets(&Bench::on_sqlite());
}

#[test]
fn edited_since() {
    states::edited_since(&Bench::on_sqlite());
}

#[test]
fn missing_file() {
    states::missing_file(&Bench::on_sqlite());
}

#[test]
fn partially_applied() {
    states::partially_applied(&Bench::on_sqlite());
}

#[test]
fn failing() {
    states::failing(&Bench::on_sqlite());
}

#[test]
fn failing_without_transaction_leaves_what_ran_before() {
    let bench = Bench::on_sqlite();
    states::failing_without_transaction(&bench);
    bench
        .execute("SELECT id FROM half_way")
        .expect("the first statement's table is there");
}

#[test]
fn out_of_order() {
    states::out_of_order(&Bench::on_sqlite());
}

#[test]
fn half_applied_then_marked() {
    recoveries::half_applied_then_marked(&Bench::on_sqlite());
}

#[test]
fn half_applied_then_forgotten() {
    recoveries::half_applied_then_forgotten(&Bench::on_sqlite());
}

#[test]
fn edited_then_accepted() {
    recoveries::edited_then_accepted(&Bench::on_sqlite());
}

#[test]
fn missing_then_forgotten() {
    recoveries::missing_then_forgotten(&Bench::on_sqlite());
}

#[test]
fn failed_then_made_by_hand() {
    recoveries::failed_then_made_by_hand(&Bench::on_sqlite());
}

#[test]
fn taken_back_by_hand() {
    recoveries::taken_back_by_hand(&Bench::on_sqlite());
}

#[test]
fn ways_that_do_not_fit() {
    recoveries::ways_that_do_not_fit(&Bench::on_sqlite());
}

#[test]
fn sigterm_ends_it_at_once_and_leaves_no_half_migration() {
    let bench = Bench::on_sqlite();
    bench.write(
        "20260102000001_create_runs.sql",
        "CREATE TABLE endless AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
         SELECT count(*) FROM n;",
    );
    let mut child = bench.start(&["migrate"]);
    let mut output = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    // Each line is written at once, so this one is there while the next migration runs.
    let applied = output.nth(1).expect("a second line").expect("text");
    assert!(
        applied.starts_with("Applied 20260101000001/migrate"),
        "{applied}"
    );

    terminate(&child);
    assert_eq!(wait(&mut child), Some(143));
    assert_eq!(output.count(), 0, "nothing more is written");
    bench.remove("20260102000001_create_runs.sql");
    assert_eq!(
        bench.run(&["migrate-info"]).lines[1],
        "20260101000001/installed create accounts"
    );
    assert!(bench.execute("SELECT * FROM endless").is_err());
}
