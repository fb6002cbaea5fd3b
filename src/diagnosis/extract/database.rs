//! What a database's error names.

use super::scan::{behind, quoted_behind, word, word_behind};

/// The version of a migration.
pub(super) fn migration(text: &str) -> Option<String> {
    let words = [
        "migration ",
        "migration name: ",
        "migration version ",
        "migration `",
        "the `",
        "database version ",
        "VersionMismatch(",
        "Dirty(",
        "VersionMissing(",
        "VersionNotPresent(",
        "ExecuteMigration(",
    ];
    words.iter().find_map(|words| {
        let version = behind(text, words).find_map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            (end > 0).then(|| &rest[..end])
        })?;
        Some(version.to_owned())
    })
}

/// The SQLSTATE.
pub(super) fn sqlstate(text: &str) -> Option<String> {
    let named = [
        "SQLSTATE: ",
        "SQLSTATE ",
        "SQLSTATE[",
        "SQL state: ",
        "SQL state : ",
        "SQL state [",
        "error code: ",
        "code: ",
        "SqlState(E",
        "Exception (0x80004005): ",
        "Exception: ",
    ];
    let is_code = |code: &&str| {
        let mut bytes = code.bytes();
        code.len() == 5 && bytes.all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    };
    let code = named
        .iter()
        .find_map(|words| behind(text, words).filter_map(word).find(is_code))?;
    Some(code.to_owned())
}

/// The database.
pub(super) fn database(text: &str) -> Option<String> {
    quoted_behind(text, "database ")
        .or_else(|| word_behind(text, "database="))
        .map(str::to_owned)
}

/// The user.
pub(super) fn user(text: &str) -> Option<String> {
    quoted_behind(text, "user ")
        .or_else(|| word_behind(text, " user="))
        .or_else(|| quoted_behind(text, "credentials for "))
        .or_else(|| quoted_behind(text, "role "))
        .filter(|user| !user.contains(':'))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_codes_and_names_are_found() {
        let text = "while executing migration 20260102000001: error";
        assert_eq!(migration(text).as_deref(), Some("20260102000001"));
        assert_eq!(migration("Err: VersionMismatch(21)").as_deref(), Some("21"));
        assert_eq!(
            migration("migration: migration 2 was").as_deref(),
            Some("2")
        );
        assert_eq!(migration("the migration failed"), None);
        let text =
            "failed to connect to `host=127.0.0.1 user=app database=main`: FATAL (SQLSTATE 28P01)";
        assert_eq!(sqlstate(text).as_deref(), Some("28P01"));
        assert_eq!(user(text).as_deref(), Some("app"));
        assert_eq!(database(text).as_deref(), Some("main"));
        let text = "no pg_hba.conf entry for host \"10.0.0.1\", user \"app\", database \"main\"";
        assert_eq!(
            (user(text), database(text)),
            (Some("app".into()), Some("main".into()))
        );
        assert_eq!(sqlstate("code: \"ENOENT\""), None);
        for (text, code) in [
            ("SQL State : 28P01 Error Code : 0", "28P01"),
            (
                "Npgsql.PostgresException (0x80004005): 42P01: relation",
                "42P01",
            ),
            ("Database error code: 42P07 Database error:", "42P07"),
            ("{ code: '23505', detail: 1 }", "23505"),
        ] {
            assert_eq!(sqlstate(text).as_deref(), Some(code), "{text}");
        }
        for (text, version) in [
            (
                "The `20240118204936_add` migration started",
                "20240118204936",
            ),
            ("Dirty database version 7. Fix and force version.", "7"),
            ("Migration checksum mismatch for migration version 3", "3"),
        ] {
            assert_eq!(migration(text).as_deref(), Some(version), "{text}");
        }
    }
}
