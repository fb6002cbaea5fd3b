//! Quotas.

use async_trait::async_trait;

use crate::model::account::quota::Quota;
use crate::ports::CallError;

/// What AWS limits.
#[async_trait]
pub trait Quotas: Send + Sync {
    /// A service's quota in this region, by the codes of Service Quotas; `None` where there is
    /// none of them.
    async fn quota(&self, service: &str, code: &str) -> Result<Option<Quota>, CallError>;
}
