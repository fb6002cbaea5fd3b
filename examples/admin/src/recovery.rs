//! How the record of one migration is put right: what fits which state. No I/O here.

use sqlx::migrate::{MigrateError, Migration};

use crate::error::Error;
use crate::record::Record;

/// The ways of putting a record right.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// The migration's changes are made by hand: it counts as applied.
    MarkApplied,
    /// The migration's changes are taken back by hand: it counts as pending.
    Forget,
    /// The migration's file as it is now counts as the one that was applied.
    Accept,
}

impl Way {
    /// The command's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::MarkApplied => "mark-applied",
            Self::Forget => "forget",
            Self::Accept => "accept",
        }
    }
}

/// What is to be done to the record: one row, or none.
#[derive(Debug, PartialEq)]
pub enum Change<'m> {
    /// A row for this migration is to be made.
    Insert(&'m Migration),
    /// The row of this half-applied migration is to be completed.
    Complete(&'m Migration),
    /// The row is to have the checksum of this migration's file.
    SetChecksum(&'m Migration),
    /// The row is to be deleted.
    Delete,
    /// All is as it shall be, for this reason.
    None(&'static str),
}

/// Why a way does not fit the state of a migration.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DoesNotFit {
    /// It is applied, and its file is not the one that was.
    #[error(
        "migration {0} is applied, with another checksum; `accept {0}` takes its file as it is now"
    )]
    AppliedOtherwise(i64),

    /// It has no row.
    #[error(
        "migration {0} is not applied; `migrate` applies it, and `mark-applied {0}` records changes \
         made by hand"
    )]
    NotApplied(i64),

    /// Its row says that it did not come to its end.
    #[error(
        "migration {0} is partially applied; once its changes are all made by hand \
         `mark-applied {0}`, once they are all taken back `forget {0}`"
    )]
    HalfApplied(i64),
}

/// What this way does to the record of a migration, which may have no file here, and no row.
pub fn change<'m>(
    way: Way,
    version: i64,
    migration: Option<&'m Migration>,
    record: Option<&Record>,
) -> Result<Change<'m>, Error> {
    let file = || migration.ok_or(MigrateError::VersionNotPresent(version));
    Ok(match (way, record) {
        (Way::Forget, None) => Change::None("it has no row"),
        (Way::Forget, Some(_)) => Change::Delete,
        (Way::MarkApplied, None) => Change::Insert(file()?),
        (Way::MarkApplied, Some(row)) if !row.success => Change::Complete(file()?),
        (Way::MarkApplied, Some(row)) if row.checksum == *file()?.checksum => {
            Change::None("it is applied already")
        }
        (Way::MarkApplied, Some(_)) => return Err(DoesNotFit::AppliedOtherwise(version).into()),
        (Way::Accept, Some(row)) if row.success && row.checksum == *file()?.checksum => {
            Change::None("it has this checksum already")
        }
        (Way::Accept, Some(row)) if row.success => Change::SetChecksum(file()?),
        (Way::Accept, Some(_)) => return Err(DoesNotFit::HalfApplied(version).into()),
        (Way::Accept, None) => return Err(DoesNotFit::NotApplied(version).into()),
    })
}

#[cfg(test)]
mod tests {
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::MigrationType;

    use super::*;

    #[test]
    fn each_way_in_each_state() {
        let sql = "SELECT 1".into_sql_str();
        let file = Migration::new(7, "seven".into(), MigrationType::Simple, sql, false);
        let row = |success, checksum: &[u8]| {
            Some(Record {
                description: "seven".into(),
                success,
                checksum: checksum.to_vec(),
            })
        };
        let same = &*file.checksum;
        let other = &[0][..];
        let absent = "migration 7 is not present in the migration source";
        let otherwise = "migration 7 is applied, with another checksum; `accept 7` takes its file \
                         as it is now";
        let not_applied = "migration 7 is not applied; `migrate` applies it, and `mark-applied 7` \
                           records changes made by hand";
        let half = "migration 7 is partially applied; once its changes are all made by hand \
                    `mark-applied 7`, once they are all taken back `forget 7`";
        let already = Change::None("it is applied already");
        for (way, has_file, record, expected) in [
            (Way::MarkApplied, true, None, Ok(Change::Insert(&file))),
            (Way::MarkApplied, false, None, Err(absent)),
            (
                Way::MarkApplied,
                true,
                row(false, other),
                Ok(Change::Complete(&file)),
            ),
            (Way::MarkApplied, false, row(false, other), Err(absent)),
            (Way::MarkApplied, true, row(true, same), Ok(already)),
            (Way::MarkApplied, true, row(true, other), Err(otherwise)),
            (Way::MarkApplied, false, row(true, same), Err(absent)),
            (Way::Forget, false, None, Ok(Change::None("it has no row"))),
            (Way::Forget, true, row(true, same), Ok(Change::Delete)),
            (Way::Forget, false, row(false, other), Ok(Change::Delete)),
            (
                Way::Accept,
                true,
                row(true, other),
                Ok(Change::SetChecksum(&file)),
            ),
            (
                Way::Accept,
                true,
                row(true, same),
                Ok(Change::None("it has this checksum already")),
            ),
            (Way::Accept, false, row(true, other), Err(absent)),
            (Way::Accept, true, row(false, same), Err(half)),
            (Way::Accept, true, None, Err(not_applied)),
        ] {
            let migration = has_file.then_some(&file);
            let found =
                change(way, 7, migration, record.as_ref()).map_err(|error| error.to_string());
            let expected = expected.map_err(str::to_owned);
            assert_eq!(found, expected, "{way:?} {has_file} {record:?}");
        }
    }
}
