//! Settings: which of the places counts in which they can be said.

use serde_json::{Value, json};

use crate::support::{QUICK, Setting, at_once, tests};

tests! {
    the_highest_place_that_says_a_setting_counts,
    variables_and_regions_reach_aws,
    a_profile_brings_its_region_and_credentials,
    a_live_service_lends_its_network,
}

fn network(request: &Value) -> &Value {
    &request["networkConfiguration"]["awsvpcConfiguration"]
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
    let cut = |sections: &[&str]| {
        let mut text = file.to_owned();
        for section in sections {
            text = text.replace(&format!("subnets = ['subnet-{section}']\n"), "");
        }
        text
    };
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
