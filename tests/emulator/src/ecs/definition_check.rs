//! What `RegisterTaskDefinition` refuses, in AWS's words.

use serde::Deserialize as _;
use serde_json::Value;

use crate::ecs::container_spec::ContainerSpec;
use crate::refusal::Refusal;

pub(crate) fn check(request: &Value) -> Result<(), Refusal> {
    if is_blank(&request["family"]) {
        return Err(Refusal::client("Family should not be null or empty."));
    }
    let containers = request["containerDefinitions"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if containers.is_empty() {
        return Err(Refusal::client("Container list cannot be empty."));
    }
    for container in containers {
        for field in ["name", "image"] {
            if is_blank(&container[field]) {
                let message = format!("Container.{field} should not be null or empty.");
                return Err(Refusal::client(message));
            }
        }
    }
    let specs = self::containers(request)?;
    check_names(&specs)?;
    let required = request["requiresCompatibilities"].as_array();
    if required.is_some_and(|all| all.iter().any(|one| one == "FARGATE")) {
        check_fargate(request, &specs)?;
    }
    Ok(())
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_none_or(str::is_empty)
}

/// The containers as far as the emulator reads them.
pub(crate) fn containers(definition: &Value) -> Result<Vec<ContainerSpec>, Refusal> {
    Vec::deserialize(&definition["containerDefinitions"])
        .map_err(|error| Refusal::client(format!("Invalid containerDefinitions: {error}")))
}

fn check_names(specs: &[ContainerSpec]) -> Result<(), Refusal> {
    for (index, spec) in specs.iter().enumerate() {
        if specs[..index].iter().any(|other| other.name == spec.name) {
            return Err(Refusal::client("Container names should be unique."));
        }
    }
    if specs.iter().any(|spec| spec.essential) {
        Ok(())
    } else {
        Err(Refusal::client(
            "At least one container must be marked as essential.",
        ))
    }
}

fn check_fargate(request: &Value, specs: &[ContainerSpec]) -> Result<(), Refusal> {
    if request["networkMode"] != "awsvpc" {
        return Err(Refusal::client(
            "Fargate only supports network mode ‘awsvpc’.",
        ));
    }
    for size in ["cpu", "memory"] {
        if is_blank(&request[size]) {
            let message = format!("Fargate requires that '{size}' be defined at the task level.");
            return Err(Refusal::client(message));
        }
    }
    if is_blank(&request["executionRoleArn"]) {
        if specs.iter().any(|spec| spec.awslogs().is_some()) {
            return Err(Refusal::client(
                "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
            ));
        }
        if specs.iter().any(|spec| !spec.secrets.is_empty()) {
            return Err(Refusal::client(
                "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(definition: &Value) -> String {
        check(definition)
            .expect_err("the definition is wrong")
            .message
    }

    #[test]
    fn a_definition_needs_a_family_and_containers_with_names_and_images() {
        assert_eq!(refusal(&json!({})), "Family should not be null or empty.");
        let without_containers = json!({"family": "f", "containerDefinitions": []});
        assert_eq!(
            refusal(&without_containers),
            "Container list cannot be empty."
        );
        let without_image = json!({"family": "f", "containerDefinitions": [{"name": "a"}]});
        assert_eq!(
            refusal(&without_image),
            "Container.image should not be null or empty."
        );
        let right = json!({"family": "f", "containerDefinitions": [{"name": "a", "image": "i"}]});
        assert!(check(&right).is_ok());
    }

    #[test]
    fn fargate_needs_awsvpc_and_sizes() {
        let mut definition = json!({
            "family": "f",
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{"name": "a", "image": "i"}],
        });
        assert_eq!(
            refusal(&definition),
            "Fargate only supports network mode ‘awsvpc’."
        );
        definition["networkMode"] = "awsvpc".into();
        definition["cpu"] = "256".into();
        let message = "Fargate requires that 'memory' be defined at the task level.";
        assert_eq!(refusal(&definition), message);
        definition["memory"] = "512".into();
        assert!(check(&definition).is_ok());
    }
}
