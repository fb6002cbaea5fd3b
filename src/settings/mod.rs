//! What the user wants, from every place where it can be said, and where each value came from.

pub mod discover;
mod env_file;
pub mod file;
pub mod key;
pub mod layer;
mod resolve;
mod values;
pub mod variables;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::policy::Leave;
use crate::model::reach::Reach;
use crate::model::request::CapacityProvider;
use crate::model::review::Severity;

pub use resolve::resolve;
pub use values::{since, switch};

/// Every setting, with its final value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that is on or off"
)]
pub struct Settings {
    /// The chosen environment of the configuration file.
    pub environment: Option<String>,
    /// Cluster name or ARN.
    pub cluster: String,
    /// Subnets; may be empty where a service lends its own.
    pub subnets: Vec<String>,
    /// Security groups; may be empty where a service lends its own.
    pub security_groups: Vec<String>,
    /// A live service whose network is used.
    pub network_from_service: Option<String>,
    /// The region, unless it is left to the profile.
    pub region: Option<String>,
    /// The profile of the shared AWS files.
    pub profile: Option<String>,
    /// What leads to the same account, for commands that are shown.
    pub reach: Option<Reach>,
    /// The flags of this very command that say where, as a shell takes them.
    pub place: Vec<String>,
    /// Family, family:revision or ARN.
    pub task_definition: String,
    /// The deciding container.
    pub container: Option<String>,
    /// Whether the task gets a public address; `None`: as the service has it, else not.
    pub assign_public_ip: Option<bool>,
    /// Where it runs.
    pub launch: Launch,
    /// Fargate platform version.
    pub platform_version: Option<String>,
    /// Extra environment variables for the container.
    pub env: BTreeMap<String, Variable>,
    /// CPU units of the task.
    pub cpu: Option<String>,
    /// Memory of the task in MiB.
    pub memory: Option<String>,
    /// The user's own tags.
    pub tags: BTreeMap<String, String>,
    /// How often a start that AWS could not give is tried again.
    pub start_retries: u32,
    /// How long the task may take until a container runs.
    pub start_timeout: Duration,
    /// How long it may run.
    pub timeout: Option<Duration>,
    /// What a signal does to a running container.
    pub on_interrupt: Option<Leave>,
    /// What the end of `timeout` does.
    pub on_timeout: Option<Leave>,
    /// How long credentials that AWS no longer takes are borne.
    pub credentials_grace: Duration,
    /// How long to watch the log after the container's end.
    pub drain: Option<Duration>,
    /// Whether to wait until the task is `STOPPED`.
    pub wait_stopped: bool,
    /// Whether to look first whether the task will start.
    pub check: bool,
    /// Whether checks may read the values of secrets.
    pub read_secrets: bool,
    /// The folder of the migration files.
    pub migrations: Option<String>,
    /// The database's version, for the review of what runs on it.
    pub postgres_version: String,
    /// How much the findings of single rules matter, by the rules' names.
    pub rules: BTreeMap<String, Importance>,
    /// The container's words for the status of migrations.
    pub status_command: Vec<String>,
    /// Its words for a dry run; empty where it has none.
    pub dry_run_command: Vec<String>,
    /// Its words for applying migrations.
    pub migrate_command: Vec<String>,
    /// Whether to follow a task that is in the way of an exclusive command.
    pub attach_if_running: bool,
    /// What names this run, where the user says.
    pub run_key: Option<String>,
    /// Whether the run leaves a record.
    pub record: bool,
    /// Whether to ask before a start.
    pub confirm: bool,
    /// Whether the answer is yes already.
    pub yes: bool,
    /// The form of the output.
    pub output: Output,
    /// Whether log lines carry their time stamps.
    pub timestamps: Timestamps,
    /// How much the tool says.
    pub talk: Talk,
}

/// How much the findings of a rule matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// So much.
    Severity(Severity),
    /// Not at all: it is not looked for.
    Off,
}

/// An extra environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its value.
    pub value: String,
    /// Whether the value was written out by the user. One that was taken from our environment or
    /// from a file may be a secret: it is not shown.
    pub written_out: bool,
}

/// Where the task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Launch {
    /// A launch type, for example `FARGATE`.
    Type(String),
    /// Capacity providers.
    Providers(Vec<CapacityProvider>),
}

impl Launch {
    /// Whether only Fargate can come of it: then the network mode is `awsvpc`.
    #[must_use]
    pub fn is_fargate(&self) -> bool {
        match self {
            Self::Type(name) => name == "FARGATE",
            Self::Providers(providers) => providers
                .iter()
                .all(|provider| provider.capacity_provider.starts_with("FARGATE")),
        }
    }
}

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// What suits whoever reads.
    Auto,
    /// A live status for somebody at a terminal.
    Human,
    /// Lines for pipes.
    Plain,
    /// The event stream.
    Json,
    /// A job of GitHub Actions.
    Github,
    /// A job of GitLab CI.
    Gitlab,
    /// A job of Buildkite.
    Buildkite,
}

impl Output {
    /// The form that this word asks for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "human" => Some(Self::Human),
            "plain" => Some(Self::Plain),
            "json" => Some(Self::Json),
            "github" => Some(Self::Github),
            "gitlab" => Some(Self::Gitlab),
            "buildkite" => Some(Self::Buildkite),
            _ => None,
        }
    }
}

/// Whether log lines carry their time stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timestamps {
    /// They don't.
    None,
    /// In UTC.
    Utc,
    /// In this machine's time zone.
    Local,
}

/// How much the tool says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    /// Warnings and errors.
    Quiet,
    /// Phases, signs of life, the end.
    Usual,
    /// Timings and API calls too.
    Verbose,
}
