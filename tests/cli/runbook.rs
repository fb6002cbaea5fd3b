//! The runbook on a real database: the example admin program on `SQLite`, and every state that
//! `migrate-info` hides, made for real, until it is clean again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::program::build_program;
use crate::support::{Bench, Ran, Setting, tests};

tests! {
    from_nothing_to_clean,
    a_file_that_was_edited,
    a_file_that_is_gone,
    a_migration_that_is_half_applied,
    a_migration_that_fails_in_its_transaction,
    a_migration_that_fails_without_one,
    a_migration_that_is_stopped_while_it_runs,
    a_migration_that_was_merged_late,
}

const ONE: i64 = 20_260_101_000_001;
const TWO: i64 = 20_260_102_000_001;
const THREE: i64 = 20_260_103_000_001;
const FOUR: i64 = 20_260_104_000_001;

/// The example admin program, built once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build_program)
}

/// A database, the migrations of its image, and AWS.
struct Place {
    bench: Bench,
    folder: tempfile::TempDir,
}

impl Place {
    /// An empty database, and an image with the example's migrations.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let migrations = folder.path().join("m");
        fs::create_dir(&migrations).expect("a folder");
        let originals = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/admin/migrations");
        for entry in fs::read_dir(originals).expect("the example's migrations") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            fs::copy(&path, migrations.join(name)).expect("a copy");
        }
        let url = format!("sqlite://{}", folder.path().join("db").display());
        let environment = [
            ("DATABASE_URL", url),
            ("MIGRATIONS_DIR", migrations.display().to_string()),
        ];
        let environment: Vec<_> = environment
            .map(|(name, value)| json!({"name": name, "value": value}))
            .into();
        let image = json!({"everruns-admin": {"program": program(), "args": []}});
        let bench = Setting::of("exit 64")
            .admin(&json!({"environment": environment}))
            .scenario(&json!({"images": image}))
            .start();
        bench.write(
            "run-admin-task.toml",
            &format!(
                "[defaults]\nmigrations = '{}'\ndrain = '1s'\n",
                migrations.display()
            ),
        );
        Self { bench, folder }
    }

    /// The same with every migration applied.
    fn migrated() -> Self {
        let place = Self::new();
        place.run(&["apply", "--yes"]).exits(0);
        place
    }

    #[track_caller]
    fn run(&self, words: &[&str]) -> Ran {
        self.bench.run(words)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("m").join(name)
    }

    /// Writes a migration's file.
    fn write(&self, name: &str, sql: &str) {
        fs::write(self.file(name), sql).expect("it is written");
    }

    /// Changes the database behind everybody's back.
    fn sql(&self, sql: &str) {
        let url = format!("sqlite://{}", self.folder.path().join("db").display());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .expect("it is taken");
            connection.close().await.expect("it is closed");
        });
    }

    /// The state of each migration that is not installed, by `plan`; and what `verify` makes of it.
    #[track_caller]
    fn is(&self, wanted: &[(i64, &str)]) {
        let ran = self.run(&["plan", "--exit-code", "--output", "json"]);
        let events = ran.events();
        let plan = events.iter().find(|event| event["type"] == "plan");
        let migrations = plan.map(|plan| plan["migrations"].clone());
        let migrations = migrations.and_then(|it| it.as_array().cloned());
        let states: BTreeMap<i64, String> = migrations
            .unwrap_or_default()
            .iter()
            .filter(|it| it["state"] != "installed")
            .map(|it| (it["version"].as_i64(), it["state"].as_str()))
            .map(|(version, state)| {
                (
                    version.unwrap_or_default(),
                    state.unwrap_or_default().into(),
                )
            })
            .collect();
        let wanted_states: BTreeMap<_, _> = wanted
            .iter()
            .map(|(version, state)| (*version, (*state).to_owned()))
            .collect();
        assert_eq!(states, wanted_states, "{ran}");
        let exit = if wanted.is_empty() { 0 } else { 3 };
        ran.exits(exit);
        self.run(&["verify"]).exits(exit);
    }

    /// Applies until nothing is left to do.
    #[track_caller]
    fn becomes_clean(&self) {
        self.run(&["apply", "--yes"]).exits(0);
        self.is(&[]);
    }
}

fn from_nothing_to_clean() {
    let place = Place::new();
    place.is(&[(ONE, "pending"), (TWO, "pending"), (THREE, "pending")]);
    let ran = place.run(&["apply", "--yes", "--to", &TWO.to_string()]);
    ran.exits(0)
        .says(&["migrations now: 2 installed, 1 pending\n"]);
    place.is(&[(THREE, "pending")]);
    place.becomes_clean();
}

fn a_file_that_was_edited() {
    let place = Place::migrated();
    let name = "20260102000001_create_runs.sql";
    let before = fs::read_to_string(place.file(name)).expect("it is there");
    place.write(name, &format!("{before}\n-- edited\n"));
    place.is(&[(TWO, "modified")]);
    let ran = place.run(&["apply", "--yes"]);
    ran.exits(3)
        .says(&[&format!("hint: run-admin-task recover {TWO}\n")]);
    place
        .run(&["recover", &TWO.to_string(), "accept", "--execute", "--yes"])
        .exits(0);
    place.becomes_clean();
}

