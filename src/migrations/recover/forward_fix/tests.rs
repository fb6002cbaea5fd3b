use proptest::prelude::*;
use squawk_syntax::SourceFile;

use super::*;
use crate::model::migration::Version;

const NOW: &str = "2026-08-01T12:30:45Z";

fn file(name: &str, sql: &str) -> MigrationFile {
    MigrationFile {
        path: format!("migrations/{name}"),
        name: FileName::parse(name).ok().flatten().expect("a name"),
        sql: sql.to_owned(),
    }
}

fn fix(files: &[MigrationFile]) -> Fix {
    forward_fix(&files[0], files, NOW.parse().expect("a time"))
}

#[test]
fn a_migration_is_taken_back_by_the_next() {
    let created = "CREATE TABLE runs (\n    id bigint\n);\n\nCREATE INDEX runs_by_id ON runs (id);\n\nALTER TABLE accounts ADD COLUMN last_run bigint;\nUPDATE accounts SET last_run = 0;\n";
    let fixed = fix(&[file("20260102000001_create_runs.sql", created)]);
    assert_eq!(fixed.gaps, 1);
    let [only] = fixed.files.as_slice() else {
        panic!("one file: {fixed:?}")
    };
    assert_eq!(only.name, "20260801123045_revert_create_runs.sql");
    assert_eq!(
        only.sql,
        "-- Takes back migration 20260102000001 (create runs).
-- Made from the text of the migration: read it, and review it, before it is applied.

-- TODO, gap 1: what the rows were before stands in a backup, or nowhere.
-- To be taken back:
--   UPDATE accounts SET last_run = 0;
DO $$ BEGIN RAISE EXCEPTION 'fill gap 1 of this migration, then delete this line'; END $$;

-- Mind: loses what is in the column.
-- squawk-ignore ban-drop-column -- it takes a migration back
ALTER TABLE accounts DROP COLUMN last_run;

-- CREATE INDEX runs_by_id ON runs (id): it goes with table runs.

-- Mind: loses every row of the table.
-- squawk-ignore ban-drop-table -- it takes a migration back
DROP TABLE runs;
"
    );
}

#[test]
fn an_index_made_without_a_lock_goes_without_one() {
    let sql = "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON app.a (b);\n";
    let fixed = fix(&[file("7_add_index.sql", sql)]);
    assert_eq!(
        fixed.files[0].sql,
        "-- no-transaction\n-- Takes back migration 7 (add index).\n\nDROP INDEX CONCURRENTLY IF EXISTS app.i;\n"
    );
    // With something else in the file it cannot.
    let two = format!("{sql}ALTER TABLE b ADD COLUMN c int;\n");
    let fixed = fix(&[file("7_add_index.sql", &two)]);
    let text = &fixed.files[0].sql;
    assert!(!text.starts_with("-- no-transaction"), "{text}");
    assert!(text.contains("\nDROP INDEX app.i;\n"), "{text}");
}

#[test]
fn the_authors_own_way_back_counts() {
    let up = file("7_a.up.sql", "CREATE TABLE a (id bigint);\n");
    let down = file(
        "7_a.down.sql",
        "-- no-transaction\r\nDROP TABLE a CASCADE;\n",
    );
    let fixed = fix(&[up.clone(), down]);
    assert_eq!(
        fixed,
        Fix {
            files: vec![
                NewFile {
                    name: "8_revert_a.up.sql".into(),
                    sql: "-- no-transaction\n-- Takes back migration 7 (a).\n-- As its .down.sql has it.\n-- squawk-ignore-file ban-drop-table -- it takes a migration back\n\nDROP TABLE a CASCADE;\n".into(),
                },
                NewFile {
                    name: "8_revert_a.down.sql".into(),
                    sql: up.sql,
                },
            ],
            gaps: 0,
        }
    );
}

#[test]
fn names_are_newer_than_all_others() {
    for (own, newest, expected) in [
        ("0004_add_b.sql", "0009_c.sql", "0010_revert_add_b.sql"),
        ("1_a.sql", "1_a.sql", "2_revert_a.sql"),
        (
            "20260101000001_a.sql",
            "20260102000001_b.sql",
            "20260801123045_revert_a.sql",
        ),
        // Somebody's clock was ahead.
        (
            "20260101000001_a.sql",
            "20990101000000_b.sql",
            "20990101000001_revert_a.sql",
        ),
        // Numbers that count up came first.
        (
            "0001_a.sql",
            "20260102000001_b.sql",
            "20260801123045_revert_a.sql",
        ),
        ("-5_a.sql", "-5_a.sql", "-4_revert_a.sql"),
    ] {
        let fixed = fix(&[file(own, ""), file(newest, "")]);
        assert_eq!(fixed.files[0].name, expected);
    }
    let last = format!("{}_a.sql", Version::MAX);
    let _ = fix(&[file(&last, "")]);
}

