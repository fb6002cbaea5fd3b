//! README and the pages in `docs`: what is typed there is accepted, and where they point to is
//! something.

use std::path::{Path, PathBuf};

use run_admin_task::settings::key::SPECS;

use crate::command_lines::{command_lines, refuse_unknown_words};
use crate::{read, root};

/// What stands between fences that name one of these languages.
fn fenced<'t>(page: &'t str, languages: &[&str]) -> Vec<&'t str> {
    let mut inside = None;
    let mut found = Vec::new();
    for line in page.lines() {
        match (inside, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => inside = Some(language.trim()),
            (Some(_), Some(_)) => inside = None,
            (Some(language), None) if languages.contains(&language) => found.push(line),
            _ => {}
        }
    }
    found
}

fn pages() -> Vec<PathBuf> {
    let pages = ["README.md", "docs/runbook.md", "docs/emergency.md"];
    pages.map(|name| root().join(name)).into()
}

#[test]
fn the_tool_accepts_every_command_line_of_the_pages() {
    for path in pages() {
        let page = read(&path);
        let lines = fenced(&page, &["console", "yaml"]).join("\n");
        refuse_unknown_words(&path, &command_lines(&lines));
    }
}

/// The lines of a page that are no code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// What GitHub calls a heading in a link.
fn anchor(heading: &str) -> String {
    let letters = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ if letter.is_alphanumeric() => Some(letter.to_ascii_lowercase()),
        _ => None,
    });
    letters.collect()
}

fn anchors(path: &Path) -> Vec<String> {
    let page = read(path);
    prose(&page)
        .filter_map(|line| line.strip_prefix('#'))
        .map(|heading| anchor(heading.trim_start_matches('#')))
        .collect()
}

/// Where the links of a page point to, but for those to the web.
fn targets(page: &str) -> Vec<String> {
    let text = prose(page).collect::<Vec<_>>().join("\n");
    let links = text.split("](").skip(1);
    let targets = links.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()));
    targets
        .filter(|target| !target.starts_with("http"))
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let others = ["examples/ci/README.md", "examples/admin/README.md"];
    let others = others.map(|name| root().join(name));
    for path in pages().into_iter().chain(others) {
        for target in targets(&read(&path)) {
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            let folder = path.parent().expect("a folder");
            let there = match file {
                "" => path.clone(),
                file => folder.join(file),
            };
            assert!(there.exists(), "{}: {target}", path.display());
            assert!(
                heading.is_empty() || anchors(&there).iter().any(|it| it == heading),
                "{}: {target}",
                path.display()
            );
        }
    }
}

#[test]
fn every_setting_is_in_the_readme() {
    let readme = read(&root().join("README.md"));
    let (_, section) = readme.split_once("\n## Settings\n").expect("a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    for spec in SPECS {
        let name = match spec.flag {
            "" => spec.name,
            flag => flag,
        };
        assert!(section.contains(name), "{}", spec.name);
        for variable in spec.variables {
            assert!(section.contains(variable), "{variable}");
        }
    }
}
