//! What a folder was like at a revision, by asking git.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::error::Failure;

/// A folder of a repository.
pub(super) struct Repository<'f> {
    folder: &'f Path,
}

impl<'f> Repository<'f> {
    /// The repository that a folder is in.
    pub(super) fn around(folder: &'f Path) -> Result<Self, Failure> {
        let repository = Self { folder };
        repository
            .ask(["rev-parse", "--is-inside-work-tree"])
            .map_err(|refused| {
                refused.failure(
                    &format!("{} is in no repository of git", folder.display()),
                    "--base compares with a revision; review the whole folder without it, or with --since",
                )
            })?;
        Ok(repository)
    }

    /// The commit that the current branch and `base` have in common.
    pub(super) fn began(&self, base: &str) -> Result<String, Failure> {
        let commit = format!("{base}^{{commit}}");
        self.ask([
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])
        .map_err(|refused| {
            refused.failure(
                &format!("--base: git knows no revision `{base}`"),
                "git fetch it first; actions/checkout needs fetch-depth: 0",
            )
        })?;
        let began = self
            .ask(["merge-base", "--end-of-options", base, "HEAD"])
            .map_err(|refused| {
                refused.failure(
                    &format!("--base: `{base}` and HEAD have no commit in common"),
                    "the clone may be shallow: git fetch --unshallow; actions/checkout needs fetch-depth: 0",
                )
            })?;
        Ok(String::from_utf8_lossy(&began).trim().to_owned())
    }

    /// Id and name of each file that the folder had at a commit.
    pub(super) fn list(&self, commit: &str) -> Result<Vec<(String, String)>, Failure> {
        let listed = self
            .ask(["ls-tree", "-z", commit])
            .map_err(Refused::unexpected)?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        // `<mode> <type> <id>\t<name>`
        let entry = |entry: &str| {
            let (about, name) = entry.split_once('\t')?;
            let mut about = about.split(' ').skip(1);
            let is_file = about.next() == Some("blob");
            is_file.then_some((about.next()?.to_owned(), name.to_owned()))
        };
        Ok(listed.split('\0').filter_map(entry).collect())
    }

    /// What stands in these files, by their ids and in their order.
    pub(super) fn read<'i>(
        &self,
        ids: impl Iterator<Item = &'i str>,
    ) -> Result<Vec<Vec<u8>>, Failure> {
        // By a file: a pipe that nobody empties would stop the writing.
        let asked = in_a_file(ids).map_err(|error| {
            Failure::tool(format!("a temporary file cannot be written: {error}"))
                .hinted("name a folder with room in TMPDIR")
        })?;
        let output = self
            .ask_with(["cat-file", "--batch"], asked.into())
            .map_err(Refused::unexpected)?;
        Ok(contents(&output))
    }

    fn ask<I: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = I>) -> Result<Vec<u8>, Refused> {
        self.ask_with(words, Stdio::null())
    }

    fn ask_with<I: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = I>,
        stdin: Stdio,
    ) -> Result<Vec<u8>, Refused> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args(words)
            .stdin(stdin)
            .output()
            .map_err(Refused::NoGit)?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(Refused::Said(output))
        }
    }
}

/// Why git did not answer.
enum Refused {
    NoGit(io::Error),
    Said(Output),
}

impl Refused {
    fn failure(self, what: &str, hint: &str) -> Failure {
        match self {
            Self::NoGit(error) => Failure::usage(format!("git cannot be run: {error}"))
                .hinted("--base asks git: install it, or review with --since or without both"),
            Self::Said(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let said = said.trim();
                let said = if said.is_empty() {
                    String::new()
                } else {
                    format!(": {said}")
                };
                Failure::usage(format!("{what}{said}")).hinted(hint)
            }
        }
    }

    fn unexpected(self) -> Failure {
        self.failure(
            "--base: git did not say what the folder was like",
            "git fsck; or review with --since or without both",
        )
    }
}

fn in_a_file<'i>(ids: impl Iterator<Item = &'i str>) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let lines: String = ids.flat_map(|id| [id, "\n"]).collect();
    file.write_all(lines.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

/// Reads `<id> <type> <size>\n<content>\n`, one after the other.
fn contents(mut output: &[u8]) -> Vec<Vec<u8>> {
    let mut contents = Vec::new();
    while let Some(end) = output.iter().position(|byte| *byte == b'\n') {
        let (head, rest) = output.split_at(end);
        let head = String::from_utf8_lossy(head);
        let size = head.rsplit(' ').next().and_then(|size| size.parse().ok());
        let size: usize = size.unwrap_or_default();
        let rest = rest.get(1..).unwrap_or_default();
        contents.push(rest.get(..size).unwrap_or(rest).to_vec());
        output = rest.get(size + 1..).unwrap_or_default();
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_follow_one_another() {
        let output = b"0f blob 2\na\n\n1e blob 0\n\n2d blob 3\nb\nc\n";
        assert_eq!(
            contents(output),
            [b"a\n".to_vec(), b"".to_vec(), b"b\nc".to_vec()]
        );
        assert_eq!(contents(b""), Vec::<Vec<u8>>::new());
        assert_eq!(contents(b"0f blob 9\na"), [b"a".to_vec()]);
    }
}