#[test]
fn a_review_finds_nothing_in_it_that_is_not_meant() {
    for sql in [
        "CREATE TABLE a (id bigint);",
        "CREATE INDEX i ON a (b);",
        "CREATE VIEW v AS SELECT 1;",
        "CREATE MATERIALIZED VIEW m AS SELECT 1;",
        "CREATE SEQUENCE s;",
        "CREATE TYPE mood AS ENUM ('ok');",
        "CREATE DOMAIN d AS text;",
        "CREATE SCHEMA app;",
        "CREATE EXTENSION citext;",
        "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;",
        "CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$;",
        "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();",
        "CREATE STATISTICS s ON a, b FROM t;",
        "ALTER TABLE a ADD COLUMN b int;",
        "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID;",
        "ALTER TABLE a ALTER COLUMN b SET NOT NULL;",
        "ALTER TABLE a ALTER COLUMN b DROP NOT NULL;",
        "ALTER TABLE a RENAME COLUMN b TO c;",
        "ALTER TABLE a RENAME TO b;",
        "ALTER TABLE a RENAME CONSTRAINT b TO c;",
        "ALTER INDEX i RENAME TO j;",
        "ALTER VIEW v RENAME TO w;",
        "ALTER TABLE a ENABLE ROW LEVEL SECURITY;",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (b);",
        "UPDATE a SET b = 1;",
    ] {
        let made = fix(&[file("7_a.sql", sql)]).files.remove(0);
        let found = review(&[file(&made.name, &made.sql)], &Asked::default()).findings;
        // A gap is a DO block, and is filled before the file is applied.
        let found = found.iter().filter(|it| it.rule != "not-read");
        let found: Vec<_> = found.map(|it| (&it.rule, &it.message)).collect();
        assert!(found.is_empty(), "{found:?}\n{}", made.sql);
    }
}

#[test]
fn a_gap_keeps_the_migration_from_running() {
    let hostile = "INSERT INTO a VALUES ('$$; END $$;\rDROP TABLE a; --');\n";
    let made = fix(&[file("7_a.sql", hostile)]).files.remove(0).sql;
    let parsed = SourceFile::parse(&made);
    assert_eq!(parsed.errors(), []);
    assert_eq!(parsed.tree().stmts().count(), 1, "{made}");
    for line in made.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        assert!(
            line.starts_with("-- ") || line.starts_with("DO $$ BEGIN RAISE EXCEPTION"),
            "{line}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_gives_a_file(sql in any::<String>()) {
        fix(&[file("7_a.sql", &sql)]);
    }

    #[test]
    fn any_words_of_sql_give_a_file(
        words in prop::collection::vec(
            prop::sample::select(&[
                "CREATE", "TABLE", "INDEX", "CONCURRENTLY", "ALTER", "ADD", "COLUMN", "a", "app.a",
                "\"A b\"", "(", ")", ";", "int", "RENAME", "TO", "DROP", "CONSTRAINT", "CHECK",
                "SET", "NOT", "NULL", "IF", "EXISTS", "ON", "FUNCTION", "$$", "AS", "'x'", "--c\n",
                "\r", "/*", "*/", "INSERT", "INTO", "SELECT", "1", ",", "TEMP", "UPDATE", "=",
            ][..]),
            0..24,
        ),
    ) {
        let fixed = fix(&[file("7_a.sql", &words.join(" "))]);
        prop_assert!(fixed.files[0].sql.starts_with("--"));
    }
}

#[test]
fn a_way_back_that_says_nothing_is_none() {
    for down in ["", "-- nothing to do\n", ";\n"] {
        let up = file("5_a.up.sql", "UPDATE a SET b = 1;\n");
        let fixed = fix(&[up, file("5_a.down.sql", down)]);
        assert_eq!(fixed.gaps, 1, "{down:?}");
    }
}

#[test]
fn what_stands_behind_the_mark_stays_there() {
    let up = file("5_a.up.sql", "CREATE INDEX CONCURRENTLY i ON a (b);\n");
    let down = "-- no-transaction: an index\nDROP INDEX CONCURRENTLY i;\n";
    let fixed = fix(&[up, file("5_a.down.sql", down)]);
    let sql = &fixed.files[0].sql;
    assert!(
        sql.starts_with("-- no-transaction: an index\n-- Takes back"),
        "{sql}"
    );
    assert!(sql.ends_with("\nDROP INDEX CONCURRENTLY i;\n"), "{sql}");
}

#[test]
fn a_review_takes_the_authors_own_way_back_as_it_is_meant() {
    let up = file("5_a.up.sql", "CREATE TABLE a (id bigint);\n");
    for down in [
        "DROP TABLE a;\n",
        "ALTER TABLE b DROP COLUMN c;\nDROP INDEX i;\nALTER TABLE b RENAME TO a;\n",
        "-- no-transaction: an index\nDROP INDEX IF EXISTS i;\n",
        "DELETE FROM b;\nALTER TABLE b ADD COLUMN c bigint NOT NULL;\n",
    ] {
        let fixed = fix(&[up.clone(), file("5_a.down.sql", down)]);
        let [forward, back] = fixed.files.as_slice() else {
            panic!("two files: {fixed:?}")
        };
        let files = [
            file(&forward.name, &forward.sql),
            file(&back.name, &back.sql),
        ];
        let found = review(&files, &Asked::default()).findings;
        let found: Vec<_> = found.iter().map(|it| (&it.rule, &it.message)).collect();
        assert!(found.is_empty(), "{found:?}\n{}", forward.sql);
        assert_eq!(
            forward
                .sql
                .matches("-- it takes a migration back\n")
                .count(),
            1,
            "{}",
            forward.sql
        );
    }
}

#[test]
fn what_fails_in_the_authors_own_way_back_is_told_by_a_review() {
    for down in ["DROP INDEX CONCURRENTLY i;\n", "DROP TABEL a;\n"] {
        let up = file("5_a.up.sql", "CREATE INDEX i ON a (b);\n");
        let fixed = fix(&[up, file("5_a.down.sql", down)]);
        let made = file(&fixed.files[0].name, &fixed.files[0].sql);
        let found = review(&[made], &Asked::default()).findings;
        assert!(!found.is_empty(), "{}", fixed.files[0].sql);
    }
}

#[test]
fn a_gap_that_ends_with_a_statement_ends_with_it() {
    let fixed = fix(&[file(
        "5_a.sql",
        "CREATE TABLE IF NOT EXISTS a (id bigint);\n",
    )]);
    let sql = &fixed.files[0].sql;
    assert!(
        sql.contains("have been there before. If not: DROP TABLE a;\n"),
        "{sql}"
    );
}
