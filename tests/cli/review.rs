//! `review`: what migration files would lock or break, without AWS.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, Tool, tests};

tests! {
    a_finding_is_shown_beside_its_line,
    what_is_well_gives_nothing,
    the_folder_comes_from_a_setting,
    severities_are_configured,
    a_rule_that_is_not_there_is_named_with_the_nearest,
    what_cannot_be_reviewed_is_told,
    files_up_to_a_version_are_taken_as_applied,
    what_a_branch_changes_is_compared_with_its_base,
    folders_are_compared_by_themselves,
    git_that_cannot_answer_is_told,
    the_stream_has_an_object_for_each_finding,
    a_pull_request_is_annotated,
    a_part_of_a_repository_is_annotated_by_its_path_in_it,
    sarif_is_what_scanners_read,
    each_rule_is_listed,
}

const DROP: &str = "-- A column nobody needs.\nALTER TABLE runs DROP COLUMN note;\n";
const ADD: &str = "ALTER TABLE runs ADD COLUMN note text;\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), files);
    folder
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

fn review(folder: &TempDir, words: &[&str]) -> Ran {
    Tool::alone(folder.path()).run(&[&["review"], words].concat())
}

fn git(folder: &TempDir, words: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder.path())
        .args(["-c", "user.name=Ana", "-c", "user.email=ana@example.com"])
        .args(words)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "git {words:?}: {said}");
}

/// Rule and file of each finding.
fn found(ran: &Ran) -> Vec<String> {
    let events = ran.events();
    let found = events.iter().filter(|event| event["type"] == "review");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    found
        .map(|event| format!("{} {}", text(&event["rule"]), text(&event["file"])))
        .collect()
}

