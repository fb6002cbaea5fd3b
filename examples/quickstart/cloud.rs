//! The emulated AWS, with everything in it that a task needs.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use ecs_emulator::{Emulator, Image, Logs, Phases, Scenario};
use tempfile::TempDir;
use tokio::process::Command;

use crate::task_definition::{Secrets, render};

pub(crate) const REGION: &str = "us-east-1";

/// The task definition whose tasks cannot start.
pub(crate) const WITHOUT_SECRET: &str = "everruns-admin-staging";
const MISSING: &str =
    "arn:aws:secretsmanager:us-east-1:000000000000:secret:staging/database-url-AbCdEf";

/// What a terminal program may know of the user's own environment. Nothing else is handed on: the
/// user's AWS and ECS settings are none of the quickstart's business.
const HANDED_ON: [&str; 9] = [
    "PATH",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
];

/// The emulator, and a folder for whatever is written.
pub(crate) struct Cloud {
    // Dropped in this order: first the processes, then their folder.
    emulator: Emulator,
    folder: TempDir,
}

impl Cloud {
    /// Brings it up; `admin` is the program that stands for the image `everruns-admin`.
    pub(crate) fn start(admin: &Path) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::Builder::new().prefix("quickstart-").tempdir()?;
        fs::write(folder.path().join("settings.toml"), "")?;
        let emulator = Emulator::start(scenario(admin)?)?;
        emulator.create_log_group("/ecs/everruns-admin");
        let url = format!("sqlite://{}", folder.path().join("everruns.db").display());
        let secrets = Secrets {
            database_url: &emulator.create_secret("everruns/database-url", &url),
            key: &emulator.create_secret("everruns/encryption-key", "not a key"),
            previous_key: &emulator.create_secret("everruns/encryption-key-previous", "none"),
        };
        let _ = emulator.register(render("everruns-admin", &secrets)?);
        let incomplete = Secrets {
            database_url: MISSING,
            ..secrets
        };
        let _ = emulator.register(render(WITHOUT_SECRET, &incomplete)?);
        Ok(Self { emulator, folder })
    }

    /// The variables that a user would export.
    pub(crate) fn exports(&self) -> [(&'static str, String); 7] {
        [
            ("AWS_ENDPOINT_URL", self.emulator.url()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", "quickstart".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "quickstart".to_owned()),
            ("ECS_CLUSTER", "everruns".to_owned()),
            ("ECS_SUBNETS", "subnet-1,subnet-2".to_owned()),
            ("ECS_SECURITY_GROUP", "sg-1".to_owned()),
        ]
    }

    /// The tool with these words, in an environment and a folder without any settings but ours.
    pub(crate) fn command(&self, tool: &Path, words: &[&str]) -> Command {
        let handed_on = HANDED_ON
            .iter()
            .filter_map(|name| Some((name, env::var_os(name)?)));
        let mut command = Command::new(tool);
        command
            .args(words)
            .env_clear()
            .envs(handed_on)
            .envs(self.exports())
            .env("HOME", self.folder.path())
            .env(
                "RUN_ADMIN_TASK_CONFIG",
                self.folder.path().join("settings.toml"),
            )
            .current_dir(self.folder.path());
        command
    }

    /// Checks that each of `steps` commands was a task, and that the last one never ran.
    pub(crate) fn check(&self, steps: usize) -> Result<(), String> {
        let tasks = self.emulator.tasks();
        let processes: Vec<usize> = tasks.iter().map(|task| task.started_processes).collect();
        let mut expected = vec![1; steps];
        expected[steps - 1] = 0;
        if processes == expected {
            Ok(())
        } else {
            Err(format!(
                "processes of each task: {processes:?}; expected {expected:?}"
            ))
        }
    }
}

/// About what Fargate does, in a tenth of the time.
fn scenario(admin: &Path) -> Result<Scenario, Box<dyn Error>> {
    let program = admin
        .to_str()
        .ok_or("the target folder's path is not UTF-8")?;
    let image = Image {
        program: program.to_owned(),
        args: Vec::new(),
    };
    Ok(Scenario {
        images: BTreeMap::from([("everruns-admin".to_owned(), image)]),
        phases: Phases {
            provisioning_ms: 1_500,
            pull_ms: 1_000,
            pending_ms: 400,
            activating_ms: 300,
            deactivating_ms: 200,
            stopping_ms: 100,
            deprovisioning_ms: 12_000,
        },
        logs: Logs {
            delay_ms: 400,
            ..Logs::default()
        },
        ..Scenario::default()
    })
}
