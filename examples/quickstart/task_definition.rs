//! The task definition's template, filled in with made-up values.

use std::env::consts::ARCH;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cloud::REGION;

/// ARNs of the secrets of one task definition.
pub(crate) struct Secrets<'a> {
    pub(crate) database_url: &'a str,
    pub(crate) key: &'a str,
    pub(crate) previous_key: &'a str,
}

/// Fills the template in.
pub(crate) fn render(family: &str, secrets: &Secrets<'_>) -> Result<Value, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("task-definitions/everruns-admin.json");
    let mut text = fs::read_to_string(&file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let role = |name| format!("arn:aws:iam::000000000000:role/{name}");
    for (name, value) in [
        ("AWS_REGION", REGION),
        ("REGISTRY", "registry.example"),
        ("IMAGE_TAG", "quickstart"),
        ("EXECUTION_ROLE_ARN", &role("everruns-execution")),
        ("TASK_ROLE_ARN", &role("everruns-task")),
        ("DATABASE_URL_SECRET_ARN", secrets.database_url),
        ("SECRETS_ENCRYPTION_KEY_SECRET_ARN", secrets.key),
        (
            "SECRETS_ENCRYPTION_KEY_PREVIOUS_SECRET_ARN",
            secrets.previous_key,
        ),
    ] {
        text = text.replace(&format!("${{{name}}}"), value);
    }
    let mut definition: Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    definition["family"] = family.into();
    // The container is a program that was built for this machine.
    let processor = if ARCH == "aarch64" { "ARM64" } else { "X86_64" };
    definition["runtimePlatform"]["cpuArchitecture"] = processor.into();
    // In the image the migrations are in a folder of their own.
    let migrations = root.join("examples/admin/migrations");
    definition["containerDefinitions"][0]["environment"] =
        json!([{"name": "MIGRATIONS_DIR", "value": migrations}]);
    Ok(definition)
}