fn a_finding_is_shown_beside_its_line() {
    let folder = folder(&[("migrations/1_a.sql", ADD), ("migrations/2_b.sql", DROP)]);
    review(&folder, &[]).is("\
block[ban-drop-column]: a column is dropped
 --> migrations/2_b.sql:2:18
  |
2 | ALTER TABLE runs DROP COLUMN note;
  |                  ^^^^^^^^^^^^^^^^
  |
  = breaks: every query of the running code that names the column fails from here on, and its
            data is gone (the code that still runs)
  = safe way: deploy code that uses the column no longer, and drop it in a later migration
  = accept: `-- squawk-ignore ban-drop-column` on the line before it

--- stderr
review: 2 files: 1 block
error: 1 finding blocks: change the files, or accept what is meant as it stands there
--- exit status 3
");
}

fn what_is_well_gives_nothing() {
    let accepted = DROP.replace("-- A", "-- squawk-ignore ban-drop-column -- a");
    let folder = folder(&[
        ("db/1_a.sql", ADD),
        ("db/2_b.sql", &accepted),
        ("db/README.md", "Read me"),
        ("db/old/3_c.sql", DROP),
    ]);
    for words in [&["db"][..], &["db/1_a.sql", "db/2_b.sql"], &["./db"]] {
        review(&folder, words)
            .is("--- stderr\nreview: 2 files: nothing found\n--- exit status 0\n");
    }
    review(&folder, &["db", "--quiet"]).is("--- stderr\n--- exit status 0\n");
}

fn the_folder_comes_from_a_setting() {
    let folder = folder(&[
        ("sql/1_a.sql", ADD),
        ("run-admin-task.toml", "[defaults]\nmigrations = \"sql\"\n"),
    ]);
    let ran = review(&folder, &[]);
    ran.exits(0).says(&["review: 1 file: nothing found\n"]);
    let ran = review(&folder, &["--migrations", "nowhere"]);
    ran.exits(2).says(&["error: nowhere cannot be read: "]);
}

fn severities_are_configured() {
    let file = "[defaults]\nmigrations = \"db\"\nrules = { ban-drop-column = \"warn\" }\n";
    let folder = folder(&[("db/1_a.sql", DROP), ("run-admin-task.toml", file)]);
    let ran = review(&folder, &[]);
    ran.exits(0).says(&["review: 1 file: 1 warn\n"]);
    let ran = review(&folder, &["--rule", "ban-drop-column=off"]);
    ran.exits(0).says(&["review: 1 file: nothing found\n"]);
    let ran = review(&folder, &["--rule", "require-lock-timeout=block"]);
    ran.exits(3).says(&["review: 1 file: 1 block, 1 warn\n"]);
}

fn a_rule_that_is_not_there_is_named_with_the_nearest() {
    let folder = folder(&[("migrations/1_a.sql", ADD)]);
    for words in [&[][..], &["--list"]] {
        let words = [words, &["--rule", "ban-drop-colum=off"]].concat();
        review(&folder, &words).is("\
--- stderr
error: --rule or `rules`: there is no rule `ban-drop-colum`; did you mean `ban-drop-column`?
hint: run-admin-task review --list names them all
--- exit status 2
");
    }
}

fn what_cannot_be_reviewed_is_told() {
    let folder = folder(&[
        ("notes.txt", "x"),
        ("empty/README.md", "x"),
        ("seeds/seed_data.sql", "SELECT 1;"),
    ]);
    for (words, said) in [
        (
            &[][..],
            "there is nothing to review: no folder `migrations` is here\nhint: name files or folders, or the folder by --migrations or `migrations` in the configuration file\n",
        ),
        (&["nowhere"], "nowhere cannot be read: "),
        (
            &["notes.txt"],
            "notes.txt is no migration\nhint: sqlx takes files named VERSION_NAME.sql",
        ),
        (&["empty"], "empty holds no migration\n"),
        (
            &["seeds"],
            "seeds: `seed_data.sql` does not begin with a version, and sqlx refuses the whole folder for it\nhint: give it a version",
        ),
        (
            &["--sarif", "-", "--output", "json"],
            "--sarif - and --output json both want stdout",
        ),
    ] {
        let ran = review(&folder, words);
        ran.exits(2).says(&["error: ", said]);
    }
    fs::write(folder.path().join("3_c.sql"), b"\xff").expect("a file");
    let ran = review(&folder, &["3_c.sql"]);
    ran.exits(2).says(&["3_c.sql cannot be read: ", "UTF-8"]);
    fs::write(folder.path().join("4_d.sql"), ADD).expect("a file");
    let ran = review(&folder, &["4_d.sql", "--sarif", "no/such/folder"]);
    ran.exits(125)
        .says(&["error: no/such/folder cannot be written: ", "--sarif"]);
}

fn files_up_to_a_version_are_taken_as_applied() {
    let folder = folder(&[
        ("db/1_a.sql", DROP),
        ("db/2_b.sql", DROP),
        ("db/3_c.sql", ADD),
    ]);
    let ran = review(&folder, &["db", "--since", "1", "--output", "json"]);
    ran.exits(3);
    assert_eq!(found(&ran), ["ban-drop-column db/2_b.sql"]);
    let ran = review(&folder, &["db", "--since", "2"]);
    ran.exits(0).says(&["review: 1 file: nothing found\n"]);
}

fn what_a_branch_changes_is_compared_with_its_base() {
    let folder = folder(&[
        ("db/1_a.sql", DROP),
        ("db/2_b.sql", ADD),
        ("db/4_d.sql", ADD),
        ("db/5_e.sql", ADD),
    ]);
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "Base"]);
    git(&folder, &["switch", "--quiet", "-c", "branch"]);
    let json = ["db", "--base", "main", "--output", "json"];
    let ran = review(&folder, &json);
    ran.exits(0);
    assert_eq!(found(&ran), [""; 0]);
    // Whether it is committed or not.
    write(
        folder.path(),
        &[("db/2_b.sql", "SELECT 1;\n"), ("db/3_c.sql", ADD)],
    );
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "Change"]);
    fs::remove_file(folder.path().join("db/4_d.sql")).expect("a file");
    write(folder.path(), &[("db/6_f.sql", DROP)]);
    let ran = review(&folder, &json);
    ran.exits(3);
    let all = [
        "edited-after-applied db/2_b.sql",
        "out-of-order db/3_c.sql",
        "ban-drop-column db/6_f.sql",
        "deleted-after-applied db/4_d.sql",
    ];
    assert_eq!(found(&ran), all);
    // What main got meanwhile is not the branch's doing.
    git(&folder, &["stash", "--quiet", "--include-untracked"]);
    git(&folder, &["switch", "--quiet", "main"]);
    write(folder.path(), &[("db/9_i.sql", ADD)]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "Meanwhile"]);
    git(&folder, &["switch", "--quiet", "branch"]);
    git(&folder, &["stash", "pop", "--quiet"]);
    assert_eq!(found(&review(&folder, &json)), all);
    // One file alone: the others are nobody's business.
    let ran = review(
        &folder,
        &["db/3_c.sql", "--base", "main", "--output", "json"],
    );
    assert_eq!(found(&ran), ["out-of-order db/3_c.sql"]);
    let ran = review(&folder, &["db", "--base", "nowhere"]);
    ran.exits(2).says(&[
        "error: --base: git knows no revision `nowhere`\n",
        "fetch-depth: 0",
    ]);
    let ran = review(&folder, &["db", "--base=--output=x"]);
    ran.exits(2).says(&["git knows no revision `--output=x`"]);
    assert!(!folder.path().join("x").exists());
}

