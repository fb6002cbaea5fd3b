//! Bad states of a real database, made by the real sqlx, put right by the SQL that the tool prints,
//! run by psql; and then `migrate` is clean again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::postgres::Server;
use crate::program::build_program;

type Way = fn(&Case);

/// Each state, and the way out of it.
pub(crate) const ALL: [(&str, Way); 13] = [
    ("half_applied_then_marked", half_applied_then_marked),
    ("half_applied_then_forgotten", half_applied_then_forgotten),
    ("edited_then_accepted", edited_then_accepted),
    ("missing_then_forgotten", missing_then_forgotten),
    ("failed_then_made_by_hand", failed_then_made_by_hand),
    ("an_index_left_invalid", an_index_left_invalid),
    ("taken_back_by_hand", taken_back_by_hand),
    ("what_the_runbook_wrote", what_the_runbook_wrote),
    ("names_that_could_break_out", names_that_could_break_out),
    ("ways_that_do_not_fit", ways_that_do_not_fit),
    ("a_database_without_the_table", a_database_without_the_table),
    ("taken_back_by_the_next", taken_back_by_the_next),
    ("a_gap_is_refused", a_gap_is_refused),
];

const RUNS: &str = "20260102000001_create_runs.sql";
const LAST: &str = "20260103000001_add_finished_at.sql";

/// A server, and the program that migrates.
pub(crate) struct Databases {
    server: Server,
    psql: PathBuf,
    admin: PathBuf,
}

/// One database, and the folder of its migrations.
pub(crate) struct Case<'d> {
    databases: &'d Databases,
    url: String,
    folder: TempDir,
}

impl Databases {
    pub(crate) fn start() -> Result<Self, String> {
        let binaries = Server::find().ok_or("PostgreSQL is not installed")?;
        let psql = binaries.join("psql");
        if !psql.is_file() {
            return Err(format!("there is no {}", psql.display()));
        }
        Ok(Self {
            server: Server::start(binaries).map_err(|error| error.to_string())?,
            psql,
            admin: build_program(),
        })
    }

    pub(crate) fn case(&self, name: &str) -> Case<'_> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let originals = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/admin/migrations");
        for entry in fs::read_dir(originals).expect("the migrations") {
            let entry = entry.expect("an entry of the folder");
            fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("a copy");
        }
        Case {
            databases: self,
            url: self.server.create_database(name).expect("a database"),
            folder,
        }
    }
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    let text = [out, err].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    text.concat()
}

