//! The lines that tell about migrations, as sqlx-cli writes them where there is no terminal.

use std::fmt::Write as _;
use std::time::Duration;

use sqlx::migrate::{AppliedMigration, Migration};

use crate::recovery::{Change, Way};

/// What `migrate` did with a migration that was not applied before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It was run, and took so long.
    Applied(Duration),
    /// It would be run, were this no dry run.
    CanApply,
    /// It is newer than the target version.
    Skipped,
}

/// The line that tells what became of a migration.
#[must_use]
pub fn outcome(migration: &Migration, outcome: Outcome) -> String {
    let (word, took) = match outcome {
        Outcome::Applied(took) => ("Applied", took),
        Outcome::CanApply => ("Can apply", Duration::ZERO),
        Outcome::Skipped => ("Skipped", Duration::ZERO),
    };
    format!(
        "{word} {}/{} {} ({took:?})",
        migration.version,
        migration.migration_type.label(),
        migration.description,
    )
}

/// The lines that tell the state of a migration: one, or three where its file was edited after it
/// had been applied.
#[must_use]
pub fn state(migration: &Migration, applied: Option<&AppliedMigration>) -> Vec<String> {
    let line = |state| format!("{}/{state} {}", migration.version, migration.description);
    match applied {
        None => vec![line("pending")],
        Some(applied) if applied.checksum == migration.checksum => vec![line("installed")],
        Some(applied) => vec![
            line("installed (different checksum)"),
            format!(
                "applied migration had checksum {}",
                hexadecimal(&applied.checksum)
            ),
            format!(
                "local migration has checksum {}",
                hexadecimal(&migration.checksum)
            ),
        ],
    }
}

/// The line that tells how a migration's record was put right, or would be.
#[must_use]
pub fn recovery(
    way: Way,
    version: i64,
    description: Option<&str>,
    change: &Change,
    dry_run: bool,
) -> String {
    let (done, can) = match way {
        Way::MarkApplied => ("Marked", "Can mark"),
        Way::Forget => ("Forgot", "Can forget"),
        Way::Accept => ("Accepted", "Can accept"),
    };
    let (inserted, updated, deleted) = if dry_run {
        ("1 row to insert", "1 row to update", "1 row to delete")
    } else {
        ("1 row inserted", "1 row updated", "1 row deleted")
    };
    let (verb, what) = match change {
        Change::None(why) => ("Unchanged", *why),
        Change::Insert(_) => (if dry_run { can } else { done }, inserted),
        Change::Complete(_) | Change::SetChecksum(_) => (if dry_run { can } else { done }, updated),
        Change::Delete => (if dry_run { can } else { done }, deleted),
    };
    let description = description.map_or_else(String::new, |text| format!(" {text}"));
    format!("{verb} {version}/{}{description} ({what})", way.word())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::MigrationType;

    use super::*;

    fn migration() -> Migration {
        let sql = "SELECT 1".into_sql_str();
        let description = "create accounts".into();
        Migration::new(
            20_260_101_000_001,
            description,
            MigrationType::Simple,
            sql,
            false,
        )
    }

    fn applied(checksum: Vec<u8>) -> AppliedMigration {
        AppliedMigration {
            version: migration().version,
            checksum: checksum.into(),
        }
    }

    #[test]
    fn outcomes_read_as_those_of_sqlx_cli() {
        let took = Duration::from_nanos(2_031_889);
        let lines = [Outcome::Applied(took), Outcome::Skipped, Outcome::CanApply]
            .map(|done| outcome(&migration(), done));
        assert_eq!(
            lines,
            [
                "Applied 20260101000001/migrate create accounts (2.031889ms)",
                "Skipped 20260101000001/migrate create accounts (0ns)",
                "Can apply 20260101000001/migrate create accounts (0ns)",
            ]
        );
    }

    #[test]
    fn states_read_as_those_of_sqlx_cli() {
        let same = applied(migration().checksum.to_vec());
        assert_eq!(
            state(&migration(), None),
            ["20260101000001/pending create accounts"]
        );
        assert_eq!(
            state(&migration(), Some(&same)),
            ["20260101000001/installed create accounts"]
        );
    }

    #[test]
    fn an_edited_file_is_told_with_both_checksums() {
        let lines = state(&migration(), Some(&applied(vec![0x00, 0x0a, 0xff])));
        assert_eq!(
            lines[0],
            "20260101000001/installed (different checksum) create accounts"
        );
        assert_eq!(lines[1], "applied migration had checksum 000aff");
        assert_eq!(lines[2].len(), "local migration has checksum ".len() + 96);
    }
}
