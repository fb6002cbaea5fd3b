//! A Docker engine of our own: own folder, own socket, no networks and no rules in the firewall.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::json;

use crate::daemon::{Daemon, bound_to_us, find};
use crate::http::{self, Request};

pub(crate) struct Docker {
    _daemon: Daemon,
    socket: PathBuf,
}

impl Docker {
    pub(crate) fn find() -> Option<PathBuf> {
        find("dockerd", &["/usr/sbin", "/usr/local/sbin"])
    }

    pub(crate) fn start(program: &Path, folder: &Path) -> Result<Self, String> {
        let socket = folder.join("docker.sock");
        // The engine mounts much. In a name space of its own the mounts go when it goes.
        let unshare = find("unshare", &[]).ok_or("no `unshare` (util-linux)")?;
        // Not the machine's own, if it has one: an option that stands in both is refused.
        let settings = folder.join("daemon.json");
        fs::write(&settings, "{}").map_err(|error| error.to_string())?;
        let mut command = bound_to_us(&unshare);
        command
            .arg("--mount")
            .arg("--")
            .arg(program)
            .args(["--iptables=false", "--ip6tables=false", "--bridge=none"])
            .arg("--userland-proxy=false")
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("docker.pid"))
            .arg("--config-file")
            .arg(settings)
            .arg("-H")
            .arg(format!("unix://{}", socket.display()))
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            );
        let mut daemon = Daemon::start("dockerd", &mut command, folder)?;
        daemon.wait_until(|| call(&socket, "GET", "/_ping", "text/plain", &[]).is_ok())?;
        Ok(Self {
            _daemon: daemon,
            socket,
        })
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Takes in an image, from a tar of its files and the instructions of a Dockerfile.
    pub(crate) fn import(&self, name: &str, files: &[u8], instructions: &[&str]) -> io::Result<()> {
        let (repository, tag) = name.split_once(':').unwrap_or((name, "latest"));
        let mut path = format!("/images/create?fromSrc=-&repo={repository}&tag={tag}");
        for instruction in instructions {
            path += "&changes=";
            path += &percent_encoded(instruction);
        }
        call(&self.socket, "POST", &path, "application/x-tar", files).map(drop)
    }

    /// Makes, but does not start, a container on the host's network.
    pub(crate) fn create_on_host_network(&self, name: &str, image: &str) -> io::Result<()> {
        let body = json!({"Image": image, "HostConfig": {"NetworkMode": "host"}}).to_string();
        let path = format!("/containers/create?name={name}");
        call(
            &self.socket,
            "POST",
            &path,
            "application/json",
            body.as_bytes(),
        )
        .map(drop)
    }
}

fn call(socket: &Path, method: &str, path: &str, kind: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(http::PATIENCE))?;
    let headers = &[("Content-Type", kind)];
    http::send(
        stream,
        &Request {
            method,
            path,
            headers,
            body,
        },
    )
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
