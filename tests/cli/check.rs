//! `check`: a sound set-up passes, and each broken part alone gives exactly its own failure.

use serde_json::{Value, json};

use crate::support::{Bench, Ran, Setting, at_once, fault, tests};

tests! {
    a_sound_set_up_passes,
    each_broken_part_alone_gives_its_own_failure,
    a_missing_permission_is_a_skip_that_names_it,
    the_values_of_secrets_are_read_only_where_that_is_asked_for,
    a_database_that_cannot_be_reached_is_found_without_starting_anything,
    without_a_definition_the_rest_is_looked_at,
    a_run_that_checks_starts_nothing_if_a_check_fails,
    a_failure_is_confirmed_by_a_look,
}

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db";
const IMAGE: &str = "000000000000.dkr.ecr.us-east-1.amazonaws.com/everruns-admin:v1";
const URL: &str = "postgres://ana:hunter2@10.0.9.9:5432/app";

/// A definition with a part for each check, and an account that has it all.
fn setting(account: &Value) -> Setting {
    let mut account = account.clone();
    for (field, sound) in [
        (
            "parameters",
            json!([{"name": "/app/key", "value": "x", "type": "String"}]),
        ),
        (
            "security_groups",
            json!([{"id": "sg-0db", "ingress": [{"port": 5432, "group": "sg-0a"}]}]),
        ),
        (
            "interfaces",
            json!([{"private_ip": "10.0.9.9", "groups": ["sg-0db"], "description": "RDSNetworkInterface"}]),
        ),
    ] {
        if account[field].is_null() {
            account[field] = sound;
        }
    }
    Setting::of("echo hello")
        .admin(&admin())
        .scenario(&json!({"account": account}))
}

fn admin() -> Value {
    json!({
        "image": IMAGE,
        "secrets": [
            {"name": "DATABASE_URL", "valueFrom": format!("{SECRET}:url::")},
            {"name": "KEY", "valueFrom": "/app/key"},
        ],
        "logConfiguration": {"logDriver": "awslogs", "options": {
            "awslogs-group": "/ecs/everruns-admin",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "admin",
            "mode": "blocking",
        }},
    })
}

fn started(setting: Setting) -> Bench {
    let bench = setting.start();
    let _ = bench
        .emulator
        .create_secret("prod/db", &json!({"url": URL}).to_string());
    bench
}

/// Name and verdict of everything that neither passes nor is skipped.
fn wrong(ran: &Ran) -> Vec<String> {
    let events = ran.events();
    let found = events.iter().filter(|event| event["type"] == "check");
    let wrong = found.filter(|event| !["pass", "skip"].contains(&verdict(event)));
    let name = |event: &Value| event["name"].as_str().unwrap_or_default().to_owned();
    wrong
        .map(|event| format!("{} {}", verdict(event), name(event)))
        .collect()
}

fn verdict(event: &Value) -> &str {
    event["verdict"].as_str().unwrap_or_default()
}

fn a_sound_set_up_passes() {
    let bench = started(setting(&json!({})));
    let ran = bench.run(&["check", "--output", "json", "migrate"]);
    ran.exits(0);
    assert_eq!(wrong(&ran), Vec::<String>::new(), "{ran}");
    let finished = ran.finished();
    assert_eq!(finished["outcome"], "succeeded");
    assert_eq!(bench.calls("RunTask"), 0);
    assert_eq!(bench.calls("GetSecretValue"), 0);
    let listed = bench.run(&["check", "--list", "--output", "json"]).events();
    let found = ran.events();
    for about in listed {
        let is_of_it = |event: &&Value| event["name"] == about["name"];
        assert!(found.iter().any(|event| is_of_it(&event)), "{about}");
    }
}

