use super::*;

/// What takes this SQL back, one a line: `gap`, `nothing` and `setting` before what is none.
#[track_caller]
fn undone(sql: &str) -> Vec<String> {
    undo(sql)
        .into_iter()
        .map(|undo| match undo {
            Undo::Piece(piece) => piece.sql,
            Undo::Gap { original, .. } => format!("gap {}", original.trim()),
            Undo::Nothing { original, .. } => format!("nothing {original}"),
            Undo::Setting(sql) => format!("setting {sql}"),
        })
        .collect()
}

#[test]
fn what_was_made_is_taken_away() {
    for (sql, expected) in [
        ("CREATE TABLE a (id bigint);", "DROP TABLE a;"),
        (
            "CREATE UNLOGGED TABLE app . \"A b\" (id bigint);",
            "DROP TABLE app . \"A b\";",
        ),
        ("CREATE TABLE a AS SELECT 1 AS x;", "DROP TABLE a;"),
        ("CREATE INDEX i ON a (b);", "DROP INDEX i;"),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY i ON app.a (b);",
            "DROP INDEX app.i;",
        ),
        ("CREATE VIEW v AS SELECT 1;", "DROP VIEW v;"),
        (
            "CREATE MATERIALIZED VIEW m AS SELECT 1;",
            "DROP MATERIALIZED VIEW m;",
        ),
        ("CREATE SEQUENCE app.s;", "DROP SEQUENCE app.s;"),
        ("CREATE TYPE mood AS ENUM ('sad', 'ok');", "DROP TYPE mood;"),
        ("CREATE DOMAIN d AS text;", "DROP DOMAIN d;"),
        ("CREATE SCHEMA app;", "DROP SCHEMA app;"),
        (
            "CREATE EXTENSION \"uuid-ossp\";",
            "DROP EXTENSION \"uuid-ossp\";",
        ),
        (
            "CREATE FUNCTION app.f(IN a int DEFAULT 1, b text, double precision) RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;",
            "DROP FUNCTION app.f(IN a int, b text, double precision);",
        ),
        (
            "CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$;",
            "DROP PROCEDURE p();",
        ),
        (
            "CREATE TRIGGER t BEFORE UPDATE ON app.a FOR EACH ROW EXECUTE FUNCTION f();",
            "DROP TRIGGER t ON app.a;",
        ),
        ("CREATE POLICY p ON a USING (true);", "DROP POLICY p ON a;"),
        ("CREATE STATISTICS s ON a, b FROM t;", "DROP STATISTICS s;"),
        (
            "ALTER TABLE a ADD COLUMN b int;",
            "ALTER TABLE a DROP COLUMN b;",
        ),
        ("ALTER TABLE a ADD b int;", "ALTER TABLE a DROP COLUMN b;"),
        (
            "ALTER TABLE IF EXISTS ONLY a ADD COLUMN b int;",
            "ALTER TABLE IF EXISTS a DROP COLUMN b;",
        ),
        (
            "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID;",
            "ALTER TABLE a DROP CONSTRAINT c;",
        ),
        (
            "ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES d (id);",
            "ALTER TABLE a DROP CONSTRAINT c;",
        ),
        (
            "ALTER TABLE a ADD CONSTRAINT c UNIQUE (b);",
            "ALTER TABLE a DROP CONSTRAINT c;",
        ),
        (
            "ALTER TABLE a ALTER COLUMN b SET NOT NULL;",
            "ALTER TABLE a ALTER COLUMN b DROP NOT NULL;",
        ),
        (
            "ALTER TABLE a ALTER b DROP NOT NULL;",
            "ALTER TABLE a ALTER COLUMN b SET NOT NULL;",
        ),
        (
            "ALTER TABLE a RENAME COLUMN b TO c;",
            "ALTER TABLE a RENAME COLUMN c TO b;",
        ),
        (
            "ALTER TABLE app.a RENAME TO b;",
            "ALTER TABLE app.b RENAME TO a;",
        ),
        (
            "ALTER TABLE a RENAME CONSTRAINT b TO c;",
            "ALTER TABLE a RENAME CONSTRAINT c TO b;",
        ),
        (
            "ALTER INDEX app.i RENAME TO j;",
            "ALTER INDEX app.j RENAME TO i;",
        ),
        ("ALTER VIEW v RENAME TO w;", "ALTER VIEW w RENAME TO v;"),
        (
            "ALTER TABLE a ENABLE ROW LEVEL SECURITY;",
            "ALTER TABLE a DISABLE ROW LEVEL SECURITY;",
        ),
    ] {
        assert_eq!(undone(sql), [expected], "{sql}");
    }
}

