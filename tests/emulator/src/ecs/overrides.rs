//! `overrides` of `RunTask`.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::ecs::container_spec::ContainerSpec;
use crate::ecs::container_spec::Variable;
use crate::refusal::Refusal;

/// AWS's limit on the JSON of the overrides.
const MAX_CHARACTERS: usize = 8192;

/// What the emulator reads of them, and the whole as it came.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    containers: Vec<ContainerOverride>,
    json: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerOverride {
    #[serde(default)]
    name: String,
    command: Option<Vec<String>>,
    #[serde(default)]
    environment: Vec<Variable>,
}

impl Overrides {
    pub(crate) fn parse(json: &Value) -> Result<Self, Refusal> {
        if json.is_null() {
            return Ok(Self::default());
        }
        if json.to_string().chars().count() > MAX_CHARACTERS {
            return Err(Refusal::parameter(
                "Container Overrides length must be at most 8192",
            ));
        }
        let containers: Option<Vec<ContainerOverride>> =
            Option::deserialize(&json["containerOverrides"])
                .map_err(|error| Refusal::parameter(format!("Invalid overrides: {error}")))?;
        Ok(Self {
            containers: containers.unwrap_or_default(),
            json: json.clone(),
        })
    }

    /// The task's `cpu` or `memory`, if it is overridden.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.json[field].as_str()
    }

    /// The containers as they shall run.
    pub(crate) fn apply(&self, specs: &[ContainerSpec]) -> Result<Vec<ContainerSpec>, Refusal> {
        let mut specs = specs.to_vec();
        for change in &self.containers {
            let spec = specs
                .iter_mut()
                .find(|spec| spec.name == change.name)
                .ok_or_else(|| {
                    Refusal::parameter(format!(
                        "Override for container named {} is not a container in the TaskDefinition.",
                        change.name
                    ))
                })?;
            if let Some(command) = &change.command {
                spec.command.clone_from(command);
            }
            let is_changed =
                |old: &Variable| change.environment.iter().any(|new| new.name == old.name);
            spec.environment.retain(|variable| !is_changed(variable));
            spec.environment.extend(change.environment.iter().cloned());
        }
        Ok(specs)
    }

    /// As a task shows them: each container is named, also those that nothing was overridden of.
    pub(crate) fn json(&self, specs: &[ContainerSpec]) -> Value {
        let mut json = if self.json.is_null() {
            json!({})
        } else {
            self.json.clone()
        };
        let mut containers = json["containerOverrides"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for spec in specs {
            if !self
                .containers
                .iter()
                .any(|change| change.name == spec.name)
            {
                containers.push(json!({"name": spec.name}));
            }
        }
        json["containerOverrides"] = containers.into();
        json["inferenceAcceleratorOverrides"] = json!([]);
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> ContainerSpec {
        let definition = json!({
            "name": "admin", "image": "i", "entryPoint": ["/admin"], "command": ["help"],
            "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        });
        ContainerSpec::deserialize(&definition).expect("the test's definition is right")
    }

    fn parse(json: &Value) -> Overrides {
        Overrides::parse(json).expect("the test's overrides are right")
    }

    #[test]
    fn command_and_environment_replace_those_of_the_definition() {
        let overrides = parse(&json!({"containerOverrides": [{
            "name": "admin", "command": ["migrate"], "environment": [{"name": "A", "value": "9"}],
        }]}));
        let specs = overrides.apply(&[spec()]).expect("the container exists");
        assert_eq!(specs[0].words(), ["/admin", "migrate"]);
        let environment: Vec<(&str, &str)> = specs[0]
            .environment
            .iter()
            .map(|variable| (variable.name.as_str(), variable.value.as_str()))
            .collect();
        assert_eq!(environment, [("B", "2"), ("A", "9")]);
    }

    #[test]
    fn an_unknown_container_and_too_long_overrides_are_refused() {
        let unknown = parse(&json!({"containerOverrides": [{"name": "web"}]}));
        let refusal = unknown
            .apply(&[spec()])
            .expect_err("there is no such container");
        let message = "Override for container named web is not a container in the TaskDefinition.";
        assert_eq!(refusal.message, message);
        let word = "x".repeat(MAX_CHARACTERS);
        let long = json!({"containerOverrides": [{"name": "admin", "command": [word]}]});
        let refusal = Overrides::parse(&long).expect_err("it is too long");
        assert_eq!(
            refusal.message,
            "Container Overrides length must be at most 8192"
        );
    }

    #[test]
    fn a_task_names_each_container_in_its_overrides() {
        let json = parse(&Value::Null).json(&[spec()]);
        assert_eq!(json["containerOverrides"], json!([{"name": "admin"}]));
    }
}
