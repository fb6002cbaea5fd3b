//! The program of the example admin container.

use std::env::consts::ARCH;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Builds the program with the C library linked in. The Dockerfile uses musl; GNU's does as well
/// for a program that looks up no host names, and needs no other Rust target to be installed.
pub(crate) fn build_program() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "everruns-admin",
        ])
        .args(["--target", &format!("{ARCH}-unknown-linux-gnu")])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(
        built.status.success(),
        "everruns-admin was not built: {errors}"
    );
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the program")
}
