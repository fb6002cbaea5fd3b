//! What checks need to see of an AWS account. Nothing here changes anything.
//!
//! The `operation` of an error of these ports is written as a permission names it, for example
//! `ecs:DescribeClusters`.

mod images;
mod log_groups;
mod names;
mod network;
mod quotas;
mod roles;
mod secrets;

pub use images::Images;
pub use log_groups::LogGroups;
pub use names::Names;
pub use network::Networks;
pub use quotas::Quotas;
pub use roles::Roles;
pub use secrets::Secrets;

use async_trait::async_trait;

use super::CallError;
use crate::model::account::caller::Caller;
use crate::model::account::cluster::Cluster;

/// Whom the credentials belong to.
#[async_trait]
pub trait Callers: Send + Sync {
    /// The identity that AWS sees.
    async fn caller(&self) -> Result<Caller, CallError>;
}

/// Where tasks run.
#[async_trait]
pub trait Clusters: Send + Sync {
    /// The cluster of this name or ARN; `None` where there is none.
    async fn cluster(&self, name: &str) -> Result<Option<Cluster>, CallError>;
}
