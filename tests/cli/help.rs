//! What the help shows, of the tool and of each verb.

use crate::support::{Ran, Tool};

/// Every verb that this version has.
const VERBS: [&str; 12] = [
    "check",
    "run",
    "attach",
    "logs",
    "ps",
    "stop",
    "history",
    "explain",
    "config",
    "schema",
    "completions",
    "man",
];

fn help(words: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = Tool::alone(folder.path()).env("COLUMNS", "80").run(words);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran}");
    ran
}

/// Whether these stand in this order.
#[track_caller]
fn in_order(ran: &Ran, texts: &[&str]) {
    let mut rest = ran.stdout.as_str();
    for text in texts {
        let found = rest.find(text);
        let at = found.unwrap_or_else(|| panic!("`{text}` is not there, or too early\n{ran}"));
        rest = &rest[at + text.len()..];
    }
}

#[test]
fn the_tools_help_is_in_order_and_no_line_is_long() {
    let headings = [
        "Usage:",
        "\nVerbs:\n",
        "\nOptions:\n",
        "\nConfiguration:\n",
        "\nWhere:\n",
        "\nWhat:\n",
        "\nHow long:\n",
        "\nBefore the start:\n",
        "\nOnce:\n",
        "\nOutput:\n",
        "\nExamples:\n",
    ];
    let short = help(&["-h"]);
    in_order(&short, &headings);
    assert!(!short.stdout.contains("Exit status:"), "{short}");
    let long = help(&["--help"]);
    in_order(
        &long,
        &[&headings[..], &["\nExit status:\n", "126", "130 143"]].concat(),
    );
    for verb in VERBS {
        assert!(
            short.stdout.contains(&format!("\n  {verb} ")),
            "{verb}\n{short}"
        );
    }
    let values = "[possible values: auto, human, plain, json, github, gitlab, buildkite]";
    let words: Vec<_> = short.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains(values), "{short}");
    for ran in [short, long] {
        for line in ran.stdout.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn a_verbs_help_has_its_examples_and_how_it_ends() {
    for verb in VERBS {
        let short = help(&[verb, "-h"]);
        in_order(
            &short,
            &[
                &format!("Usage: run-admin-task {verb}"),
                "\nOptions:\n",
                "\nExamples:\n",
            ],
        );
        let long = help(&[verb, "--help"]);
        in_order(
            &long,
            &[
                "\nExamples:\n",
                "\nExit status:\n  0 ",
                "\n  2 ",
                "\n  125 ",
            ],
        );
        for line in short.stdout.lines().chain(long.stdout.lines()) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn a_verbs_help_has_the_options_that_count_with_it() {
    for (verb, there, not_there) in [
        ("run", &["--cpu", "--dry-run", "--yes"][..], &[][..]),
        (
            "ps",
            &["--cluster", "--timestamps", "--output"],
            &["--subnets", "--dry-run", "--yes"],
        ),
        (
            "stop",
            &["--reason", "--yes", "--dry-run"],
            &["--cpu", "--timeout"],
        ),
        (
            "logs",
            &["--follow", "--since", "--drain"],
            &["--run-key", "--yes"],
        ),
        (
            "attach",
            &["--on-interrupt", "--wait-stopped"],
            &["--tag", "--start-retries"],
        ),
        (
            "history",
            &["--config", "--output"],
            &["--region", "--quiet"],
        ),
        (
            "explain",
            &["--from", "--message", "--region", "--read-secrets"],
            &["--tag", "--cpu"],
        ),
        (
            "check",
            &["--list", "--execute-command", "--read-secrets", "--subnets"],
            &["--yes", "--timeout"],
        ),
        ("config", &["--cpu", "--subnets"], &["--dry-run"]),
        ("schema", &["--help"], &["--output", "--config"]),
        ("completions", &["--help"], &["--output"]),
        ("man", &["--dir"], &["--output"]),
    ] {
        let ran = help(&[verb, "-h"]);
        let options = ran.stdout.lines().filter_map(|line| {
            let (before, option) = line.split_once("--")?;
            let is_one = before.trim().is_empty() || before.trim().ends_with(',');
            is_one.then(|| format!("--{option}"))
        });
        let options: Vec<_> = options
            .map(|option| option.replace(['[', '='], " "))
            .filter_map(|option| option.split(' ').next().map(str::to_owned))
            .collect();
        for option in there {
            assert!(
                options.iter().any(|shown| shown == option),
                "{option}\n{ran}"
            );
        }
        for option in not_there {
            assert!(
                !options.iter().any(|shown| shown == option),
                "{option}\n{ran}"
            );
        }
    }
}

#[test]
fn an_option_that_is_not_shown_is_taken_all_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = Tool::alone(folder.path());
    for words in [
        &["history", "--cpu", "256"][..],
        &["--subnets", "subnet-1", "history"],
        &["--output", "json", "schema"],
        &["schema", "--quiet"],
    ] {
        tool.run(words).exits(0);
    }
    tool.run(&["schema", "--cluster"]).exits(2);
    tool.run(&["schema", "more"]).exits(2);
}
