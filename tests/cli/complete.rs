//! `completions`, and what a shell is told that asks.

use std::fs;
use std::process::{Command, Stdio};

use run_admin_task::cli::complete::{SHELLS, VARIABLE};
use run_admin_task::model::task::task_id;

use crate::records::{arn, files};
use crate::support::{Setting, Tool, tests};

tests! {
    runs_and_tasks_are_completed_from_their_records,
}

/// Completes lines in bash: the last word of each is the one being typed.
const IN_BASH: &str = r#"
source <("$0" completions bash)
complete() {
    COMP_WORDS=(run-admin-task "$@"); COMP_CWORD=$#; COMP_TYPE=9
    local typed="${!#}"; [[ $typed == "=" ]] && typed=""
    COMPREPLY=(); _clap_complete_run_admin_task run-admin-task "$typed" "${COMP_WORDS[$# - 1]}"
    echo "${COMPREPLY[*]}"
}
"#;

/// The answers to these lines, in bash.
#[track_caller]
fn in_bash(tool: &Tool, lines: &[&str]) -> Vec<String> {
    let questions = lines.iter().map(|line| format!("complete {line}\n"));
    let script: String = std::iter::once(IN_BASH.to_owned())
        .chain(questions)
        .collect();
    let ran = tool.run_in_bash(&script);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran}");
    ran.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn each_shell_has_a_script_that_asks_this_program() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = Tool::alone(folder.path());
    for shell in SHELLS {
        let ran = tool.run(&["completions", shell]);
        ran.exits(0);
        assert_eq!(ran.stderr, "", "{ran}");
        assert!(ran.stdout.contains(VARIABLE), "{ran}");
        assert!(
            ran.stdout.contains(env!("CARGO_BIN_EXE_run-admin-task")),
            "{ran}"
        );
        let path = folder.path().join(shell);
        fs::write(&path, &ran.stdout).expect("a file");
        // Those that only look at a script, where they are installed.
        let look = match shell {
            "elvish" => "-compileonly",
            "powershell" => continue,
            _ => "-n",
        };
        let looked = Command::new(shell)
            .arg(look)
            .arg(&path)
            .stdin(Stdio::null())
            .output();
        if let Ok(looked) = looked {
            assert!(looked.status.success(), "{shell}: {looked:?}");
        }
    }
    tool.run(&["completions", "tcsh"])
        .exits(2)
        .says(&["tcsh", "bash, zsh, fish, elvish, powershell"]);
    tool.run(&["completions"]).exits(2).says(&["<SHELL>"]);
}

#[test]
fn bash_completes_verbs_options_and_their_values() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write(
        "run-admin-task.toml",
        "[environments.staging]\n[environments.production]\n[environments.'$(reboot)']\n",
    );
    write("other.toml", "[environments.other]\n");
    let tool = Tool::alone(folder.path());
    let cases = [
        ("l", "logs"),
        ("--out", "--output"),
        (
            "--output ''",
            "auto human plain json github gitlab buildkite",
        ),
        ("--output j", "json"),
        ("--output = j", "json"),
        (
            "--output =",
            "auto human plain json github gitlab buildkite",
        ),
        ("--timestamps = l", "local"),
        ("--timestamps l", "logs"),
        ("--on-interrupt ''", "stop detach"),
        ("-E ''", "production staging"),
        ("-E s", "staging"),
        ("ps --environment = p", "production"),
        ("--config other.toml -E ''", "other"),
        ("--config = other.toml -E ''", "other"),
        ("-E '' ", "production staging"),
        ("--config o", "other.toml"),
        ("--env-file o", "other.toml"),
        ("--cluster config l", "logs"),
        ("config --clu", "--cluster"),
        ("ps --dry", "--dry-run"),
        ("completions f", "fish"),
        ("history s", "show"),
        ("--container ''", ""),
        ("migrate ''", ""),
        ("migrate --out", ""),
        ("run migrate --out", ""),
        ("run --out", "--output"),
        ("-- ''", ""),
    ];
    let lines = cases.map(|(line, _)| line);
    let answers = in_bash(&tool, &lines);
    for ((line, expected), answer) in cases.iter().zip(&answers) {
        assert_eq!(answer, expected, "{line}");
    }
    assert_eq!(answers.len(), cases.len());
    // A file that cannot be read is no reason for a word.
    write("run-admin-task.toml", "not TOML");
    assert_eq!(in_bash(&tool, &["-E ''", "l"]), ["", "logs"]);
}

#[test]
fn a_shell_that_asks_starts_nothing_and_gets_no_errors() {
    let bench = Setting::of("").start();
    for (shell, answer) in [
        ("bash", "logs"),
        (
            "zsh",
            "logs:Show a task's log, also when ECS has forgotten the task",
        ),
        (
            "fish",
            "logs\tShow a task's log, also when ECS has forgotten the task\n",
        ),
        ("elvish", "logs"),
        (
            "powershell",
            "logs\tShow a task's log, also when ECS has forgotten the task\n",
        ),
    ] {
        let tool = bench
            .tool()
            .env(VARIABLE, shell)
            .env("_CLAP_COMPLETE_INDEX", "1");
        let ran = tool.run(&["--", "run-admin-task", "l"]);
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str(), ran.status),
            (answer, "", 0),
            "{shell}"
        );
        // Whatever stands there is no run.
        tool.run(&["migrate"]).exits(0);
        tool.run(&["--", "run-admin-task", "migrate"]).exits(0);
    }
    let tool = bench.tool().env(VARIABLE, "tcsh");
    tool.run(&["migrate"]).is("\
--- stderr
error: the shell `tcsh` is not known: bash, zsh, fish, elvish, powershell
--- exit status 2
");
    let tool = bench
        .tool()
        .env(VARIABLE, "bash")
        .env("_CLAP_COMPLETE_INDEX", "99999999999");
    tool.run(&["--", "run-admin-task", "l"]).exits(0);
    assert!(bench.emulator.calls().is_empty());
    // Another program's variable, or none to speak of.
    let tool = bench.tool().env("COMPLETE", "bash").env(VARIABLE, "");
    tool.run(&["--drain", "0s", "report"]).exits(0);
    assert_eq!(bench.calls("RunTask"), 1);
}

fn runs_and_tasks_are_completed_from_their_records() {
    let bench = Setting::of("").start();
    bench.run(&["--drain", "0s", "report"]).exits(0);
    let arn = arn(&bench);
    let task = task_id(&arn);
    let file = files(&bench).remove(0);
    let run = file.trim_end_matches(".json");
    let of_run = format!("history show {}", &run[..8]);
    let begun = format!("history show {}", &task[..4]);
    let tool = bench.tool().env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let lines = [
        &of_run,
        "logs ''",
        "attach ''",
        "stop ''",
        &begun,
        "history show x",
    ];
    let answers = in_bash(&tool, &lines);
    let first = |answer: &str| answer.split(' ').next().unwrap_or_default().to_owned();
    let got: Vec<_> = answers.iter().map(|answer| first(answer)).collect();
    assert_eq!(got, [run, task, task, task, task, ""]);
}
