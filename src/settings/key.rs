//! The settings there are: their names in the file, their flags, variables and defaults.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each key is described by its `Spec`")]
pub enum Key {
    Cluster,
    Subnets,
    SecurityGroups,
    NetworkFromService,
    Region,
    Profile,
    TaskDefinition,
    Container,
    AssignPublicIp,
    LaunchType,
    CapacityProvider,
    PlatformVersion,
    Env,
    EnvFile,
    Cpu,
    Memory,
    Tags,
    StartRetries,
    StartTimeout,
    Timeout,
    OnInterrupt,
    OnTimeout,
    CredentialsGrace,
    Drain,
    WaitStopped,
    Check,
    ReadSecrets,
    Migrations,
    PostgresVersion,
    Rules,
    StatusCommand,
    DryRunCommand,
    MigrateCommand,
    Exclusive,
    AttachIfRunning,
    RunKey,
    Record,
    Confirm,
    Yes,
    Output,
    Timestamps,
    Quiet,
    Verbose,
}

/// How a setting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One text.
    Text,
    /// Several texts; in a variable separated by commas or spaces.
    List,
    /// Yes or no.
    Switch,
    /// `NAME = "value"` pairs.
    Map,
}

/// Where a setting can be said.
#[derive(Debug)]
pub struct Spec {
    /// Which setting.
    pub key: Key,
    /// Its name in the configuration file and in `config`; `None`: it is not for the file.
    pub name: &'static str,
    /// Its flag; empty where it has none.
    pub flag: &'static str,
    /// Its environment variables, first one first.
    pub variables: &'static [&'static str],
    /// How it is written.
    pub kind: Kind,
    /// The built-in value.
    pub built_in: Option<&'static str>,
    /// Whether the configuration file may say it.
    pub in_file: bool,
}

const fn spec(key: Key, name: &'static str, flag: &'static str, kind: Kind) -> Spec {
    Spec {
        key,
        name,
        flag,
        variables: &[],
        kind,
        built_in: None,
        in_file: true,
    }
}

impl Spec {
    const fn variables(mut self, variables: &'static [&'static str]) -> Self {
        self.variables = variables;
        self
    }

    const fn built_in(mut self, value: &'static str) -> Self {
        self.built_in = Some(value);
        self
    }

    const fn flag_only(mut self) -> Self {
        self.in_file = false;
        self
    }
}

