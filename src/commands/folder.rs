//! Finding and reading migration files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::gather::variable;
use crate::error::Failure;
use crate::migrations::file::{FileName, MigrationFile};

/// The migrations of this folder, by version.
pub(super) fn read(folder: &str) -> Result<Vec<MigrationFile>, Failure> {
    let mut files = read_all(&[folder.into()]).map_err(|failure| {
        failure.hinted(
            "name their folder with --migrations, or `migrations` in the configuration file",
        )
    })?;
    files.sort_by_key(|file| (file.name.version, file.name.direction));
    Ok(files)
}

/// Reads files, and of folders those that sqlx would take.
pub(super) fn read_all(paths: &[PathBuf]) -> Result<Vec<MigrationFile>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let about = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if about.is_dir() {
            files.extend(of_folder(path)?);
        } else {
            files.push(of_file(path)?);
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    Ok(files)
}

/// The migrations of a folder: those that stand in it, and not in folders of its own.
fn of_folder(folder: &Path) -> Result<Vec<MigrationFile>, Failure> {
    let listed = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files = Vec::new();
    for entry in listed {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        // Links count as what they point to.
        if path.is_file()
            && let Some(name) = name(&path)?
        {
            files.push(content(&path, name)?);
        }
    }
    if files.is_empty() {
        return Err(
            Failure::usage(format!("{} holds no migration", folder.display())).hinted(
                "sqlx takes files named VERSION_NAME.sql, such as 20260201000000_add_runs.sql",
            ),
        );
    }
    Ok(files)
}

fn of_file(path: &Path) -> Result<MigrationFile, Failure> {
    let name = name(path)?.ok_or_else(|| {
        Failure::usage(format!("{} is no migration", path.display()))
            .hinted("sqlx takes files named VERSION_NAME.sql, such as 20260201000000_add_runs.sql")
    })?;
    content(path, name)
}

fn name(path: &Path) -> Result<Option<FileName>, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    FileName::parse(&name).map_err(|error| {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        Failure::usage(format!("{}: {error}", folder.display()))
            .hinted("give it a version, or move it out of the folder")
    })
}

fn content(path: &Path, name: FileName) -> Result<MigrationFile, Failure> {
    Ok(MigrationFile {
        path: shown_path(path),
        name,
        sql: fs::read_to_string(path).map_err(|error| unreadable(path, &error))?,
    })
}

/// A path as findings have it: relative where it is below the folder that whoever reads them
/// begins at.
pub(super) fn shown_path(path: &Path) -> String {
    let below = || {
        let absolute = std::path::absolute(path).ok()?;
        Some(absolute.strip_prefix(root()?).ok()?.to_path_buf())
    };
    let path = below().unwrap_or_else(|| path.to_path_buf());
    path.display().to_string()
}

/// Where paths begin: at the current folder, but the pages of a GitHub job know the repository's
/// alone.
fn root() -> Option<PathBuf> {
    let current = std::env::current_dir().ok()?;
    let of_job = || {
        variable("GITHUB_ACTIONS").filter(|value| value == "true")?;
        variable("GITHUB_WORKSPACE").map(PathBuf::from)
    };
    of_job()
        .filter(|workspace| current.starts_with(workspace))
        .or(Some(current))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be read: {error}", path.display()))
        .hinted("name files or folders of migrations, which are text in UTF-8")
}
