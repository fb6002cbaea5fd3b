//! What the emulator reads of a container definition. All else is kept, but not looked at.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How to start one container.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContainerSpec {
    pub(crate) name: String,
    pub(crate) image: String,
    #[serde(default = "yes")]
    pub(crate) essential: bool,
    #[serde(default)]
    pub(crate) entry_point: Vec<String>,
    #[serde(default)]
    pub(crate) command: Vec<String>,
    #[serde(default)]
    pub(crate) environment: Vec<Variable>,
    #[serde(default)]
    pub(crate) secrets: Vec<SecretVariable>,
    pub(crate) working_directory: Option<String>,
    pub(crate) log_configuration: Option<LogConfiguration>,
    /// Seconds.
    pub(crate) stop_timeout: Option<u64>,
    #[serde(default)]
    pub(crate) cpu: u64,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretVariable {
    pub(crate) name: String,
    pub(crate) value_from: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogConfiguration {
    pub(crate) log_driver: String,
    #[serde(default)]
    pub(crate) options: BTreeMap<String, String>,
}

impl ContainerSpec {
    /// Entry point and command: what a container is told to run.
    pub(crate) fn words(&self) -> Vec<String> {
        self.entry_point
            .iter()
            .chain(&self.command)
            .cloned()
            .collect()
    }

    /// The options of the awslogs driver; `None` where the container logs elsewhere or nowhere.
    pub(crate) fn awslogs(&self) -> Option<&BTreeMap<String, String>> {
        let logs = self.log_configuration.as_ref()?;
        (logs.log_driver == "awslogs").then_some(&logs.options)
    }
}
