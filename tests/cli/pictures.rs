//! The pictures in the README are what the tool shows.
//!
//! `SNAPSHOTS=overwrite` makes them anew.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use snapbox::data::DataFormat;
use snapbox::{Data, assert_data_eq};

use crate::support::{Bench, Setting, Terminal, picture, poll, tests};

tests! {
    a_run_that_succeeds,
    a_run_that_fails,
    a_task_that_never_starts,
    a_status_while_it_runs,
    the_readme_shows_each_picture_and_says_what_is_on_it,
}

const COLUMNS: u16 = 100;
const COMMAND: &str = "migrate";
/// In the place of a task's id.
const ID: &str = "0123456789abcdef0123456789abcdef";

/// How long the parts of a task's life took, by its time stamps: no bar is near another length.
fn stamps() -> Value {
    json!({
        "provisioning_ms": 9_140,
        "pull_ms": 8_040,
        "pending_ms": 4_330,
        "running_ms": 1_530,
        "stopping_ms": 120,
    })
}

/// An AWS in which this script migrates.
fn aws(script: &str) -> Setting {
    Setting::of(script).scenario(&json!({"stamps": stamps()}))
}

/// The tool, in a window that shows all it can.
fn started(bench: &Bench) -> Terminal {
    let tool = bench.tool().env("LANG", "C.UTF-8");
    tool.start_in_window(COLUMNS, &[COMMAND])
}

/// What is in the window after `written`, the command as it was typed above.
fn drawn(bench: &Bench, written: &str) -> String {
    let ids = bench.emulator.tasks().into_iter().map(|task| task.id);
    let written = ids.fold(written.to_owned(), |text, id| text.replace(&id, ID));
    let typed = format!(
        "{}\r\n{written}",
        typed(&format!("run-admin-task {COMMAND}"))
    );
    picture(&typed, COLUMNS)
}

fn typed(words: &str) -> String {
    format!("\u{1b}[1m$ {words}\u{1b}[0m")
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/pictures/{name}.svg"))
}

#[track_caller]
fn is_up_to_date(name: &str, picture: String) {
    let expected = Data::read_from(&path(name), Some(DataFormat::Text)).raw();
    assert_data_eq!(picture, expected);
}

/// A whole run that took so long in all, and its exit status asked for.
#[track_caller]
fn shows_its_end(name: &str, setting: Setting, total: &str, exit: i32) {
    let bench = setting.start();
    let mut terminal = started(&bench);
    let status = terminal.ends();
    let written = with_total(&terminal.written(), total);
    let asked = typed("echo $?");
    let picture = drawn(&bench, &format!("{written}{asked}\r\n{status}\r\n"));
    assert_eq!(status, exit, "{picture}");
    is_up_to_date(name, picture);
}

/// Another time in the place of that which the run took.
#[track_caller]
fn with_total(text: &str, total: &str) -> String {
    let (before, after) = text.rsplit_once(" in all)").expect("a verdict");
    let (before, _) = before.rsplit_once('(').expect("its time");
    format!("{before}({total} in all){after}")
}

fn a_run_that_succeeds() {
    let setting = aws("\
        echo Running database migrations...
        echo 'Applied 20260101000001/migrate create accounts (2.031889ms)'
        echo 'Applied 20260102000001/migrate create runs (1.874202ms)'
        echo Migrations completed successfully");
    shows_its_end("succeeded", setting, "26.4s", 0);
}

fn a_run_that_fails() {
    let setting = aws("\
        echo Running database migrations...
        echo 'Applied 20260101000001/migrate create accounts (2.031889ms)'
        echo 'error: while executing migration 20260102000001: error returned from database: column \"email\" of relation \"accounts\" contains null values'
        exit 1");
    shows_its_end("failed", setting, "26.4s", 1);
}

fn a_task_that_never_starts() {
    let gone = "arn:aws:secretsmanager:us-east-1:000000000000:secret:database-url-AbCdEf";
    let setting = aws("")
        .admin(&json!({"secrets": [{"name": "DATABASE_URL", "valueFrom": gone}]}))
        .scenario(&json!({"stamps": {"provisioning_ms": 12_040, "stopping_ms": 3_230}}));
    shows_its_end("never-started", setting, "15.6s", 126);
}

fn a_status_while_it_runs() {
    let setting = aws("\
        echo Running database migrations...
        echo 'Applied 20260101000001/migrate create accounts (2.031889ms)'
        exec sleep 60");
    let bench = setting.start();
    let terminal = started(&bench);
    let picture = poll(|| {
        let written = terminal.written();
        let running = with_seconds(&written, "RUNNING\u{1b}[0m after ", "34");
        let picture = drawn(&bench, &with_seconds(&running, ", running ", "13"));
        if picture.contains("2 lines; provisioning 9.1s, pending 12.3s, running 13s</tspan>")
            && picture.contains(" after 34s: the container is running</tspan>")
        {
            Ok(picture)
        } else {
            Err(picture)
        }
    });
    is_up_to_date("running", picture);
}

/// Other seconds in the place of those that stand after each `before`.
fn with_seconds(text: &str, before: &str, seconds: &str) -> String {
    let mut parts = text.split(before);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{text}{before}{seconds}{rest}")
    })
}

fn the_readme_shows_each_picture_and_says_what_is_on_it() {
    let readme = include_str!("../../README.md");
    for name in ["succeeded", "failed", "never-started", "running"] {
        let target = format!("](docs/pictures/{name}.svg)");
        let (before, _) = readme
            .split_once(&target)
            .unwrap_or_else(|| panic!("{name}"));
        let (_, says) = before.rsplit_once("![").expect("a picture");
        assert!(says.split_whitespace().count() > 10, "{name}: {says}");
        assert!(path(name).is_file(), "{name}");
    }
}
