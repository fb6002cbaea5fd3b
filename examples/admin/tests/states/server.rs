//! A `PostgreSQL` server of our own: own folder, own port, own user, gone with the test.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use tempfile::TempDir;

const USER: &str = "everruns";
const PASSWORD: &str = "pw";
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Server {
    // Fields are dropped in this order: the process ends before its folder goes.
    process: Process,
    folder: TempDir,
    binaries: PathBuf,
    port: u16,
}

impl Server {
    /// The newest server on this machine, if any: on the search path, or where Debian puts it.
    pub(crate) fn find() -> Option<PathBuf> {
        let on_path = env::var_os("PATH").unwrap_or_default();
        let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        debian.sort();
        let complete = |folder: &PathBuf| {
            ["initdb", "postgres", "createdb"]
                .iter()
                .all(|name| folder.join(name).is_file())
        };
        env::split_paths(&on_path)
            .chain(debian.into_iter().rev())
            .find(complete)
    }

    pub(crate) fn start(binaries: PathBuf) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let user = unprivileged_user()?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let data = folder.path().join("data");
        initialise(&binaries, folder.path(), &data, user)?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = fs::File::create(folder.path().join("log"))?;
        let process = bound_to_us(&binaries.join("postgres"), user)
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "fsync=off", "-c"])
            .arg(format!(
                "unix_socket_directories={}",
                folder.path().display()
            ))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .current_dir(folder.path())
            .spawn()?;
        let mut server = Self {
            process: Process(process),
            folder,
            binaries,
            port,
        };
        server.wait_until_it_listens()?;
        Ok(server)
    }

    fn wait_until_it_listens(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if self.process.0.try_wait()?.is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(self.folder.path().join("log"))?;
                return Err(io::Error::other(format!("PostgreSQL did not start: {log}")));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Makes an empty database and gives its URL.
    pub(crate) fn create_database(&self, name: &str) -> io::Result<String> {
        // A server that listens may still refuse for a moment, "the database system is starting".
        let deadline = Instant::now() + PATIENCE;
        loop {
            let made = Command::new(self.binaries.join("createdb"))
                .args([
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &self.port.to_string(),
                    "-U",
                    USER,
                    name,
                ])
                .env("PGPASSWORD", PASSWORD)
                .output()?;
            if made.status.success() {
                return Ok(self.url(PASSWORD, name));
            }
            let error = String::from_utf8_lossy(&made.stderr);
            if !error.contains("starting up") || Instant::now() > deadline {
                return Err(io::Error::other(error.into_owned()));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn url(&self, password: &str, database: &str) -> String {
        format!(
            "postgres://{USER}:{password}@127.0.0.1:{}/{database}",
            self.port
        )
    }
}

fn initialise(
    binaries: &Path,
    folder: &Path,
    data: &Path,
    user: Option<(u32, u32)>,
) -> io::Result<()> {
    let password = folder.join("password");
    fs::write(&password, PASSWORD)?;
    let made = as_user(&binaries.join("initdb"), user)
        .args([
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ])
        .args(["--username", USER, "--pwfile"])
        .arg(password)
        .arg("-D")
        .arg(data)
        .current_dir(folder)
        .output()?;
    if made.status.success() {
        return Ok(());
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&made.stderr).into_owned(),
    ))
}

/// `PostgreSQL` refuses to run as root: root takes the user that the package made.
fn unprivileged_user() -> io::Result<Option<(u32, u32)>> {
    let us = Command::new("id").arg("-u").output()?;
    if String::from_utf8_lossy(&us.stdout).trim() != "0" {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    users
        .lines()
        .find_map(|line| {
            let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        })
        .map(Some)
        .ok_or_else(|| io::Error::other("root needs a user `postgres` to run PostgreSQL"))
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// Ends too when the test dies without a chance to clean up, as by Ctrl-C.
fn bound_to_us(program: &Path, user: Option<(u32, u32)>) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !setpriv.is_file() {
        return as_user(program, user);
    }
    let mut command = as_user(setpriv, user);
    command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
    command
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // SIGQUIT is the server's "stop now": it ends its own processes too.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.0.id().to_string()])
            .status();
        let _ = self.0.wait();
    }
}
