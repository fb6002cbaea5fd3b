//! The tool's own options.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueHint};

use super::offered::{LAUNCH_TYPE, LEAVE, OUTPUT, SWITCH, ZONE};
use crate::settings::Output;
use crate::settings::key::Key;
use crate::settings::layer::{Layer, Origin, Said};

/// The tool's own options. They stand before the container's command.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is given or not"
)]
#[expect(clippy::doc_markdown, reason = "clap prints these comments as help")]
pub struct Options {
    /// Use this environment of the configuration file
    #[arg(
        short = 'E',
        long,
        global = true,
        value_name = "NAME",
        help_heading = "Configuration"
    )]
    pub environment: Option<String>,
    /// Read this configuration file
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        help_heading = "Configuration"
    )]
    pub config: Option<PathBuf>,
    /// Print the RunTask request and start nothing; with stop: say what would be stopped
    #[arg(long, global = true)]
    pub dry_run: bool,

    /// Cluster name or ARN [env: ECS_CLUSTER] [default: everruns]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Where")]
    cluster: Option<String>,
    /// Subnets, separated by commas (can be repeated) [env: ECS_SUBNETS]
    #[arg(long, global = true, value_name = "IDS", help_heading = "Where")]
    subnets: Vec<String>,
    /// Security groups, separated by commas (can be repeated) [env: ECS_SECURITY_GROUP, ECS_SECURITY_GROUPS]
    #[arg(long, global = true, value_name = "IDS", help_heading = "Where")]
    security_groups: Vec<String>,
    /// Take subnets and security groups from this ECS service [env: ECS_NETWORK_FROM_SERVICE]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Where")]
    network_from_service: Option<String>,
    /// AWS region [env: AWS_REGION] [default: the profile's, else us-east-1]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Where")]
    region: Option<String>,
    /// Profile of the shared AWS files [env: AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Where")]
    profile: Option<String>,
    /// Give the task a public IP address
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = SWITCH, value_name = "BOOL", help_heading = "Where")]
    assign_public_ip: Option<String>,
    /// Launch type [default: FARGATE]
    #[arg(long, global = true, value_parser = LAUNCH_TYPE, value_name = "TYPE", help_heading = "Where")]
    launch_type: Option<String>,
    /// Capacity provider in place of a launch type (can be repeated)
    #[arg(
        long,
        global = true,
        value_name = "NAME[:WEIGHT[:BASE]]",
        help_heading = "Where"
    )]
    capacity_provider: Vec<String>,
    /// Fargate platform version
    #[arg(long, global = true, value_name = "VERSION", help_heading = "Where")]
    platform_version: Option<String>,

    /// Task definition: family, family:revision or ARN [env: ECS_TASK_DEFINITION] [default: everruns-admin]
    #[arg(long, global = true, value_name = "NAME", help_heading = "What")]
    task_definition: Option<String>,
    /// Container that gets the command and decides [env: ECS_CONTAINER] [default: admin, else the only essential one]
    #[arg(long, global = true, value_name = "NAME", help_heading = "What")]
    container: Option<String>,
    /// Extra environment variable; a bare KEY takes ours (can be repeated)
    #[arg(long, global = true, value_name = "KEY[=VALUE]", help_heading = "What")]
    env: Vec<String>,
    /// File of extra environment variables (can be repeated)
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "What")]
    env_file: Vec<String>,
    /// CPU units of the task [default: the definition's]
    #[arg(long, global = true, value_name = "UNITS", help_heading = "What")]
    cpu: Option<String>,
    /// Memory of the task in MiB [default: the definition's]
    #[arg(long, global = true, value_name = "MIB", help_heading = "What")]
    memory: Option<String>,
    /// Extra tag of the task (can be repeated)
    #[arg(long, global = true, value_name = "KEY=VALUE", help_heading = "What")]
    tag: Vec<String>,

    /// How often to try again a start that AWS could not give [default: 5]
    #[arg(long, global = true, value_name = "COUNT", help_heading = "How long")]
    start_retries: Option<String>,
    /// Stop a task that has not started by then [default: 10m]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "How long"
    )]
    start_timeout: Option<String>,
    /// Longest time a container may run [default: none]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "How long"
    )]
    timeout: Option<String>,
    /// What a signal does to a running container [default: detach for what must not run beside itself, as migrate, and where a task was found, else stop]
    #[arg(
        long,
        global = true,
        value_parser = LEAVE,
        value_name = "WHAT",
        help_heading = "How long"
    )]
    on_interrupt: Option<String>,
    /// What the timeout does [default: as on an interrupt]
    #[arg(
        long,
        global = true,
        value_parser = LEAVE,
        value_name = "WHAT",
        help_heading = "How long"
    )]
    on_timeout: Option<String>,
    /// How long to go on without valid credentials [default: 10m]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "How long"
    )]
    credentials_grace: Option<String>,
    /// Watch the log for this long after the container's end [default: learned from the log]
    #[arg(
        long,
        global = true,
        value_name = "DURATION",
        help_heading = "How long"
    )]
    drain: Option<String>,
    /// Wait until ECS has taken the task down
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = SWITCH, value_name = "BOOL", help_heading = "How long")]
    wait_stopped: Option<String>,

    /// Look first whether the task will start, and start nothing if it will not
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = SWITCH, value_name = "BOOL", help_heading = "Before the start")]
    check: Option<String>,
    /// Let checks read the values of secrets: for JSON keys and the database's address
    #[arg(long, global = true, help_heading = "Before the start")]
    read_secrets: bool,

    /// Folder of the migration files
    #[arg(long, global = true, value_name = "FOLDER", value_hint = ValueHint::DirPath, help_heading = "Migrations")]
    migrations: Option<String>,
    /// Version of PostgreSQL that the files are reviewed for [default: 15]
    #[arg(
        long,
        global = true,
        value_name = "VERSION",
        help_heading = "Migrations"
    )]
    postgres_version: Option<String>,
    /// How much a rule of the review matters: block, warn, note or off (can be repeated)
    #[arg(
        long,
        global = true,
        value_name = "RULE=SEVERITY",
        help_heading = "Migrations"
    )]
    rule: Vec<String>,

    /// Follow a migration that runs already, in place of refusing to start a second one
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = SWITCH, value_name = "BOOL", help_heading = "Once")]
    attach_if_running: Option<String>,
    /// Name of this run: again with the same name, it finds its task [env: RUN_ADMIN_TASK_RUN_KEY] [default: the CI job's attempt, else new each time]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Once")]
    run_key: Option<String>,
    /// Leave no record of the run on this machine
    #[arg(long, global = true, help_heading = "Once")]
    no_record: bool,

    /// Form of the output [default: auto]
    #[arg(long, global = true, value_parser = OUTPUT, value_name = "FORM", help_heading = "Output")]
    output: Option<String>,
    /// Show each log line's time, in UTC or =local
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "utc", value_parser = ZONE, value_name = "ZONE", help_heading = "Output")]
    timestamps: Option<String>,
    /// Say warnings and errors alone
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    quiet: bool,
    /// Say more: each request to AWS, and where the time went
    #[arg(short, long, global = true, action = ArgAction::SetTrue, help_heading = "Output")]
    verbose: bool,
    /// Do not ask before a start or a stop
    #[arg(short, long, global = true, help_heading = "Output")]
    yes: bool,
}

