//! How each bad state is put right, on whichever database: the record first, then a clean `migrate`.

use crate::bench::{Bench, finished};
use crate::states::{APPLIED, INSTALLED, MIGRATED, MIGRATING, RUNS, State};

/// Every recovery, for a database that is too dear to be brought up for each of them.
pub(crate) const ALL: [(&str, State); 7] = [
    ("half_applied_then_marked", half_applied_then_marked),
    ("half_applied_then_forgotten", half_applied_then_forgotten),
    ("edited_then_accepted", edited_then_accepted),
    ("missing_then_forgotten", missing_then_forgotten),
    ("failed_then_made_by_hand", failed_then_made_by_hand),
    ("taken_back_by_hand", taken_back_by_hand),
    ("ways_that_do_not_fit", ways_that_do_not_fit),
];

const VERSION: &str = "20260102000001";
const LAST: &str = "20260103000001";
const CLEAN: [&str; 2] = [MIGRATING, MIGRATED];

/// Asks, carries it out, and does it once more: the second time there is nothing to change.
fn put_right(bench: &Bench, words: [&str; 2], lines: [&str; 3]) {
    let [can, done, unchanged] = lines;
    let before = rows(bench);
    let dry = [words[0], words[1], "--dry-run"];
    assert_eq!(bench.run(&dry), finished(0, &[can]));
    assert_eq!(rows(bench), before, "the dry run changed something");
    assert_eq!(bench.run(&words), finished(0, &[done]));
    assert_eq!(bench.run(&words), finished(0, &[unchanged]));
    assert_eq!(bench.run(&dry), finished(0, &[unchanged]));
}

/// Something that changes with every change of the table.
fn rows(bench: &Bench) -> [i64; 4] {
    [
        "SELECT count(*) FROM _sqlx_migrations",
        "SELECT count(*) FROM _sqlx_migrations WHERE success",
        "SELECT count(DISTINCT checksum) FROM _sqlx_migrations",
        "SELECT count(*) FROM _sqlx_migrations WHERE execution_time = -1",
    ]
    .map(|sql| bench.number(sql))
}

fn is_clean(bench: &Bench) {
    assert_eq!(bench.run(&["migrate", "--dry-run"]), finished(0, &CLEAN));
    assert_eq!(bench.run(&["migrate"]), finished(0, &CLEAN));
    assert_eq!(bench.run(&["migrate-info"]), finished(0, &INSTALLED));
}

fn half_applied(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    // What was begun before may be of an older file.
    bench
        .execute(
            "UPDATE _sqlx_migrations SET success = false, checksum = '\\x00', description = 'old' \
             WHERE version = 20260103000001",
        )
        .expect("the row is changed");
    assert_eq!(bench.run(&["migrate", "--dry-run"]).status, Some(1));
}

pub(crate) fn half_applied_then_marked(bench: &Bench) {
    half_applied(bench);
    put_right(
        bench,
        ["mark-applied", LAST],
        [
            "Can mark 20260103000001/mark-applied add finished at (1 row to update)",
            "Marked 20260103000001/mark-applied add finished at (1 row updated)",
            "Unchanged 20260103000001/mark-applied add finished at (it is applied already)",
        ],
    );
    assert_eq!(rows(bench), [3, 3, 3, 1]);
    assert_eq!(
        bench.number(
            "SELECT count(*) FROM _sqlx_migrations WHERE description = 'add finished at' \
             AND installed_on IS NOT NULL"
        ),
        1
    );
    is_clean(bench);
}

pub(crate) fn half_applied_then_forgotten(bench: &Bench) {
    half_applied(bench);
    bench
        .execute("ALTER TABLE runs DROP COLUMN finished_at")
        .expect("it is taken back");
    put_right(
        bench,
        ["forget", LAST],
        [
            "Can forget 20260103000001/forget add finished at (1 row to delete)",
            "Forgot 20260103000001/forget add finished at (1 row deleted)",
            "Unchanged 20260103000001/forget add finished at (it has no row)",
        ],
    );
    assert_eq!(
        bench.run(&["migrate"]),
        finished(0, &[APPLIED[0], APPLIED[3], APPLIED[4]])
    );
    is_clean(bench);
}

pub(crate) fn edited_then_accepted(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    bench.write(RUNS, &format!("{}-- edited\n", bench.read(RUNS)));
    assert_eq!(bench.run(&["migrate"]).status, Some(1));
    put_right(
        bench,
        ["accept", VERSION],
        [
            "Can accept 20260102000001/accept create runs (1 row to update)",
            "Accepted 20260102000001/accept create runs (1 row updated)",
            "Unchanged 20260102000001/accept create runs (it has this checksum already)",
        ],
    );
    // Neither its age nor how long it took is forgotten.
    assert_eq!(rows(bench), [3, 3, 3, 0]);
    is_clean(bench);
}

