//! Each state on `PostgreSQL`, and what is peculiar to it: the lock, and sessions that are ended.

use std::io::{self, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use everruns_admin::database::Database;

use crate::bench::{Bench, Finished, PATIENCE, finished, runtime, terminate, wait};
use crate::server::Server;
use crate::{recoveries, states};

const SLOW: &str = "20260102000001_create_runs.sql";

#[test]
fn every_state_on_postgres() {
    let Some(binaries) = Server::find() else {
        // Straight to the handle: what is printed by macro is shown for failed tests only.
        let _ = writeln!(
            io::stderr(),
            "left out: everruns-admin on PostgreSQL (not installed)"
        );
        return;
    };
    let server = Server::start(binaries).expect("a server");
    let bench = |name: &str| Bench::on(server.create_database(name).expect("a database"));

    for (name, state) in states::ALL.into_iter().chain(recoveries::ALL) {
        state(&bench(name));
    }
    two_at_once_take_turns(&bench("two_at_once"));
    only_migrate_waits_for_the_lock(&bench("locked"));
    a_recovery_waits_for_the_lock(&bench("locked_for_recovery"));
    sigterm_leaves_it_pending(&bench("sigterm"));
    a_wrong_password_is_told(&Bench::on(server.url("wrong", "postgres")));
}

fn two_at_once_take_turns(bench: &Bench) {
    bench.write(
        SLOW,
        &format!("{}SELECT pg_sleep(0.5);\n", bench.read(SLOW)),
    );
    let both = [bench.start(&["migrate"]), bench.start(&["migrate"])];
    let finished = both.map(|child| {
        child
            .wait_with_output()
            .map(Finished::from)
            .expect("an end")
    });
    assert_eq!(
        finished.each_ref().map(|run| run.status),
        [Some(0), Some(0)]
    );
    let mut lines = finished.map(|run| run.lines.len());
    lines.sort_unstable();
    assert_eq!(
        lines,
        [2, 5],
        "one applies the three migrations, the other finds them applied"
    );
}

fn only_migrate_waits_for_the_lock(bench: &Bench) {
    let runtime = runtime();
    let mut holder = runtime
        .block_on(Database::connect(bench.url(), PATIENCE))
        .expect("a connection");
    runtime.block_on(holder.migrate().lock()).expect("the lock");

    assert_eq!(bench.run(&["migrate-info"]).status, Some(0));
    assert_eq!(bench.run(&["migrate", "--dry-run"]).status, Some(0));
    let waiting = bench.start(&["migrate"]);
    until(bench, "SELECT 1 / count(*) FROM pg_locks WHERE NOT granted");
    assert_eq!(
        bench.run(&["migrate", "--dry-run"]).lines.len(),
        5,
        "nothing is applied yet"
    );

    runtime
        .block_on(holder.migrate().unlock())
        .expect("the lock is given back");
    let run = waiting
        .wait_with_output()
        .map(Finished::from)
        .expect("an end");
    assert_eq!((run.status, run.lines.len()), (Some(0), 5));
}

fn a_recovery_waits_for_the_lock(bench: &Bench) {
    let runtime = runtime();
    let mut holder = runtime
        .block_on(Database::connect(bench.url(), PATIENCE))
        .expect("a connection");
    runtime.block_on(holder.migrate().lock()).expect("the lock");

    // It makes the table that is looked into.
    assert_eq!(bench.run(&["migrate-info"]).status, Some(0));
    let words = ["forget", "20260102000001", "--dry-run"];
    assert_eq!(bench.run(&words).status, Some(0));
    let waiting = bench.start(&words[..2]);
    until(bench, "SELECT 1 / count(*) FROM pg_locks WHERE NOT granted");
    runtime
        .block_on(holder.migrate().unlock())
        .expect("the lock is given back");
    let run = waiting
        .wait_with_output()
        .map(Finished::from)
        .expect("an end");
    assert_eq!(
        run,
        finished(
            0,
            &["Unchanged 20260102000001/forget create runs (it has no row)"]
        )
    );
}

fn sigterm_leaves_it_pending(bench: &Bench) {
    bench.write(
        SLOW,
        "CREATE TABLE half_way (id BIGINT);\nSELECT pg_sleep(600);\n",
    );
    let mut child = bench.start(&["migrate"]);
    until(
        bench,
        "SELECT 1 / count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event = 'PgSleep'",
    );
    terminate(&child);
    assert_eq!(wait(&mut child), Some(143));
    assert_eq!(
        bench.run(&["migrate-info"]).lines[2],
        "20260102000001/pending create runs"
    );
}

fn a_wrong_password_is_told(bench: &Bench) {
    let mut run = bench.run(&["migrate"]);
    let error = run.lines.pop().unwrap_or_default();
    assert_eq!(run, finished(1, &["Running database migrations..."]));
    let start = "error: error returned from database: password authentication failed for user \
                 \"everruns\"";
    assert!(error.starts_with(start), "{error}");
}

/// Waits until `sql` succeeds: a division by a count fails as long as there is nothing to count.
fn until(bench: &Bench, sql: &'static str) {
    let deadline = Instant::now() + PATIENCE;
    while bench.execute(sql).is_err() {
        assert!(Instant::now() < deadline, "in vain: {sql}");
        thread::sleep(Duration::from_millis(20));
    }
}
