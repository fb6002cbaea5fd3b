//! What a database's error names.

use super::scan::{quoted_behind, word_behind};

/// The version of a migration.
pub(super) fn migration(text: &str) -> Option<String> {
    let behind = [
        "migration ",
        "VersionMismatch(",
        "Dirty(",
        "VersionMissing(",
        "VersionNotPresent(",
        "ExecuteMigration(",
    ];
    behind.iter().find_map(|words| {
        let version = text.match_indices(words).find_map(|(at, found)| {
            let rest = &text[at + found.len()..];
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
        "code: \"",
        "SqlState(E",
    ];
    let code = named.iter().find_map(|words| word_behind(text, words))?;
    let is_code = code.len() == 5
        && code
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    is_code.then(|| code.to_owned())
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
        .or_else(|| word_behind(text, " user=").or_else(|| quoted_behind(text, "role ")))
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
    }
}