impl Case<'_> {
    fn write(&self, file: &str, sql: &str) {
        fs::write(self.folder.path().join(file), sql).expect("a migration is written");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).expect("a migration is read")
    }

    fn remove(&self, file: &str) {
        fs::remove_file(self.folder.path().join(file)).expect("a migration is removed");
    }

    /// What the container says: whether it ended well, and its lines.
    fn admin(&self, words: &[&str]) -> (bool, String) {
        let output = Command::new(&self.databases.admin)
            .args(words)
            .env_clear()
            .env("DATABASE_URL", &self.url)
            .env("MIGRATIONS_DIR", self.folder.path())
            .output()
            .expect("the program runs");
        (output.status.success(), text(&output))
    }

    fn migrates(&self) {
        let (ended_well, lines) = self.admin(&["migrate"]);
        assert!(ended_well, "{lines}");
    }

    /// `migrate` refuses to go on.
    fn is_stuck(&self, why: &str) {
        let (ended_well, lines) = self.admin(&["migrate"]);
        assert!(!ended_well && lines.contains(why), "{lines}");
    }

    /// Nothing is pending, and nothing is wrong.
    fn is_clean(&self) {
        for words in [&["migrate", "--dry-run"][..], &["migrate"]] {
            let (ended_well, lines) = self.admin(words);
            assert!(
                ended_well && lines.lines().count() == 2,
                "{words:?}: {lines}"
            );
        }
    }

    /// What the tool prints on stdout.
    fn recover(&self, words: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_run-admin-task"))
            .arg("recover")
            .args(words)
            .arg("--migrations")
            .arg(self.folder.path())
            .env_clear()
            .current_dir(self.folder.path())
            .output()
            .expect("the tool runs");
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).expect("SQL is text")
    }

    /// Runs SQL as the tool says that it is run: whether all of it went well, and what was told.
    fn psql(&self, sql: &str) -> (bool, String) {
        let file = self.folder.path().join("psql.txt");
        fs::write(&file, sql).expect("a file is written");
        let output = Command::new(&self.databases.psql)
            .args([&self.url, "-X", "-At", "-v", "ON_ERROR_STOP=1"])
            .stdin(Stdio::from(fs::File::open(&file).expect("a file")))
            .output()
            .expect("psql runs");
        (output.status.success(), text(&output))
    }

    fn execute(&self, sql: &str) -> String {
        let (went_well, told) = self.psql(sql);
        assert!(went_well, "{told}");
        told
    }

    /// Every row, and every column but the times.
    fn rows(&self) -> Vec<String> {
        let told = self.execute(
            "SELECT version, description, success, encode(checksum, 'hex'), installed_on IS NOT NULL, \
             execution_time = -1 FROM _sqlx_migrations ORDER BY version",
        );
        told.lines().map(str::to_owned).collect()
    }

    /// Puts a migration right: `changed` says what is told of the one row. Once more, and nothing
    /// is changed.
    #[track_caller]
    fn put_right(&self, words: [&str; 2], changed: &str) {
        let sql = self.recover(&words);
        let before = self.rows();
        let told = self.execute(&sql);
        assert!(told.contains(&format!("NOTICE:  {changed}")), "{told}");
        let after = self.rows();
        let other = |rows: &[String]| {
            let others = rows.iter().filter(|row| !row.starts_with(words[0]));
            others.cloned().collect::<Vec<_>>()
        };
        assert_eq!(other(&before), other(&after), "another row was changed");
        assert_ne!(before, after);
        let told = self.execute(&sql);
        assert!(told.contains("NOTICE:  nothing changed: "), "{told}");
        assert_eq!(self.rows(), after);
    }

    /// The SQL is refused, and changes nothing.
    #[track_caller]
    fn is_refused(&self, words: [&str; 2], why: &str) {
        let before = self.rows();
        let (went_well, told) = self.psql(&self.recover(&words));
        assert!(
            !went_well && told.contains(&format!("ERROR:  {why}")),
            "{told}"
        );
        assert_eq!(self.rows(), before);
    }

    /// sqlx itself writes no such row in `PostgreSQL` any longer; older ones did.
    fn half_apply_the_last(&self) {
        self.migrates();
        self.execute(
            "UPDATE _sqlx_migrations SET success = false, checksum = '\\x00', description = 'old' \
             WHERE version = 20260103000001",
        );
        self.is_stuck("partially applied");
    }
}

fn half_applied_then_marked(case: &Case) {
    case.migrates();
    let whole = case.rows();
    case.half_apply_the_last();
    case.put_right(["20260103000001", "mark-applied"], "1 row updated");
    // As sqlx had written it, but for how long it took.
    let marked = whole[2].replace("|f", "|t");
    assert_eq!(case.rows()[2], marked);
    case.is_clean();
}

fn half_applied_then_forgotten(case: &Case) {
    case.half_apply_the_last();
    case.execute("ALTER TABLE runs DROP COLUMN finished_at");
    case.put_right(["20260103000001", "forget"], "1 row deleted");
    case.migrates();
    case.is_clean();
}

fn edited_then_accepted(case: &Case) {
    case.migrates();
    let before = case.rows();
    case.write(RUNS, &format!("{}-- edited\n", case.read(RUNS)));
    case.is_stuck("has been modified");
    case.put_right(["20260102000001", "accept"], "1 row updated");
    // Nothing but the checksum, which stands in the fourth column.
    let but_for_sums = |rows: &[String]| {
        let columns = |row: &String| {
            let mut columns: Vec<_> = row.split('|').map(str::to_owned).collect();
            columns.remove(3);
            columns
        };
        rows.iter().map(columns).collect::<Vec<_>>()
    };
    assert_eq!(but_for_sums(&case.rows()), but_for_sums(&before));
    case.is_clean();
}

fn missing_then_forgotten(case: &Case) {
    case.migrates();
    case.remove(LAST);
    case.is_stuck("is missing");
    case.put_right(["20260103000001", "forget"], "1 row deleted");
    case.is_clean();
}