#[test]
fn what_nobody_but_a_person_knows_is_a_gap() {
    for sql in [
        "INSERT INTO a VALUES (1);",
        "UPDATE a SET b = 1;",
        "DELETE FROM a;",
        "TRUNCATE a;",
        "DROP TABLE a;",
        "DROP INDEX i;",
        "ALTER TABLE a DROP COLUMN b;",
        "ALTER TABLE a ALTER COLUMN b TYPE bigint;",
        "ALTER TABLE a ALTER COLUMN b SET DEFAULT 1;",
        "ALTER TABLE a ADD CHECK (b > 0);",
        "ALTER TABLE a ADD CONSTRAINT c PRIMARY KEY USING INDEX i;",
        "ALTER TABLE a ADD COLUMN IF NOT EXISTS b int;",
        "ALTER TYPE mood ADD VALUE 'new';",
        "CREATE TABLE IF NOT EXISTS a (id bigint);",
        "CREATE INDEX IF NOT EXISTS i ON a (b);",
        "CREATE INDEX ON a (b);",
        "CREATE OR REPLACE VIEW v AS SELECT 1;",
        "CREATE EXTENSION IF NOT EXISTS citext;",
        "CREATE ROLE reader;",
        "GRANT SELECT ON a TO reader;",
        "SELECT create_hypertable('a', 'b');",
        "DO $$ BEGIN PERFORM 1; END $$;",
        "CREATE TABEL a (id bigint);",
    ] {
        let found = undone(sql);
        assert!(
            !found.is_empty() && found.iter().all(|line| line.starts_with("gap ")),
            "{sql}: {found:?}"
        );
    }
}

#[test]
fn the_last_is_taken_back_first_and_settings_stay_before_all() {
    let sql = "SET LOCAL search_path TO app;\nCREATE TYPE mood AS ENUM ('ok');\n-- a comment\nALTER TABLE a ADD COLUMN m mood, ADD COLUMN n int;\nINSERT INTO a VALUES (1);\n";
    assert_eq!(
        undone(sql),
        [
            "setting SET LOCAL search_path TO app;",
            "gap INSERT INTO a VALUES (1);",
            "ALTER TABLE a DROP COLUMN n;",
            "ALTER TABLE a DROP COLUMN m;",
            "DROP TYPE mood;",
        ]
    );
}

#[test]
fn what_belongs_to_a_new_table_goes_with_it() {
    let sql = "CREATE TABLE Runs (id bigint);\nCREATE INDEX i ON runs (id);\nINSERT INTO runs VALUES (1);\nUPDATE runs SET id = 2;\nALTER TABLE runs ADD COLUMN b int;\nCOMMENT ON TABLE runs IS 'x';\nINSERT INTO others VALUES (1);\n";
    assert_eq!(
        undone(sql),
        [
            "gap INSERT INTO others VALUES (1);",
            "nothing COMMENT ON TABLE runs IS 'x'",
            "nothing ALTER TABLE runs ADD COLUMN b int",
            "nothing UPDATE runs SET id = 2",
            "nothing INSERT INTO runs VALUES (1)",
            "nothing CREATE INDEX i ON runs (id)",
            "DROP TABLE Runs;",
        ]
    );
}

