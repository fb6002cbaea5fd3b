//! The examples in `examples/ci` say what the tool understands, and verify before they deploy.

use std::path::{Path, PathBuf};

use run_admin_task::report::ci::OUTPUTS;
use serde_json::Value;

use crate::command_lines::{command_lines, refuse_unknown_words};
use crate::{read, root};

fn examples() -> Vec<PathBuf> {
    let folder = root().join("examples/ci");
    [
        "github/action.yml",
        "github/review.yml",
        "github/deploy.yml",
        "gitlab-ci.yml",
        "buildkite.yml",
    ]
    .map(|name| folder.join(name))
    .into()
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

/// The command lines of the tool in the scripts of a pipeline.
fn of_pipeline(path: &Path) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    scripts(&parsed(path), &mut found);
    found
        .iter()
        .flat_map(|script| command_lines(script))
        .collect()
}

#[test]
fn the_tool_accepts_every_command_line() {
    for path in examples() {
        refuse_unknown_words(&path, &of_pipeline(&path));
    }
}

/// The verbs of the tool in a pipeline, in their order.
fn verbs(path: &Path) -> Vec<String> {
    let lines = of_pipeline(path).into_iter().flatten();
    lines
        .filter(|word| ["review", "apply", "verify"].contains(&word.as_str()))
        .collect()
}

#[test]
fn a_change_is_reviewed_and_nothing_is_deployed_unverified() {
    let [_, review, deploy, gitlab, buildkite] =
        <[_; 5]>::try_from(examples()).expect("five examples");
    assert_eq!(verbs(&review), ["review"]);
    assert_eq!(verbs(&deploy), ["apply", "verify"]);
    let jobs = &parsed(&deploy)["jobs"];
    assert_eq!(jobs["deploy"]["needs"], "verify");
    assert_eq!(jobs["verify"]["needs"], "migrate");

    // Its stages run one after the other.
    let pipeline = parsed(&gitlab);
    let stages = serde_json::json!(["review", "migrate", "verify", "deploy"]);
    assert_eq!(pipeline["stages"], stages);
    for (job, verb) in [
        ("review", "review"),
        ("migrate", "apply"),
        ("verify", "verify"),
    ] {
        assert_eq!(pipeline[job]["stage"], job);
        let script = pipeline[job]["script"].to_string();
        assert!(script.contains(verb), "{job}: {script}");
    }
    assert_eq!(pipeline["deploy"]["stage"], "deploy");

    assert_eq!(verbs(&buildkite), ["review", "apply", "verify"]);
    let pipeline = parsed(&buildkite);
    let steps = pipeline["steps"].as_array().expect("a list");
    let depends_on: Vec<_> = steps
        .iter()
        .map(|step| step["depends_on"].as_str())
        .collect();
    assert_eq!(depends_on, [None, None, Some("migrate"), Some("verify")]);
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
    let readme = read(&root().join("examples/ci/README.md"));
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
