//! What is taken as applied: by a version, or by a revision of git.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::git::Repository;
use crate::cli::Review;
use crate::commands::folder::shown_path;
use crate::error::Failure;
use crate::migrations::file::{FileName, MigrationFile};
use crate::migrations::review::Applied;
use crate::model::migration::Version;

/// What is taken as applied. `files`: those that were read of `paths`.
pub(super) fn of(
    what: &Review,
    paths: &[PathBuf],
    files: &[MigrationFile],
) -> Result<BTreeMap<(PathBuf, Version), Applied>, Failure> {
    let mut applied = BTreeMap::new();
    if let Some(since) = what.since {
        let up_to = files.iter().filter(|file| file.name.version <= since);
        applied.extend(up_to.map(|file| (key(file), Applied::default())));
    }
    if let Some(base) = &what.base {
        for (folder, is_whole) in folders(paths) {
            applied.extend(at(base, folder, is_whole)?);
        }
    }
    Ok(applied)
}

fn key(file: &MigrationFile) -> (PathBuf, Version) {
    (file.folder().to_path_buf(), file.name.version)
}

/// The folders of the paths, and whether all of their files were asked for.
fn folders(paths: &[PathBuf]) -> BTreeSet<(&Path, bool)> {
    let folder = |path: &'_ PathBuf| -> bool { path.is_dir() };
    paths
        .iter()
        .map(|path| {
            if folder(path) {
                return (path.as_path(), true);
            }
            let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
            (parent.unwrap_or_else(|| Path::new(".")), false)
        })
        .collect()
}

/// The migrations that a folder had where the branch began.
fn at(
    base: &str,
    folder: &Path,
    is_whole: bool,
) -> Result<BTreeMap<(PathBuf, Version), Applied>, Failure> {
    let repository = Repository::around(folder)?;
    let began = repository.began(base)?;
    let mut listed = repository.list(&began)?;
    listed.retain(|(_, name)| version(name).is_some());
    let contents = repository.read(listed.iter().map(|(id, _)| id.as_str()))?;
    let applied = listed.iter().zip(contents).filter_map(|((_, name), text)| {
        let file = MigrationFile {
            path: shown_path(&folder.join(name)),
            name: version(name)?,
            sql: String::from_utf8_lossy(&text).into_owned(),
        };
        let applied = Applied {
            checksum: Some(file.checksum()),
            path: is_whole.then(|| file.path.clone()),
        };
        Some((key(&file), applied))
    });
    Ok(applied.collect())
}

/// What a file's name says, if it leads forward.
fn version(name: &str) -> Option<FileName> {
    use crate::migrations::file::Direction;
    let name = FileName::parse(name).ok().flatten()?;
    (name.direction != Direction::Down).then_some(name)
}
