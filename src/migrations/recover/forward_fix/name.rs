//! The name of the next migration.

use std::path::Path;

use jiff::Timestamp;

use crate::migrations::file::MigrationFile;
use crate::model::migration::Version;

/// Versions from here on are points in time, written as `YYYYMMDDHHMMSS`; smaller ones are numbers
/// that count up.
const FIRST_TIME: Version = 19_000_000_000_000;

/// The name of the migration that takes `file` back, without its suffix: newer than all others.
pub(super) fn next(file: &MigrationFile, folder: &[MigrationFile], now: Timestamp) -> String {
    let newest = folder
        .iter()
        .max_by_key(|it| it.name.version)
        .unwrap_or(file);
    let after = newest.name.version.saturating_add(1);
    let time = now.strftime("%Y%m%d%H%M%S").to_string();
    let version = match time.parse::<Version>() {
        Ok(now) if newest.name.version >= FIRST_TIME => now.max(after),
        _ => after,
    };
    let width = digits(newest);
    let description = file.name.description.replace(' ', "_");
    format!("{version:0width$}_revert_{description}")
}

/// How many digits the version has in the file's name, zeros before it included.
fn digits(file: &MigrationFile) -> usize {
    let name = Path::new(&file.path).file_name();
    let name = name.and_then(|name| name.to_str()).unwrap_or_default();
    name.split_once('_').map_or(0, |(version, _)| version.len())
}
