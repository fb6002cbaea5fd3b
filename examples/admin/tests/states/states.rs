//! What the program does in each state of the migrations table, on whichever database.

use crate::bench::{Bench, finished};

pub(crate) type State = fn(&Bench);

/// Every state, for a database that is too dear to be brought up for each of them.
pub(crate) const ALL: [(&str, State); 9] = [
    ("pending_then_installed", pending_then_installed),
    ("up_to_a_target", up_to_a_target),
    ("impossible_targets", impossible_targets),
    ("edited_since", edited_since),
    ("missing_file", missing_file),
    ("partially_applied", partially_applied),
    ("failing", failing),
    ("failing_without_transaction", failing_without_transaction),
    ("out_of_order", out_of_order),
];

pub(crate) const RUNS: &str = "20260102000001_create_runs.sql";
pub(crate) const FAILING: &str =
    "CREATE TABLE half_way (id BIGINT);\nINSERT INTO no_such_table VALUES (1);\n";

pub(crate) const MIGRATING: &str = "Running database migrations...";
pub(crate) const MIGRATED: &str = "Migrations completed successfully";
const SHOWING: &str = "Showing migration status...";

pub(crate) const APPLIED: [&str; 5] = [
    MIGRATING,
    "Applied 20260101000001/migrate create accounts (…)",
    "Applied 20260102000001/migrate create runs (…)",
    "Applied 20260103000001/migrate add finished at (…)",
    MIGRATED,
];
pub(crate) const INSTALLED: [&str; 4] = [
    SHOWING,
    "20260101000001/installed create accounts",
    "20260102000001/installed create runs",
    "20260103000001/installed add finished at",
];
const ONE_INSTALLED: [&str; 4] = [
    SHOWING,
    "20260101000001/installed create accounts",
    "20260102000001/pending create runs",
    "20260103000001/pending add finished at",
];

pub(crate) fn pending_then_installed(bench: &Bench) {
    let pending = [
        SHOWING,
        "20260101000001/pending create accounts",
        "20260102000001/pending create runs",
        "20260103000001/pending add finished at",
    ];
    let can_apply = [
        MIGRATING,
        "Can apply 20260101000001/migrate create accounts (0ns)",
        "Can apply 20260102000001/migrate create runs (0ns)",
        "Can apply 20260103000001/migrate add finished at (0ns)",
        MIGRATED,
    ];
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &pending));
    assert_eq!(
        bench.run(&["migrate", "--dry-run"]),
        finished(0, &can_apply)
    );
    assert_eq!(
        bench.run(&["migrate-info"]),
        finished(0, &pending),
        "the dry run changed it"
    );
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &INSTALLED));
    assert_eq!(bench.run(&["migrate"]), finished(0, &[MIGRATING, MIGRATED]));
    assert_eq!(
        bench.run(&["migrate", "--dry-run"]),
        finished(0, &[MIGRATING, MIGRATED])
    );
}

pub(crate) fn up_to_a_target(bench: &Bench) {
    let first_only = [
        MIGRATING,
        "Applied 20260101000001/migrate create accounts (…)",
        "Skipped 20260102000001/migrate create runs (0ns)",
        "Skipped 20260103000001/migrate add finished at (0ns)",
        MIGRATED,
    ];
    let run = bench.run(&["migrate", "--target-version", "20260101000001"]);
    assert_eq!(run, finished(0, &first_only));
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &ONE_INSTALLED));
}

pub(crate) fn impossible_targets(bench: &Bench) {
    let unknown = "error: migration 42 is not present in the migration source";
    let run = bench.run(&["migrate", "--target-version", "42"]);
    assert_eq!(run, finished(1, &[MIGRATING, unknown]));

    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    let old = "error: migration 20260101000001 is older than the latest applied migration \
               20260103000001";
    let run = bench.run(&["migrate", "--target-version", "20260101000001"]);
    assert_eq!(run, finished(1, &[MIGRATING, old]));
}

