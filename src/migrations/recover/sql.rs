//! The SQL that puts a migration's record right in `PostgreSQL`, from any client: a transaction in
//! which the table is locked, and that changes one row or none and says which. The same twice
//! changes nothing the second time.

use super::quote::{in_comment, literal, tag};
use crate::migrations::file::MigrationFile;
use crate::model::migration::Version;

/// Records a migration as applied.
#[must_use]
pub fn mark_applied(file: &MigrationFile) -> String {
    let version = file.name.version;
    let description = literal(&file.name.description);
    let checksum = checksum(file);
    let changed = changed(version);
    // sqlx itself writes -1 for a migration that it records without running it.
    let work = format!(
        "    SELECT success, checksum INTO succeeded, recorded
        FROM _sqlx_migrations WHERE version = {version};
    IF NOT FOUND THEN
        INSERT INTO _sqlx_migrations
            (version, description, installed_on, success, checksum, execution_time)
            VALUES ({version}, {description}, now(), true, {checksum}, -1);
        RAISE NOTICE '1 row inserted: migration {version} is recorded as applied';
    ELSIF NOT succeeded THEN
        UPDATE _sqlx_migrations
            SET description = {description}, installed_on = now(), success = true,
                checksum = {checksum}, execution_time = -1
            WHERE version = {version};
{changed}
        RAISE NOTICE '1 row updated: migration {version} was half applied, and is recorded as applied';
    ELSIF recorded = {checksum} THEN
        RAISE NOTICE 'nothing changed: migration {version} is recorded as applied already';
    ELSE
        RAISE EXCEPTION 'nothing changed: migration {version} is applied, with another checksum'
            USING HINT = 'run-admin-task recover {version} accept takes its file as it is now';
    END IF;
"
    );
    let what = format!("Records {} as applied, without running it.", name(file));
    transaction(&what, &work)
}

/// Deletes a migration's record.
#[must_use]
pub fn forget(version: Version) -> String {
    let changed = changed(version);
    let work = format!(
        "    SELECT success, checksum INTO succeeded, recorded
        FROM _sqlx_migrations WHERE version = {version};
    IF NOT FOUND THEN
        RAISE NOTICE 'nothing changed: migration {version} has no row';
    ELSE
        DELETE FROM _sqlx_migrations WHERE version = {version};
{changed}
        RAISE NOTICE '1 row deleted: migration {version} counts as pending, where the image has its file';
    END IF;
"
    );
    let what = format!("Deletes the record of migration {version}, and undoes nothing else.");
    transaction(&what, &work)
}

/// Takes a migration's file as it is now for the one that was applied.
#[must_use]
pub fn accept(file: &MigrationFile) -> String {
    let version = file.name.version;
    let checksum = checksum(file);
    let changed = changed(version);
    let work = format!(
        "    SELECT success, checksum INTO succeeded, recorded
        FROM _sqlx_migrations WHERE version = {version};
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing changed: migration {version} is not applied'
            USING HINT = 'migrate applies it; run-admin-task recover {version} mark-applied records changes made by hand';
    ELSIF NOT succeeded THEN
        RAISE EXCEPTION 'nothing changed: migration {version} is half applied'
            USING HINT = 'run-admin-task recover {version} shows what fits';
    ELSIF recorded = {checksum} THEN
        RAISE NOTICE 'nothing changed: migration {version} has this checksum already';
    ELSE
        UPDATE _sqlx_migrations SET checksum = {checksum}
            WHERE version = {version};
{changed}
        RAISE NOTICE '1 row updated: migration {version} has the checksum of its file';
    END IF;
"
    );
    let what = format!(
        "Takes the file of {} for the one that was applied.",
        name(file)
    );
    transaction(&what, &work)
}

fn name(file: &MigrationFile) -> String {
    let description = in_comment(&file.name.description);
    format!("migration {} ({description})", file.name.version)
}

/// `decode`, as `'\x…'` depends on a setting of the session.
fn checksum(file: &MigrationFile) -> String {
    format!("decode('{}', 'hex')", file.checksum())
}

/// The version is the table's key; whoever made the table otherwise is told.
fn changed(version: Version) -> String {
    format!(
        "        GET DIAGNOSTICS rows = ROW_COUNT;
        IF rows <> 1 THEN
            RAISE EXCEPTION 'nothing changed: migration {version} has % rows', rows;
        END IF;"
    )
}

fn transaction(what: &str, work: &str) -> String {
    let tag = tag(work);
    format!(
        "-- {what}
-- One row of _sqlx_migrations is changed, or none: the notice says which.
BEGIN;
-- Whoever writes to the table is not waited for endlessly: after a lock timeout a migrate
-- probably runs: wait for its end. A migration that runs without a transaction does not hold the
-- table: start this only where no migrate runs.
SET LOCAL lock_timeout = '10s';
SET LOCAL client_min_messages = notice;
DO {tag}
DECLARE
    succeeded boolean;
    recorded bytea;
    rows bigint;
BEGIN
    IF to_regclass('_sqlx_migrations') IS NULL THEN
        RAISE EXCEPTION 'nothing changed: database % has no table _sqlx_migrations', current_database()
            USING HINT = 'Is this the right database, and the right search_path?';
    END IF;
    LOCK TABLE _sqlx_migrations IN EXCLUSIVE MODE;
{work}END
{tag};
COMMIT;
"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use squawk_syntax::SourceFile;

    use super::*;
    use crate::migrations::file::FileName;

    fn file(name: &str) -> MigrationFile {
        MigrationFile {
            path: name.to_owned(),
            name: FileName::parse(name).ok().flatten().expect("a name"),
            sql: "SELECT 1;\n".to_owned(),
        }
    }

    fn statements(sql: &str) -> usize {
        let parsed = SourceFile::parse(sql);
        assert_eq!(parsed.errors(), [], "{sql}");
        parsed.tree().stmts().count()
    }

    #[test]
    fn every_column_is_written() {
        let sql = mark_applied(&file("7_add_it's_end.sql"));
        // printf 'SELECT 1;\n' | sha384sum
        let checksum = "24454095d8d7876ca8e842f34296ca645c83e0f7b50f048c99db4b2ff4da659267afc4ef3e994f3d74e18c741165d931";
        let values =
            format!("VALUES (7, 'add it''s end', now(), true, decode('{checksum}', 'hex'), -1);");
        assert!(sql.contains(&values), "{sql}");
    }

    #[test]
    fn an_error_about_the_lock_says_what_is_probably_so() {
        let sql = forget(7);
        let comment = "after a lock timeout a migrate\n-- probably runs: wait for its end.";
        assert!(sql.contains(comment), "{sql}");
    }

    #[test]
    fn each_is_one_transaction() {
        let hostile = "-7_'; DROP TABLE a; $recover$ \n; \\' % .sql";
        for name in ["20260101000001_create_accounts.sql", hostile] {
            let file = file(name);
            for sql in [
                mark_applied(&file),
                forget(file.name.version),
                accept(&file),
            ] {
                // BEGIN, two times SET, DO, COMMIT.
                assert_eq!(statements(&sql), 5, "{sql}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_name_breaks_out(version: i64, name in any::<String>()) {
            let name = format!("{version}_{}.sql", name.replace(['/', '\0'], ""));
            let file = file(&name);
            prop_assert_eq!(statements(&mark_applied(&file)), 5);
            prop_assert_eq!(statements(&accept(&file)), 5);
        }
    }
}
