//! A file of each kind, by itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use run_admin_task::migrations::file::{FileName, MigrationFile};
use run_admin_task::migrations::review::{Asked, review, rules};
use run_admin_task::model::review::{ReviewFinding, Usual};

const FINDS: &str = "-- finds: ";

pub(crate) fn files(folder: &str) -> Vec<MigrationFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/review");
    let listed = fs::read_dir(root.join(folder)).expect("a folder of ours");
    let mut files: Vec<_> = listed
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let parsed = FileName::parse(&name).expect("a version");
            MigrationFile {
                path: format!("{folder}/{name}"),
                name: parsed.expect("a migration"),
                sql: fs::read_to_string(&path).expect("text"),
            }
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn found(file: &MigrationFile) -> Vec<ReviewFinding> {
    review(std::slice::from_ref(file), &Asked::default()).findings
}

fn expected(file: &MigrationFile) -> Vec<String> {
    let finds = file.sql.lines().find_map(|line| line.strip_prefix(FINDS));
    let finds = finds.unwrap_or_else(|| panic!("{} does not say what it finds", file.path));
    let mut rules: Vec<_> = finds.split(", ").map(str::to_owned).collect();
    rules.sort();
    rules
}

#[test]
fn an_unsafe_file_gives_what_it_says() {
    let files = files("unsafe");
    assert!(files.len() >= 60, "{}", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        let mut rules: Vec<_> = found(file).into_iter().map(|it| it.rule).collect();
        rules.sort();
        if rules != expected(file) {
            wrong.push(format!("{}: {rules:?}", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_safe_file_gives_nothing() {
    let files = files("safe");
    assert!(files.len() >= 40, "{}", files.len());
    for file in &files {
        assert_eq!(found(file), [], "{}", file.path);
    }
}

#[test]
fn each_rule_that_is_on_has_an_unsafe_file() {
    let given: BTreeSet<_> = files("unsafe").iter().flat_map(expected).collect();
    let between_files = [
        "edited-after-applied",
        "deleted-after-applied",
        "out-of-order",
        "duplicate-version",
        "missing-down-file",
    ];
    for rule in rules::all() {
        let is_on = matches!(rule.usual, Usual::Severity(_));
        // PostgreSQL 19 has it, and nobody else.
        if is_on && rule.name != "prefer-repack" && !between_files.contains(&rule.name) {
            assert!(given.contains(rule.name), "{}", rule.name);
        }
    }
}

/// Deep enough to fill any stack, and to take any parser's time.
#[test]
fn a_text_that_no_parser_survives_is_not_read() {
    for text in [
        "(".repeat(200_000),
        "NOT ".repeat(200_000),
        "- ".repeat(200_000),
        "f(1, ".repeat(200_000),
        "CASE WHEN ".repeat(200_000),
        "1 + ".repeat(200_000),
    ] {
        let file = MigrationFile {
            path: "1_a.sql".into(),
            name: FileName::parse("1_a.sql")
                .expect("a version")
                .expect("a migration"),
            sql: format!("SELECT {text}"),
        };
        let told: Vec<_> = found(&file).into_iter().map(|it| it.message).collect();
        assert_eq!(told.len(), 1);
        assert!(
            told[0].ends_with("nested too deeply: nothing in it was reviewed"),
            "{told:?}"
        );
    }
}

/// As deep as is read at all.
#[test]
fn a_deep_text_is_read() {
    let nots = "NOT ".repeat(1_900);
    for text in [
        format!("SELECT {nots} true;"),
        format!("SELECT {}1{};", "(".repeat(1_900), ")".repeat(1_900)),
    ] {
        let file = MigrationFile {
            path: "1_a.sql".into(),
            name: FileName::parse("1_a.sql")
                .expect("a version")
                .expect("a migration"),
            sql: text,
        };
        assert_eq!(found(&file), []);
    }
}

#[test]
fn what_accepts_a_finding_does() {
    for mut file in files("unsafe") {
        // From the end, so that the lines before keep their numbers.
        let mut findings = found(&file);
        findings.reverse();
        let mut accepted_at = BTreeSet::new();
        for finding in findings {
            if !accepted_at.insert(finding.line) {
                continue;
            }
            let comment = finding.accept.split('`').nth(1).expect("a comment");
            let mut lines: Vec<_> = file.sql.lines().collect();
            lines.insert(finding.line - 1, comment);
            file.sql = lines.join("\n");
        }
        assert_eq!(found(&file), [], "{}\n{}", file.path, file.sql);
    }
}
