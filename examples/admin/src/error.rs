//! What can go wrong, in the words of sqlx-cli wherever it has words for it.

use std::io;

use sqlx::migrate::MigrateError;

use crate::recovery::DoesNotFit;

/// Why the program ends with exit status 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line is not understood.
    #[error("{0}")]
    Usage(String),

    /// The environment names no database. The flag in the text is sqlx-cli's, and not ours: those
    /// who search for this line know it so.
    #[error("`--database-url` or `DATABASE_URL` must be set")]
    NoDatabase,

    /// The name of the database is no text.
    #[error("`DATABASE_URL` is not valid UTF-8")]
    DatabaseNotText,

    /// The database could not be opened.
    #[error(transparent)]
    Connect(#[from] sqlx::Error),

    /// The migrations could not be read, are at odds with the database, or failed.
    #[error(transparent)]
    Migrate(#[from] MigrateError),

    /// A migration is not in the state that a command puts right.
    #[error(transparent)]
    DoesNotFit(#[from] DoesNotFit),

    /// No migration was ever applied to the database.
    #[error("nothing changed: the database has no table _sqlx_migrations; is it the right one?")]
    NoTable,

    /// The output could not be written.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// The one line that tells the error. A server's own message may hold line ends; a log that
    /// is read line by line would tear them apart.
    #[must_use]
    pub fn line(&self) -> String {
        let text = self.to_string();
        let parts: Vec<_> = text.lines().map(str::trim).collect();
        format!("error: {}", parts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn an_error_is_one_line() {
        let error = Error::Usage("first\n  second\r\nthird".into());
        assert_eq!(error.line(), "error: first second third");
    }
}
