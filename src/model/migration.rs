//! A database's migrations, and the state that each is in.

use serde::Serialize;

/// What orders migrations: the number that a file's name begins with.
pub type Version = i64;

/// One migration, as the looks at a database told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// Its version.
    pub version: Version,
    /// Its description; `None` where nothing named it.
    pub description: Option<String>,
    /// The state it is in.
    pub state: State,
    /// SHA-384 of the file that was applied, in hexadecimal, where it was told.
    pub applied_checksum: Option<String>,
    /// The same of the file in the image, where it was told.
    pub image_checksum: Option<String>,
    /// Its file on this machine, where the files are at hand.
    pub file: Option<String>,
}

impl Migration {
    /// A migration of which no more is known.
    #[must_use]
    pub fn new(version: Version, state: State) -> Self {
        Self {
            version,
            description: None,
            state,
            applied_checksum: None,
            image_checksum: None,
            file: None,
        }
    }

    /// Its version and its description, as people name it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.description {
            Some(description) => format!("{} {description}", self.version),
            None => self.version.to_string(),
        }
    }
}

/// The states of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Applied, and nothing has changed since.
    Installed,
    /// Not applied yet.
    Pending,
    /// Not applied yet, while a newer one is.
    OutOfOrder,
    /// Applied, and its file in the image has been edited since.
    Modified,
    /// Applied, and the image has no file of it.
    Missing,
    /// Begun and not ended: its row says `success = false`.
    HalfApplied,
}

impl State {
    /// The word for it, everywhere the same.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Pending => "pending",
            Self::OutOfOrder => "out-of-order",
            Self::Modified => "modified",
            Self::Missing => "missing",
            Self::HalfApplied => "half-applied",
        }
    }

    /// Whether `migrate` would apply it.
    #[must_use]
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Pending | Self::OutOfOrder)
    }

    /// Whether `migrate` refuses to do anything while a migration is in this state.
    #[must_use]
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Modified | Self::Missing | Self::HalfApplied)
    }
}
