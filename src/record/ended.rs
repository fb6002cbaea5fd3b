//! Which runs' ends were told: empty files that outlive the records, and that are kept where no
//! record is wanted as well.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::store::{make, state_folder};
use crate::model::task::task_id;

/// A client token lives for a day at most (Amazon ECS developer guide, "Ensuring idempotency"):
/// after that nobody asks again.
const KEPT_FOR: Duration = Duration::from_hours(48);
/// As much of a run key as tells it from every other.
const KEY_LENGTH: usize = 32;

/// The folder of the marks.
#[derive(Debug, Clone)]
pub struct Ended {
    /// `None` where the user has no folder of their own.
    folder: Option<PathBuf>,
}

impl Ended {
    /// The user's own, beside the records.
    #[must_use]
    pub fn of_user() -> Self {
        Self {
            folder: state_folder().map(|state| state.join("ended")),
        }
    }

    /// The one in this folder.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
        }
    }

    /// The end of this task was told to whoever asked for the run with this key. Of several
    /// processes that tell of one task, one counts.
    pub fn mark(&self, run_key: &str, task_arn: &str) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        make(folder)?;
        self.forget_old_ones();
        let name = format!("{}{}", begin(run_key), task_id(task_arn));
        let mut options = OpenOptions::new();
        options.write(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;

            options.mode(0o600);
        }
        options.open(folder.join(name)).map(drop)
    }

    /// How many tasks of the run with this key were told to their ends. What cannot be read counts
    /// as none.
    #[must_use]
    pub fn count(&self, run_key: &str) -> usize {
        let begin = begin(run_key);
        self.names().filter(|name| name.starts_with(&begin)).count()
    }

    fn names(&self) -> impl Iterator<Item = String> + use<> {
        let entries = self.folder.as_ref().and_then(|it| fs::read_dir(it).ok());
        entries
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
    }

    /// A mark that cannot be removed does no harm.
    fn forget_old_ones(&self) {
        let Some(folder) = &self.folder else { return };
        for name in self.names() {
            let path = folder.join(name);
            let age = fs::metadata(&path)
                .and_then(|data| data.modified())
                .ok()
                .and_then(|at| at.elapsed().ok());
            if age.is_some_and(|age| age > KEPT_FOR) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn begin(run_key: &str) -> String {
    let key: String = run_key.chars().take(KEY_LENGTH).collect();
    format!("{key}-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:ecs:us-east-1:000000000000:task/everruns/";

    #[test]
    fn each_task_of_a_run_counts_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let ended = Ended::at(folder.path().join("state/ended"));
        assert_eq!(ended.count("a"), 0);
        for task in ["1", "1", "2"] {
            ended.mark("a", &format!("{ARN}{task}")).expect("written");
        }
        ended.mark("ab", &format!("{ARN}3")).expect("written");
        assert_eq!((ended.count("a"), ended.count("ab")), (2, 1));
    }

    #[test]
    fn old_marks_go_and_a_folder_that_is_none_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let ended = Ended::at(folder.path());
        ended.mark("a", "1").expect("written");
        let path = folder.path().join(format!("{}1", begin("a")));
        let old = std::time::SystemTime::now() - KEPT_FOR - Duration::from_mins(1);
        let file = fs::File::options().write(true).open(&path).expect("a mark");
        file.set_modified(old).expect("its age is set");
        ended.mark("a", "2").expect("written");
        assert_eq!(ended.count("a"), 1);
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        assert!(Ended::at(file).mark("a", "3").is_err());
    }
}
