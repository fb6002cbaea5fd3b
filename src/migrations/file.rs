//! A migration's file: what its name and its first line say, as sqlx reads them
//! (sqlx-core 0.9, `migrate/source.rs`).

use std::path::Path;

use sha2::{Digest as _, Sha384};

use crate::model::migration::Version;

/// The first characters of a file that is applied outside a transaction.
pub const NO_TRANSACTION: &str = "-- no-transaction";

/// A migration's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// Where it was found.
    pub path: String,
    /// What its name says.
    pub name: FileName,
    /// What stands in it.
    pub sql: String,
}

/// What the name of a migration's file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// The number before the first underscore.
    pub version: Version,
    /// What follows it, underscores as spaces, without the extension.
    pub description: String,
    /// Which way it leads.
    pub direction: Direction,
}

/// Which way a file leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// `N_name.sql`: forward, and there is no way back.
    Forward,
    /// `N_name.up.sql`: forward.
    Up,
    /// `N_name.down.sql`: back.
    Down,
}

impl Direction {
    fn suffix(self) -> &'static str {
        match self {
            Self::Forward => ".sql",
            Self::Up => ".up.sql",
            Self::Down => ".down.sql",
        }
    }
}

/// A file whose name looks like a migration's, and has no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not begin with a version, and sqlx refuses the whole folder for it")]
pub struct NoVersion(pub String);

impl FileName {
    /// Reads a file's name. `None`: it is no migration, and sqlx passes over it.
    pub fn parse(name: &str) -> Result<Option<Self>, NoVersion> {
        let Some((version, rest)) = name.split_once('_') else {
            return Ok(None);
        };
        if !rest.ends_with(Direction::Forward.suffix()) {
            return Ok(None);
        }
        let version = version.parse().map_err(|_| NoVersion(name.to_owned()))?;
        let direction = [Direction::Up, Direction::Down]
            .into_iter()
            .find(|direction| rest.ends_with(direction.suffix()))
            .unwrap_or(Direction::Forward);
        Ok(Some(Self {
            version,
            // Every suffix is taken off, however often it stands there: so does sqlx.
            description: rest.trim_end_matches(direction.suffix()).replace('_', " "),
            direction,
        }))
    }
}

impl MigrationFile {
    /// SHA-384 of the file, in hexadecimal: what sqlx compares.
    #[must_use]
    pub fn checksum(&self) -> String {
        hex::encode(Sha384::digest(&self.sql))
    }

    /// The folder it was found in: folders are databases' own.
    #[must_use]
    pub fn folder(&self) -> &Path {
        Path::new(&self.path)
            .parent()
            .unwrap_or_else(|| Path::new(""))
    }

    /// Whether a text with other line ends has this checksum.
    #[must_use]
    pub fn differs_in_line_ends_alone(&self, checksum: &str) -> bool {
        let unix = self.sql.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        let with = |text: &str| hex::encode(Sha384::digest(text)) == checksum;
        self.checksum() != checksum && (with(&unix) || with(&windows))
    }

    /// Whether it is applied outside a transaction.
    #[must_use]
    pub fn is_without_transaction(&self) -> bool {
        self.sql.starts_with(NO_TRANSACTION)
    }

    /// Whether `migrate` would apply it.
    #[must_use]
    pub fn leads_forward(&self) -> bool {
        self.name.direction != Direction::Down
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let name = |version, description: &str, direction| {
            Ok(Some(FileName {
                version,
                description: description.to_owned(),
                direction,
            }))
        };
        for (file, expected) in [
            (
                "20260101000001_create_accounts.sql",
                name(20_260_101_000_001, "create accounts", Direction::Forward),
            ),
            ("1_a_b.up.sql", name(1, "a b", Direction::Up)),
            ("1_a_b.down.sql", name(1, "a b", Direction::Down)),
            ("001_x.sql", name(1, "x", Direction::Forward)),
            ("-5_x.sql", name(-5, "x", Direction::Forward)),
            ("5_.sql", name(5, "", Direction::Forward)),
            ("5_a.sql.sql", name(5, "a", Direction::Forward)),
            ("README.md", Ok(None)),
            ("5.sql", Ok(None)),
            ("notes_of_mine.txt", Ok(None)),
            ("seed_data.sql", Err(NoVersion("seed_data.sql".to_owned()))),
        ] {
            assert_eq!(FileName::parse(file), expected, "{file}");
        }
    }

    #[test]
    fn the_checksum_is_sha_384_of_the_bytes() {
        let file = MigrationFile {
            path: "1_a.sql".into(),
            name: FileName::parse("1_a.sql").ok().flatten().expect("a name"),
            sql: "-- no-transaction\nSELECT 1;\n".into(),
        };
        assert!(file.is_without_transaction());
        assert!(file.leads_forward());
        // printf -- '-- no-transaction\nSELECT 1;\n' | sha384sum
        assert_eq!(
            file.checksum(),
            "580ac9811643326b5aa00c417602cd91f84195bbe445a07a2316026246570bb17a25d4ba6ce651f08f49525c30b64212"
        );
    }
}
