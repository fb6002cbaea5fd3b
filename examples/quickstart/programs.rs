//! The programs that the quickstart needs, built by the cargo that built it.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::shell::Shell;

/// What `cargo run` tells the program that it starts. Build scripts that watch these variables
/// would run again, and what depends on them would be built again.
const OF_CARGO_RUN: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// Paths of the built programs.
pub(crate) struct Programs {
    pub(crate) tool: PathBuf,
    pub(crate) admin: PathBuf,
}

/// Builds them.
pub(crate) async fn build(shell: &mut Shell) -> Result<Programs, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let messages = folder.path().join("messages.json");
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if OF_CARGO_RUN
            .iter()
            .any(|it| name.to_string_lossy().starts_with(it))
        {
            command.env_remove(name);
        }
    }
    command
        .args(["build", "--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        // The example is named for its dependencies: with it, cargo chooses the same features as
        // for `cargo run --example quickstart`, and nothing is built twice.
        .args([
            "--bin",
            "run-admin-task",
            "--bin",
            "everruns-admin",
            "--example",
            "quickstart",
        ])
        .args(["--profile", &profile()?])
        .stdout(File::create(&messages)?);
    if shell.run(command).await? != 0 {
        return Err("the programs cannot be built".into());
    }
    let messages = fs::read_to_string(messages)?;
    Ok(Programs {
        tool: executable(&messages, "run-admin-task")?,
        admin: executable(&messages, "everruns-admin")?,
    })
}

/// The profile of this very program, which is in `target/PROFILE/examples`.
fn profile() -> Result<String, Box<dyn Error>> {
    let own = env::current_exe()?;
    let folder = own.ancestors().nth(2).and_then(Path::file_name);
    match folder.and_then(|name| name.to_str()) {
        Some("debug") => Ok("dev".to_owned()),
        Some(name) => Ok(name.to_owned()),
        None => Err("start it by `cargo run --example quickstart`".into()),
    }
}

fn executable(messages: &str, name: &str) -> Result<PathBuf, String> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| format!("cargo did not say where {name} is"))
}
