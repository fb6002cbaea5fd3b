//! The virtual environment that `tests/peers/install` makes.

use std::env;
use std::path::PathBuf;

/// A program in it, if it is there.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            let home = PathBuf::from(env::var_os("HOME")?);
            Some(home.join(".cache"))
        })?;
    let folder = cache.join("run-admin-task/peers/bin");
    Some(folder.join(program)).filter(|program| program.is_file())
}
