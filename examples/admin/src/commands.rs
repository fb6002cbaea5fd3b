//! The container's commands.
//!
//! Each of them looks at things in the order in which sqlx-cli does, so that of several faults
//! the same one is told.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::PathBuf;

use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration, Migrator};

use crate::command_line::{self, Command, Connect, Recover};
use crate::database::Database;
use crate::error::Error;
use crate::lines::{self, Outcome};
use crate::record;
use crate::recovery::{self, Way};

/// Where the commands work: taken from the process's environment by the program.
#[derive(Debug)]
pub struct Place {
    /// The folder that holds the migrations.
    pub migrations: PathBuf,
    /// The database, or why it is not known.
    pub database_url: Result<String, Error>,
}

/// Carries out a command and tells about it on `output`, line by line.
pub async fn carry_out(
    command: &Command,
    place: Place,
    output: &mut dyn Write,
) -> Result<(), Error> {
    match command {
        Command::Migrate(wanted) => {
            say(output, "Running database migrations...")?;
            migrate(wanted, place, output).await?;
            say(output, "Migrations completed successfully")
        }
        Command::MigrateInfo(connect) => {
            say(output, "Showing migration status...")?;
            migrate_info(*connect, place, output).await
        }
        Command::MarkApplied(wanted) => recover(Way::MarkApplied, wanted, place, output).await,
        Command::Forget(wanted) => recover(Way::Forget, wanted, place, output).await,
        Command::Accept(wanted) => recover(Way::Accept, wanted, place, output).await,
    }
}

async fn migrate(
    wanted: &command_line::Migrate,
    place: Place,
    output: &mut dyn Write,
) -> Result<(), Error> {
    let url = place.database_url?;
    let migrator = Migrator::new(place.migrations).await?;
    if let Some(target) = wanted.target_version
        && !migrator.version_exists(target)
    {
        return Err(MigrateError::VersionNotPresent(target).into());
    }

    let mut database = Database::connect(&url, wanted.connect.timeout()).await?;
    let connection = database.migrate();
    if !wanted.dry_run {
        // sqlx-cli takes no lock, and two of them at once collide inside a migration. Closing the
        // connection gives the lock back, whatever happens below.
        connection.lock().await?;
    }
    let done = apply_pending(&migrator, wanted, connection, output).await;
    let closed = database.close().await;
    done?;
    Ok(closed?)
}

async fn apply_pending(
    migrator: &Migrator,
    wanted: &command_line::Migrate,
    connection: &mut dyn Migrate,
    output: &mut dyn Write,
) -> Result<(), Error> {
    let table = &migrator.table_name;
    connection.ensure_migrations_table(table).await?;
    if let Some(version) = connection.dirty_version(table).await? {
        return Err(MigrateError::Dirty(version).into());
    }
    let applied = connection.list_applied_migrations(table).await?;
    refuse_missing(migrator, &applied)?;
    refuse_old_target(wanted.target_version, &applied)?;

    let applied = by_version(applied);
    for migration in forward(migrator) {
        if let Some(applied) = applied.get(&migration.version) {
            if applied.checksum != migration.checksum {
                return Err(MigrateError::VersionMismatch(migration.version).into());
            }
            continue;
        }
        let outcome = if wanted
            .target_version
            .is_some_and(|target| migration.version > target)
        {
            Outcome::Skipped
        } else if wanted.dry_run {
            Outcome::CanApply
        } else {
            Outcome::Applied(connection.apply(table, migration).await?)
        };
        say(output, &lines::outcome(migration, outcome))?;
    }
    Ok(())
}

async fn migrate_info(connect: Connect, place: Place, output: &mut dyn Write) -> Result<(), Error> {
    let url = place.database_url?;
    let migrator = Migrator::new(place.migrations).await?;
    let mut database = Database::connect(&url, connect.timeout()).await?;
    let done = list(&migrator, database.migrate(), output).await;
    let closed = database.close().await;
    done?;
    Ok(closed?)
}

async fn list(
    migrator: &Migrator,
    connection: &mut dyn Migrate,
    output: &mut dyn Write,
) -> Result<(), Error> {
    let table = &migrator.table_name;
    connection.ensure_migrations_table(table).await?;
    let applied = by_version(connection.list_applied_migrations(table).await?);
    for migration in forward(migrator) {
        for line in lines::state(migration, applied.get(&migration.version)) {
            say(output, &line)?;
        }
    }
    Ok(())
}

async fn recover(
    way: Way,
    wanted: &Recover,
    place: Place,
    output: &mut dyn Write,
) -> Result<(), Error> {
    let url = place.database_url?;
    let migrator = Migrator::new(place.migrations).await?;
    let migration = forward(&migrator).find(|migration| migration.version == wanted.version);
    let mut database = Database::connect(&url, wanted.connect.timeout()).await?;
    // Closing the connection takes back what was not committed, whatever happens in between.
    let done = put_right(way, wanted, migration, &mut database).await;
    let closed = database.close().await;
    say(output, &done?)?;
    Ok(closed?)
}

async fn put_right(
    way: Way,
    wanted: &Recover,
    migration: Option<&Migration>,
    database: &mut Database,
) -> Result<String, Error> {
    let connection = database.migrate();
    if !wanted.dry_run {
        connection.lock().await?;
    }
    // None is made: a database without it is not the one that was meant.
    if !record::has_table(database).await? {
        return Err(Error::NoTable);
    }
    if !wanted.dry_run {
        record::begin(database).await?;
    }
    let record = record::read(database, wanted.version).await?;
    let change = recovery::change(way, wanted.version, migration, record.as_ref())?;
    if !wanted.dry_run {
        record::write(database, wanted.version, &change).await?;
        record::commit(database).await?;
    }
    let description = migration
        .map(|migration| &*migration.description)
        .or(record.as_ref().map(|record| record.description.as_str()));
    Ok(lines::recovery(
        way,
        wanted.version,
        description,
        &change,
        wanted.dry_run,
    ))
}

fn refuse_missing(migrator: &Migrator, applied: &[AppliedMigration]) -> Result<(), MigrateError> {
    let known: HashSet<_> = migrator.iter().map(|migration| migration.version).collect();
    match applied
        .iter()
        .find(|applied| !known.contains(&applied.version))
    {
        Some(missing) => Err(MigrateError::VersionMissing(missing.version)),
        None => Ok(()),
    }
}

fn refuse_old_target(
    target: Option<i64>,
    applied: &[AppliedMigration],
) -> Result<(), MigrateError> {
    let latest = applied
        .iter()
        .map(|applied| applied.version)
        .max()
        .unwrap_or(0);
    match target {
        Some(target) if target < latest => Err(MigrateError::VersionTooOld(target, latest)),
        _ => Ok(()),
    }
}

fn by_version(applied: Vec<AppliedMigration>) -> HashMap<i64, AppliedMigration> {
    applied
        .into_iter()
        .map(|applied| (applied.version, applied))
        .collect()
}

fn forward(migrator: &Migrator) -> impl Iterator<Item = &Migration> {
    migrator
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
}

/// Writes one line at once: what was done must stand in the log even if the next step never ends.
fn say(output: &mut dyn Write, line: &str) -> Result<(), Error> {
    writeln!(output, "{line}")?;
    Ok(output.flush()?)
}
