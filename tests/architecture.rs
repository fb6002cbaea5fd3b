//! Holds the directions between the parts: who may know whom.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each part of the library may know of it. `commands` assembles: it may know all.
const MAY_KNOW: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("ports", &["model"]),
    ("error", &["model"]),
    ("engine", &["error", "model", "ports"]),
    ("aws", &["model", "ports"]),
    ("preflight", &["model", "ports"]),
    ("report", &["model"]),
    ("diagnosis", &["model"]),
    ("migrations", &["model"]),
    ("record", &["model", "report"]),
    ("settings", &["error", "model"]),
    ("cli", &["error", "model", "settings"]),
];

/// What only some parts may name of other people's crates.
const ONLY_IN: [(&str, &[&str]); 8] = [
    ("aws_", &["aws"]),
    ("squawk_", &["migrations"]),
    ("annotate_snippets", &["report"]),
    ("tokio::", &["engine", "commands", "main"]),
    ("clap::", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("toml::", &["settings"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The part that a file belongs to: the first name below `src`.
fn part(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).expect("below src");
    let first = below.components().next().expect("a name");
    let name = Path::new(&first).file_stem().expect("a name");
    name.to_string_lossy().into_owned()
}

/// The code of a file without its comments: prose may name anything.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// Names that follow `crate::` in a file. A brace counts as a name, which nobody may know:
/// each import stands for itself.
fn known(code: &str) -> BTreeSet<String> {
    code.match_indices("crate::")
        .map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            rest[..end.max(1)].to_owned()
        })
        .collect()
}

fn all() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    assert!(
        paths.len() > 40,
        "the sources are not where this test looks"
    );
    paths
        .into_iter()
        .map(|path| (part(&path, &root), path.clone(), code(&path)))
        .collect()
}

#[test]
fn parts_know_only_what_they_may() {
    let mut wrong = Vec::new();
    for (part, path, code) in all() {
        let Some((_, may_know)) = MAY_KNOW.iter().find(|(name, _)| *name == part) else {
            assert!(
                ["commands", "main", "lib"].contains(&part.as_str()),
                "the part `{part}` has no direction"
            );
            continue;
        };
        for name in known(&code) {
            if name != part && !may_know.contains(&name.as_str()) {
                wrong.push(format!("{}: {part} must not know {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn other_peoples_crates_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (part, path, code) in all() {
        for (name, parts) in ONLY_IN {
            let named = code
                .match_indices(name)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            if named && !parts.contains(&part.as_str()) {
                wrong.push(format!(
                    "{}: `{name}` belongs into {parts:?}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_search_finds_what_it_looks_for() {
    assert_eq!(
        known(
            "use crate::aws::Aws;\nuse crate::{model, x};\nlet x = crate::report::mask::mask(y);"
        ),
        ["aws", "report", "{"].map(str::to_owned).into()
    );
    assert_eq!(known("use std::crates;"), BTreeSet::new());
}