fn failed_then_made_by_hand(case: &Case) {
    let original = case.read(RUNS);
    // PostgreSQL takes a whole file back, unless its own text commits in between.
    let begun = format!("-- no-transaction\nBEGIN;\n{original}COMMIT;\n");
    case.write(
        RUNS,
        &format!("{begun}INSERT INTO no_such_table VALUES (1);\n"),
    );
    case.is_stuck("no_such_table");
    case.is_stuck("already exists");
    case.write(RUNS, &begun);
    case.put_right(["20260102000001", "mark-applied"], "1 row inserted");
    case.migrates();
    case.is_clean();
}

/// What a failed CREATE INDEX CONCURRENTLY leaves is in the way of the next try.
fn an_index_left_invalid(case: &Case) {
    case.migrates();
    case.execute(
        "INSERT INTO accounts (id, name) VALUES (1, 'a'), (2, 'b');
         ALTER TABLE accounts ADD COLUMN mail text NOT NULL DEFAULT 'same'",
    );
    case.write(
        "20260104000001_one_mail.sql",
        "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY one_mail ON accounts (mail);\n",
    );
    case.is_stuck("could not create unique index");
    case.is_stuck("already exists");
    case.execute("UPDATE accounts SET mail = name");
    case.execute("REINDEX INDEX CONCURRENTLY one_mail");
    case.put_right(["20260104000001", "mark-applied"], "1 row inserted");
    case.is_clean();
    // And back again, outside a transaction as well.
    case.recover(&["20260104000001", "forward-fix", "--write"]);
    case.migrates();
    let left = "SELECT count(*) FROM pg_class WHERE relname = 'one_mail'";
    assert_eq!(case.execute(left), "0\n");
    case.is_clean();
}

fn taken_back_by_hand(case: &Case) {
    case.migrates();
    case.execute("DROP TABLE runs");
    case.put_right(["20260103000001", "forget"], "1 row deleted");
    case.put_right(["20260102000001", "forget"], "1 row deleted");
    case.migrates();
    case.is_clean();
}

/// The INSERT of the runbook is refused: it leaves a column out. What is printed is not.
fn what_the_runbook_wrote(case: &Case) {
    let (ended_well, lines) = case.admin(&["migrate", "--target-version", "20260102000001"]);
    assert!(ended_well, "{lines}");
    case.execute("ALTER TABLE runs ADD COLUMN finished_at TIMESTAMP");
    let (went_well, told) = case.psql(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum) \
         VALUES (20260103000001, '003_new_feature', NOW(), true, '...')",
    );
    assert!(!went_well && told.contains("execution_time"), "{told}");
    case.put_right(["20260103000001", "mark-applied"], "1 row inserted");
    case.is_clean();
}

fn names_that_could_break_out(case: &Case) {
    case.migrates();
    let description = "it's $recover$ a\\b; DROP TABLE runs; -- %";
    let name = format!("20260104000001_{}.sql", description.replace(' ', "_"));
    case.write(&name, "SELECT 1;\n");
    case.put_right(["20260104000001", "mark-applied"], "1 row inserted");
    let row = case.rows().pop().unwrap_or_default();
    assert_eq!(row.split('|').nth(1), Some(description));
    case.is_clean();
    case.write(&name, "SELECT 2;\n");
    case.put_right(["20260104000001", "accept"], "1 row updated");
    case.is_clean();

    for version in ["-9223372036854775808", "9223372036854775807"] {
        case.write(&format!("{version}_edge.sql"), "SELECT 1;\n");
        case.put_right([version, "mark-applied"], "1 row inserted");
        case.put_right([version, "forget"], "1 row deleted");
        case.migrates();
    }
    case.is_clean();
}

