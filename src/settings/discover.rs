//! Finding the configuration file.

use std::path::{Path, PathBuf};

/// Its name, here, in a parent folder, or in the user's configuration folder.
pub const FILE_NAME: &str = "run-admin-task.toml";

/// The configuration file that counts where none is named: the nearest one in `folder` or above,
/// else the user's own.
#[must_use]
pub fn find(folder: &Path, user_folder: Option<&Path>) -> Option<PathBuf> {
    folder
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .chain(user_folder.map(|folder| folder.join("run-admin-task").join(FILE_NAME)))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let user = tempfile::tempdir().expect("a temporary folder");
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("folders");
        let find = || find(&deep, Some(user.path()));
        assert_eq!(find(), None);

        let own = user.path().join("run-admin-task");
        std::fs::create_dir(&own).expect("a folder");
        std::fs::write(own.join(FILE_NAME), "").expect("a file");
        assert_eq!(find(), Some(own.join(FILE_NAME)));

        let above = folder.path().join(FILE_NAME);
        std::fs::write(&above, "").expect("a file");
        assert_eq!(find(), Some(above));

        let here = deep.join(FILE_NAME);
        std::fs::write(&here, "").expect("a file");
        assert_eq!(find(), Some(here));
    }
}
