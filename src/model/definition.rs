//! A task definition, as far as a run needs it.

use std::collections::BTreeMap;

use super::log::LogDriver;

/// The container that decides where nobody names one and the definition has it.
const USUAL_CONTAINER: &str = "admin";

/// One revision of a task definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskDefinition {
    /// Full ARN, revision included.
    pub arn: String,
    /// `ACTIVE`, `INACTIVE` or `DELETE_IN_PROGRESS`.
    pub status: Option<String>,
    /// What ECS found it can run on: `FARGATE`, `EC2`, `EXTERNAL`.
    pub compatibilities: Vec<String>,
    /// CPU units of the task, as written.
    pub cpu: Option<String>,
    /// Memory of the task in MiB, as written.
    pub memory: Option<String>,
    /// Name or ARN of the role by which ECS pulls the image, reads secrets and writes logs.
    pub execution_role: Option<String>,
    /// Name or ARN of the role that the containers have.
    pub task_role: Option<String>,
    /// `X86_64` or `ARM64`; absent means `X86_64`.
    pub cpu_architecture: Option<String>,
    /// `LINUX`, or a Windows version; absent means `LINUX`.
    pub operating_system: Option<String>,
    /// `awsvpc`, `bridge`, `host`, `none`; absent means the platform's default.
    pub network_mode: Option<String>,
    /// The containers, in the definition's order.
    pub containers: Vec<ContainerDefinition>,
}

/// One container of a task definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerDefinition {
    /// The container's name, unique in the definition.
    pub name: String,
    /// Whether the task ends when this container does.
    pub essential: bool,
    /// The words it runs where no override gives it others.
    pub command: Vec<String>,
    /// Where its output goes.
    pub log: LogDriver,
    /// How the log driver goes about it.
    pub log_options: LogOptions,
    /// The image, as written.
    pub image: String,
    /// Where the credentials of the image's registry are: a secret of Secrets Manager.
    pub repository_credentials: Option<String>,
    /// Environment variables whose values are in the definition itself.
    pub environment: BTreeMap<String, String>,
    /// Environment variables, and options of the log driver, whose values are elsewhere.
    pub secrets: Vec<SecretReference>,
}

/// Options of the awslogs driver that decide whether the log can be had, and whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogOptions {
    /// `mode`: `blocking`, `non-blocking`, or not said.
    pub mode: Option<String>,
    /// `awslogs-create-group`: whether a group that is missing is made.
    pub creates_group: bool,
}

/// A value that is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretReference {
    /// The variable, or the log driver's option.
    pub name: String,
    /// `valueFrom`, as written: the ARN of a secret with what of it is meant, or the name or ARN
    /// of a parameter.
    pub value_from: String,
}

impl ContainerDefinition {
    /// Why its log cannot be shown, if so.
    #[must_use]
    pub fn without_log(&self) -> Option<String> {
        let why = match &self.log {
            LogDriver::Awslogs { .. } => return None,
            LogDriver::Other(driver) => {
                format!("it goes to the log driver `{driver}`, which this tool cannot read")
            }
            LogDriver::None => "the task definition gives it no log configuration".to_owned(),
        };
        let name = &self.name;
        Some(format!(
            "the log of container `{name}` cannot be shown: {why}"
        ))
    }
}

/// Why no deciding container could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContainerChoiceError {
    /// The name that was asked for is not in the definition.
    #[error("the task definition has no container `{wanted}`; it has {}", list(.names))]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// What there is.
        names: Vec<String>,
    },
    /// Several containers could decide and nobody said which.
    #[error("several containers could decide how the run ended: {}", list(.names))]
    Ambiguous {
        /// The containers to choose from.
        names: Vec<String>,
    },
}

fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl TaskDefinition {
    /// The container whose command is overridden and whose exit code is the run's:
    /// the one asked for, else `admin`, else the only essential one.
    pub fn deciding_container(
        &self,
        wanted: Option<&str>,
    ) -> Result<&ContainerDefinition, ContainerChoiceError> {
        if let Some(wanted) = wanted {
            return self
                .container(wanted)
                .ok_or_else(|| ContainerChoiceError::Unknown {
                    wanted: wanted.to_owned(),
                    names: self.names(|_| true),
                });
        }
        if let Some(usual) = self.container(USUAL_CONTAINER) {
            return Ok(usual);
        }
        let mut essential = self.containers.iter().filter(|c| c.essential);
        match (essential.next(), essential.next()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(ContainerChoiceError::Ambiguous {
                names: self.names(|c| c.essential),
            }),
            (None, _) => Err(ContainerChoiceError::Ambiguous {
                names: self.names(|_| true),
            }),
        }
    }

    /// Whether tasks of this definition get an interface of their own in a subnet.
    #[must_use]
    pub fn uses_awsvpc(&self) -> bool {
        self.network_mode.as_deref() == Some("awsvpc")
    }

    fn container(&self, name: &str) -> Option<&ContainerDefinition> {
        self.containers.iter().find(|c| c.name == name)
    }

    fn names(&self, keep: impl Fn(&ContainerDefinition) -> bool) -> Vec<String> {
        self.containers
            .iter()
            .filter(|c| keep(c))
            .map(|c| c.name.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(containers: &[(&str, bool)]) -> TaskDefinition {
        TaskDefinition {
            arn: "arn:aws:ecs:us-east-1:000000000000:task-definition/t:1".into(),
            network_mode: Some("awsvpc".into()),
            containers: containers
                .iter()
                .map(|(name, essential)| ContainerDefinition {
                    name: (*name).to_owned(),
                    essential: *essential,
                    ..ContainerDefinition::default()
                })
                .collect(),
            ..TaskDefinition::default()
        }
    }

    #[test]
    fn the_deciding_container() {
        let choose = |containers: &[(&str, bool)], wanted: Option<&str>| {
            definition(containers)
                .deciding_container(wanted)
                .map(|c| c.name.clone())
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            choose(&[("proxy", true), ("admin", true)], None),
            Ok("admin".into())
        );
        assert_eq!(
            choose(&[("proxy", false), ("job", true)], None),
            Ok("job".into())
        );
        assert_eq!(
            choose(&[("a", true), ("b", true)], Some("b")),
            Ok("b".into())
        );
        assert_eq!(
            choose(&[("a", true), ("b", true)], None),
            Err("several containers could decide how the run ended: `a`, `b`".into())
        );
        assert_eq!(
            choose(&[("a", false), ("b", false)], None),
            Err("several containers could decide how the run ended: `a`, `b`".into())
        );
        assert_eq!(
            choose(&[("a", true)], Some("z")),
            Err("the task definition has no container `z`; it has `a`".into())
        );
    }
}
