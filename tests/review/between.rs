//! What is wrong between files, and between them and what is applied.

use std::collections::BTreeMap;
use std::path::PathBuf;

use run_admin_task::migrations::file::{FileName, MigrationFile};
use run_admin_task::migrations::review::{Applied, Asked, review};
use run_admin_task::model::migration::Version;
use run_admin_task::model::review::Severity;

fn file(path: &str, sql: &str) -> MigrationFile {
    let name = path.rsplit('/').next().expect("a name");
    MigrationFile {
        path: path.to_owned(),
        name: FileName::parse(name)
            .expect("a version")
            .expect("a migration"),
        sql: sql.to_owned(),
    }
}

fn files(paths: &[&str]) -> Vec<MigrationFile> {
    paths.iter().map(|path| file(path, "SELECT 1;\n")).collect()
}

/// Applied as `files` has them.
fn applied(paths: &[&str]) -> BTreeMap<(PathBuf, Version), Applied> {
    let of = |file: MigrationFile| {
        let applied = Applied {
            checksum: Some(file.checksum()),
            path: Some(file.path.clone()),
        };
        ((file.folder().to_path_buf(), file.name.version), applied)
    };
    files(paths).into_iter().map(of).collect()
}

fn found(files: &[MigrationFile], asked: &Asked) -> Vec<String> {
    let findings = review(files, asked).findings;
    findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule, finding.file))
        .collect()
}

#[test]
fn nothing_is_wrong_where_all_is_well() {
    for paths in [
        &["1_a.sql", "2_b.sql"][..],
        &["1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"],
        &["orders/1_a.sql", "users/1_a.sql"],
    ] {
        assert_eq!(
            found(&files(paths), &Asked::default()),
            [""; 0],
            "{paths:?}"
        );
    }
}

#[test]
fn two_files_of_one_version() {
    let paths = ["db/1_a.sql", "db/2_b.sql", "db/2_c.sql"];
    assert_eq!(
        found(&files(&paths), &Asked::default()),
        ["duplicate-version db/2_c.sql"]
    );
    // The one that was applied has the version by right, and is no edit of itself.
    let asked = Asked {
        applied: applied(&["db/1_a.sql"])
            .into_iter()
            .chain([(
                ("db".into(), 2),
                Applied {
                    checksum: Some(file("2_c.sql", "SELECT 2;").checksum()),
                    path: None,
                },
            )])
            .collect(),
        ..Asked::default()
    };
    let mut all = files(&paths[..2]);
    all.push(file("db/2_c.sql", "SELECT 2;"));
    assert_eq!(found(&all, &asked), ["duplicate-version db/2_b.sql"]);
}

#[test]
fn out_of_order() {
    let asked = Asked {
        applied: applied(&["1_a.sql", "3_c.sql"]),
        ..Asked::default()
    };
    let all = files(&["1_a.sql", "2_b.sql", "3_c.sql", "4_d.sql"]);
    assert_eq!(found(&all, &asked), ["out-of-order 2_b.sql"]);
    let reviewed: Vec<_> = review(&all, &asked)
        .files
        .into_iter()
        .map(|it| it.path)
        .collect();
    assert_eq!(reviewed, ["2_b.sql", "4_d.sql"]);
}

#[test]
fn edited_and_deleted() {
    let asked = Asked {
        applied: applied(&["1_a.sql", "2_b.sql"]),
        ..Asked::default()
    };
    let edited = file("1_a.sql", "DROP TABLE a;\n");
    let all = review(&[edited], &asked);
    let told: Vec<_> = all.findings.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "migration 1 was applied, and has been edited since",
            "a table is dropped",
            "migration 2 was applied, and its file is gone",
        ]
    );
    assert_eq!(all.findings[2].file, "2_b.sql");
    assert_eq!(all.findings[2].accept, "--rule deleted-after-applied=warn");
}

