//! What an operator meets, from the first migration to a task that never starts.

use std::io::{BufRead as _, BufReader};

use crate::bench::Case;

pub(crate) type Run = fn(&Case<'_>);

pub(crate) const ALL: [(&str, Run); 6] = [
    ("from_pending_to_installed", from_pending_to_installed),
    ("an_edited_migration", an_edited_migration),
    ("a_failing_migration", a_failing_migration),
    ("a_missing_secret", a_missing_secret),
    ("a_slow_migration", a_slow_migration),
    ("events", events),
];

const MIGRATING: &str = "Running database migrations...";
pub(crate) const MIGRATED: &str = "Migrations completed successfully";
const SHOWING: &str = "Showing migration status...";
pub(crate) const APPLIED: [&str; 5] = [
    MIGRATING,
    "Applied 20260101000001/migrate create accounts",
    "Applied 20260102000001/migrate create runs",
    "Applied 20260103000001/migrate add finished at",
    MIGRATED,
];
const PENDING: [&str; 4] = [
    SHOWING,
    "20260101000001/pending create accounts",
    "20260102000001/pending create runs",
    "20260103000001/pending add finished at",
];
const INSTALLED: [&str; 4] = [
    SHOWING,
    "20260101000001/installed create accounts",
    "20260102000001/installed create runs",
    "20260103000001/installed add finished at",
];

fn from_pending_to_installed(case: &Case<'_>) {
    case.run(&["migrate-info"]).expect(0, &PENDING);
    let can_apply = [
        MIGRATING,
        "Can apply 20260101000001/migrate create accounts (0ns)",
        "Can apply 20260102000001/migrate create runs (0ns)",
        "Can apply 20260103000001/migrate add finished at (0ns)",
        MIGRATED,
    ];
    case.run(&["migrate", "--dry-run"]).expect(0, &can_apply);
    case.run(&["migrate"]).expect(0, &APPLIED);
    case.run(&["migrate-info"]).expect(0, &INSTALLED);
}

fn an_edited_migration(case: &Case<'_>) {
    case.run(&["migrate"]).expect(0, &APPLIED);
    case.deploy_with(
        "edited",
        "20260102000001_create_runs.sql",
        "CREATE TABLE runs (id BIGINT);",
    );
    let modified = "error: migration 20260102000001 was previously applied but has been modified";
    case.run(&["migrate"]).expect(1, &[MIGRATING, modified]);
    let info = case.run(&["migrate-info"]);
    assert_eq!(info.status, Some(0), "{info:?}");
    let edited = "20260102000001/installed (different checksum) create runs";
    assert_eq!(
        info.stdout.get(2).map(String::as_str),
        Some(edited),
        "{info:?}"
    );
}

fn a_failing_migration(case: &Case<'_>) {
    let sql = "INSERT INTO no_such_table VALUES (1);";
    case.deploy_with("failing", "20260104000001_fill_in.sql", sql);
    let mut run = case.run(&["migrate"]);
    let error = run.stdout.pop().unwrap_or_default();
    run.expect(1, &APPLIED[..4]);
    let start = "error: while executing migration 20260104000001: error returned from database: \
                 relation \"no_such_table\" does not exist";
    assert!(error.starts_with(start), "{error}");
}

fn a_missing_secret(case: &Case<'_>) {
    let arn = case.lose_the_secret();
    let run = case.run(&["migrate-info"]);
    run.expect(126, &[]);
    // The reason is the emulator's, and shown to its end.
    let reason = format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
         retrieval failed: unable to retrieve secret {arn} for environment variable DATABASE_URL"
    );
    assert!(run.stderr.contains(&reason), "{}", run.stderr);
}

fn a_slow_migration(case: &Case<'_>) {
    case.deploy_with("slow", "20260104000001_think.sql", "SELECT pg_sleep(8);");
    let mut child = case.start(&["migrate"]);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for wanted in &APPLIED[..4] {
        let line = lines.next().expect("a line").expect("text");
        assert!(line.starts_with(wanted), "{line}");
    }
    // These were shown while the container still ran, not after it.
    assert!(
        child.try_wait().is_ok_and(|status| status.is_none()),
        "the tool has ended already"
    );
    let rest: Vec<_> = lines.map(|line| line.expect("text")).collect();
    assert!(
        rest[0].starts_with("Applied 20260104000001/migrate think (8."),
        "{rest:?}"
    );
    assert_eq!(rest[1..], [MIGRATED]);
    let finished = child.wait_with_output().expect("an end");
    assert_eq!(finished.status.code(), Some(0), "{finished:?}");
}

fn events(case: &Case<'_>) {
    let run = case.run(&["--output", "json", "migrate-info"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let events = run.events();
    let of_type = |wanted: &'static str| events.iter().filter(move |one| one["type"] == wanted);

    let started = of_type("started").next().expect("an event `started`");
    let task = started["task_id"].as_str().expect("an id");
    assert_eq!(started["log_stream"], format!("admin/admin/{task}"));
    let messages: Vec<_> = of_type("log").map(|log| log["message"].as_str()).collect();
    assert_eq!(messages, PENDING.map(Some));
    let finished = events.last().expect("an event at the end");
    assert_eq!(finished["type"], "finished");
    assert_eq!(finished["outcome"], "succeeded");
    assert_eq!(finished["exit_code"], 0);
    assert_eq!(finished["logs"]["lines"], 4);
    assert_eq!(finished["logs"]["complete"], true);
    assert_eq!(finished["api_calls"]["RunTask"], 1);
}