pub(crate) fn missing_then_forgotten(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    let last = "20260103000001_add_finished_at.sql";
    let text = bench.read(last);
    bench.remove(last);
    assert_eq!(bench.run(&["migrate"]).status, Some(1));
    put_right(
        bench,
        ["forget", LAST],
        [
            // Without a file the row alone knows the description.
            "Can forget 20260103000001/forget add finished at (1 row to delete)",
            "Forgot 20260103000001/forget add finished at (1 row deleted)",
            "Unchanged 20260103000001/forget (it has no row)",
        ],
    );
    assert_eq!(bench.run(&["migrate"]), finished(0, &CLEAN));

    // The file comes back, and its changes are still there.
    bench.write(last, &text);
    put_right(
        bench,
        ["mark-applied", LAST],
        [
            "Can mark 20260103000001/mark-applied add finished at (1 row to insert)",
            "Marked 20260103000001/mark-applied add finished at (1 row inserted)",
            "Unchanged 20260103000001/mark-applied add finished at (it is applied already)",
        ],
    );
    is_clean(bench);
}

pub(crate) fn failed_then_made_by_hand(bench: &Bench) {
    let original = bench.read(RUNS);
    // PostgreSQL takes back a whole file that fails, unless its own text commits in between.
    let begun = format!("-- no-transaction\nBEGIN;\n{original}COMMIT;\n");
    bench.write(
        RUNS,
        &format!("{begun}INSERT INTO no_such_table VALUES (1);\n"),
    );
    assert_eq!(bench.run(&["migrate"]).status, Some(1));
    // It is pending, and cannot be run again: its table is there.
    assert_eq!(bench.run(&["migrate"]).status, Some(1));
    bench.write(RUNS, &begun);
    put_right(
        bench,
        ["mark-applied", VERSION],
        [
            "Can mark 20260102000001/mark-applied create runs (1 row to insert)",
            "Marked 20260102000001/mark-applied create runs (1 row inserted)",
            "Unchanged 20260102000001/mark-applied create runs (it is applied already)",
        ],
    );
    assert_eq!(
        bench.run(&["migrate"]),
        finished(0, &[APPLIED[0], APPLIED[3], APPLIED[4]])
    );
    is_clean(bench);
}

pub(crate) fn taken_back_by_hand(bench: &Bench) {
    assert_eq!(bench.run(&["migrate"]), finished(0, &APPLIED));
    bench
        .execute("DROP TABLE runs")
        .expect("the changes of two migrations are taken back");
    for (version, description) in [(LAST, "add finished at"), (VERSION, "create runs")] {
        let line = |verb: &str, end: &str| format!("{verb} {version}/forget {description} ({end})");
        put_right(
            bench,
            ["forget", version],
            [
                &line("Can forget", "1 row to delete"),
                &line("Forgot", "1 row deleted"),
                &line("Unchanged", "it has no row"),
            ],
        );
    }
    assert_eq!(
        bench.run(&["migrate"]),
        finished(0, &[APPLIED[0], APPLIED[2], APPLIED[3], APPLIED[4]])
    );
    is_clean(bench);
}

pub(crate) fn ways_that_do_not_fit(bench: &Bench) {
    let refused = |words: &[&str], error: &str| {
        assert_eq!(bench.run(words), finished(1, &[error]), "{words:?}");
        let dry: Vec<_> = words.iter().copied().chain(["--dry-run"]).collect();
        assert_eq!(bench.run(&dry), finished(1, &[error]), "{dry:?}");
    };
    refused(
        &["forget", VERSION],
        "error: nothing changed: the database has no table _sqlx_migrations; is it the right one?",
    );
    // It makes the table, and applies nothing.
    assert_eq!(bench.run(&["migrate-info"]).status, Some(0));
    refused(
        &["accept", VERSION],
        "error: migration 20260102000001 is not applied; `migrate` applies it, and `mark-applied \
         20260102000001` records changes made by hand",
    );
    refused(
        &["mark-applied", "42"],
        "error: migration 42 is not present in the migration source",
    );
    half_applied(bench);
    refused(
        &["accept", LAST],
        "error: migration 20260103000001 is partially applied; once its changes are all made by \
         hand `mark-applied 20260103000001`, once they are all taken back `forget 20260103000001`",
    );
    bench.write(RUNS, &format!("{}-- edited\n", bench.read(RUNS)));
    refused(
        &["mark-applied", VERSION],
        "error: migration 20260102000001 is applied, with another checksum; `accept \
         20260102000001` takes its file as it is now",
    );
}
