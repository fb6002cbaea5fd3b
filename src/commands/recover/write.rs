//! Files that are made, and none that are there already.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::error::Failure;
use crate::migrations::recover::NewFile;

/// Writes these files into a folder. Their paths.
pub(super) fn all(folder: &str, files: &[NewFile]) -> Result<Vec<String>, Failure> {
    files.iter().map(|file| one(folder, file)).collect()
}

fn one(folder: &str, file: &NewFile) -> Result<String, Failure> {
    let path = Path::new(folder).join(&file.name);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut open| open.write_all(file.sql.as_bytes()));
    let shown = path.display();
    match written {
        Ok(()) => Ok(shown.to_string()),
        Err(error) => Err(Failure::tool(format!("{shown} cannot be written: {error}"))
            .hinted("without --write the SQL is printed")),
    }
}
