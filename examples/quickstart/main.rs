//! The main job on a machine with nothing but Rust and a C compiler.
//!
//! Brings up an emulated AWS on 127.0.0.1 and runs `run-admin-task` there as a user would. It
//! ends with 0 only if each command ended as it should, and leaves nothing behind.

mod cloud;
mod programs;
mod shell;
mod task_definition;

use std::error::Error;
use std::process::ExitCode;

use cloud::Cloud;
use shell::Shell;

/// What the user sees, step by step: why, the words after `run-admin-task`, the exit status.
const STEPS: [(&str, &[&str], i32); 4] = [
    ("Which migrations are pending?", &["migrate-info"], 0),
    ("Apply them.", &["migrate"], 0),
    ("Are they installed?", &["migrate-info"], 0),
    (
        "A task that cannot start: its definition names a secret that is not there.",
        &["--task-definition", cloud::WITHOUT_SECRET, "migrate-info"],
        126,
    ),
];

const YOUR_CLUSTER: &str = "\
Against your own cluster, after `cargo install --path .`:

    export AWS_PROFILE=... AWS_REGION=...
    export ECS_CLUSTER=... ECS_SUBNETS=subnet-...,subnet-...
    export ECS_SECURITY_GROUP=sg-...
    run-admin-task config                     # each setting, and whence it came
    run-admin-task --dry-run migrate-info     # what would be started
    run-admin-task migrate-info
";

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stderr, reason = "a program tells its errors there")]
async fn main() -> ExitCode {
    match walk().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whatever ends this early, the emulator and the temporary folder go when they are dropped.
#[expect(clippy::print_stdout, reason = "this is what the user came to see")]
async fn walk() -> Result<(), Box<dyn Error>> {
    println!("Building the tool and an example admin container. The first time takes a while.\n");
    let mut shell = Shell::new()?;
    let programs = programs::build(&mut shell).await?;
    let cloud = Cloud::start(&programs.admin)?;

    println!(
        "\nAn emulated AWS is up: ECS, CloudWatch Logs, Secrets Manager. Its tasks are\n\
         processes on this machine. The task definition `everruns-admin` is registered\n\
         there, and the secret with DATABASE_URL names a new SQLite file.\n"
    );
    for (name, value) in cloud.exports() {
        println!("$ export {name}={value}");
    }
    for (number, (why, words, expected)) in (1..).zip(STEPS) {
        println!("\n{number}. {why}\n");
        println!(
            "{}",
            shell::bold(&format!("$ run-admin-task {}", words.join(" ")))
        );
        let status = shell.run(cloud.command(&programs.tool, words)).await?;
        println!("(exit status {status})");
        if status != expected {
            return Err(format!("step {number} should have ended with {expected}").into());
        }
    }
    cloud.check(STEPS.len())?;
    println!("\nAll of it ended as it should.\n\n{YOUR_CLUSTER}");
    Ok(())
}
