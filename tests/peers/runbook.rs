//! The runbook on a real database: every state that `migrate-info` hides, made for real, looked at,
//! put right and migrated until it is clean.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};

use crate::bench::Case;
use crate::cases::Run;

pub(crate) const ALL: [(&str, Run); 8] = [
    ("runbook_from_nothing", from_nothing),
    ("runbook_edited", edited),
    ("runbook_missing", missing),
    ("runbook_half_applied", half_applied),
    ("runbook_fails", fails_in_its_transaction),
    ("runbook_fails_outside", fails_without_a_transaction),
    ("runbook_killed", killed),
    ("runbook_late", merged_late),
];

const ONE: &str = "20260101000001";
const TWO: &str = "20260102000001";
const THREE: &str = "20260103000001";
const FOUR: &str = "20260104000001";

/// The migrations that are not installed, and the state of each.
#[track_caller]
fn is(case: &Case<'_>, wanted: &[(&str, &str)]) {
    let plan = case.run(&["plan", "--output", "json"]);
    assert_eq!(plan.status, Some(0), "{plan:?}");
    let events = plan.events();
    let seen = events.iter().find(|event| event["type"] == "plan");
    let migrations = seen.and_then(|plan| plan["migrations"].as_array());
    let states: BTreeMap<_, _> = migrations
        .into_iter()
        .flatten()
        .filter(|it| it["state"] != "installed")
        .map(|it| {
            (
                it["version"].to_string(),
                it["state"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    let wanted: BTreeMap<_, _> = wanted
        .iter()
        .map(|(version, state)| ((*version).to_owned(), *state))
        .collect();
    assert_eq!(states, wanted, "{plan:?}");
    let verify = case.run(&["verify"]);
    let exit = if wanted.is_empty() { 0 } else { 3 };
    assert_eq!(verify.status, Some(exit), "{verify:?}");
}

#[track_caller]
fn ends(case: &Case<'_>, status: i32, words: &[&str]) -> String {
    let run = case.run(words);
    assert_eq!(run.status, Some(status), "{run:#?}");
    run.stderr
}

fn migrate(case: &Case<'_>) {
    ends(case, 0, &["apply", "--yes"]);
}

#[track_caller]
fn becomes_clean(case: &Case<'_>) {
    migrate(case);
    is(case, &[]);
}

fn from_nothing(case: &Case<'_>) {
    is(
        case,
        &[(ONE, "pending"), (TWO, "pending"), (THREE, "pending")],
    );
    ends(case, 0, &["apply", "--yes", "--to", TWO]);
    is(case, &[(THREE, "pending")]);
    becomes_clean(case);
}

fn edited(case: &Case<'_>) {
    migrate(case);
    case.deploy_with(
        "runbook-edited",
        "20260102000001_create_runs.sql",
        "CREATE TABLE runs (id BIGINT);",
    );
    is(case, &[(TWO, "modified")]);
    let refused = ends(case, 3, &["apply", "--yes"]);
    assert!(refused.contains(&format!("recover {TWO}")), "{refused}");
    ends(case, 0, &["recover", TWO, "accept", "--execute", "--yes"]);
    becomes_clean(case);
}

fn missing(case: &Case<'_>) {
    case.deploy_with("runbook-newer", "20260104000001_newer.sql", "SELECT 1;");
    migrate(case);
    case.deploy_original();
    is(case, &[(FOUR, "missing")]);
    ends(case, 3, &["apply", "--yes"]);
    ends(case, 0, &["recover", FOUR, "forget", "--execute", "--yes"]);
    becomes_clean(case);
}

fn half_applied(case: &Case<'_>) {
    migrate(case);
    case.sql(&format!(
        "UPDATE _sqlx_migrations SET success = false WHERE version = {THREE}"
    ));
    is(case, &[(THREE, "half-applied")]);
    ends(case, 3, &["apply", "--yes"]);
    ends(
        case,
        0,
        &["recover", THREE, "mark-applied", "--execute", "--yes"],
    );
    becomes_clean(case);
}

fn fails_in_its_transaction(case: &Case<'_>) {
    let sql = "CREATE TABLE tags (id BIGINT); INSERT INTO no_such_table VALUES (1);";
    case.deploy_with("runbook-fails", "20260104000001_tags.sql", sql);
    let failed = ends(case, 1, &["apply", "--yes"]);
    assert!(
        failed.contains(&format!("migration {FOUR} failed after 3 had been applied")),
        "{failed}"
    );
    is(case, &[(FOUR, "pending")]);
    case.deploy_with(
        "runbook-fixed",
        "20260104000001_tags.sql",
        "CREATE TABLE tags (id BIGINT);",
    );
    becomes_clean(case);
}

fn fails_without_a_transaction(case: &Case<'_>) {
    migrate(case);
    // Two rows of one value: PostgreSQL leaves an index behind that is not valid.
    case.sql("CREATE TABLE tags (name TEXT); INSERT INTO tags VALUES ('a'), ('a')");
    let sql = "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY tags_name ON tags (name);";
    case.deploy_with("runbook-outside", "20260104000001_index.sql", sql);
    ends(case, 1, &["apply", "--yes"]);
    is(case, &[(FOUR, "pending")]);
    case.sql("DROP INDEX tags_name");
    case.sql("DELETE FROM tags");
    case.sql("CREATE UNIQUE INDEX CONCURRENTLY tags_name ON tags (name)");
    ends(
        case,
        0,
        &["recover", FOUR, "mark-applied", "--execute", "--yes"],
    );
    becomes_clean(case);
}

fn killed(case: &Case<'_>) {
    migrate(case);
    let sql = "CREATE TABLE tags (id BIGINT); SELECT pg_sleep(60);";
    case.deploy_with("runbook-slow", "20260104000001_think.sql", sql);
    let before = case.tasks();
    let mut child = case.start(&["apply", "--yes"]);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let begins = |line: &Result<String, _>| {
        line.as_ref()
            .is_ok_and(|line| line == "Running database migrations...")
    };
    assert!(lines.any(|line| begins(&line)), "it never migrated");
    let running = case.running_since(&before);
    ends(case, 0, &["stop", "--yes", &running]);
    // The rest is read, or the tool would wait for its reader.
    let rest = lines.map_while(Result::ok).count();
    let finished = child.wait_with_output().expect("an end");
    let status = finished.status.code();
    // ministack says that a container which it kills exited 0: the look afterwards knows better.
    assert!(![Some(0), None].contains(&status), "{rest} {finished:?}");
    is(case, &[(FOUR, "pending")]);
    case.deploy_with(
        "runbook-quick",
        "20260104000001_think.sql",
        "CREATE TABLE tags (id BIGINT);",
    );
    becomes_clean(case);
}

fn merged_late(case: &Case<'_>) {
    let newer = ("20260106000001_newer.sql", "SELECT 1;");
    case.deploy_with("runbook-first", newer.0, newer.1);
    migrate(case);
    let late = ("20260105000001_late.sql", "CREATE TABLE tags (id BIGINT);");
    case.deploy_with_all("runbook-late", &[newer, late]);
    is(case, &[("20260105000001", "out-of-order")]);
    becomes_clean(case);
}
