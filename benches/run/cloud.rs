//! An emulated AWS with a task definition whose container is this program.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::time::SystemTime;

use ecs_emulator::{Emulator, Image, Logs, Phases, Scenario};
use serde_json::json;
use tempfile::TempDir;

use crate::container;

/// A line can be read so long after it was written.
pub(crate) const LOG_DELAY_MS: u64 = 400;

pub(crate) const CLUSTER: &str = "everruns";
pub(crate) const FAMILY: &str = "bench";
pub(crate) const CONTAINER: &str = "admin";
pub(crate) const LOG_GROUP: &str = "/ecs/bench";
pub(crate) const STREAM_PREFIX: &str = "admin";
pub(crate) const SUBNET: &str = "subnet-1";
pub(crate) const SECURITY_GROUP: &str = "sg-1";

/// The emulator, and an empty home for those who call it.
pub(crate) struct Cloud {
    emulator: Emulator,
    home: TempDir,
}

impl Cloud {
    /// With the usual delays.
    pub(crate) fn new() -> Self {
        Self::with(usual())
    }

    /// With this scenario, and our image in it.
    pub(crate) fn with(mut scenario: Scenario) -> Self {
        let own = env::current_exe().expect("this program's path");
        let image = Image {
            program: own.to_str().expect("a path in UTF-8").to_owned(),
            args: vec![container::WORD.to_owned()],
        };
        scenario.images = BTreeMap::from([("bench".to_owned(), image)]);
        let emulator = Emulator::start(scenario).expect("a free port on 127.0.0.1");
        emulator.create_log_group(LOG_GROUP);
        let _ = emulator.register(json!({
            "family": FAMILY,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": "arn:aws:iam::000000000000:role/execution",
            "containerDefinitions": [{
                "name": CONTAINER,
                "image": "bench",
                "logConfiguration": {"logDriver": "awslogs", "options": {
                    "awslogs-group": LOG_GROUP,
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": STREAM_PREFIX,
                }},
            }],
        }));
        let home = tempfile::tempdir().expect("a temporary folder");
        Self { emulator, home }
    }

    pub(crate) fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// A program that knows of nothing but this cloud.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", self.home.path())
            .env("AWS_ENDPOINT_URL", self.emulator.url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "bench")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_PAGER", "")
            .current_dir(self.home.path());
        command
    }

    /// When the last `RunTask` arrived.
    pub(crate) fn run_task_at(&self) -> SystemTime {
        let calls = self.emulator.calls();
        let run_task = calls.iter().rfind(|call| call.operation == "RunTask");
        run_task.expect("a task was to be run").at
    }

    /// When the container of the first task exited.
    pub(crate) fn container_ended(&self) -> SystemTime {
        let tasks = self.emulator.tasks();
        let first = tasks.first().expect("a task was run");
        first.ended_at[0].expect("its container has ended")
    }
}

/// Logs 0.4 s late, and 12 s between the container's exit and STOPPED.
pub(crate) fn usual() -> Scenario {
    Scenario {
        phases: Phases {
            deprovisioning_ms: 12_000,
            ..Phases::default()
        },
        logs: Logs {
            delay_ms: LOG_DELAY_MS,
            ..Logs::default()
        },
        ..Scenario::default()
    }
}
