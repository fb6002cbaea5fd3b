//! The examples in `examples/ci`, README and the pages in `docs` say what the tool understands.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use run_admin_task::cli::{self, Refusal};
use run_admin_task::report::ci::OUTPUTS;
use serde_json::Value;

const PROGRAM: &str = "run-admin-task";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

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

/// The command lines of the tool in what a shell runs, or in what a terminal shows: the words of
/// each up to what the shell takes for itself.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let in_line = |line: &'_ str| -> Vec<Vec<String>> {
        line.match_indices(PROGRAM)
            .filter(|(at, _)| is_a_command(line, *at))
            .map(|(at, _)| {
                let own = own_words(&line[at..]);
                shlex::split(own).unwrap_or_else(|| panic!("an open quote: {line}"))
            })
            .collect()
    };
    text.lines().flat_map(in_line).collect()
}

/// Whether the word at `at` is typed, and not told of.
fn is_a_command(line: &str, at: usize) -> bool {
    let before = line[..at].trim_end();
    let begins = before.is_empty()
        || ["$", "|", "&&", ";", "(", ":", "-", "->"]
            .iter()
            .any(|mark| before.ends_with(mark));
    let rest = &line[at + PROGRAM.len()..];
    begins && (rest.is_empty() || rest.starts_with([' ', ')', ';']))
}

/// A command up to what ends it: a pipe, a redirection, the next command, a comment.
fn own_words(text: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '|' | '>' | ';' | '&' | ')') => return &text[..at],
            (None, '#') if before == ' ' => return &text[..at],
            _ => {}
        }
        before = letter;
    }
    text
}

fn refuse_unknown_words(path: &Path, lines: &[Vec<String>]) {
    assert!(!lines.is_empty(), "{}: no command line", path.display());
    for words in lines {
        // What a shell puts in a variable's place is known to the shell alone.
        let words = words.iter().map(|word| match word.as_str() {
            "$TIMEOUT" => OsString::from("1h"),
            word => OsString::from(word),
        });
        let words: Vec<_> = words.collect();
        let parsed = cli::parse(words.clone());
        // Help and the version are an answer of clap's that is no error.
        let is_answered = match &parsed {
            Ok(_) => true,
            Err(Refusal::Clap(answer)) => answer.exit_code() == 0,
            Err(Refusal::Failure(_)) => false,
        };
        assert!(is_answered, "{}: {words:?}: {parsed:?}", path.display());
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

#[test]
fn command_lines_are_found_where_they_are_typed() {
    let found = |text: &str| -> Vec<String> {
        let lines = command_lines(text).into_iter();
        lines.map(|words| words[1..].join(" ")).collect()
    };
    for (text, words) in [
        ("$ run-admin-task plan; echo \"$?\"", &["plan"][..]),
        ("$ run-admin-task -q ps | jq '.a | .b'", &["-q ps"]),
        ("a=$(run-admin-task config) b", &["config"]),
        (
            "source <(run-admin-task completions zsh)",
            &["completions zsh"],
        ),
        (
            "  -> run-admin-task recover 7 forget",
            &["recover 7 forget"],
        ),
        (
            "run-admin-task verify && run-admin-task ps",
            &["verify", "ps"],
        ),
        (
            "run-admin-task stop 5f --reason 'a > b'   # why",
            &["stop 5f --reason a > b"],
        ),
        ("run-admin-task: stopped by ana", &[]),
        ("cargo install run-admin-task", &[]),
    ] {
        assert_eq!(found(text), words, "{text}");
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
