//! One database, one folder of migrations, and the program between them.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use everruns_admin::database::Database;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Longer than anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Bench {
    folder: TempDir,
    url: String,
}

/// What a finished program left.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Finished {
    pub(crate) status: Option<i32>,
    pub(crate) lines: Vec<String>,
}

impl Bench {
    pub(crate) fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("admin.db").display());
        Self::new(folder, url)
    }

    pub(crate) fn on(url: String) -> Self {
        Self::new(tempfile::tempdir().expect("a temporary folder"), url)
    }

    fn new(folder: TempDir, url: String) -> Self {
        let bench = Self { folder, url };
        fs::create_dir(bench.migrations()).expect("a folder for the migrations");
        let originals = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        for entry in fs::read_dir(originals).expect("the migrations") {
            let entry = entry.expect("an entry of the folder");
            fs::copy(entry.path(), bench.migrations().join(entry.file_name())).expect("a copy");
        }
        bench
    }

    fn migrations(&self) -> PathBuf {
        self.folder.path().join("migrations")
    }

    pub(crate) fn write(&self, file: &str, sql: &str) {
        fs::write(self.migrations().join(file), sql).expect("a migration is written");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.migrations().join(file)).expect("a migration is read")
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.migrations().join(file)).expect("a migration is removed");
    }

    /// Runs the program to its end; each test says what the output shall be, to the letter, but
    /// for the times.
    pub(crate) fn run(&self, words: &[&str]) -> Finished {
        Finished::from(self.command(words).output().expect("the program runs"))
    }

    pub(crate) fn start(&self, words: &[&str]) -> Child {
        self.command(words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = program(words);
        command
            .env("DATABASE_URL", &self.url)
            .env("MIGRATIONS_DIR", self.migrations());
        command
    }

    /// Changes the database behind the program's back.
    pub(crate) fn execute(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        runtime().block_on(async {
            let database = Database::connect(&self.url, PATIENCE).await?;
            match database {
                Database::Postgres(mut connection) => {
                    sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
                }
                Database::Sqlite(mut connection) => {
                    sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
                }
            }
        })
    }

    /// The one number that a query of the database gives.
    pub(crate) fn number(&self, sql: &'static str) -> i64 {
        let number = runtime().block_on(async {
            match Database::connect(&self.url, PATIENCE).await? {
                Database::Postgres(mut connection) => {
                    sqlx::query_scalar(sql).fetch_one(&mut connection).await
                }
                Database::Sqlite(mut connection) => {
                    sqlx::query_scalar(sql).fetch_one(&mut connection).await
                }
            }
        });
        number.expect("a number")
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The program in an environment of its own.
pub(crate) fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_everruns-admin"));
    command.args(words).env_clear().stdin(Stdio::null());
    command
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Waits until the program has ended by itself.
pub(crate) fn wait(child: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            return status.code();
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the program did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn terminate(child: &Child) {
    let sent = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "SIGTERM was not sent"
    );
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "",
            "stderr is not ours to use"
        );
        let text = String::from_utf8(output.stdout).expect("output is text");
        Self {
            status: output.status.code(),
            lines: text.lines().map(without_time).collect(),
        }
    }
}

/// `Applied 1/migrate it (2.03ms)` without the time; `(0ns)` stays, for it is always so.
fn without_time(line: &str) -> String {
    match line.rsplit_once(" (") {
        Some((before, _)) if line.starts_with("Applied ") => format!("{before} (…)"),
        _ => line.to_owned(),
    }
}

pub(crate) fn finished(status: i32, lines: &[&str]) -> Finished {
    Finished {
        status: Some(status),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
    }
}
