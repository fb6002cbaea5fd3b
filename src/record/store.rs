//! The folder of the records.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy as _;

use super::data::Record;
use super::listing::{Damaged, Listing};
use super::name;

/// How many records are kept.
const KEPT: usize = 200;

/// What is being written is whole within milliseconds. A file that is still unfinished after this
/// time was left by a process that was killed.
const UNFINISHED_FOR: Duration = Duration::from_hours(1);

/// Where the records are.
#[derive(Debug, Clone)]
pub struct Store {
    /// `None` where the user has no folder of their own.
    folder: Option<PathBuf>,
}

/// Why the folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nobody knows where it is.
    #[error("the user's state folder is not known: neither HOME nor the user's account names one")]
    NoHome,
    /// The system's own reason.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// The reason.
        #[source]
        reason: io::Error,
    },
}

impl Store {
    /// The user's own: below `XDG_STATE_HOME`, else `~/.local/state`, or what the system has in
    /// its place.
    #[must_use]
    pub fn of_user() -> Self {
        Self {
            folder: state_folder().map(|state| state.join("runs")),
        }
    }

    /// The one in this folder.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
        }
    }

    /// Its folder, which may not be there yet.
    pub fn folder(&self) -> Result<&Path, StoreError> {
        self.folder.as_deref().ok_or(StoreError::NoHome)
    }

    /// Writes a record, whole or not at all, in place of the one of the same id.
    pub(super) fn write(&self, record: &Record) -> Result<(), StoreError> {
        let folder = self.folder()?;
        let failed = |reason| StoreError::Io {
            path: folder.to_owned(),
            reason,
        };
        make(folder).map_err(failed)?;
        replace(folder, record).map_err(failed)?;
        prune(folder, &record.id);
        Ok(())
    }

    /// Reads every record, oldest first. A folder that is not there has none.
    pub fn list(&self) -> Result<Listing, StoreError> {
        let folder = self.folder()?;
        let names = match names(folder) {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(reason) => {
                return Err(StoreError::Io {
                    path: folder.to_owned(),
                    reason,
                });
            }
        };
        let mut listing = Listing::default();
        for (file, id) in names
            .iter()
            .filter_map(|file| Some((file, name::id(file)?)))
        {
            let path = folder.join(file);
            let damaged = match fs::read(&path) {
                Ok(text) => match Record::read(id, &text) {
                    Ok(record) => {
                        listing.records.push(record);
                        continue;
                    }
                    Err(error) => error.to_string(),
                },
                // Another process has just made room.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => error.to_string(),
            };
            listing.damaged.push(Damaged {
                path,
                reason: damaged,
            });
        }
        Ok(listing)
    }
}

/// Where this tool keeps what outlives a run.
pub(super) fn state_folder() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    Some(state.join("run-admin-task"))
}

/// Makes the folder, for its owner alone.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

        builder.mode(0o700).create(folder)?;
        let mut permissions = fs::metadata(folder)?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(0o700);
            // Where it is somebody else's: each record is closed by itself.
            let _ = fs::set_permissions(folder, permissions);
        }
    }
    #[cfg(not(unix))]
    builder.create(folder)?;
    Ok(())
}

/// Puts the record in its file's place in one step: a reader finds the old one or the new one.
fn replace(folder: &Path, record: &Record) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(record)?;
    text.push(b'\n');
    let begin = name::begin_of_unfinished(&record.id);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&begin).suffix(name::END_OF_UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        builder.permissions(fs::Permissions::from_mode(0o600));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(&text)?;
    // Else a machine that fails now may keep the new name and lose what belongs to it.
    file.as_file().sync_all()?;
    file.persist(folder.join(name::of_file(&record.id)))?;
    Ok(())
}

/// Makes room: the oldest records go, but not `just_written`, whose run may have been long, and
/// nothing that is not ours. Another process may do the same at the same time, and what cannot be
/// removed now can be the next time.
fn prune(folder: &Path, just_written: &str) {
    let names = names(folder).unwrap_or_default();
    let records: Vec<_> = names.iter().filter_map(|file| name::id(file)).collect();
    let excess = records.len().saturating_sub(KEPT);
    let removable = records.iter().filter(|id| **id != just_written);
    for id in removable.take(excess) {
        let _ = fs::remove_file(folder.join(name::of_file(id)));
    }
    for file in names.iter().filter(|file| name::is_unfinished(file)) {
        let path = folder.join(file);
        if is_older_than(&path, UNFINISHED_FOR) {
            let _ = fs::remove_file(path);
        }
    }
}

fn is_older_than(path: &Path, age: Duration) -> bool {
    let modified = fs::metadata(path).and_then(|about| about.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|elapsed| elapsed > age))
}

/// The names of the folder's files, in their order.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        // A name that is no text is not one of ours.
        names.extend(entry?.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests;
