//! The `RunTask` request, in the form that `aws ecs run-task --cli-input-json` reads.

use serde::{Deserialize, Serialize};

/// The longest `overrides` that `RunTask` takes, in characters of its JSON
/// (API reference, `RunTask`: "a total of 8192 characters … with the JSON formatting characters").
pub const OVERRIDES_LIMIT: usize = 8_192;

/// What to do about overrides that are longer.
pub const SHORTER_OVERRIDES: &str =
    "pass a shorter command, or have the container read the rest from S3, SSM or a secret";

/// The most tags a task can have (API reference, `RunTask`).
pub const TAGS_LIMIT: usize = 50;

/// One `RunTask` call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunTaskRequest {
    /// Cluster name or ARN.
    pub cluster: String,
    /// The revision that was looked at: a newer one that appears meanwhile is not started.
    pub task_definition: String,
    /// How many tasks: always one.
    pub count: i32,
    /// Names the request: the same token never starts a second task.
    pub client_token: String,
    /// `FARGATE`, `EC2` or `EXTERNAL`; absent with a capacity provider strategy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<String>,
    /// Capacity providers, in place of a launch type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity_provider_strategy: Vec<CapacityProvider>,
    /// Fargate platform version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<String>,
    /// Subnets and groups; absent where the definition's network mode is not `awsvpc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// What differs from the definition.
    pub overrides: Overrides,
    /// Who started it, from where.
    pub started_by: String,
    /// The task's tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// One element of a capacity provider strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CapacityProvider {
    /// Its name, for example `FARGATE_SPOT`.
    pub capacity_provider: String,
    /// Its share of the tasks above the base. With 0 it gets none.
    pub weight: i32,
    /// How many tasks it gets before the shares count.
    pub base: i32,
}

/// The network of an `awsvpc` task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkConfiguration {
    /// The one kind of network configuration there is.
    pub awsvpc_configuration: Network,
}

/// Subnets, security groups and whether the task gets a public address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Subnet ids.
    pub subnets: Vec<String>,
    /// Security group ids.
    pub security_groups: Vec<String>,
    /// `ENABLED` or `DISABLED`.
    pub assign_public_ip: PublicIp,
}

/// Whether the task's interface gets a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PublicIp {
    /// It does.
    Enabled,
    /// It does not.
    #[default]
    Disabled,
}

/// What differs from the definition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overrides {
    /// One override a container.
    pub container_overrides: Vec<ContainerOverride>,
    /// The task's CPU units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// The task's memory in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
}

/// What differs for one container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerOverride {
    /// The container's name.
    pub name: String,
    /// Its command, word by word.
    pub command: Vec<String>,
    /// Extra environment variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<EnvironmentVariable>,
}

/// One environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// At most 128 characters.
    pub key: String,
    /// At most 256 characters.
    pub value: String,
}

impl Overrides {
    /// Their length as `RunTask` counts it: characters of the JSON.
    #[must_use]
    pub fn length(&self) -> usize {
        serde_json::to_string(self).map_or(0, |json| json.chars().count())
    }

    /// That they are too long, if so.
    #[must_use]
    pub fn too_long(&self) -> Option<String> {
        let length = self.length();
        (length > OVERRIDES_LIMIT).then(|| {
            format!(
                "command and environment are too long: {length} characters of {OVERRIDES_LIMIT} that ECS takes"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_are_counted_with_their_json() {
        let overrides = Overrides {
            container_overrides: vec![ContainerOverride {
                name: "admin".into(),
                command: vec!["é".into()],
                environment: vec![],
            }],
            ..Overrides::default()
        };
        assert_eq!(
            overrides.length(),
            r#"{"containerOverrides":[{"name":"admin","command":["é"]}]}"#
                .chars()
                .count()
        );
    }
}
