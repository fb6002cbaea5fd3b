//! The job, done by aws-cli as in a script: `run-task`, `wait tasks-stopped`, `describe-tasks`,
//! and then the log, page by page.

use std::process::Command;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::child::{self, Done};
use crate::cloud::{
    CLUSTER, CONTAINER, Cloud, FAMILY, LOG_GROUP, SECURITY_GROUP, STREAM_PREFIX, SUBNET,
};

/// An installed aws-cli.
pub(crate) struct AwsCli {
    pub(crate) version: String,
}

impl AwsCli {
    /// Looks for it.
    pub(crate) fn find() -> Option<Self> {
        let output = Command::new("aws").arg("--version").output().ok()?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let words = version.split(' ').take(2);
        output.status.success().then(|| Self {
            version: words.collect::<Vec<_>>().join(", "),
        })
    }
}

/// `aws ecs run-task`, and nothing more.
pub(crate) fn start(cloud: &Cloud, script: &str) -> (Done, Value) {
    let words: Vec<&str> = script.split(' ').collect();
    let overrides = json!({"containerOverrides": [{"name": CONTAINER, "command": words}]});
    let network = json!({"awsvpcConfiguration": {
        "subnets": [SUBNET], "securityGroups": [SECURITY_GROUP],
    }});
    let mut command = in_cluster(cloud, &["run-task"]);
    command
        .args(["--task-definition", FAMILY, "--launch-type", "FARGATE"])
        .args(["--network-configuration", &network.to_string()])
        .args(["--overrides", &overrides.to_string()]);
    answer(&mut command)
}

/// Runs a task with this script to its end.
pub(crate) fn run(cloud: &Cloud, script: &str, line: impl FnMut(SystemTime, &[u8])) -> Done {
    let (started, answer_of_start) = start(cloud, script);
    started.assert_exit_code(0);
    let arn = text(&answer_of_start["tasks"][0]["taskArn"]);
    let mut wait = in_cluster(cloud, &["wait", "tasks-stopped"]);
    wait.args(["--tasks", &arn]);
    child::run(&mut wait, |_, _| {}).assert_exit_code(0);
    let mut describe = in_cluster(cloud, &["describe-tasks"]);
    describe.args(["--tasks", &arn]);
    let (described, task) = answer(&mut describe);
    described.assert_exit_code(0);
    let exit_code = &task["tasks"][0]["containers"][0]["exitCode"];
    let id = arn.rsplit('/').next().unwrap_or_default();
    let last = print_log(cloud, &format!("{STREAM_PREFIX}/{CONTAINER}/{id}"), line);
    Done {
        spawned: started.spawned,
        exit_code: exit_code.as_i64().and_then(|code| i32::try_from(code).ok()),
        ..last
    }
}

/// Reads a stream from its head until the token repeats. Gives the end of the last call, and the
/// peak memory of all.
pub(crate) fn print_log(
    cloud: &Cloud,
    stream: &str,
    mut line: impl FnMut(SystemTime, &[u8]),
) -> Done {
    let mut token = String::new();
    let mut peak = None;
    loop {
        let mut command = cloud.command("aws");
        command
            .args([
                "logs",
                "get-log-events",
                "--output",
                "json",
                "--start-from-head",
            ])
            .args(["--log-group-name", LOG_GROUP, "--log-stream-name", stream]);
        if !token.is_empty() {
            command.args(["--next-token", &token]);
        }
        let (mut done, page) = answer(&mut command);
        done.assert_exit_code(0);
        for event in page["events"].as_array().into_iter().flatten() {
            line(done.ended, text(&event["message"]).as_bytes());
        }
        peak = peak.max(done.peak_kib);
        let next = text(&page["nextForwardToken"]);
        if next == token {
            done.peak_kib = peak;
            return done;
        }
        token = next;
    }
}

fn in_cluster(cloud: &Cloud, verb: &[&str]) -> Command {
    let mut command = cloud.command("aws");
    command
        .arg("ecs")
        .args(verb)
        .args(["--output", "json", "--cluster", CLUSTER]);
    command
}

fn answer(command: &mut Command) -> (Done, Value) {
    let mut bytes = Vec::new();
    let done = child::run(command, |_, line| bytes.extend_from_slice(line));
    (done, serde_json::from_slice(&bytes).unwrap_or_default())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
