//! The migration files of a folder.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::Failure;
use crate::migrations::file::{FileName, MigrationFile};

/// Every migration file of this folder, by version.
pub(super) fn read(folder: &str) -> Result<Vec<MigrationFile>, Failure> {
    let unreadable = |error: &io::Error| {
        Failure::usage(format!(
            "the migration files in {folder} cannot be read: {error}"
        ))
        .hinted("name their folder with --migrations, or `migrations` in the configuration file")
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(folder)).map_err(|error| unreadable(&error))? {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name =
            FileName::parse(&name).map_err(|error| Failure::usage(format!("{folder}: {error}")))?;
        let Some(name) = name.filter(|_| path.is_file()) else {
            continue;
        };
        files.push(MigrationFile {
            name,
            sql: fs::read_to_string(&path).map_err(|error| unreadable(&error))?,
            path: path.display().to_string(),
        });
    }
    files.sort_by_key(|file| (file.name.version, file.name.direction));
    Ok(files)
}
