//! The examples in `examples/ci` say what the tool understands.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use run_admin_task::cli;
use run_admin_task::report::ci::OUTPUTS;
use serde_json::Value;

const PROGRAM: &str = "run-admin-task";

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci");
    [
        "github/action.yml",
        "github/deploy.yml",
        "gitlab-ci.yml",
        "buildkite.yml",
    ]
    .map(|name| folder.join(name))
    .into()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parsed(path: &Path) -> Value {
    serde_saphyr::from_str(&read(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every text that a shell runs: the values of these keys, wherever they stand.
fn scripts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if ["run", "script", "before_script", "command", "commands"]
                    .contains(&name.as_str())
                {
                    texts(value, found);
                }
                scripts(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| scripts(value, found)),
        _ => {}
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// The command lines of the tool in a script: its words up to a redirection.
fn command_lines(script: &str) -> Vec<Vec<String>> {
    let lines = script
        .lines()
        .filter(|line| line.trim_start().starts_with(PROGRAM));
    lines
        .map(|line| {
            let words = shlex::split(line).unwrap_or_else(|| panic!("an open quote: {line}"));
            words
                .into_iter()
                .take_while(|word| !matches!(word.as_str(), ">" | "|" | "&&" | "||" | ";"))
                .collect()
        })
        .collect()
}

#[test]
fn the_tool_accepts_every_command_line() {
    for path in examples() {
        let mut found = Vec::new();
        scripts(&parsed(&path), &mut found);
        let lines: Vec<_> = found
            .iter()
            .flat_map(|script| command_lines(script))
            .collect();
        assert!(!lines.is_empty(), "{}: no command line", path.display());
        for words in lines {
            // What a shell puts in a variable's place is known to the shell alone.
            let words = words.iter().map(|word| match word.as_str() {
                "$TIMEOUT" => OsString::from("1h"),
                word => OsString::from(word),
            });
            let words: Vec<_> = words.collect();
            let parsed = cli::parse(words.clone());
            assert!(parsed.is_ok(), "{}: {words:?}: {parsed:?}", path.display());
        }
    }
}

/// The names of the outputs of steps that a text uses.
fn used(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("steps.").filter_map(|(at, _)| {
        let (step, rest) = text[at..].split_once(".outputs.")?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        step["steps.".len()..].chars().all(is_name).then(|| {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            &rest[..end]
        })
    })
}

#[test]
fn every_output_that_is_used_is_written() {
    let mut names = Vec::new();
    for path in examples() {
        let text = read(&path);
        for name in used(&text) {
            assert!(
                OUTPUTS.contains(&name),
                "{}: no output `{name}`",
                path.display()
            );
            names.push(name.to_owned());
        }
    }
    for output in OUTPUTS {
        assert!(
            names.iter().any(|name| name == output),
            "no example uses `{output}`"
        );
    }
}

#[test]
fn the_actions_inputs_are_those_it_declares() {
    let path = examples().remove(0);
    let action = parsed(&path);
    let declared = action["inputs"].as_object().expect("inputs");
    let text = read(&path);
    let uses: Vec<_> = text
        .match_indices("inputs.")
        .map(|(at, mark)| {
            let rest = &text[at + mark.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect();
    for name in &uses {
        assert!(declared.contains_key(*name), "no input `{name}`");
    }
    for name in declared.keys() {
        assert!(uses.contains(&name.as_str()), "input `{name}` is not used");
    }
    let outputs = action["outputs"].as_object().expect("outputs");
    assert!(OUTPUTS.iter().all(|output| outputs.contains_key(*output)));
}

#[test]
fn no_example_names_somebodys_account_and_every_one_is_listed() {
    let readme = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci/README.md"));
    for path in examples() {
        let text = read(&path);
        let digits = text.split(|c: char| !c.is_ascii_digit());
        assert!(
            digits.clone().all(|run| run.len() < 12),
            "{}",
            path.display()
        );
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        assert!(readme.contains(name), "{name} is not listed");
    }
}
