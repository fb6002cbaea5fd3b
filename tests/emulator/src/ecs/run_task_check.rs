//! What `RunTask` refuses by its parameters alone, in AWS's words.

use serde::Deserialize;
use serde_json::Value;

use crate::ecs::definitions::Definition;
use crate::ecs::task::Capacity;
use crate::refusal::Refusal;

/// The parameters of `RunTask` that the emulator reads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunTaskRequest {
    pub(crate) cluster: Option<String>,
    #[serde(default)]
    pub(crate) task_definition: String,
    #[serde(default = "one")]
    pub(crate) count: i64,
    launch_type: Option<String>,
    #[serde(default)]
    capacity_provider_strategy: Vec<ProviderStrategy>,
    network_configuration: Option<NetworkConfiguration>,
    #[serde(default)]
    pub(crate) overrides: Value,
    pub(crate) started_by: Option<String>,
    #[serde(default)]
    pub(crate) tags: Value,
    propagate_tags: Option<String>,
    pub(crate) client_token: Option<String>,
    pub(crate) group: Option<String>,
}

fn one() -> i64 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProviderStrategy {
    capacity_provider: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NetworkConfiguration {
    awsvpc_configuration: Option<VpcConfiguration>,
}

#[derive(Debug, Deserialize)]
struct VpcConfiguration {
    #[serde(default)]
    subnets: Vec<String>,
}

impl RunTaskRequest {
    pub(crate) fn read(body: &Value) -> Result<Self, Refusal> {
        let request = Self::deserialize(body)
            .map_err(|error| Refusal::new("SerializationException", error.to_string()))?;
        request.check()?;
        Ok(request)
    }

    pub(crate) fn propagates_definition_tags(&self) -> bool {
        self.propagate_tags.as_deref() == Some("TASK_DEFINITION")
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.task_definition.is_empty() {
            return Err(Refusal::client(
                "TaskDefinition should not be null or empty.",
            ));
        }
        if !(1..=10).contains(&self.count) {
            return Err(Refusal::parameter("Count must be between 1 and 10."));
        }
        if let Some(started_by) = &self.started_by {
            check_started_by(started_by)?;
        }
        if let Some(token) = &self.client_token {
            check_client_token(token)?;
        }
        if self.launch_type.is_some() && !self.capacity_provider_strategy.is_empty() {
            return Err(Refusal::parameter(
                "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
            ));
        }
        Ok(())
    }

    /// Where the task runs. Without launch type and strategy, AWS would go by the cluster's
    /// default; here an awsvpc task then runs on Fargate and another on EC2.
    pub(crate) fn capacity(&self, definition: &Definition) -> Result<Capacity, Refusal> {
        let provider = self
            .capacity_provider_strategy
            .first()
            .map(|it| &it.capacity_provider);
        let launch_type = match (&self.launch_type, provider) {
            (Some(launch_type), _) => launch_type.as_str(),
            (None, Some(provider)) if provider.starts_with("FARGATE") => "FARGATE",
            (None, None) if definition.uses_awsvpc() => "FARGATE",
            _ => "EC2",
        };
        if !definition.supports(launch_type) {
            let message = format!("Task definition does not support launch_type {launch_type}.");
            return Err(Refusal::parameter(message));
        }
        Ok(Capacity {
            launch_type: launch_type.to_owned(),
            provider: provider.cloned(),
            subnet: self.subnet(definition.uses_awsvpc() || launch_type == "FARGATE")?,
            cpu: definition.text("cpu").map(ToOwned::to_owned),
            memory: definition.text("memory").map(ToOwned::to_owned),
        })
    }

    fn subnet(&self, needs_network: bool) -> Result<Option<String>, Refusal> {
        let network = self
            .network_configuration
            .as_ref()
            .and_then(|it| it.awsvpc_configuration.as_ref());
        match (needs_network, network) {
            (true, None) => Err(Refusal::parameter(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )),
            (false, Some(_)) => Err(Refusal::parameter(
                "Network Configuration is not valid for the given networkMode of this task definition.",
            )),
            (true, Some(network)) => match network.subnets.first() {
                Some(subnet) => Ok(Some(subnet.clone())),
                None => Err(Refusal::parameter("subnets can not be empty.")),
            },
            (false, None) => Ok(None),
        }
    }
}

fn check_started_by(started_by: &str) -> Result<(), Refusal> {
    if started_by.chars().count() > 128 {
        return Err(Refusal::parameter("startedBy length must be at most 128"));
    }
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "-/_".contains(letter);
    if started_by.chars().all(is_allowed) {
        Ok(())
    } else {
        Err(Refusal::parameter(
            "startedBy can only contain letters (uppercase and lowercase), numbers, hyphens (-), forward slash (/), and underscores (_).",
        ))
    }
}

fn check_client_token(token: &str) -> Result<(), Refusal> {
    let is_allowed = |byte: u8| (33..=126).contains(&byte);
    if (1..=64).contains(&token.len()) && token.bytes().all(is_allowed) {
        Ok(())
    } else {
        Err(Refusal::parameter(
            "clientToken must have 1 to 64 ASCII characters in the range of 33-126 (inclusive).",
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(body: &Value) -> Option<String> {
        RunTaskRequest::read(body).err().map(|refusal| refusal.code)
    }

    #[test]
    fn started_by_count_and_token_have_bounds() {
        let invalid = Some("InvalidParameterException".to_owned());
        for field in [
            json!({"startedBy": "x".repeat(129)}),
            json!({"startedBy": "a b"}),
            json!({"startedBy": "a@b"}),
            json!({"count": 11}),
            json!({"count": 0}),
            json!({"clientToken": "x".repeat(65)}),
            json!({"clientToken": "a b"}),
        ] {
            let mut body = field.clone();
            body["taskDefinition"] = "f".into();
            assert_eq!(code(&body), invalid, "{field}");
        }
        let right = json!({
            "taskDefinition": "f", "count": 10, "startedBy": "ci/a-b_C9", "clientToken": "~!",
        });
        assert_eq!(code(&right), None);
    }
}
