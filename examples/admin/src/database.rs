//! A connection to `PostgreSQL` or `SQLite`, whichever the URL names.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrate;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tokio::time::{Instant, sleep};

/// How long to wait before a refused connection is tried for the second time; later pauses grow.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// `SQLITE_BUSY`: another process makes the database, or changes how it is written.
const BUSY: &str = "5";

/// An open connection.
#[derive(Debug)]
pub enum Database {
    #[expect(missing_docs, reason = "the names say it")]
    Postgres(PgConnection),
    #[expect(missing_docs, reason = "the names say it")]
    Sqlite(SqliteConnection),
}

impl Database {
    /// Opens the database that `url` names. A server that refuses the connection may be about to
    /// start, and a file that is locked is about to be made: it is tried again until `patience` is used up.
    pub async fn connect(url: &str, patience: Duration) -> Result<Self, sqlx::Error> {
        let deadline = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            match Self::try_connect(url).await {
                Err(error) if may_pass(&error) && Instant::now() + pause < deadline => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                done => return done,
            }
        }
    }

    async fn try_connect(url: &str) -> Result<Self, sqlx::Error> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url)?
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal);
                Ok(Self::Sqlite(
                    SqliteConnection::connect_with(&options).await?,
                ))
            }
            // Text that is no URL at all goes here too: sqlx says so in its own words.
            Some("postgres" | "postgresql") | None => {
                let options = PgConnectOptions::from_str(url)?;
                Ok(Self::Postgres(PgConnection::connect_with(&options).await?))
            }
            Some(scheme) => Err(sqlx::Error::Configuration(
                format!("no driver found for URL scheme {scheme:?}").into(),
            )),
        }
    }

    /// The connection as sqlx's migrations want it.
    pub fn migrate(&mut self) -> &mut dyn Migrate {
        match self {
            Self::Postgres(connection) => connection,
            Self::Sqlite(connection) => connection,
        }
    }

    /// Ends the connection in good order: the server need not find out by itself, and `SQLite`
    /// writes everything into the one file that people copy.
    pub async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(connection) => connection.close().await,
            Self::Sqlite(connection) => connection.close().await,
        }
    }
}

fn may_pass(error: &sqlx::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    match error {
        sqlx::Error::Io(error) => {
            matches!(
                error.kind(),
                ConnectionAborted | ConnectionRefused | ConnectionReset
            )
        }
        sqlx::Error::Database(error) => error.code().as_deref() == Some(BUSY),
        _ => false,
    }
}
