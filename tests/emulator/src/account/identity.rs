//! Who may do what.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// Who calls.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Caller {
    /// Such as `arn:aws:sts::000000000000:assumed-role/deploy/ana`; the user `emulator`, if left
    /// out.
    pub arn: Option<String>,
    /// What the simulation says that the caller must not do, as in [`Role::denied_actions`]. The
    /// calls themselves are refused by faults.
    pub denied_actions: Vec<String>,
}

/// A role. What is left out is as in a sound account.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The last part of its ARN.
    pub name: String,
    /// Such as `/team/`.
    #[serde(default)]
    pub path: Option<String>,
    /// There is none of this name.
    #[serde(default)]
    pub missing: bool,
    /// Who may take it on; ECS tasks, if left out.
    #[serde(default)]
    pub trust: Option<Trust>,
    /// What it must not do, such as `secretsmanager:GetSecretValue` or `ecr:*`. After a blank the
    /// resources may follow, such as `kms:Decrypt arn:aws:kms:*:key/a`.
    #[serde(default)]
    pub denied_actions: Vec<String>,
}

/// Who may take a role on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Trust {
    /// A service, such as `ec2.amazonaws.com`.
    Service(String),
    /// Several services.
    Services(Vec<String>),
    /// The whole trust policy.
    Policy(Value),
}
