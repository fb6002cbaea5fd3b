//! Values that are secret.

use async_trait::async_trait;

use crate::model::definition::SecretReference;
use crate::ports::CallError;

/// Reads what ECS would put into a variable. Only ever asked where that was allowed.
#[async_trait]
pub trait Values: Send + Sync {
    /// The value that a reference means, for a task in this region; `None` where there is none.
    async fn value(
        &self,
        region: &str,
        reference: &SecretReference,
    ) -> Result<Option<String>, CallError>;
}
