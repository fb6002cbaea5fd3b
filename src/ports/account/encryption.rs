//! Keys of stored values.

use async_trait::async_trait;

use crate::model::account::encrypted::Encrypted;
use crate::ports::CallError;

/// What secrets and parameters are encrypted with. Their values are not asked for.
#[async_trait]
pub trait Encryption: Send + Sync {
    /// A secret of Secrets Manager, by name or ARN; `None` where there is none.
    async fn of_secret(&self, region: &str, id: &str) -> Result<Option<Encrypted>, CallError>;

    /// The parameter of Systems Manager that has one of these names, or this ARN where it is
    /// another account's; `None` where there is none.
    async fn of_parameter(
        &self,
        region: &str,
        names: &[String],
    ) -> Result<Option<Encrypted>, CallError>;
}
