//! `explain`: why a run failed, from what somebody pastes, from files, and from the records.

use serde_json::{Value, json};

use crate::records::{arn, run};
use crate::support::{Ran, Setting, Tool, tests};

tests! {
    the_last_run_that_failed_is_explained_from_its_record,
    a_run_that_could_not_start_is_explained_by_its_task,
}

const MISSING: &str = "ResourceInitializationError: failed to fetch secret \
    arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf from secrets manager: \
    ResourceNotFoundException: Secrets Manager can’t find it.";

fn alone(words: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Tool::alone(folder.path()).run(words)
}

/// The one object that a program gets.
#[track_caller]
fn object(ran: &Ran) -> Value {
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran}");
    let mut events = ran.events();
    assert_eq!(events.len(), 1, "{ran}");
    events.remove(0)
}

#[test]
fn a_reason_is_explained_with_the_commands_that_help() {
    alone(&["explain", "--message", MISSING]).is("\
secret-not-found: No such secret in that region: secret arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf.

Evidence
  - ResourceInitializationError: failed to fetch secret arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf from secrets manager: ResourceNotFoundException: Secrets Manager can’t find it.

Next steps
  1. aws secretsmanager describe-secret --region us-east-1 --secret-id arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf
  2. Check ARN, region and whether it was deleted.
--- stderr
--- exit status 0
");
}

#[test]
fn a_program_gets_one_object_without_passwords() {
    let text = "error with configuration: bad postgres://ana:s3cret@db/app\u{1b}[2J";
    let ran = alone(&["explain", "--output", "json", "--message", text]);
    let object = object(&ran);
    assert_eq!(object["cause"], "db-url-invalid");
    assert_eq!(object["confidence"], "high");
    assert_eq!(object["checks"], json!([]));
    assert_eq!(object["extracted"]["host"], "db");
    assert!(!ran.stdout.contains("s3cret"), "{ran}");
    let ran = alone(&["explain", "--message", text]);
    assert!(ran.stdout.contains("ana:***@db/app^[[2J"), "{ran}");
}

#[test]
fn a_page_in_a_job_has_nothing_to_obey() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = Tool::alone(folder.path()).env("GITHUB_ACTIONS", "true");
    let text = "see ##[error]x\n::error::y";
    let ran = tool.run(&["explain", "--message", text]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("see #\u{200b}#[error]x"), "{ran}");
    let begins = |line: &str| line.trim_start().starts_with("::");
    assert!(!ran.stdout.lines().any(begins), "{ran}");
}

#[test]
fn what_nobody_knows_is_not_guessed() {
    for words in [
        &["explain", "--output", "json", "--message", "what is this"][..],
        &[
            "explain",
            "--output",
            "json",
            "--message",
            "exit 1",
            "--exit-code",
            "0",
        ],
    ] {
        let cause = object(&alone(words))["cause"].clone();
        assert!(
            ["unknown", "essential-container-exited-zero"]
                .contains(&cause.as_str().unwrap_or_default())
        );
    }
    let ran = alone(&["explain", "--output", "json", "--exit-code", "137"]);
    assert_eq!(object(&ran)["cause"], "essential-container-exited-nonzero");
}

#[test]
fn a_file_and_stdin_are_read_in_any_form() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = Tool::alone(folder.path());
    let task = json!({"tasks": [{
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "admin", "exitCode": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"}],
    }]});
    std::fs::write(folder.path().join("task.json"), task.to_string()).expect("written");
    let ran = tool.run(&["explain", "--output", "json", "--from", "task.json"]);
    assert_eq!(object(&ran)["cause"], "oom-killed");
    let ran = tool.run_in_bash("\"$0\" explain --output json --from - < task.json");
    assert_eq!(object(&ran)["cause"], "oom-killed");
    for (text, why) in [
        ("", "there is nothing in it"),
        ("{}", "it is JSON that tells of no task"),
        ("\0", "it is no text"),
    ] {
        std::fs::write(folder.path().join("bad"), text).expect("written");
        tool.run(&["explain", "--from", "bad"])
            .exits(2)
            .says(&[&format!(
                "error: `bad` tells of no failure: {why}\nhint: it takes what "
            )]);
    }
    let ran = tool.run(&["explain", "--from", "nowhere"]);
    ran.exits(2).says(&["error: `nowhere` cannot be read: "]);
    let ran = tool.run(&["explain", "--output", "json", "--from", "bad"]);
    assert_eq!(ran.exits(2).finished()["exit_code"], 2);
}

#[test]
fn words_that_do_not_go_together_are_refused() {
    for words in [
        &["explain", "x", "--message", "y"][..],
        &["explain", "x", "--from", "y"],
        &["explain", "--from", "x", "--message", "y"],
        &["explain", "--message", " "],
        &["explain", "--exit-code", "many"],
        &["explain", "no id"],
    ] {
        let ran = alone(words);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{ran}");
    }
}

#[test]
fn without_a_record_and_without_aws_it_says_what_works_alone() {
    for words in [&["explain"][..], &["explain", "0f1e"]] {
        let ran = alone(words);
        assert_eq!((ran.status, ran.stdout.as_str()), (125, ""), "{ran}");
    }
    alone(&["explain"]).says(&[
        "error: no run that failed is recorded on this machine; the tasks could not be listed: ",
        "hint: explain --from FILE ",
        "hint: explain --message TEXT ",
    ]);
}

fn the_last_run_that_failed_is_explained_from_its_record() {
    let script = "echo \"error: migration 20260103000001 is partially applied; fix and remove row from \\`_sqlx_migrations\\` table\"; exit $1";
    let bench = Setting::of(script).start();
    bench.run(&["1"]).exits(1);
    run(&bench, &["0"], 0);
    let asked = bench.emulator.calls().len();
    let ran = bench.run(&["explain"]);
    ran.exits(0);
    let wanted = "migration-dirty: A migration stopped half-way and is marked unsuccessful: migration 20260103000001.\n";
    assert!(ran.stdout.starts_with(wanted), "{ran}");
    assert!(
        ran.stdout
            .contains("1. run-admin-task recover 20260103000001\n"),
        "{ran}"
    );
    let failed = bench.emulator.tasks().remove(0).arn;
    let ran = bench.run(&["explain", &failed, "--output", "json"]);
    let object = object(&ran);
    assert_eq!(object["extracted"]["migration"], "20260103000001");
    assert_eq!(
        object["related"],
        json!(["essential-container-exited-nonzero"])
    );
    assert_eq!(bench.emulator.calls().len(), asked, "AWS was asked");
}

fn a_run_that_could_not_start_is_explained_by_its_task() {
    let bench = Setting::of("").without_log_group().start();
    bench.run(&["migrate"]).exits(126);
    let ran = bench.run(&["explain", &arn(&bench), "--output", "json"]);
    assert_eq!(object(&ran)["cause"], "log-group-missing", "{ran}");
    bench
        .run(&["explain", "zz"])
        .exits(2)
        .says(&["there is no record `zz`"]);
}
