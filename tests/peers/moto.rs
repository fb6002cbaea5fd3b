//! moto: the network, images, roles and parameters of an account that holds something.

use std::env;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::daemon::{Daemon, bound_to_us};
use crate::http::{self, Request};
use crate::ministack::REGION;
use crate::venv;

/// What it is filled with.
const SEED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/seed.py");

pub(crate) struct Moto {
    // Dropped in this order: the process ends before its folder goes.
    _daemon: Daemon,
    _folder: TempDir,
    port: u16,
    seeded: Value,
}

impl Moto {
    /// Brings it up and fills it, or says what this machine lacks.
    pub(crate) fn start() -> Result<Self, String> {
        let missing = "no moto; see tests/peers/install";
        let program = venv::find("moto_server").ok_or(missing)?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let port = http::free_port()?;
        let mut command = bound_to_us(&program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        let mut daemon = Daemon::start("moto", &mut command, folder.path())?;
        let page = Request {
            method: "GET",
            path: "/moto-api/",
            headers: &[],
            body: &[],
        };
        daemon.wait_until(|| http::send_to(port, &page).is_ok())?;
        Ok(Self {
            seeded: seed(port).expect("it is filled"),
            _daemon: daemon,
            _folder: folder,
            port,
        })
    }

    pub(crate) fn endpoint(&self) -> String {
        endpoint(self.port)
    }

    /// An id or name of what it holds, as `seed.py` calls it.
    #[track_caller]
    pub(crate) fn seeded(&self, name: &str) -> &str {
        let told = self.seeded[name].as_str();
        told.unwrap_or_else(|| panic!("no {name} in {}", self.seeded))
    }
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// moto comes with boto3, which knows how to ask for things to be made.
fn seed(port: u16) -> Result<Value, String> {
    let python = venv::find("python").ok_or("no Python beside moto")?;
    let output = Command::new(python)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .args([SEED, &endpoint(port), REGION])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}
