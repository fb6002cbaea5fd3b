//! Values that are stored: what is known of them without reading them.

use std::collections::BTreeMap;

/// A secret of Secrets Manager.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secret {
    /// Its whole ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its KMS key; without one it is AWS's own, `aws/secretsmanager`.
    pub kms_key: Option<String>,
    /// Whether it is scheduled for deletion.
    pub deleted: bool,
    /// Staging labels by version, of the versions that have one.
    pub versions: BTreeMap<String, Vec<String>>,
}

/// A parameter of the Systems Manager.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameter {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `String`, `StringList` or `SecureString`.
    pub kind: String,
    /// Its KMS key, where it is a `SecureString`.
    pub kms_key: Option<String>,
}

impl Secret {
    /// Whether AWS's own key encrypts it, which no other account can use.
    #[must_use]
    pub fn has_managed_key(&self) -> bool {
        let key = self.kms_key.as_deref();
        key.is_none_or(|key| key.is_empty() || key.ends_with("alias/aws/secretsmanager"))
    }
}
