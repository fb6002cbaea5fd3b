//! Everything brought up, and what a case does with it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::daemon::find;
use crate::docker::Docker;
use crate::image::{self, Files};
use crate::microburst::Microburst;
use crate::ministack::{Ministack, REGION};
use crate::postgres::Server;
use crate::program::build_program;
use crate::task_definition::{self, Blanks, REGISTRY};
use crate::{steps, venv};

const NETWORK: &str = "host-network";
/// The tool's own: none is named to it.
const CLUSTER: &str = "everruns";
const LOG_GROUP: &str = "/ecs/everruns-admin";
const ORIGINAL: &str = "original";

pub(crate) struct Bench {
    // Fields are dropped in this order: first who uses, then what is used.
    ministack: Ministack,
    docker: Docker,
    postgres: Server,
    microburst: PathBuf,
    program: PathBuf,
    key_arn: String,
    _folder: TempDir,
}

impl Bench {
    /// Brings everything up, or says what this machine lacks.
    pub(crate) fn start() -> Result<Self, String> {
        let install = "; see tests/peers/install";
        let dockerd = Docker::find().ok_or(format!("no dockerd{install}"))?;
        let binaries = Server::find().ok_or(format!("no PostgreSQL{install}"))?;
        let ministack = venv::find("ministack").ok_or(format!("no ministack{install}"))?;
        let microburst = venv::find("microburst").ok_or(format!("no microburst{install}"))?;
        let us = Command::new("id")
            .arg("-u")
            .output()
            .map_err(|error| error.to_string())?;
        if us.stdout != b"0\n" {
            return Err("a Docker engine can be started by root alone".into());
        }

        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let docker = Docker::start(&dockerd, folder.path())?;
        let postgres = Server::start(binaries).map_err(|error| error.to_string())?;
        let program = build_program();
        let original = take_in(&docker, ORIGINAL, &Files::new(&program));
        let with_steps = Files::new(&program);
        for (migration, sql) in steps::migrations() {
            with_steps.add_migration(&migration, sql);
        }
        take_in(&docker, steps::TAG, &with_steps);
        // It need not run: all that is asked of it is which network it is on. On this one the
        // tasks find PostgreSQL on 127.0.0.1.
        docker
            .create_on_host_network(NETWORK, &original)
            .expect("a container");
        let ministack = Ministack::start(&ministack, &docker, NETWORK, folder.path())?;
        ministack
            .create_log_group(LOG_GROUP)
            .expect("the log group");
        let key_arn = ministack
            .create_secret("everruns/key", "a key")
            .expect("a secret");
        Ok(Self {
            ministack,
            docker,
            postgres,
            microburst,
            program,
            key_arn,
            _folder: folder,
        })
    }

    /// A case of its own: an empty database, and a task definition that knows its URL.
    pub(crate) fn case(&self, name: &str) -> Case<'_> {
        let url = self.postgres.create_database(name).expect("a database");
        let secret = format!("everruns/{name}/database-url");
        let database_url_arn = self
            .ministack
            .create_secret(&secret, &url)
            .expect("a secret");
        let home = tempfile::tempdir().expect("a temporary folder");
        let family = format!("everruns-admin-{name}");
        let case = Case {
            bench: self,
            family,
            database_url_arn,
            home,
        };
        case.register(ORIGINAL, &case.database_url_arn);
        case
    }
}

/// Makes an image of these files known to the Docker engine, and gives its name.
fn take_in(docker: &Docker, tag: &str, files: &Files) -> String {
    let name = format!("{REGISTRY}/everruns-admin:{tag}");
    docker
        .import(&name, &files.packed(), &image::INSTRUCTIONS)
        .expect("the image is taken in");
    name
}

pub(crate) struct Case<'a> {
    bench: &'a Bench,
    family: String,
    database_url_arn: String,
    home: TempDir,
}

/// What a finished run of the tool left.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: String,
}

