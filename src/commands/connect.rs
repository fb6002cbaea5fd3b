//! Reaching AWS: where, as whom, and what to say when it fails.

use super::gather::variable;
use crate::aws;
use crate::engine::refusal::by_kind;
use crate::error::Failure;
use crate::model::identity::{CiRun, Identity};
use crate::ports::{CallError, CallErrorKind};
use crate::settings::Settings;
use crate::settings::key::BUILT_IN_REGION;

/// The region that the settings name, else the profile's, else the built-in one.
pub(super) async fn region(settings: &Settings) -> String {
    match &settings.region {
        Some(region) => region.clone(),
        None => aws::region::of_profile(settings.profile.as_deref())
            .await
            .unwrap_or_else(|| BUILT_IN_REGION.to_owned()),
    }
}

/// Who runs the tool, and where.
pub(super) fn identity() -> Identity {
    Identity {
        user: whoami::username().unwrap_or_else(|_| "unknown".to_owned()),
        host: whoami::hostname().unwrap_or_else(|_| "unknown".to_owned()),
        ci: CiRun::detect(variable),
    }
}

/// The definition could not be had: nothing was started.
pub(super) fn unreadable_definition(error: &CallError, name: &str) -> Failure {
    match error.kind {
        CallErrorKind::Rejected => Failure::never_started(format!("task definition `{name}` cannot be had: {error}"))
            .hinted("name one with --task-definition or ECS_TASK_DEFINITION; check --region (AWS_REGION) and --profile"),
        _ => by_kind(error, &format!("task definition `{name}` could not be read"))
            .hinted("nothing was started"),
    }
}