fn folders_are_compared_by_themselves() {
    let folder = folder(&[
        ("orders/1_a.sql", ADD),
        ("orders/9_i.sql", ADD),
        ("users/1_a.sql", "SELECT 1;\n"),
    ]);
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "Base"]);
    write(folder.path(), &[("users/2_b.sql", ADD)]);
    let words = ["orders", "users", "--base", "main", "--output", "json"];
    let ran = review(&folder, &words);
    ran.exits(0);
    assert_eq!(found(&ran), [""; 0]);
    // A checkout for Windows.
    write(folder.path(), &[("users/1_a.sql", "SELECT 1;\r\n")]);
    let ran = review(&folder, &words);
    ran.exits(3);
    assert_eq!(found(&ran), ["edited-after-applied users/1_a.sql"]);
    let message = ran.events()[0]["message"].to_string();
    assert!(message.contains("other line ends"), "{message}");
}

fn git_that_cannot_answer_is_told() {
    let folder = folder(&[("db/1_a.sql", ADD)]);
    let ran = review(&folder, &["db", "--base", "main"]);
    ran.exits(2).says(&[
        "error: db is in no repository of git",
        "hint: --base compares",
    ]);
    let nobody = Tool::alone(folder.path()).env("PATH", "/nowhere");
    let ran = nobody.run(&["review", "db", "--base", "main"]);
    ran.exits(2)
        .says(&["error: git cannot be run: ", "hint: --base asks git"]);
}

fn the_stream_has_an_object_for_each_finding() {
    let folder = folder(&[("db/1_a.sql", "SELECT 1; DROP TABLE \"p\u{1b}[2Jq\";\n")]);
    let ran = review(&folder, &["db", "--output", "json"]);
    ran.exits(3);
    let events = ran.events();
    let place = |field: &str| events[0][field].as_u64().unwrap_or_default();
    assert_eq!(events.len(), 2, "{ran}");
    assert_eq!((place("line"), place("column")), (1, 11));
    assert_eq!((place("end_line"), place("end_column")), (1, 31));
    assert_eq!(events[0]["severity"], "block");
    assert_eq!(events[0]["affects"], "running-code");
    assert_eq!(ran.finished()["outcome"], "not-as-required");
    assert_eq!(ran.finished()["exit_code"], 3);
}

fn a_pull_request_is_annotated() {
    let many = "DROP TABLE a;\n".repeat(12);
    let folder = folder(&[
        (
            "db/1_a.sql",
            "CREATE TABLE t (at timestamp);\n-- ::error::x\nDROP TABLE \"\n::error::y\";\n",
        ),
        ("db/2_b.sql", &many),
    ]);
    let tool = Tool::alone(folder.path()).in_github();
    let ran = tool.run(&["review", "db"]);
    ran.exits(3).says(&["review: 2 files: 13 block, 1 warn\n"]);
    let commands: Vec<_> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("::"))
        .collect();
    // GitHub shows ten of each kind.
    assert_eq!(commands.len(), 11, "{ran}");
    assert!(
        commands[0].starts_with("::error file=db/1_a.sql,line=3,endLine=4,col=1,title=ban-drop-table::a table is dropped%0Abreaks: "),
        "{ran}"
    );
    assert!(
        commands[1].starts_with("::error file=db/2_b.sql,line=1,"),
        "{ran}"
    );
    assert!(
        commands[10].starts_with(
            "::warning file=db/1_a.sql,line=1,endLine=1,col=20,title=prefer-timestamp-tz::"
        ),
        "{ran}"
    );
    let summary = fs::read_to_string(folder.path().join("summary.md")).expect("a summary");
    assert!(
        summary.starts_with("### review: 2 files: 13 block, 1 warn\n\n| | Rule |"),
        "{summary}"
    );
    assert_eq!(summary.matches("| block |").count(), 13, "{summary}");
    // All of them stand in the log.
    assert_eq!(
        ran.stdout.matches("block[ban-drop-table]").count(),
        13,
        "{ran}"
    );
}