/// Every setting, in the order in which `config` prints them.
pub const SPECS: [Spec; 43] = [
    spec(Key::Cluster, "cluster", "--cluster", Kind::Text)
        .variables(&["ECS_CLUSTER"])
        .built_in("everruns"),
    spec(Key::Subnets, "subnets", "--subnets", Kind::List).variables(&["ECS_SUBNETS"]),
    spec(
        Key::SecurityGroups,
        "security-groups",
        "--security-groups",
        Kind::List,
    )
    .variables(&["ECS_SECURITY_GROUP", "ECS_SECURITY_GROUPS"]),
    spec(
        Key::NetworkFromService,
        "network-from-service",
        "--network-from-service",
        Kind::Text,
    )
    .variables(&["ECS_NETWORK_FROM_SERVICE"]),
    spec(Key::Region, "region", "--region", Kind::Text)
        .variables(&["AWS_REGION", "AWS_DEFAULT_REGION"])
        .built_in(BUILT_IN_REGION),
    spec(Key::Profile, "profile", "--profile", Kind::Text).variables(&["AWS_PROFILE"]),
    spec(
        Key::TaskDefinition,
        "task-definition",
        "--task-definition",
        Kind::Text,
    )
    .variables(&["ECS_TASK_DEFINITION"])
    .built_in("everruns-admin"),
    spec(Key::Container, "container", "--container", Kind::Text).variables(&["ECS_CONTAINER"]),
    spec(
        Key::AssignPublicIp,
        "assign-public-ip",
        "--assign-public-ip",
        Kind::Switch,
    ),
    spec(Key::LaunchType, "launch-type", "--launch-type", Kind::Text),
    spec(
        Key::CapacityProvider,
        "capacity-provider",
        "--capacity-provider",
        Kind::List,
    ),
    spec(
        Key::PlatformVersion,
        "platform-version",
        "--platform-version",
        Kind::Text,
    ),
    spec(Key::Env, "env", "--env", Kind::Map),
    spec(Key::EnvFile, "env-file", "--env-file", Kind::List),
    spec(Key::Cpu, "cpu", "--cpu", Kind::Text),
    spec(Key::Memory, "memory", "--memory", Kind::Text),
    spec(Key::Tags, "tags", "--tag", Kind::Map),
    spec(
        Key::StartRetries,
        "start-retries",
        "--start-retries",
        Kind::Text,
    )
    .built_in("5"),
    spec(
        Key::StartTimeout,
        "start-timeout",
        "--start-timeout",
        Kind::Text,
    )
    .built_in("10m"),
    spec(Key::Timeout, "timeout", "--timeout", Kind::Text),
    spec(
        Key::OnInterrupt,
        "on-interrupt",
        "--on-interrupt",
        Kind::Text,
    ),
    spec(Key::OnTimeout, "on-timeout", "--on-timeout", Kind::Text),
    spec(
        Key::CredentialsGrace,
        "credentials-grace",
        "--credentials-grace",
        Kind::Text,
    )
    .built_in("10m"),
    spec(Key::Drain, "drain", "--drain", Kind::Text),
    spec(
        Key::WaitStopped,
        "wait-stopped",
        "--wait-stopped",
        Kind::Switch,
    ),
    spec(Key::Check, "check", "--check", Kind::Switch),
    spec(
        Key::ReadSecrets,
        "read-secrets",
        "--read-secrets",
        Kind::Switch,
    )
    .flag_only(),
    spec(Key::Migrations, "migrations", "--migrations", Kind::Text),
    spec(
        Key::PostgresVersion,
        "postgres-version",
        "--postgres-version",
        Kind::Text,
    )
    .built_in("15"),
    spec(Key::Rules, "rules", "--rule", Kind::Map),
    spec(Key::StatusCommand, "status-command", "", Kind::List).built_in("migrate-info"),
    spec(Key::DryRunCommand, "dry-run-command", "", Kind::List).built_in("migrate --dry-run"),
    spec(Key::MigrateCommand, "migrate-command", "", Kind::List).built_in("migrate"),
    spec(Key::Exclusive, "exclusive", "", Kind::Switch),
    spec(
        Key::AttachIfRunning,
        "attach-if-running",
        "--attach-if-running",
        Kind::Switch,
    ),
    spec(Key::RunKey, "run-key", "--run-key", Kind::Text)
        .variables(&["RUN_ADMIN_TASK_RUN_KEY"])
        .flag_only(),
    spec(Key::Record, "record", "--no-record", Kind::Switch),
    spec(Key::Confirm, "confirm", "", Kind::Switch),
    spec(Key::Yes, "yes", "--yes", Kind::Switch).flag_only(),
    spec(Key::Output, "output", "--output", Kind::Text).built_in("auto"),
    spec(Key::Timestamps, "timestamps", "--timestamps", Kind::Text),
    spec(Key::Quiet, "quiet", "--quiet", Kind::Switch).flag_only(),
    spec(Key::Verbose, "verbose", "--verbose", Kind::Switch).flag_only(),
];

/// The region where nothing else names one.
pub const BUILT_IN_REGION: &str = "us-east-1";

impl Key {
    /// Where this setting can be said.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        // `SPECS` stands in the order of the enum; a test holds it.
        &SPECS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_stand_in_the_order_of_the_keys() {
        for (position, spec) in SPECS.iter().enumerate() {
            assert_eq!(spec.key as usize, position, "{}", spec.name);
        }
    }
}
