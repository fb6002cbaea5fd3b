//! Says which commit the program is built from: `RUN_ADMIN_TASK_SOURCE` is ` (COMMIT DATE)`, and
//! empty where the sources are no git clone of their own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the program is made of. A change of it marks the version, and a change of nothing else
/// does: so it is enough to look again when one of these has changed.
const SOURCES: [&str; 4] = ["src", "build.rs", "Cargo.toml", "Cargo.lock"];

/// Variables by which a git hook points elsewhere.
const OF_HOOKS: [&str; 4] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
];

fn main() {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    for source in SOURCES.iter().filter(|source| folder.join(source).exists()) {
        println!("cargo:rerun-if-changed={source}");
    }
    let source = commit(&folder).map_or_else(String::new, |commit| format!(" ({commit})"));
    println!("cargo:rustc-env=RUN_ADMIN_TASK_SOURCE={source}");
}

/// The commit, its date, and whether the sources differ from it.
fn commit(folder: &Path) -> Option<String> {
    // Sources that were unpacked within somebody's repository are not of its commit.
    let top = git(folder, &["rev-parse", "--show-toplevel"])?;
    if fs::canonicalize(top).ok()? != fs::canonicalize(folder).ok()? {
        return None;
    }
    look_again_at_a_commit(folder);
    let form = "--format=%H %cd";
    let date = "--date=format-local:%Y-%m-%d";
    let last = git(folder, &["log", "-1", "--no-show-signature", date, form])?;
    let (hash, date) = last.split_once(' ')?;
    let mut status = vec!["status", "--porcelain", "--untracked-files=all", "--"];
    status.extend(SOURCES);
    let mark = match git(folder, &status)?.as_str() {
        "" => "",
        _ => "-dirty",
    };
    Some(format!("{}{mark} {date}", hash.get(..9)?))
}

/// Names the files that change when another commit is checked out or made.
fn look_again_at_a_commit(folder: &Path) {
    let branch = git(folder, &["symbolic-ref", "-q", "HEAD"]);
    let branch = branch.as_deref();
    // The log of `HEAD` grows with each commit. Where none is kept, the branch's own file is
    // written, or appears among the others.
    let within = [Some("HEAD"), Some("logs/HEAD"), branch, Some("packed-refs")];
    let mut seen = Vec::new();
    for name in within.into_iter().flatten() {
        if watch(folder, name) {
            seen.push(name);
        }
    }
    let is_told = |name: &&str| *name == "logs/HEAD" || Some(*name) == branch;
    if branch.is_some() && !seen.iter().any(is_told) {
        watch(folder, "refs/heads");
    }
}

/// Watches a file of the repository, if it is there. One that is not would be looked for at each
/// build.
fn watch(folder: &Path, name: &str) -> bool {
    let path = git(folder, &["rev-parse", "--git-path", name]).map(|path| folder.join(path));
    let path = path.filter(|path| path.exists());
    if let Some(path) = &path {
        println!("cargo:rerun-if-changed={}", path.display());
    }
    path.is_some()
}

/// What git says, without its line end; `None` where it cannot.
fn git(folder: &Path, words: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    for name in OF_HOOKS {
        command.env_remove(name);
    }
    let output = command
        .arg("-C")
        .arg(folder)
        .args(words)
        .env("TZ", "UTC")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}
