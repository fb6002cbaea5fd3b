//! Roles and rights.

use async_trait::async_trait;

use crate::model::account::role::Role;
use crate::model::account::ruling::{Question, Ruling};
use crate::ports::CallError;

/// Roles, and what policies allow.
#[async_trait]
pub trait Roles: Send + Sync {
    /// The role of this name, without its path; `None` where the account has none.
    async fn role(&self, name: &str) -> Result<Option<Role>, CallError>;

    /// What the policies of a user or role say: one ruling for each action on each resource.
    async fn simulate(&self, question: &Question) -> Result<Vec<Ruling>, CallError>;
}
