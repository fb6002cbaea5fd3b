//! Checks that look at the same things.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::model::definition::TaskDefinition;
use crate::model::finding::Finding;
use crate::model::request::{Network, RunTaskRequest};
use crate::ports::account::{
    Callers, Clusters, Images, LogGroups, Names, Networks, Quotas, Roles, Secrets,
};

/// What `check --list` says of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The check's name.
    pub name: &'static str,
    /// What it looks at, in one line.
    pub looks_at: &'static str,
    /// What the caller must be allowed to do, as a policy writes it.
    pub permissions: &'static [&'static str],
    /// The causes, by the diagnosis' names, that it can confirm or rule out.
    pub causes: &'static [&'static str],
}

/// What is about to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The region.
    pub region: String,
    /// The definition, where it could be read.
    pub definition: Option<TaskDefinition>,
    /// The container that gets the command.
    pub deciding: String,
    /// The request that would be sent.
    pub request: RunTaskRequest,
    /// Whether the values of secrets may be read.
    pub read_secrets: bool,
    /// Whether somebody shall be able to run commands in the task's containers.
    pub execute_command: bool,
}

impl Subject {
    /// The network of the task's interface, where it has one of its own and it is known.
    #[must_use]
    pub fn network(&self) -> Option<&Network> {
        let configuration = self.request.network_configuration.as_ref()?;
        Some(&configuration.awsvpc_configuration)
    }
}

/// The account, as checks look at it.
#[derive(Clone)]
pub struct Account {
    /// Whom the credentials belong to.
    pub callers: Arc<dyn Callers>,
    /// Where tasks run.
    pub clusters: Arc<dyn Clusters>,
    /// Where logs go.
    pub log_groups: Arc<dyn LogGroups>,
    /// What a build with the feature `preflight` looks at besides.
    pub beyond: Option<Beyond>,
}

/// What needs more of AWS's crates than a run does.
#[derive(Clone)]
pub struct Beyond {
    /// Which way packets go, and whether they may.
    pub networks: Arc<dyn Networks>,
    /// Names of hosts.
    pub names: Arc<dyn Names>,
    /// Whom the credentials belong to.
    pub callers: Arc<dyn Callers>,
    /// Roles, and what policies allow.
    pub roles: Arc<dyn Roles>,
    /// What AWS limits.
    pub quotas: Arc<dyn Quotas>,
    /// Values that are stored elsewhere than in a definition.
    pub secrets: Arc<dyn Secrets>,
    /// Images in ECR.
    pub images: Arc<dyn Images>,
}

/// Checks that look at the same things, once.
pub struct Group {
    /// Its checks.
    pub checks: &'static [About],
    pub(super) look: Look,
}

/// How a group looks.
pub(super) enum Look {
    /// Without knowing the definition.
    AtPlace(for<'a> fn(&'a Subject, &'a Account) -> BoxFuture<'a, Vec<Finding>>),
    /// In every build.
    Usual(for<'a> fn(&'a Definite<'a>, &'a Account) -> BoxFuture<'a, Vec<Finding>>),
    /// In a build with the feature `preflight`.
    Beyond(for<'a> fn(&'a Definite<'a>, &'a Beyond) -> BoxFuture<'a, Vec<Finding>>),
}

/// A subject whose definition is known.
pub(super) struct Definite<'a> {
    pub(super) subject: &'a Subject,
    pub(super) definition: &'a TaskDefinition,
}

/// Lets a group look. What it cannot look at, it says.
pub async fn look(group: &Group, subject: &Subject, account: &Account) -> Vec<Finding> {
    let skipped = |why: &str| {
        let names = group.checks.iter().map(|about| about.name);
        names.map(|name| Finding::skip(name, why)).collect()
    };
    if let Look::AtPlace(look) = group.look {
        return look(subject, account).await;
    }
    let Some(definition) = &subject.definition else {
        return skipped("the task definition could not be read");
    };
    let definite = Definite {
        subject,
        definition,
    };
    match group.look {
        Look::AtPlace(look) => look(subject, account).await,
        Look::Usual(look) => look(&definite, account).await,
        Look::Beyond(look) => match &account.beyond {
            Some(beyond) => look(&definite, beyond).await,
            None => skipped(
                "this build looks at ECS and CloudWatch Logs alone: it was made without the feature `preflight`",
            ),
        },
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::definition::ContainerDefinition;
    use crate::model::log::LogDriver;
    use crate::model::request::{ContainerOverride, NetworkConfiguration, Overrides, PublicIp};

    /// A sound subject, for tests to break.
    pub(in crate::preflight) fn subject() -> Subject {
        Subject {
            region: "us-east-1".into(),
            definition: Some(TaskDefinition {
                arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:3".into(),
                status: Some("ACTIVE".into()),
                compatibilities: vec!["EC2".into(), "FARGATE".into()],
                cpu: Some("256".into()),
                memory: Some("512".into()),
                execution_role: Some("arn:aws:iam::000000000000:role/everruns-execution".into()),
                task_role: Some("arn:aws:iam::000000000000:role/everruns-task".into()),
                network_mode: Some("awsvpc".into()),
                containers: vec![ContainerDefinition {
                    name: "admin".into(),
                    essential: true,
                    image: "000000000000.dkr.ecr.us-east-1.amazonaws.com/everruns-admin:1.2.3"
                        .into(),
                    log: LogDriver::Awslogs {
                        group: "/ecs/everruns-admin".into(),
                        region: Some("us-east-1".into()),
                        prefix: Some("admin".into()),
                    },
                    ..ContainerDefinition::default()
                }],
                ..TaskDefinition::default()
            }),
            deciding: "admin".into(),
            request: RunTaskRequest {
                cluster: "everruns".into(),
                task_definition:
                    "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:3".into(),
                count: 1,
                client_token: "token".into(),
                launch_type: Some("FARGATE".into()),
                capacity_provider_strategy: Vec::new(),
                platform_version: None,
                network_configuration: Some(NetworkConfiguration {
                    awsvpc_configuration: Network {
                        subnets: vec!["subnet-0a".into()],
                        security_groups: vec!["sg-0a".into()],
                        assign_public_ip: PublicIp::Disabled,
                    },
                }),
                overrides: Overrides {
                    container_overrides: vec![ContainerOverride {
                        name: "admin".into(),
                        command: vec!["migrate".into()],
                        ..ContainerOverride::default()
                    }],
                    ..Overrides::default()
                },
                started_by: "ana/laptop".into(),
                tags: Vec::new(),
            },
            read_secrets: false,
            execute_command: false,
        }
    }
}
