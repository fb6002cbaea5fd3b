//! `man`: a page that `man` shows.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Arg;
use run_admin_task::cli::grammar;

use crate::support::Tool;

/// Programs that read such a page, and say what is wrong with it.
const READERS: [(&str, &[&str]); 2] = [
    ("groff", &["-man", "-Tutf8", "-ww"]),
    ("mandoc", &["-Tlint", "-Wwarning"]),
];

/// Holds a page to what the readers that are installed say of it.
#[track_caller]
fn is_sound(page: &Path) {
    for (program, words) in READERS {
        let output = Command::new(program)
            .args(words)
            .arg(page)
            .stdin(Stdio::null())
            .output();
        // It is not installed.
        let Ok(output) = output else { continue };
        let faults = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {faults}");
        assert_eq!(faults, "", "{program}: {}", page.display());
    }
}

#[test]
fn the_page_has_every_verb_and_every_option() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = Tool::alone(folder.path()).run(&["man"]);
    ran.exits(0);
    assert_eq!(ran.stderr, "");
    let path = folder.path().join("run-admin-task.1");
    fs::write(&path, &ran.stdout).expect("a file");
    is_sound(&path);
    for line in ran.stdout.lines().filter(|line| line.starts_with('.')) {
        let name: String = line
            .chars()
            .skip(1)
            .take_while(char::is_ascii_alphabetic)
            .collect();
        let known = [
            "TH", "SH", "SS", "TP", "PP", "RS", "RE", "IP", "br", "ie", "el",
        ];
        assert!(known.contains(&name.as_str()), "{line}");
    }

    let text = ran.stdout.replace("\\-", "-");
    let mut tool = grammar();
    tool.build();
    for verb in tool.get_subcommands() {
        let name = format!("\n.SS \"run-admin-task {}\"\n", verb.get_name());
        assert_eq!(text.matches(&name).count(), 1, "{name}");
    }
    // Verbs may have options of one name; the tool's own stand once.
    let of_verbs = tool
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter(|option| !option.is_global_set());
    let options: Vec<_> = tool
        .get_arguments()
        .chain(of_verbs)
        .filter_map(Arg::get_long)
        .collect();
    for option in &options {
        let header = format!("\\fB--{option}\\fR");
        let headers = text.lines().filter(|line| line.contains(&header));
        let wanted = match *option {
            // clap's own, in each verb.
            "help" | "version" => 1,
            option => options.iter().filter(|it| **it == option).count(),
        };
        assert_eq!(headers.count(), wanted, "{option}");
    }
    for text in [
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "EXAMPLES",
        "SYNOPSIS",
    ] {
        assert!(ran.stdout.contains(text), "{text}");
    }
}

#[test]
fn a_folder_gets_a_page_for_each_verb() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = Tool::alone(folder.path());
    let ran = tool.run(&["man", "--dir", "."]);
    ran.is("--- stderr\n--- exit status 0\n");
    let mut pages = 0;
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "1") {
            is_sound(&path);
            pages += 1;
        }
    }
    assert_eq!(pages, 1 + grammar().get_subcommands().count());
    assert!(folder.path().join("run-admin-task-attach.1").is_file());
    tool.run(&["man", "--dir", "gone"]).is("\
--- stderr
error: the pages cannot be written into gone: No such file or directory (os error 2)
hint: --dir names a folder that is there
--- exit status 125
");
}
