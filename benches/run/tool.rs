//! The job, done by the tool.

use std::process::Command;
use std::time::SystemTime;

use crate::child::{self, Done};
use crate::cloud::{CLUSTER, Cloud, FAMILY, SECURITY_GROUP, SUBNET};

/// The tool in this cloud, without any words.
pub(crate) fn command(cloud: &Cloud) -> Command {
    cloud.command(env!("CARGO_BIN_EXE_run-admin-task"))
}

/// Runs a task with this script to its end.
pub(crate) fn run(cloud: &Cloud, script: &str, line: impl FnMut(SystemTime, &[u8])) -> Done {
    child::run(&mut job(cloud, &[], script), line)
}

/// The tool about to run a task with this script.
pub(crate) fn job(cloud: &Cloud, options: &[&str], script: &str) -> Command {
    let mut command = command(cloud);
    command
        .args(["run", "--output", "plain", "--cluster", CLUSTER])
        .args(["--subnets", SUBNET, "--security-groups", SECURITY_GROUP])
        .args(["--task-definition", FAMILY])
        .args(options)
        .arg("--")
        .args(script.split(' '));
    command
}
