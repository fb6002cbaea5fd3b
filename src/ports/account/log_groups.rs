//! Where logs go.

use async_trait::async_trait;

use crate::ports::CallError;

/// Log groups, and what ECS does with logs where a definition does not say.
#[async_trait]
pub trait LogGroups: Send + Sync {
    /// Whether a region has a log group of exactly this name.
    async fn has_log_group(&self, region: &str, name: &str) -> Result<bool, CallError>;

    /// The account's `defaultLogDriverMode`; `None` where ECS tells none.
    async fn default_log_mode(&self) -> Result<Option<String>, CallError>;
}