impl Options {
    /// The form of the output, as far as the flags say: for failures that come before every place
    /// has been read.
    #[must_use]
    pub fn early_output(&self) -> Output {
        let word = self.output.as_deref();
        word.and_then(Output::of_word).unwrap_or(Output::Auto)
    }

    /// The layer that the flags make.
    #[must_use]
    pub fn layer(&self) -> Layer {
        let mut layer = Layer::new();
        let mut say = |key: Key, values: Vec<String>| {
            if !values.is_empty() {
                let origin = Origin::Flag(key.spec().flag);
                layer.insert(key, Said { values, origin });
            }
        };
        for (key, value) in [
            (Key::Cluster, &self.cluster),
            (Key::NetworkFromService, &self.network_from_service),
            (Key::Region, &self.region),
            (Key::Profile, &self.profile),
            (Key::TaskDefinition, &self.task_definition),
            (Key::Container, &self.container),
            (Key::AssignPublicIp, &self.assign_public_ip),
            (Key::LaunchType, &self.launch_type),
            (Key::PlatformVersion, &self.platform_version),
            (Key::Cpu, &self.cpu),
            (Key::Memory, &self.memory),
            (Key::StartRetries, &self.start_retries),
            (Key::CredentialsGrace, &self.credentials_grace),
            (Key::Check, &self.check),
            (Key::Migrations, &self.migrations),
            (Key::PostgresVersion, &self.postgres_version),
            (Key::AttachIfRunning, &self.attach_if_running),
            (Key::RunKey, &self.run_key),
            (Key::StartTimeout, &self.start_timeout),
            (Key::Timeout, &self.timeout),
            (Key::OnInterrupt, &self.on_interrupt),
            (Key::OnTimeout, &self.on_timeout),
            (Key::Drain, &self.drain),
            (Key::WaitStopped, &self.wait_stopped),
            (Key::Output, &self.output),
            (Key::Timestamps, &self.timestamps),
        ] {
            say(key, value.iter().cloned().collect());
        }
        for (key, values) in [
            (Key::Subnets, &self.subnets),
            (Key::SecurityGroups, &self.security_groups),
            (Key::CapacityProvider, &self.capacity_provider),
            (Key::Env, &self.env),
            (Key::EnvFile, &self.env_file),
            (Key::Tags, &self.tag),
            (Key::Rules, &self.rule),
        ] {
            say(key, values.clone());
        }
        for (key, on) in [
            (Key::Yes, self.yes),
            (Key::ReadSecrets, self.read_secrets),
            (Key::Quiet, self.quiet),
            (Key::Verbose, self.verbose),
        ] {
            say(key, on.then(|| "true".to_owned()).into_iter().collect());
        }
        if self.no_record {
            say(Key::Record, vec!["false".to_owned()]);
        }
        layer
    }
}
