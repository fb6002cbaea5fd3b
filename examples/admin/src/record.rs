//! The rows of sqlx's table, one at a time: read and changed with the table locked.

use sqlx::migrate::{Migrate as _, Migration};
use sqlx::{query, query_as};

use crate::database::Database;
use crate::error::Error;
use crate::recovery::Change;

/// Where sqlx keeps its records, unless it is told otherwise: this program never does.
pub const TABLE: &str = "_sqlx_migrations";

/// What the table says of a migration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// Its description.
    pub description: String,
    /// Whether it came to its end.
    pub success: bool,
    /// SHA-384 of the file that was applied.
    pub checksum: Vec<u8>,
}

/// The same on either database: both know the placeholders of `PostgreSQL`.
macro_rules! on_either {
    ($database:expr, $connection:ident => $work:expr) => {
        match $database {
            Database::Postgres($connection) => $work,
            Database::Sqlite($connection) => $work,
        }
    };
}

/// Whether there is a table of records.
pub async fn has_table(database: &mut Database) -> Result<bool, sqlx::Error> {
    let (there,): (bool,) = match database {
        Database::Postgres(connection) => {
            let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
            query_as(sql).fetch_one(connection).await?
        }
        Database::Sqlite(connection) => {
            let sql = "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
            query_as(sql).fetch_one(connection).await?
        }
    };
    Ok(there)
}

/// Begins a transaction in which nobody else changes the table.
pub async fn begin(database: &mut Database) -> Result<(), sqlx::Error> {
    match database {
        Database::Postgres(connection) => {
            query("BEGIN").execute(&mut *connection).await?;
            query("LOCK TABLE _sqlx_migrations IN EXCLUSIVE MODE")
                .execute(connection)
                .await?;
        }
        Database::Sqlite(connection) => {
            query("BEGIN IMMEDIATE").execute(connection).await?;
        }
    }
    Ok(())
}

/// Reads a migration's row.
pub async fn read(database: &mut Database, version: i64) -> Result<Option<Record>, sqlx::Error> {
    let sql = "SELECT description, success, checksum FROM _sqlx_migrations WHERE version = $1";
    let row: Option<(String, bool, Vec<u8>)> = on_either!(database, connection => {
        query_as(sql).bind(version).fetch_optional(connection).await?
    });
    Ok(row.map(|(description, success, checksum)| Record {
        description,
        success,
        checksum,
    }))
}

/// Changes a migration's row, and no other.
pub async fn write(
    database: &mut Database,
    version: i64,
    change: &Change<'_>,
) -> Result<(), Error> {
    match change {
        Change::Insert(migration) => on_either!(database, connection => {
            connection.skip(TABLE, migration).await?;
        }),
        Change::Complete(migration) => complete(database, migration).await?,
        Change::SetChecksum(migration) => {
            let sql = "UPDATE _sqlx_migrations SET checksum = $1 WHERE version = $2";
            on_either!(database, connection => {
                query(sql)
                    .bind(&*migration.checksum)
                    .bind(version)
                    .execute(connection)
                    .await?;
            });
        }
        Change::Delete => on_either!(database, connection => {
            query("DELETE FROM _sqlx_migrations WHERE version = $1")
                .bind(version)
                .execute(connection)
                .await?;
        }),
        Change::None(_) => {}
    }
    Ok(())
}

/// The row becomes what sqlx itself writes for a migration that it is told to skip: -1 says that
/// nobody measured how long it took.
async fn complete(database: &mut Database, migration: &Migration) -> Result<(), sqlx::Error> {
    let sql = "UPDATE _sqlx_migrations \
               SET description = $1, installed_on = CURRENT_TIMESTAMP, success = TRUE, \
               checksum = $2, execution_time = -1 WHERE version = $3";
    on_either!(database, connection => {
        query(sql)
            .bind(&*migration.description)
            .bind(&*migration.checksum)
            .bind(migration.version)
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// Makes the change last.
pub async fn commit(database: &mut Database) -> Result<(), sqlx::Error> {
    on_either!(database, connection => { query("COMMIT").execute(connection).await?; });
    Ok(())
}
