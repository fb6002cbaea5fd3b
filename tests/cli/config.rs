//! `config`, and the configuration file that it tells of.

use serde_json::json;

use crate::support::{Setting, Tool, shape};

#[test]
fn config_prints_every_setting_its_value_and_where_it_came_from() {
    let bench = Setting::of("").start();
    bench.write(
        "settings.toml",
        "\
default-environment = 'staging'

[environments.staging]
[environments.production]
cluster = 'production'
launch-type = 'FARGATE'
assign-public-ip = false
confirm = true
env = { RUST_LOG = 'debug', TOKEN = 'hunter2' }

[defaults]
cluster = 'everyone'
task-definition = 'everruns-admin:7'
tags = { team = 'db' }
",
    );
    let tool = bench
        .tool()
        .env("RUN_ADMIN_TASK_CONFIG", "settings.toml")
        .env("ECS_TASK_DEFINITION", "everruns-admin:8")
        .env("PASSED", "hunter2");
    let words = [
        "config",
        "-E",
        "production",
        "--cpu",
        "512",
        "--env-file",
        "vars",
        "--timeout",
        "2h",
    ];
    bench.write("vars", "SECRET=hunter2\n");
    tool.run(&words).is("\
configuration file    settings.toml
environment           production
cluster               production                                settings.toml:5 [environments.production]
subnets               subnet-0a,subnet-0b                       ECS_SUBNETS
security-groups       sg-0a                                     ECS_SECURITY_GROUP
network-from-service  -
region                us-east-1                                 AWS_REGION
profile               -
task-definition       everruns-admin:8                          ECS_TASK_DEFINITION
container             admin, else the only essential one        built-in
assign-public-ip      false                                     settings.toml:7 [environments.production]
launch-type           FARGATE                                   settings.toml:6 [environments.production]
capacity-provider     -
platform-version      -
env RUST_LOG          (not shown)                               settings.toml:9 [environments.production]
env TOKEN             (not shown)                               settings.toml:9 [environments.production]
env-file              vars                                      --env-file
cpu                   512                                       --cpu
memory                -
tags team             db                                        settings.toml:14 [defaults]
start-retries         5                                         built-in
start-timeout         10m                                       built-in
timeout               2h                                        --timeout
on-interrupt          detach for exclusive commands, else stop  built-in
on-timeout            as on-interrupt                           built-in
credentials-grace     10m                                       built-in
drain                 learned from the log                      built-in
wait-stopped          false                                     built-in
check                 false                                     built-in
read-secrets          false                                     built-in
migrations            -
postgres-version      15                                        built-in
rules                 each rule's own severity                  built-in
status-command        migrate-info                              built-in
dry-run-command       migrate --dry-run                         built-in
migrate-command       migrate                                   built-in
exclusive             what migrates, reencrypts or recovers     built-in
attach-if-running     false                                     built-in
run-key               the CI job's attempt, else new each time  built-in
record                true                                      built-in
confirm               true                                      settings.toml:8 [environments.production]
yes                   false                                     built-in
output                auto                                      built-in
timestamps            none                                      built-in
quiet                 false                                     built-in
verbose               false                                     built-in
--- stderr
--- exit status 0
");
    assert!(bench.emulator.calls().is_empty());
    a_program_gets_rows_without_secrets(&tool);
}

#[track_caller]
fn a_program_gets_rows_without_secrets(tool: &Tool) {
    let ran = tool.run(&[
        "--output",
        "json",
        "config",
        "-E",
        "production",
        "--env",
        "PASSED",
    ]);
    ran.exits(0);
    assert!(!ran.to_string().contains("hunter2"), "{ran}");
    assert_eq!(ran.finished()["exit_code"], 0);
    let mut rows = ran.events();
    let cluster = rows
        .iter_mut()
        .find(|row| row["name"] == "cluster")
        .expect("it is there");
    let at = cluster["at"].take();
    let at = shape(at.as_str().unwrap_or_default());
    assert_eq!(at, "0000-00-00T00:00:00.000Z");
    assert_eq!(
        *cluster,
        json!({
            "type": "setting", "at": null, "name": "cluster", "value": "production",
            "origin": "settings.toml:5 [environments.production]",
        })
    );
}

#[test]
fn config_prints_built_in_values_too() {
    let ran = Setting::of("").start().run(&["config"]);
    ran.exits(0);
    for (name, value) in [
        ("cluster", "everruns"),
        ("task-definition", "everruns-admin"),
        ("launch-type", "FARGATE"),
        ("start-timeout", "10m"),
        ("output", "auto"),
    ] {
        let row = ran
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name));
        let words: Vec<_> = row.unwrap_or_default().split_whitespace().collect();
        assert_eq!(words, [name, value, "built-in"], "{ran}");
    }
}

#[test]
fn the_file_is_found_here_in_a_parent_folder_or_in_the_users_own() {
    let bench = Setting::of("").start();
    let cluster = || {
        let ran = bench.run(&["config"]);
        let row = ran
            .exits(0)
            .stdout
            .lines()
            .find(|line| line.starts_with("cluster "));
        row.unwrap_or_default()
            .split_whitespace()
            .nth(1)
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(cluster(), "everruns");
    let own = bench.folder().join(".config/run-admin-task");
    std::fs::create_dir_all(&own).expect("a folder");
    bench.write(
        ".config/run-admin-task/run-admin-task.toml",
        "[defaults]\ncluster = 'own'\n",
    );
    assert_eq!(cluster(), "own");
    bench.write("run-admin-task.toml", "[defaults]\ncluster = 'here'\n");
    assert_eq!(cluster(), "here");
    bench.write("named.toml", "[defaults]\ncluster = 'named'\n");
    let ran = bench.run(&["config", "--config", "named.toml"]);
    assert!(
        ran.exits(0).stdout.contains("named.toml:2 [defaults]"),
        "{ran}"
    );
    let script = r#"mkdir -p deep/er && cd deep/er && "$0" config"#;
    let ran = bench.tool().run_in_bash(script);
    assert!(
        ran.exits(0)
            .stdout
            .contains("run-admin-task.toml:2 [defaults]"),
        "{ran}"
    );
}

#[test]
fn a_value_is_shown_harmless_and_without_its_password() {
    let bench = Setting::of("").start();
    let words = [
        "--tag",
        "url=postgres://ana:hunter2@db/app",
        "--run-key",
        "a\nb\u{1b}[2J",
        "config",
    ];
    let ran = bench.run(&words);
    ran.exits(0);
    let row = |name: &str| ran.stdout.lines().find(|line| line.starts_with(name));
    let tag = row("tags url").unwrap_or_default();
    assert!(tag.contains("postgres://ana:***@db/app"), "{ran}");
    let key = row("run-key").unwrap_or_default();
    assert!(key.contains(r"a\nb^[[2J  "), "{ran}");

    let ran = bench.run(&[&["--output", "json"], &words[..]].concat());
    assert!(!ran.exits(0).to_string().contains("hunter2"), "{ran}");
    assert_eq!(ran.finished()["outcome"], "succeeded");
}
