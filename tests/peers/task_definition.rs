//! The task definition's template, filled in.

use std::env::consts::ARCH;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::ministack::REGION;

/// What differs from one task definition to the next.
pub(crate) struct Blanks<'a> {
    pub(crate) family: &'a str,
    pub(crate) tag: &'a str,
    pub(crate) database_url_arn: &'a str,
    pub(crate) key_arn: &'a str,
}

pub(crate) const REGISTRY: &str = "peers";

pub(crate) fn render(blanks: &Blanks<'_>) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("task-definitions/everruns-admin.json");
    let mut text = fs::read_to_string(file).expect("the template");
    for (name, value) in [
        (
            "EXECUTION_ROLE_ARN",
            "arn:aws:iam::000000000000:role/everruns-execution",
        ),
        (
            "TASK_ROLE_ARN",
            "arn:aws:iam::000000000000:role/everruns-task",
        ),
        ("REGISTRY", REGISTRY),
        ("IMAGE_TAG", blanks.tag),
        ("AWS_REGION", REGION),
        ("DATABASE_URL_SECRET_ARN", blanks.database_url_arn),
        ("SECRETS_ENCRYPTION_KEY_SECRET_ARN", blanks.key_arn),
        ("SECRETS_ENCRYPTION_KEY_PREVIOUS_SECRET_ARN", blanks.key_arn),
    ] {
        text = text.replace(&format!("${{{name}}}"), value);
    }
    assert!(!text.contains("${"), "a placeholder is left: {text}");
    let mut definition: Value = serde_json::from_str(&text).expect("the template is JSON");
    definition["family"] = blanks.family.into();
    // The image was built here, so it is for the processor that is here.
    let processor = if ARCH == "aarch64" { "ARM64" } else { "X86_64" };
    definition["runtimePlatform"]["cpuArchitecture"] = processor.into();
    definition
}
