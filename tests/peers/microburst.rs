//! microburst: a proxy in front of ministack that breaks calls by rule.

use std::path::Path;
use std::{env, io};

use serde_json::Value;
use tempfile::TempDir;

use crate::daemon::{Daemon, bound_to_us};
use crate::http::{self, Request};

pub(crate) struct Microburst {
    // Dropped in this order: the process ends before its folder goes.
    _daemon: Daemon,
    _folder: TempDir,
    port: u16,
}

impl Microburst {
    /// Each has a port and rules of its own, so that the faults of one case strike no other.
    pub(crate) fn start(program: &Path, upstream: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let port = http::free_port()?;
        let mut command = bound_to_us(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--upstream", upstream]);
        let mut daemon = Daemon::start("microburst", &mut command, folder.path())?;
        daemon.wait_until(|| control(port, "GET", "health", &[]).is_ok())?;
        Ok(Self {
            _daemon: daemon,
            _folder: folder,
            port,
        })
    }

    /// A name without a dot: with a dotted one, the first call waits for seconds while microburst
    /// compares it with the host names of every AWS service.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Takes these rules and no others. The first that matches a call and is due strikes it.
    pub(crate) fn set_rules(&self, rules: &Value) -> io::Result<()> {
        control(self.port, "POST", "rules", rules.to_string().as_bytes()).map(drop)
    }

    /// The rules, each with its `fired_count`.
    pub(crate) fn rules(&self) -> io::Result<Vec<Value>> {
        match http::json(&control(self.port, "GET", "rules", &[])?)? {
            Value::Array(rules) => Ok(rules),
            other => Err(io::Error::other(format!("no list of rules: {other}"))),
        }
    }
}

fn control(port: u16, method: &str, what: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let path = format!("/_microburst/{what}");
    let request = Request {
        method,
        path: &path,
        headers: &[("Content-Type", "application/json")],
        body,
    };
    http::send_to(port, &request)
}