fn ways_that_do_not_fit(case: &Case) {
    case.half_apply_the_last();
    case.is_refused(
        ["20260103000001", "accept"],
        "nothing changed: migration 20260103000001 is half applied",
    );
    case.write(RUNS, &format!("{}-- edited\n", case.read(RUNS)));
    case.is_refused(
        ["20260102000001", "mark-applied"],
        "nothing changed: migration 20260102000001 is applied, with another checksum",
    );
    case.execute("DELETE FROM _sqlx_migrations WHERE version = 20260102000001");
    case.is_refused(
        ["20260102000001", "accept"],
        "nothing changed: migration 20260102000001 is not applied",
    );
    // Whoever made the table without its key.
    case.execute(
        "ALTER TABLE _sqlx_migrations DROP CONSTRAINT _sqlx_migrations_pkey;\n\
         INSERT INTO _sqlx_migrations SELECT * FROM _sqlx_migrations WHERE version = 20260101000001;",
    );
    case.is_refused(
        ["20260101000001", "forget"],
        "nothing changed: migration 20260101000001 has 2 rows",
    );
}

fn a_database_without_the_table(case: &Case) {
    for way in ["mark-applied", "forget", "accept"] {
        let (went_well, told) = case.psql(&case.recover(&["20260102000001", way]));
        let why = "ERROR:  nothing changed: database a_database_without_the_table has no table \
                   _sqlx_migrations";
        assert!(!went_well && told.contains(why), "{told}");
    }
}

/// The newest is taken back, and the one before it; then the table is there no longer.
fn taken_back_by_the_next(case: &Case) {
    case.write(
        "20260104000001_more.sql",
        "CREATE SCHEMA app;\nCREATE TYPE app.mood AS ENUM ('ok');\nCREATE TABLE app.t (id bigint, m app.mood);\n\
         CREATE INDEX t_by_id ON app.t (id);\nCREATE VIEW app.v AS SELECT id FROM app.t;\n\
         CREATE FUNCTION app.f(a int DEFAULT 1) RETURNS int AS $$ SELECT a $$ LANGUAGE sql;\n\
         CREATE SEQUENCE app.s;\nALTER TABLE accounts ADD COLUMN mood app.mood;\n\
         CREATE INDEX accounts_by_name ON accounts (name);\n\
         ALTER TABLE accounts ADD CONSTRAINT long_enough CHECK (length(name) > 0);\n\
         ALTER TABLE accounts ALTER COLUMN created_at DROP NOT NULL;\n\
         ALTER TABLE accounts RENAME COLUMN name TO title;\nALTER TABLE runs RENAME TO jobs;\n\
         ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;\nCREATE POLICY everyone ON jobs USING (true);\n",
    );
    let described = "SELECT table_name, column_name, is_nullable FROM information_schema.columns \
                     WHERE table_schema IN ('public', 'app') AND table_name <> '_sqlx_migrations' \
                     ORDER BY 1, 2; \
                     SELECT conname FROM pg_constraint WHERE conrelid = 'accounts'::regclass ORDER BY 1; \
                     SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1; \
                     SELECT nspname FROM pg_namespace WHERE nspname = 'app'";
    let (ended_well, lines) = case.admin(&["migrate", "--target-version", "20260103000001"]);
    assert!(ended_well, "{lines}");
    let before = case.execute(described);
    case.migrates();
    assert_ne!(case.execute(described), before);
    case.recover(&["20260104000001", "forward-fix", "--write"]);
    case.migrates();
    assert_eq!(case.execute(described), before);
    case.is_clean();
}

fn a_gap_is_refused(case: &Case) {
    case.write(
        "20260104000001_seed.sql",
        "CREATE TABLE seeds (id bigint);\nINSERT INTO accounts (id, name) VALUES (1, '$$; x');\n",
    );
    case.migrates();
    case.recover(&["20260104000001", "forward-fix", "--write"]);
    case.is_stuck("fill gap 1 of this migration");
    // It was taken back as a whole.
    assert_eq!(case.execute("SELECT count(*) FROM seeds"), "0\n");
    let made = fs::read_dir(case.folder.path())
        .expect("a folder")
        .flatten();
    let made = made.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let made = made.into_iter().find(|name| name.contains("_revert_seed"));
    let made = made.expect("it was written");
    let filled: Vec<_> = case.read(&made).lines().map(str::to_owned).collect();
    let filled = filled.iter().map(|line| {
        if line.starts_with("DO $$") {
            "DELETE FROM accounts WHERE id = 1;"
        } else {
            line
        }
    });
    case.write(&made, &filled.collect::<Vec<_>>().join("\n"));
    case.migrates();
    assert_eq!(case.execute("SELECT count(*) FROM accounts"), "0\n");
    case.is_clean();
}