/// What is broken, in the account and in the container, and what a check says of it.
type Broken = (&'static str, Value, Value, &'static [&'static str]);

fn broken_values() -> Vec<Broken> {
    let secret = |value_from: &str| {
        let mut admin = admin();
        admin["secrets"][0]["valueFrom"] = value_from.into();
        admin
    };
    let log = |option: &str, value: Value| {
        let mut admin = admin();
        admin["logConfiguration"]["options"][option] = value;
        admin
    };
    vec![
        (
            "a secret that is not there",
            json!({}),
            secret(&format!("{SECRET}-gone")),
            &["fail secrets"],
        ),
        (
            "a parameter that is not there",
            json!({"parameters": []}),
            admin(),
            &["fail secrets"],
        ),
        (
            "a double slash",
            json!({}),
            secret("arn:aws:ssm:us-east-1:000000000000:parameter//app/key"),
            &["fail secrets"],
        ),
        (
            "an image that is not there",
            json!({"images": [{"repository": "everruns-admin", "tag": "v1", "missing": true}]}),
            admin(),
            &["fail image"],
        ),
        (
            "a repository that is not there",
            json!({"repositories": [{"name": "everruns-admin", "missing": true}]}),
            admin(),
            &["fail image"],
        ),
        (
            "another architecture",
            json!({"images": [{"repository": "everruns-admin", "architectures": ["ARM64"]}]}),
            admin(),
            &["fail image"],
        ),
        (
            "a large image",
            json!({"images": [{"repository": "everruns-admin", "size_bytes": 3_000_000_000_u64}]}),
            admin(),
            &["warn image"],
        ),
        (
            "a log group that is not there",
            json!({}),
            log("awslogs-group", "/ecs/gone".into()),
            &["fail log-group"],
        ),
        (
            "a log that may lose lines",
            json!({}),
            log("mode", "non-blocking".into()),
            &["warn log-group"],
        ),
    ]
}

fn broken_rights() -> Vec<Broken> {
    vec![
        (
            "an execution role that is not there",
            json!({"roles": [{"name": "execution", "missing": true}]}),
            admin(),
            &["fail execution-role"],
        ),
        (
            "a role that trusts others",
            json!({"roles": [{"name": "execution", "trust": "ec2.amazonaws.com"}]}),
            admin(),
            &["fail execution-role"],
        ),
        (
            "a role that must not read secrets",
            json!({"roles": [{"name": "execution", "denied_actions": ["secretsmanager:GetSecretValue"]}]}),
            admin(),
            &["fail execution-role"],
        ),
        (
            "a caller who must not pass the role",
            json!({"caller": {"denied_actions": ["iam:PassRole"]}}),
            admin(),
            &["fail caller"],
        ),
        (
            "a quota that is too low",
            json!({"quotas": {"on_demand_vcpus": 0.1}}),
            admin(),
            &["fail quota"],
        ),
    ]
}

fn makes_its_group() -> Value {
    let mut admin = admin();
    admin["logConfiguration"]["options"]["awslogs-create-group"] = "true".into();
    admin
}

fn broken_networks() -> Vec<Broken> {
    vec![
        (
            "a subnet that is not there",
            json!({"subnets": [{"id": "subnet-0a", "missing": true}]}),
            admin(),
            &["fail subnets"],
        ),
        (
            "a subnet that is full",
            json!({"subnets": [{"id": "subnet-0a", "free_addresses": 0}]}),
            admin(),
            &["fail subnets"],
        ),
        (
            "a group of another VPC",
            json!({"security_groups": [{"id": "sg-0a", "vpc": "vpc-0other"}]}),
            admin(),
            &["fail subnets"],
        ),
        (
            "a public subnet without a public address",
            json!({"subnets": [{"id": "subnet-0a", "public": true}]}),
            admin(),
            &["fail route"],
        ),
        (
            "a NAT gateway that is gone",
            json!({"nat_gateways": [{"id": "nat-0a1b2c3d", "state": "deleted"}]}),
            admin(),
            &["fail route"],
        ),
        (
            "a group that is not there, before endpoints that admit others",
            json!({
                "security_groups": [{"id": "sg-0a", "missing": true}, {"id": "sg-0e", "ingress": [{"port": 443, "group": "sg-0b"}]}],
                "endpoints": [{"service": "secretsmanager", "groups": ["sg-0e"]}],
            }),
            admin(),
            &["fail subnets"],
        ),
        (
            "an endpoint that does not admit the task, though there is a NAT gateway",
            json!({
                "security_groups": [{"id": "sg-0e", "ingress": [{"port": 443, "group": "sg-0b"}]}],
                "endpoints": [{"service": "secretsmanager", "groups": ["sg-0e"]}],
            }),
            admin(),
            &["fail route"],
        ),
        (
            "no way out at all",
            json!({"routes": []}),
            admin(),
            &["fail route"; 6],
        ),
        (
            "another network, where there may be a way",
            json!({"routes": [{"to": "10.0.0.0/8", "via": "tgw-0a"}]}),
            admin(),
            &["warn route"; 6],
        ),
        (
            "DNS by servers of the VPC's own",
            json!({"dns": {"support": false, "servers": ["10.0.0.9"]}}),
            admin(),
            &["warn dns"],
        ),
        (
            "a role that must not make a group that is there",
            json!({"roles": [{"name": "execution", "denied_actions": ["logs:CreateLogGroup"]}]}),
            makes_its_group(),
            &["warn execution-role"],
        ),
        (
            "no DNS",
            json!({"dns": {"support": false}}),
            admin(),
            &["fail dns"],
        ),
        (
            "an ACL that lets nothing out",
            json!({"subnets": [{"id": "subnet-0a", "acl": [{"direction": "egress", "deny": true, "port": 443}]}]}),
            admin(),
            &["fail network-acl"],
        ),
        (
            "a group that lets nothing out",
            json!({"security_groups": [{"id": "sg-0a", "egress": []}]}),
            admin(),
            &["fail egress"],
        ),
    ]
}

fn each_broken_part_alone_gives_its_own_failure() {
    let cases = broken_values()
        .into_iter()
        .chain(broken_rights())
        .chain(broken_networks());
    at_once(cases, |(what, account, admin, expected)| {
        let bench = started(setting(&account).admin(&admin));
        let ran = bench.run(&["check", "--output", "json"]);
        assert_eq!(wrong(&ran), expected, "{what}\n{ran}");
        let fails = expected[0].starts_with("fail");
        ran.exits(if fails { 3 } else { 0 });
        let outcome = if fails {
            "not-as-required"
        } else {
            "succeeded"
        };
        assert_eq!(ran.finished()["outcome"], outcome, "{what}");
    });
}

fn a_missing_permission_is_a_skip_that_names_it() {
    let cases = vec![
        (
            "secrets",
            "DescribeSecret",
            "secretsmanager:DescribeSecret",
            "AccessDeniedException",
        ),
        (
            "image",
            "BatchGetImage",
            "ecr:BatchGetImage",
            "AccessDeniedException",
        ),
        (
            "log-group",
            "DescribeLogGroups",
            "logs:DescribeLogGroups",
            "AccessDeniedException",
        ),
        ("execution-role", "GetRole", "iam:GetRole", "AccessDenied"),
        (
            "caller",
            "SimulatePrincipalPolicy",
            "iam:SimulatePrincipalPolicy",
            "AccessDenied",
        ),
        (
            "quota",
            "GetServiceQuota",
            "servicequotas:GetServiceQuota",
            "AccessDeniedException",
        ),
        (
            "subnets",
            "DescribeSubnets",
            "ec2:DescribeSubnets",
            "UnauthorizedOperation",
        ),
        (
            "cluster",
            "DescribeClusters",
            "ecs:DescribeClusters",
            "AccessDeniedException",
        ),
    ];
    at_once(cases, |(check, operation, permission, code)| {
        let refusal =
            json!({"kind": "error", "status": 400, "code": code, "message": "not authorized"});
        let faults = json!({"faults": [fault::fault(operation, &refusal)]});
        let bench = started(setting(&json!({})).scenario(&faults));
        let ran = bench.run(&["check", "--output", "json"]);
        ran.exits(0);
        let events = ran.events();
        let of_it = events.iter().find(|event| {
            let message = event["message"].as_str().unwrap_or_default();
            event["name"] == check && message.contains(permission)
        });
        let of_it = of_it.unwrap_or_else(|| panic!("no skip of {check} names {permission}\n{ran}"));
        assert_eq!(verdict(of_it), "skip", "{ran}");
    });
}

fn the_values_of_secrets_are_read_only_where_that_is_asked_for() {
    let mut wants_a_key = admin();
    wants_a_key["secrets"][0]["valueFrom"] = format!("{SECRET}:nokey::").into();
    let bench = started(setting(&json!({})).admin(&wants_a_key));
    let ran = bench.run(&["check", "--output", "json"]);
    ran.exits(0);
    assert_eq!(bench.calls("GetSecretValue"), 0);
    let ran = bench.run(&["check", "--output", "json", "--read-secrets"]);
    ran.exits(3);
    assert_eq!(wrong(&ran), ["fail secrets"], "{ran}");
    assert!(!ran.stdout.contains("hunter2"), "{ran}");
}

fn a_database_that_cannot_be_reached_is_found_without_starting_anything() {
    let bench = started(setting(&json!({})));
    let ran = bench.run(&["check", "--read-secrets", "--output", "json"]);
    ran.exits(0);
    let events = ran.events();
    let database = events.iter().find(|event| event["name"] == "database");
    let database = database.expect("it was looked at");
    assert_eq!(verdict(database), "pass", "{ran}");
    assert!(!ran.stdout.contains("hunter2"), "{ran}");
    for account in [
        json!({"security_groups": [{"id": "sg-0db", "ingress": [{"port": 5432, "group": "sg-0other"}]}]}),
        json!({"security_groups": [
            {"id": "sg-0db", "ingress": [{"port": 5432, "group": "sg-0a"}]},
            {"id": "sg-0a", "egress": [{"port": 443, "cidr": "0.0.0.0/0"}]},
        ]}),
    ] {
        let bench = started(setting(&account));
        let ran = bench.run(&["check", "--read-secrets", "--output", "json"]);
        ran.exits(3);
        assert_eq!(wrong(&ran), ["fail database"], "{ran}");
        assert!(!ran.stdout.contains("hunter2"), "{ran}");
    }
}

fn without_a_definition_the_rest_is_looked_at() {
    let bench = started(setting(&json!({})));
    let words = ["check", "--task-definition", "nowhere", "--output", "json"];
    let ran = bench.run(&words);
    ran.exits(3);
    assert_eq!(wrong(&ran), ["fail task-definition"], "{ran}");
    let words = ["check", "--cluster", "nowhere", "--output", "json"];
    let ran = bench.run(&words);
    ran.exits(3);
    assert_eq!(wrong(&ran), ["fail cluster"], "{ran}");
}

fn a_run_that_checks_starts_nothing_if_a_check_fails() {
    let full = json!({"subnets": [{"id": "subnet-0a", "free_addresses": 0}]});
    let bench = started(setting(&full));
    let ran = bench.run(&["--check", "migrate"]);
    ran.exits(126).prints::<&str>(&[]).says(&[
        "check subnets: fail: ",
        "error: nothing was started: the task would not start, or could not do its work: subnets\n",
        "hint: without --check ",
    ]);
    assert_eq!(bench.calls("RunTask"), 0);
    bench.write("run-admin-task.toml", "[defaults]\ncheck = true\n");
    bench.run(&["migrate"]).exits(126);
    let ran = bench.run(&["--check=false", "migrate"]);
    ran.exits(0).prints(&["hello"]);
    let bench = started(setting(&json!({})));
    bench
        .run(&["--check", "migrate"])
        .exits(0)
        .prints(&["hello"]);
}

fn a_failure_is_confirmed_by_a_look() {
    let mut admin = admin();
    admin["secrets"][0]["valueFrom"] = format!("{SECRET}-gone").into();
    let bench = started(setting(&json!({})).admin(&admin));
    let ran = bench.run(&["migrate"]);
    ran.exits(126).says(&[
        "cause: secret-not-found: ",
        "\nconfirmed: secrets: ",
        "\nnext: aws secretsmanager create-secret ",
    ]);
    let explained = bench
        .run(&["explain", "--output", "json"])
        .events()
        .remove(0);
    assert_eq!(explained["looked"], "confirmed");
    assert_eq!(explained["checks"][0]["name"], "secrets");
    // Somebody mends it.
    let _ = bench
        .emulator
        .create_secret("prod/db-gone", "{\"url\":\"x\"}");
    let explained = bench
        .run(&["explain", "--output", "json"])
        .events()
        .remove(0);
    assert_eq!(explained["looked"], "ruled-out");
    // Without a record, ECS is asked.
    let tasks = bench.emulator.tasks();
    let elsewhere = bench.folder().join("elsewhere");
    let tool = bench
        .tool()
        .env("XDG_STATE_HOME", &elsewhere.display().to_string());
    let asked = bench.calls("DescribeTasks");
    for words in [&["explain"][..], &["explain", &tasks[0].id]] {
        let ran = tool.run(words);
        ran.exits(0);
        assert!(ran.stdout.starts_with("secret-not-found: "), "{ran}");
    }
    assert!(bench.calls("DescribeTasks") > asked);
}
