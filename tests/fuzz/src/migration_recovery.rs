//! A migration: its file's name on the first line, its text below.

use jiff::Timestamp;
use run_admin_task::migrations::file::{FileName, MigrationFile};
use run_admin_task::migrations::recover::{accept, forward_fix, mark_applied};

use crate::reading::text;

/// Whatever stands in it, what takes it back is a newer migration that begins with a comment and
/// refuses to run as long as it has a gap; and its record is put right by one transaction, out of
/// which no name breaks.
pub(crate) fn check(input: &[u8]) {
    let text = text(input);
    let (name, sql) = text.split_once('\n').unwrap_or(("", &text));
    let name = name.replace('/', "");
    let Ok(Some(name)) = FileName::parse(&name) else {
        return;
    };
    let file = MigrationFile {
        path: "migrations/1_a.sql".to_owned(),
        name,
        sql: sql.to_owned(),
    };
    let fix = forward_fix(&file, std::slice::from_ref(&file), Timestamp::UNIX_EPOCH);
    let made = &fix.files[0];
    assert!(made.sql.starts_with("-- "), "{}", made.sql);
    let refusals = made
        .sql
        .matches("DO $$ BEGIN RAISE EXCEPTION 'fill gap")
        .count();
    assert!(refusals >= fix.gaps, "{}", made.sql);
    if let Ok(Some(newer)) = FileName::parse(&made.name)
        && file.name.version < i64::MAX
    {
        assert!(newer.version > file.name.version, "{}", made.name);
    }
    for sql in [mark_applied(&file), accept(&file)] {
        let (_, block) = sql.split_once("\nDO ").unwrap_or_default();
        let tag = block.lines().next().unwrap_or_default();
        assert!(tag.starts_with("$recover") && tag.ends_with('$'), "{sql}");
        assert_eq!(sql.matches(tag).count(), 2, "{sql}");
        assert!(sql.ends_with(&format!("END\n{tag};\nCOMMIT;\n")), "{sql}");
    }
}
