//! The example admin container's image, made without a registry: the program, which needs no
//! library beside it, and the migrations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What the Dockerfile says of the final image.
pub(crate) const INSTRUCTIONS: [&str; 3] = [
    "ENTRYPOINT [\"/everruns-admin\"]",
    "CMD [\"help\"]",
    "USER 65532:65532",
];

/// The files of an image, before they are packed.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new(program: &Path) -> Self {
        let files = Self(tempfile::tempdir().expect("a temporary folder"));
        let migrations = files.migrations();
        fs::create_dir_all(&migrations).expect("a folder for the migrations");
        fs::copy(program, files.0.path().join("everruns-admin")).expect("a copy of the program");
        let originals = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/admin/migrations");
        for entry in fs::read_dir(originals).expect("the migrations") {
            let entry = entry.expect("an entry of the folder");
            fs::copy(entry.path(), migrations.join(entry.file_name())).expect("a copy");
        }
        files
    }

    /// Adds a migration, or puts another in the place of the one of this name.
    pub(crate) fn add_migration(&self, name: &str, sql: &str) {
        fs::write(self.migrations().join(name), sql).expect("a migration is written");
    }

    fn migrations(&self) -> PathBuf {
        self.0.path().join("app/migrations")
    }

    /// Packs them, so that nobody but root can change them in the container.
    pub(crate) fn packed(&self) -> Vec<u8> {
        let packed = Command::new("tar")
            .args([
                "--create",
                "--owner=0",
                "--group=0",
                "--mode=a+rX",
                "--file=-",
            ])
            // Not the folder itself: a temporary one is its owner's alone.
            .args(["everruns-admin", "app"])
            .current_dir(self.0.path())
            .output()
            .expect("tar runs");
        assert!(
            packed.status.success(),
            "{}",
            String::from_utf8_lossy(&packed.stderr)
        );
        packed.stdout
    }
}
