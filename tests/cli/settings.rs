//! Settings: which place counts, and that each reaches the request.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Bench, Setting, at_once, tests};

tests! {
    the_highest_place_that_says_a_setting_counts,
    what_nobody_says_is_built_in,
    every_flag_reaches_the_request,
    variables_and_regions_reach_aws,
    a_profile_brings_its_region_and_credentials,
    a_live_service_lends_its_network,
    extra_variables_reach_the_containers_process,
    a_ci_run_names_itself,
    a_dry_run_prints_the_request_that_a_run_sends,
}

/// Without waiting for a log: what is asked of ECS is what is of interest.
const QUICK: [&str; 2] = ["--drain", "0s"];

fn run(bench: &Bench, words: &[&str]) -> Value {
    let ran = bench.run(&[&QUICK, words, &["migrate"]].concat());
    ran.exits(0);
    bench.run_task_request()
}

fn network(request: &Value) -> &Value {
    &request["networkConfiguration"]["awsvpcConfiguration"]
}

fn output_of(program: &str, word: &str) -> String {
    let output = Command::new(program).arg(word).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn the_highest_place_that_says_a_setting_counts() {
    let file = "\
default-environment = 'production'
[environments.production]
subnets = ['subnet-environment']
[commands.migrate]
subnets = ['subnet-command']
[defaults]
subnets = ['subnet-defaults']
";
    let without = |section: &str| file.replace(&format!("['subnet-{section}']"), "[]");
    let cut = |sections: &[&str]| {
        let mut text = file.to_owned();
        for section in sections {
            text = text.replace(&format!("subnets = ['subnet-{section}']\n"), "");
        }
        text
    };
    assert_ne!(without("defaults"), file);
    let cases = [
        ("flag", true, true, file.to_owned()),
        ("variable", false, true, file.to_owned()),
        ("environment", false, false, file.to_owned()),
        ("command", false, false, cut(&["environment"])),
        ("defaults", false, false, cut(&["environment", "command"])),
        (
            "service",
            false,
            false,
            cut(&["environment", "command", "defaults"]),
        ),
    ];
    at_once(cases, |(place, flag, variable, file)| {
        let bench = Setting::of("").start();
        bench
            .emulator
            .create_service("web", &["subnet-service"], &["sg-service"], false);
        bench.write("run-admin-task.toml", &file);
        let mut tool = bench.tool().without(&["ECS_SUBNETS"]);
        if variable {
            tool = tool.env("ECS_SUBNETS", "subnet-variable");
        }
        let flag: &[_] = if flag {
            &["--subnets", "subnet-flag"]
        } else {
            &[]
        };
        let service = ["--network-from-service", "web"];
        tool.run(&[&QUICK, flag, &service, &["migrate"]].concat())
            .exits(0);
        let request = bench.run_task_request();
        assert_eq!(
            network(&request)["subnets"],
            json!([format!("subnet-{place}")]),
            "{place}"
        );
        // The group comes from the variable each time.
        assert_eq!(
            network(&request)["securityGroups"],
            json!(["sg-0a"]),
            "{place}"
        );
    });
}

fn what_nobody_says_is_built_in() {
    let bench = Setting::of("").start();
    let mut request = run(&bench, &[]);
    let fields = request.as_object_mut().expect("an object");
    let token = fields.remove("clientToken").unwrap_or_default();
    assert_eq!(token.as_str().map(str::len), Some(36), "{token}");
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

fn variables_and_regions_reach_aws() {
    let bench = Setting::of("").start();
    let tool = bench
        .tool()
        .env("ECS_CLUSTER", "default")
        .env("ECS_TASK_DEFINITION", "everruns-admin:1")
        .env("ECS_CONTAINER", "admin")
        .env("ECS_SUBNETS", "subnet-1 subnet-2,subnet-3")
        .env("ECS_SECURITY_GROUP", "sg-1,sg-2")
        .env("ECS_SECURITY_GROUPS", "sg-3")
        .env("AWS_REGION", "eu-west-1");
    tool.run(&[&QUICK[..], &["migrate"]].concat()).exits(0);
    let request = bench.run_task_request();
    assert_eq!(request["cluster"], "default");
    assert_eq!(
        network(&request)["subnets"],
        json!(["subnet-1", "subnet-2", "subnet-3"])
    );
    assert_eq!(
        network(&request)["securityGroups"],
        json!(["sg-1", "sg-2", "sg-3"])
    );
    assert!(
        bench.emulator.tasks()[0]
            .arn
            .starts_with("arn:aws:ecs:eu-west-1:")
    );

    let ran = tool.run(&["--region", "ap-south-1", "-q", "--drain", "0s", "migrate"]);
    ran.exits(0);
    assert!(
        bench.emulator.tasks()[1]
            .arn
            .starts_with("arn:aws:ecs:ap-south-1:")
    );
    let cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/everruns";
    tool.without(&["AWS_REGION"])
        .run(&["--cluster", cluster, "--drain", "0s", "migrate"])
        .exits(0);
    assert!(
        bench.emulator.tasks()[2]
            .arn
            .starts_with("arn:aws:ecs:us-east-1:")
    );
}

fn a_profile_brings_its_region_and_credentials() {
    let bench = Setting::of("").start();
    std::fs::create_dir(bench.folder().join(".aws")).expect("a folder");
    bench.write(
        ".aws/config",
        "[profile ops]\nregion = eu-north-1\naws_access_key_id = AKIDOPS\naws_secret_access_key = x\n",
    );
    let tool = bench
        .tool()
        .without(&["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
    tool.run(&["--profile", "ops", "--drain", "0s", "migrate"])
        .exits(0);
    assert!(
        bench.emulator.tasks()[0]
            .arn
            .starts_with("arn:aws:ecs:eu-north-1:")
    );
    let ran = tool.run(&["--profile", "ops", "config"]);
    ran.exits(0);
    let region = ran
        .stdout
        .lines()
        .find(|line| line.starts_with("region "))
        .unwrap_or_default();
    assert!(
        region.contains("eu-north-1") && region.ends_with("AWS profile"),
        "{ran}"
    );
}

fn a_live_service_lends_its_network() {
    let cases = [
        // Flags, subnets, groups, public address, calls of DescribeServices.
        (&[][..], "subnet-web", "sg-web", "ENABLED", 1),
        (
            &["--subnets", "subnet-own"],
            "subnet-own",
            "sg-web",
            "DISABLED",
            1,
        ),
        (
            &["--security-groups", "sg-own"],
            "subnet-web",
            "sg-own",
            "ENABLED",
            1,
        ),
        (
            &["--assign-public-ip=false"],
            "subnet-web",
            "sg-web",
            "DISABLED",
            1,
        ),
        (
            &["--subnets", "subnet-own", "--security-groups", "sg-own"],
            "subnet-own",
            "sg-own",
            "DISABLED",
            0,
        ),
    ];
    at_once(cases, |(flags, subnet, group, public, calls)| {
        let bench = Setting::of("").start();
        bench
            .emulator
            .create_service("web", &["subnet-web"], &["sg-web"], true);
        let tool = bench.tool().without(&["ECS_SUBNETS", "ECS_SECURITY_GROUP"]);
        let tool = tool.env("ECS_NETWORK_FROM_SERVICE", "web");
        tool.run(&[&QUICK, flags, &["migrate"]].concat()).exits(0);
        let request = bench.run_task_request();
        let wanted =
            json!({"subnets": [subnet], "securityGroups": [group], "assignPublicIp": public});
        assert_eq!(*network(&request), wanted, "{flags:?}");
        assert_eq!(bench.calls("DescribeServices"), calls, "{flags:?}");
    });

    let bench = Setting::of("").start();
    let tool = bench.tool().without(&["ECS_SUBNETS"]);
    let ran = tool.run(&["--network-from-service", "gone", "migrate"]);
    ran.exits(2).says(&[
        "service `gone` on cluster `everruns`",
        "hint: check --network-from-service",
    ]);
    assert_eq!(bench.calls("RunTask"), 0);
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
    assert_eq!(line.exits(0).events().len(), 1, "{line}");
    assert_eq!(bench.calls("RunTask"), 0);

    bench
        .run(&[&QUICK, &flags[..], &["reencrypt", "--filter", "a \"b\""]].concat())
        .exits(0);
    let mut sent = bench.run_task_request();
    let mut printed: Value = serde_json::from_str(&dry.stdout).expect("it is JSON");
    for request in [&mut sent, &mut printed] {
        let token = request
            .as_object_mut()
            .and_then(|fields| fields.remove("clientToken"));
        assert!(token.is_some(), "{request:#}");
    }
    assert_eq!(printed, sent);
}