impl Case<'_> {
    /// Deploys another image: the same program, and the original migrations but for one file.
    pub(crate) fn deploy_with(&self, tag: &str, migration: &str, sql: &str) {
        let files = Files::new(&self.bench.program);
        files.add_migration(migration, sql);
        take_in(&self.bench.docker, tag, &files);
        self.register(tag, &self.database_url_arn);
    }

    /// Deploys the image whose migration has many steps.
    pub(crate) fn deploy_steps(&self) {
        self.register(steps::TAG, &self.database_url_arn);
    }

    /// Registers a task definition whose `DATABASE_URL` is a secret that was never stored.
    pub(crate) fn lose_the_secret(&self) -> String {
        let arn = self
            .database_url_arn
            .replace("database-url", "no-such-secret");
        self.register(ORIGINAL, &arn);
        arn
    }

    fn register(&self, tag: &str, database_url_arn: &str) {
        let key_arn = &self.bench.key_arn;
        let blanks = Blanks {
            family: &self.family,
            tag,
            database_url_arn,
            key_arn,
        };
        let definition = task_definition::render(&blanks);
        self.bench
            .ministack
            .register_task_definition(&definition)
            .expect("it is registered");
    }

    /// A proxy of the case's own that breaks calls by these rules.
    pub(crate) fn microburst(&self, rules: &Value) -> Microburst {
        let upstream = self.bench.ministack.endpoint();
        let proxy = Microburst::start(&self.bench.microburst, &upstream).expect("it starts");
        proxy.set_rules(rules).expect("the rules are taken");
        proxy
    }

    /// The tasks that were ever started from the case's task definitions.
    pub(crate) fn tasks(&self) -> BTreeSet<String> {
        let tasks = self.bench.ministack.tasks(CLUSTER, &self.family);
        tasks.expect("a list of tasks")
    }

    /// Runs the tool as an operator would, to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Finished {
        self.run_against(&self.bench.ministack.endpoint(), words)
    }

    /// Runs it with another server in the place of AWS.
    pub(crate) fn run_against(&self, endpoint: &str, words: &[&str]) -> Finished {
        let mut command = self.command(endpoint, words);
        command.output().expect("the tool runs").into()
    }

    pub(crate) fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(&self.bench.ministack.endpoint(), words);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts")
    }

    fn command(&self, endpoint: &str, words: &[&str]) -> Command {
        // A tool that hangs must not hang the test.
        let timeout = find("timeout", &[]).expect("`timeout` (coreutils)");
        let mut command = Command::new(timeout);
        command
            .args(["--signal=KILL", "120", env!("CARGO_BIN_EXE_run-admin-task")])
            .args(words)
            .env_clear()
            .env("HOME", self.home.path())
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("ECS_TASK_DEFINITION", &self.family)
            .env("ECS_SUBNETS", "subnet-0a,subnet-0b")
            .env("ECS_SECURITY_GROUP", "sg-0a")
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        let stdout = String::from_utf8(output.stdout).expect("stdout is text");
        let stderr = String::from_utf8(output.stderr).expect("stderr is text");
        let stdout = stdout.lines().map(without_time).collect();
        Self {
            status: output.status.code(),
            stdout,
            stderr,
        }
    }
}

impl Finished {
    /// What `--output json` printed.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        let lines = self.stdout.iter();
        lines
            .map(|line| serde_json::from_str(line).expect("every line is JSON"))
            .collect()
    }

    /// Holds the container's output and the tool's exit status to what is wanted.
    #[track_caller]
    pub(crate) fn expect(&self, status: i32, stdout: &[&str]) {
        let as_wanted = self.status == Some(status) && self.stdout == stdout;
        assert!(as_wanted, "wanted {status} with {stdout:#?}, not {self:#?}");
    }
}

/// `Applied 1/migrate it (2.03ms)` without the time.
pub(crate) fn without_time(line: &str) -> String {
    match line.rsplit_once(" (") {
        Some((before, _)) if line.starts_with("Applied ") => before.to_owned(),
        _ => line.to_owned(),
    }
}