pub(crate) fn edited_since(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    bench.write(RUNS, &format!("{}-- edited\n", bench.read(RUNS)));

    let info = bench.run(&["migrate-info"]);
    assert_eq!(info.status, Some(0));
    assert_eq!(
        info.lines[2],
        "20260102000001/installed (different checksum) create runs"
    );
    let checksums = (&info.lines[3], &info.lines[4]);
    let hexadecimal = |text: &str| text.len() == 96 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let applied = checksums.0.strip_prefix("applied migration had checksum ");
    let local = checksums.1.strip_prefix("local migration has checksum ");
    assert!(
        applied.is_some_and(hexadecimal) && local.is_some_and(hexadecimal),
        "{checksums:?}"
    );
    assert_ne!(applied, local);
    assert_eq!(
        info.lines[5..],
        ["20260103000001/installed add finished at"]
    );

    let modified = "error: migration 20260102000001 was previously applied but has been modified";
    assert_eq!(
        bench.run(&["migrate", "--dry-run"]),
        finished(1, &[MIGRATING, modified])
    );
    assert_eq!(bench.run(&["migrate"]), finished(1, &[MIGRATING, modified]));
}

pub(crate) fn missing_file(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    bench.remove(RUNS);

    assert_eq!(
        bench.run(&["migrate-info"]),
        finished(0, &[INSTALLED[0], INSTALLED[1], INSTALLED[3]])
    );
    let missing = "error: migration 20260102000001 was previously applied but is missing in the \
                   resolved migrations";
    assert_eq!(
        bench.run(&["migrate", "--dry-run"]),
        finished(1, &[MIGRATING, missing])
    );
    assert_eq!(bench.run(&["migrate"]), finished(1, &[MIGRATING, missing]));
}

pub(crate) fn partially_applied(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    bench
        .execute("UPDATE _sqlx_migrations SET success = false WHERE version = 20260103000001")
        .expect("the row is changed");

    // `migrate-info` shows nothing of it; the dry run does.
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &INSTALLED));
    let dirty = "error: migration 20260103000001 is partially applied; fix and remove row from \
                 `_sqlx_migrations` table";
    assert_eq!(
        bench.run(&["migrate", "--dry-run"]),
        finished(1, &[MIGRATING, dirty])
    );
    assert_eq!(bench.run(&["migrate"]), finished(1, &[MIGRATING, dirty]));
}

pub(crate) fn failing(bench: &Bench) {
    let original = bench.read(RUNS);
    bench.write(RUNS, FAILING);
    fails_after_the_first(bench);
    assert!(
        bench.execute("SELECT id FROM half_way").is_err(),
        "it was not rolled back"
    );

    bench.write(RUNS, &original);
    assert_eq!(
        bench.run(&["migrate"]),
        finished(0, &[APPLIED[0], APPLIED[2], APPLIED[3], APPLIED[4]])
    );
}

pub(crate) fn failing_without_transaction(bench: &Bench) {
    bench.write(RUNS, &format!("-- no-transaction\n{FAILING}"));
    fails_after_the_first(bench);
}

fn fails_after_the_first(bench: &Bench) {
    let mut run = bench.run(&["migrate"]);
    let error = run.lines.pop().unwrap_or_default();
    assert_eq!(run, finished(1, &APPLIED[..2]));
    let start = "error: while executing migration 20260102000001: error returned from database: ";
    assert!(
        error.starts_with(start) && error.contains("no_such_table"),
        "{error}"
    );
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &ONE_INSTALLED));
}

pub(crate) fn out_of_order(bench: &Bench) {
    let runs = bench.read(RUNS);
    let last = "20260103000001_add_finished_at.sql";
    bench.write(
        last,
        "ALTER TABLE accounts ADD COLUMN finished_at TIMESTAMP;\n",
    );
    bench.remove(RUNS);
    assert_eq!(
        bench.run(&["migrate"]),
        finished(0, &[APPLIED[0], APPLIED[1], APPLIED[3], APPLIED[4]])
    );

    bench.write(RUNS, &runs);
    assert_eq!(
        bench.run(&["migrate-info"]),
        finished(
            0,
            &[INSTALLED[0], INSTALLED[1], ONE_INSTALLED[2], INSTALLED[3]]
        )
    );
    assert_eq!(
        bench.run(&["migrate"]),
        finished(0, &[APPLIED[0], APPLIED[2], APPLIED[4]])
    );
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &INSTALLED));
}