#[test]
fn a_new_table_with_another_name_is_renamed_back_before_it_goes() {
    let sql = "CREATE TABLE a (id bigint);\nALTER TABLE a RENAME TO b;\nALTER TABLE b ADD COLUMN c int;\n";
    assert_eq!(
        undone(sql),
        [
            "ALTER TABLE b DROP COLUMN c;",
            "ALTER TABLE b RENAME TO a;",
            "DROP TABLE a;",
        ]
    );
}

#[test]
fn nothing_is_left_of_a_temporary_table() {
    assert_eq!(
        undone("CREATE TEMP TABLE t (id int);\nBEGIN;\nCOMMIT;\n"),
        [
            "nothing COMMIT",
            "nothing BEGIN",
            "nothing CREATE TEMP TABLE t (id int)"
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_not_passed_over() {
    let found = undone("CREATE TABLE a (id bigint);\n\\connect other\nCREATE TABLE b (");
    assert!(
        found.iter().any(|line| line.starts_with("gap ")),
        "{found:?}"
    );
}

#[test]
fn settings_that_change_within_the_file_are_gaps() {
    // Turned round, the table of another schema would be dropped.
    for sql in [
        "SET search_path = app;\nCREATE TABLE orders (id bigint);\nSET search_path = public;\n",
        "SET search_path TO app;\nCREATE TABLE orders (id bigint);\nRESET search_path;\n",
        "CREATE TABLE orders (id bigint);\nSET search_path = app;\n",
        "SET LOCAL search_path = app;\nSET SESSION search_path = b;\n",
        "SET  LOCAL search_path = app;\nSET /* ours */ Search_path = b;\n",
        "SET search_path = app;\nSET SCHEMA 'b';\n",
        // What is LOCAL ends with the file's own transaction.
        "BEGIN;\nSET LOCAL search_path = app;\nCREATE TABLE a (id bigint);\nCOMMIT;\nCREATE TABLE orders (id bigint);\n",
    ] {
        let undone = undone(sql);
        assert!(
            undone.iter().any(|it| it.starts_with("gap SET")),
            "{undone:?}"
        );
        assert!(
            !undone.iter().any(|it| it.starts_with("setting")),
            "{undone:?}"
        );
    }
}

#[test]
fn a_setting_ends_with_the_transaction() {
    for (sql, expected) in [
        (
            "SET search_path = app;",
            "setting SET LOCAL search_path = app;",
        ),
        (
            "set lock_timeout to '5s';",
            "setting set LOCAL lock_timeout to '5s';",
        ),
        ("SET LOCAL a.b = 1;", "setting SET LOCAL a.b = 1;"),
        ("SET SESSION a.b = 1;", "setting SET LOCAL a.b = 1;"),
        ("SET  LOCAL a.b = 1;", "setting SET  LOCAL a.b = 1;"),
        (
            "SET /* ours */ SESSION\n    a.b = 1;",
            "setting SET /* ours */ LOCAL\n    a.b = 1;",
        ),
        ("SET TIME ZONE 'UTC';", "setting SET LOCAL TIME ZONE 'UTC';"),
    ] {
        assert_eq!(undone(sql), [expected]);
    }
}

#[test]
fn a_value_of_a_new_type_goes_with_it() {
    assert_eq!(
        undone("CREATE TYPE app.mood AS ENUM ('ok');\nALTER TYPE App.mood ADD VALUE 'new';\n"),
        [
            "nothing ALTER TYPE App.mood ADD VALUE 'new'",
            "DROP TYPE app.mood;",
        ]
    );
}

#[test]
fn a_setting_until_the_end_of_the_files_own_transaction_stays_before_all() {
    let sql = "BEGIN;\nSET LOCAL search_path = app;\nCREATE TABLE a (id bigint);\nCOMMIT;\n";
    assert_eq!(
        undone(sql),
        [
            "setting SET LOCAL search_path = app;",
            "nothing COMMIT",
            "DROP TABLE a;",
            "nothing BEGIN",
        ]
    );
}