fn a_file_that_is_gone() {
    let place = Place::migrated();
    fs::remove_file(place.file("20260103000001_add_finished_at.sql")).expect("it was there");
    place.is(&[(THREE, "missing")]);
    place.run(&["apply", "--yes"]).exits(3);
    place
        .run(&[
            "recover",
            &THREE.to_string(),
            "forget",
            "--execute",
            "--yes",
        ])
        .exits(0);
    place.becomes_clean();
}

fn a_migration_that_is_half_applied() {
    let place = Place::migrated();
    place.sql(&format!(
        "UPDATE _sqlx_migrations SET success = false WHERE version = {THREE}"
    ));
    // What operators look at today says that all is well.
    let info = place.run(&["migrate-info"]);
    assert!(
        info.stdout.contains(&format!("{THREE}/installed")),
        "{info}"
    );
    place.is(&[(THREE, "half-applied")]);
    place.run(&["apply", "--yes"]).exits(3);
    place
        .run(&[
            "recover",
            &THREE.to_string(),
            "mark-applied",
            "--execute",
            "--yes",
        ])
        .exits(0);
    place.becomes_clean();
}

fn a_migration_that_fails_in_its_transaction() {
    let place = Place::migrated();
    let name = "20260104000001_fill_in.sql";
    place.write(
        name,
        "CREATE TABLE tags (id INTEGER);\nINSERT INTO no_such_table VALUES (1);\n",
    );
    let ran = place.run(&["apply", "--yes", "--rule", "prefer-robust-stmts=off"]);
    ran.exits(1).says(&[
        &format!("error: migration {FOUR} failed after 0 had been applied: it is pending: its transaction was rolled back"),
        &format!("hint: run-admin-task recover {FOUR}\n"),
    ]);
    place.is(&[(FOUR, "pending")]);
    place.write(name, "CREATE TABLE tags (id INTEGER);\n");
    place.becomes_clean();
}

fn a_migration_that_fails_without_one() {
    let place = Place::migrated();
    let name = "20260104000001_fill_in.sql";
    place.write(
        name,
        "-- no-transaction\n-- squawk-ignore-file\nCREATE TABLE tags (id INTEGER);\nINSERT INTO no_such_table VALUES (1);\n",
    );
    let ran = place.run(&[
        "apply",
        "--yes",
        "--rule",
        "several-statements-without-transaction=warn",
    ]);
    ran.exits(1).says(&[
        "its file has no transaction: what ran before the error may still be in the database",
    ]);
    place.is(&[(FOUR, "pending")]);
    // Its first statement cannot be repeated: the rest is done by hand, and the file made true.
    place.write(name, "-- no-transaction\nCREATE TABLE tags (id INTEGER);\n");
    place
        .run(&[
            "recover",
            &FOUR.to_string(),
            "mark-applied",
            "--execute",
            "--yes",
        ])
        .exits(0);
    place.becomes_clean();
}

fn a_migration_that_is_stopped_while_it_runs() {
    let place = Place::migrated();
    let name = "20260104000001_think.sql";
    let endless = "CREATE TABLE tags (id INTEGER);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n";
    place.write(name, endless);
    let mut running = place.bench.start(&["apply", "--yes"]);
    running.until_stderr_has("container `admin`: migrate\n");
    running.until_stdout_has("Running database migrations...");
    let tasks = place.bench.emulator.tasks();
    let task = tasks.iter().find(|task| task.last_status == "RUNNING");
    let id = task.expect("a task that runs").id.clone();
    place.run(&["stop", "--yes", &id]).exits(0);
    let ran = running.end();
    assert!(![0, 3].contains(&ran.status), "{ran}");
    ran.says(&[&format!(
        "error: migrate ended before migration {FOUR} was applied, after 0 had been: it is pending"
    )]);
    place.is(&[(FOUR, "pending")]);
    place.write(name, "CREATE TABLE tags (id INTEGER);\n");
    place.becomes_clean();
}

fn a_migration_that_was_merged_late() {
    let place = Place::new();
    let name = "20260102000001_create_runs.sql";
    let late = fs::read_to_string(place.file(name)).expect("it is there");
    fs::remove_file(place.file(name)).expect("it was there");
    fs::remove_file(place.file("20260103000001_add_finished_at.sql")).expect("it was there");
    place.write(
        "20260103000001_other.sql",
        "CREATE TABLE other (id INTEGER);\n",
    );
    place.run(&["apply", "--yes"]).exits(0);
    place.write(name, &late);
    place.is(&[(TWO, "out-of-order")]);
    let ran = place.run(&["plan"]);
    assert!(
        ran.stdout.contains(
            "out-of-order  20260102000001 create runs: it is older than one that is installed"
        ),
        "{ran}"
    );
    place.becomes_clean();
}
