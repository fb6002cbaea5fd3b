//! Values that are stored elsewhere than in a definition.

use async_trait::async_trait;

use crate::model::account::stored::{Parameter, Secret};
use crate::model::secret_text::SecretText;
use crate::model::value_from::{SecretPart, ValueFrom};
use crate::ports::CallError;

/// Secrets and parameters. A region is the task's: what is named by ARN tells its own.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The secret of this name or ARN in a region, without its value; `None` where there is none.
    async fn secret(&self, region: &str, id: &str) -> Result<Option<Secret>, CallError>;

    /// Those of these parameters of a region that there are, without their values.
    async fn parameters(&self, region: &str, names: &[String])
    -> Result<Vec<Parameter>, CallError>;

    /// The whole text of a secret in the version that is meant; `None` where its value is binary.
    /// Only ever asked where that was allowed.
    async fn text(&self, region: &str, part: &SecretPart) -> Result<Option<SecretText>, CallError>;

    /// What ECS would put into a variable: of a secret the key that is meant, of a parameter its
    /// decrypted value. Only ever asked where that was allowed.
    async fn value(&self, region: &str, from: &ValueFrom) -> Result<SecretText, CallError>;
}
