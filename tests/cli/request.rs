//! What is asked of ECS: each setting reaches the `RunTask` request and the container.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Bench, QUICK, Setting, at_once, tests};

tests! {
    what_nobody_says_is_built_in,
    every_flag_reaches_the_request,
    extra_variables_reach_the_containers_process,
    a_ci_run_names_itself,
    a_dry_run_prints_the_request_that_a_run_sends,
}

fn run(bench: &Bench, words: &[&str]) -> Value {
    let ran = bench.run(&[&QUICK, words, &["migrate"]].concat());
    ran.exits(0);
    bench.run_task_request()
}

/// 64 hexadecimal characters.
fn is_digest(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn output_of(program: &str, word: &str) -> String {
    let output = Command::new(program).arg(word).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn what_nobody_says_is_built_in() {
    let bench = Setting::of("").start();
    let mut request = run(&bench, &[]);
    let fields = request.as_object_mut().expect("an object");
    let token = fields.remove("clientToken").unwrap_or_default();
    assert!(is_digest(&token), "{token}");
    let tags = fields["tags"].as_array_mut().expect("a list");
    let run_key = tags.remove(1);
    assert_eq!(run_key["key"], "run-admin-task:run-key");
    assert!(is_digest(&run_key["value"]), "{run_key}");
    assert_ne!(run_key["value"], token, "each start has a token of its own");
    let started_by: String = format!("{}/{}", output_of("id", "-un"), output_of("uname", "-n"))
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_/".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let who = format!("{}@{}", output_of("id", "-un"), output_of("uname", "-n"));
    assert_eq!(
        request,
        json!({
            "cluster": "everruns",
            "taskDefinition": "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:1",
            "count": 1,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {
                "subnets": ["subnet-0a", "subnet-0b"],
                "securityGroups": ["sg-0a"],
                "assignPublicIp": "DISABLED",
            }},
            "overrides": {"containerOverrides": [{"name": "admin", "command": ["migrate"]}]},
            "startedBy": format!("run-admin-task/{started_by}"),
            "tags": [
                {"key": "run-admin-task:command", "value": "migrate"},
                {"key": "run-admin-task:version", "value": env!("CARGO_PKG_VERSION")},
                {"key": "run-admin-task:who", "value": who},
            ],
        })
    );
}

fn every_flag_reaches_the_request() {
    let flags = [
        "--subnets",
        "subnet-1,subnet-2",
        "--subnets",
        "subnet-3",
        "--security-groups",
        "sg-1",
        "--security-groups",
        "sg-2",
        "--assign-public-ip",
        "--platform-version",
        "1.4.0",
        "--cpu",
        "1024",
        "--memory",
        "2048",
        "--tag",
        "team=db",
        "--tag",
        "run-admin-task:who=me",
        "--task-definition",
        "everruns-admin:1",
    ];
    at_once([false, true], |providers| {
        let bench = Setting::of("").start();
        let more: &[_] = if providers {
            &[
                "--capacity-provider",
                "FARGATE_SPOT:3:1",
                "--capacity-provider",
                "FARGATE",
            ]
        } else {
            &["--launch-type", "fargate"]
        };
        let request = run(&bench, &[&flags, more].concat());
        for (path, value) in [
            (
                "/networkConfiguration/awsvpcConfiguration/subnets",
                json!(["subnet-1", "subnet-2", "subnet-3"]),
            ),
            (
                "/networkConfiguration/awsvpcConfiguration/securityGroups",
                json!(["sg-1", "sg-2"]),
            ),
            (
                "/networkConfiguration/awsvpcConfiguration/assignPublicIp",
                json!("ENABLED"),
            ),
            ("/platformVersion", json!("1.4.0")),
            ("/overrides/cpu", json!("1024")),
            ("/overrides/memory", json!("2048")),
        ] {
            assert_eq!(request.pointer(path), Some(&value), "{path}");
        }
        let tags = &bench.emulator.tasks()[0].tags;
        assert_eq!(tags["team"], "db");
        assert_eq!(tags["run-admin-task:who"], "me", "one's own tags win");
        assert_eq!(tags["run-admin-task:command"], "migrate");
        if providers {
            assert_eq!(request.get("launchType"), None);
            let strategy = request["capacityProviderStrategy"]
                .as_array()
                .expect("a list");
            assert_eq!(
                strategy[0],
                json!({"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 1})
            );
            assert_eq!(strategy[1]["capacityProvider"], "FARGATE");
        } else {
            assert_eq!(request["launchType"], "FARGATE");
            assert_eq!(request.get("capacityProviderStrategy"), None);
        }
    });
}

fn extra_variables_reach_the_containers_process() {
    let script = r#"printf '%s|' "$KEPT" "$FLAG" "$OURS" "$FILE" "$BOTH" "$QUOTED" "$LAYERED"; env | grep -c ^AWS_"#;
    let kept = json!({"environment": [{"name": "KEPT", "value": "kept"}, {"name": "FLAG", "value": "old"}]});
    let bench = Setting::of(script).admin(&kept).start();
    bench.write(
        "vars",
        "# a comment\n\nFILE=from the file = this\nBOTH=file\nQUOTED=\"as is\"\nOURS\n",
    );
    bench.write(
        "run-admin-task.toml",
        "[defaults]\nenv = { LAYERED = 'defaults', BOTH = 'defaults' }\n[commands.migrate]\nenv = { LAYERED = 'command' }\n",
    );
    let tool = bench.tool().env("OURS", "ours");
    let ran = tool.run(&[
        "--env",
        "FLAG=a=b c",
        "--env",
        "BOTH=flag",
        "--env-file",
        "vars",
        "migrate",
    ]);
    let line = "kept|a=b c|ours|from the file = this|flag|\"as is\"|command|0";
    // `grep -c` finds nothing: nothing of ours is handed on unasked.
    ran.prints(&[line]);
}

fn a_ci_run_names_itself() {
    let bench = Setting::of("").start();
    let tool = bench
        .tool()
        .env("CI", "true")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_REPOSITORY", "acme/api.v2")
        .env("GITHUB_RUN_ID", "42")
        .env("GITHUB_SHA", "0123abc");
    tool.run(&[&QUICK[..], &["migrate"]].concat()).exits(0);
    let task = bench.emulator.tasks().remove(0);
    assert_eq!(
        task.started_by.as_deref(),
        Some("run-admin-task/github/acme/api-v2/42")
    );
    assert_eq!(task.tags["run-admin-task:ci-run"], "github/acme/api.v2/42");
    assert_eq!(task.tags["run-admin-task:commit"], "0123abc");
}

fn a_dry_run_prints_the_request_that_a_run_sends() {
    let flags = [
        "--env",
        "A=b c",
        "--cpu",
        "512",
        "--memory",
        "1024",
        "--tag",
        "team=db",
        "--capacity-provider",
        "FARGATE_SPOT:1",
        "--platform-version",
        "LATEST",
        "--assign-public-ip",
        // Else each run has a name and a token of its own.
        "--run-key",
        "release 7",
    ];
    let bench = Setting::of("").start();
    let dry = bench.run(
        &[
            &flags[..],
            &["--dry-run", "reencrypt", "--filter", "a \"b\""],
        ]
        .concat(),
    );
    dry.exits(0);
    assert_eq!(dry.stderr, "", "{dry}");
    assert_eq!(bench.calls("RunTask"), 0);
    let line = bench.run(&["--output", "json", "--dry-run", "migrate"]);
    assert_eq!(line.exits(0).stdout.lines().count(), 1, "{line}");
    let request: Value = serde_json::from_str(&line.stdout).expect("it is JSON");
    assert!(request.is_object(), "{line}");
    assert_eq!(bench.calls("RunTask"), 0);

    bench
        .run(&[&QUICK, &flags[..], &["reencrypt", "--filter", "a \"b\""]].concat())
        .exits(0);
    let sent = bench.run_task_request();
    let printed: Value = serde_json::from_str(&dry.stdout).expect("it is JSON");
    assert_eq!(printed, sent);
    assert!(is_digest(&sent["clientToken"]), "{sent:#}");
}