#[test]
fn folders_are_applied_by_themselves() {
    let asked = Asked {
        applied: applied(&["users/1_a.sql", "orders/1_b.sql", "orders/9_i.sql"]),
        ..Asked::default()
    };
    let mut all = files(&["users/1_a.sql", "users/2_b.sql", "orders/9_i.sql"]);
    all.push(file("orders/1_b.sql", "SELECT 2;"));
    assert_eq!(found(&all, &asked), ["edited-after-applied orders/1_b.sql"]);
    let gone = found(&all[..3], &asked);
    assert_eq!(gone, ["deleted-after-applied orders/1_b.sql"]);
}

#[test]
fn an_edit_says_what_it_is_and_what_it_asks_for() {
    let asked = Asked {
        applied: applied(&["1_a.sql"]),
        ..Asked::default()
    };
    for (text, said) in [
        ("SELECT 2;\n", "has been edited since"),
        (
            "SELECT 1;\r\n",
            "applied with other line ends, and nothing else",
        ),
        ("SELECT 2;\r\n", "has been edited since"),
    ] {
        let told = review(&[file("1_a.sql", text)], &asked).findings;
        assert!(told[0].message.contains(said), "{text:?}: {told:?}");
        let then = "in the file; sqlx still refuses until `run-admin-task recover 1 accept --execute` on every database, after this file is in the image";
        assert!(told[0].accept.ends_with(then), "{told:?}");
    }
}

#[test]
fn a_way_back_is_missing() {
    let paths = ["1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "3_c.sql"];
    assert_eq!(
        found(&files(&paths), &Asked::default()),
        ["missing-down-file 2_b.up.sql", "missing-down-file 3_c.sql"]
    );
}

#[test]
fn what_leads_back_may_take_away() {
    let all = [
        file("1_a.up.sql", "CREATE TABLE a (id bigint PRIMARY KEY);"),
        file("1_a.down.sql", "DROP TABLE a;"),
    ];
    assert_eq!(found(&all, &Asked::default()), [""; 0]);
}

#[test]
fn a_files_comment_accepts_what_is_wrong_with_the_file() {
    let accepted = "-- squawk-ignore-file duplicate-version, missing-down-file\nSELECT 1;";
    let all = [
        file("1_a.up.sql", "SELECT 1;"),
        file("1_a.down.sql", "SELECT 1;"),
        file("2_b.up.sql", accepted),
    ];
    assert_eq!(found(&all, &Asked::default()), [""; 0]);
}

#[test]
fn severities_are_as_asked_for() {
    let all = [file(
        "1_a.sql",
        "DROP TABLE a;\nALTER TYPE t ADD VALUE 'x';",
    )];
    let severities = [
        ("ban-drop-table", Some(Severity::Note)),
        ("require-enum-value-ordering", Some(Severity::Warn)),
    ];
    let asked = |severities: &[(&str, Option<Severity>)]| Asked {
        severities: severities
            .iter()
            .map(|(name, severity)| ((*name).to_owned(), *severity))
            .collect(),
        ..Asked::default()
    };
    let found = review(&all, &asked(&severities)).findings;
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.rule.as_str(), it.severity))
        .collect();
    assert_eq!(
        found,
        [
            ("ban-drop-table", Severity::Note),
            ("require-enum-value-ordering", Severity::Warn),
        ]
    );
    assert_eq!(
        review(&all, &asked(&[("ban-drop-table", None)])).findings,
        []
    );
}

#[test]
fn what_the_database_can_is_told_by_its_version() {
    let all = [file("1_a.sql", "-- no-transaction\nVACUUM FULL runs;")];
    let of = |version: &str| {
        let asked = Asked {
            postgres_version: version.to_owned(),
            ..Asked::default()
        };
        found(&all, &asked)
    };
    assert_eq!(of("15.3"), ["rewrites-table 1_a.sql"]);
    assert_eq!(of("19"), ["prefer-repack 1_a.sql"]);
}
