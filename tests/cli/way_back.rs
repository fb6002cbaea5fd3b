//! Commands that are printed lead to the same account as the one that printed them, whatever the
//! configuration file would bring without its words.

use crate::support::{Bench, Setting, Tool, at_once, tests};

tests! {
    printed_commands_lead_to_the_same_account,
    the_list_of_earlier_runs_keeps_the_way,
    hints_name_the_place_that_was_looked_at,
}

const PROFILES: &str = "\
[profile staging]
aws_access_key_id = AKIDSTAGING
aws_secret_access_key = x
[profile prod]
aws_access_key_id = AKIDPROD
aws_secret_access_key = x
";

const FILE: &str = r#"
default-environment = "staging"
[environments.staging]
profile = "staging"
[environments.production]
profile = "prod"
[environments.bare]
"#;

const ARN: &str = "arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]";

fn bench(script: &str) -> Bench {
    let bench = Setting::of(script).start();
    std::fs::create_dir(bench.folder().join(".aws")).expect("a folder");
    bench.write(".aws/config", PROFILES);
    bench.write("run-admin-task.toml", FILE);
    bench.write("elsewhere.toml", "");
    bench
}

/// An environment of the file, and the words that lead back to its account from anywhere.
const CASES: [(&[&str], &str); 5] = [
    (&[], "--profile staging"),
    (&["-E", "production"], "--profile prod"),
    (
        &["-E", "bare"],
        "--config [folder]/run-admin-task.toml -E bare",
    ),
    (
        &["--config", "elsewhere.toml"],
        "--config [folder]/elsewhere.toml",
    ),
    (&["-E", "bare", "--profile", "prod"], "--profile prod"),
];

/// Starts a migration and kills or leaves it once its container runs.
fn left(tool: &Tool, words: &[&str], signal: &str) -> crate::support::Ran {
    let words = [words, &["migrate"]].concat();
    let mut running = tool.start(&words);
    running.until_stdout_has("ready");
    running.until_stderr_has("RUNNING after");
    running.signal(signal);
    running.end()
}

fn printed_commands_lead_to_the_same_account() {
    at_once(CASES, |(words, way)| {
        let bench = bench("echo ready; exec sleep 50");
        let ran = left(&bench.tool(), words, "INT");
        ran.exits(130).says(&[&format!(
            "to follow it:   run-admin-task attach {way} {ARN}\n\
             to see its log: run-admin-task logs {way} {ARN}\n\
             to stop it:     run-admin-task stop {way} {ARN}\n"
        )]);
    });
}

fn the_list_of_earlier_runs_keeps_the_way() {
    at_once(CASES, |(words, way)| {
        let bench = bench("echo ready; exec sleep 50");
        left(&bench.tool(), words, "KILL").exits(137);
        let ran = bench.run(&["history"]);
        ran.exits(0)
            .says(&[&format!(": run-admin-task attach {way} {ARN}\n")]);
    });
}

fn hints_name_the_place_that_was_looked_at() {
    let bench = bench("");
    let place = "--profile prod --region us-east-1 --cluster everruns --task-definition other";
    let words = ["-E", "production", "--task-definition", "other:3"];
    let run = |verb: &[&str]| bench.run(&[&words[..], verb].concat());
    run(&["attach"]).exits(2).says(&[&format!(
        "hint: run-admin-task ps {place} lists those that ended lately: attach and logs take their ids\n"
    )]);
    for name in [
        "0f1e",
        "arn:aws:ecs:eu-west-1:000000000000:task/everruns/0f1e",
    ] {
        let region = if name.contains("eu-west-1") {
            "eu-west-1"
        } else {
            "us-east-1"
        };
        let place = place.replace("us-east-1", region);
        run(&["attach", name]).exits(2).says(&[
            &format!("hint: run-admin-task ps {place} lists the tasks; "),
            &format!("its log may still be there: run-admin-task logs {place} {name}\n"),
        ]);
    }
}