fn a_part_of_a_repository_is_annotated_by_its_path_in_it() {
    let folder = folder(&[("api/db/1_a.sql", DROP)]);
    let repository = folder.path().display().to_string();
    let tool = Tool::alone(&folder.path().join("api")).in_github();
    let tool = tool.env("GITHUB_WORKSPACE", &repository);
    for path in ["db", "./db/1_a.sql"] {
        let ran = tool.run(&["review", path]);
        let annotation = "::error file=api/db/1_a.sql,line=2,";
        assert!(ran.exits(3).stdout.contains(annotation), "{ran}");
    }
}

fn sarif_is_what_scanners_read() {
    let folder = folder(&[
        ("db/1_a b.sql", DROP),
        ("db/2_b.up.sql", "DROP TABLE a;\nDROP TABLE a;\n"),
    ]);
    let ran = review(&folder, &["db", "--sarif", "review.sarif"]);
    ran.exits(3).says(&["review: 2 files: 3 block, 1 warn\n"]);
    assert!(ran.stdout.starts_with("block[ban-drop-column]"), "{ran}");
    let written = fs::read_to_string(folder.path().join("review.sarif")).expect("SARIF");
    let alone = Tool::alone(folder.path())
        .in_github()
        .run(&["review", "db", "--sarif", "-"]);
    alone.exits(3).says(&["error: 3 findings block"]);
    assert_eq!(alone.stdout, written);
    let log: Value = serde_json::from_str(&written).expect("JSON");
    let schema: Value =
        serde_json::from_str(include_str!("../review/sarif.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let wrong: Vec<_> = schema
        .iter_errors(&log)
        .map(|error| error.to_string())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            let index = &result["ruleIndex"];
            let rule = log
                .pointer(&format!("/runs/0/tool/driver/rules/{index}"))
                .expect("a rule");
            assert_eq!(rule["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            (
                result["ruleId"].as_str().unwrap_or_default(),
                result["level"].as_str().unwrap_or_default(),
                place["artifactLocation"]["uri"]
                    .as_str()
                    .unwrap_or_default(),
                place["region"]["startLine"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("ban-drop-column", "error", "db/1_a%20b.sql", Some(2)),
            ("missing-down-file", "warning", "db/2_b.up.sql", None),
            ("ban-drop-table", "error", "db/2_b.up.sql", Some(1)),
            ("ban-drop-table", "error", "db/2_b.up.sql", Some(2)),
        ]
    );
    let print = |result: &Value| result["partialFingerprints"]["primaryLocationLineHash"].clone();
    assert_ne!(print(&results[2]), print(&results[3]));
    // Lines that are added elsewhere change nothing of it.
    write(folder.path(), &[("db/1_a b.sql", &format!("\n\n{DROP}"))]);
    let again = review(&folder, &["db", "--sarif", "-"]);
    let again: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(print(&again["runs"][0]["results"][0]), print(&results[0]));
}

fn each_rule_is_listed() {
    let folder = folder(&[]);
    let ran = review(&folder, &["--list"]);
    ran.exits(0);
    assert!(
        ran.stdout.contains(
            "\
block  full-table-update
       every row of a table is updated at once (writers during the change)
       breaks: "
        ),
        "{ran}"
    );
    assert!(
        ran.stdout.contains(
            "
off    require-lock-timeout
"
        ),
        "{ran}"
    );
    let words = [
        "--list",
        "--output",
        "json",
        "--rule",
        "require-lock-timeout=note",
        "--rule",
        "full-table-update=off",
    ];
    let listed = review(&folder, &words).events();
    let of = |name: &str| {
        let listed = listed.iter().find(|rule| rule["name"] == name);
        listed
            .unwrap_or_else(|| panic!("{name} is not listed"))
            .clone()
    };
    assert_eq!(of("require-lock-timeout")["severity"], "note");
    assert_eq!(of("full-table-update")["severity"], "off");
    assert!(of("prefer-identity")["off_because"].is_string());
    assert!(listed.len() > 80, "{}", listed.len());
}
