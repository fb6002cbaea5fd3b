//! What a stored value is encrypted with. Nothing here tells the value.

/// A secret or a parameter that is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Encrypted {
    /// Its full ARN.
    pub arn: String,
    /// The key, as the service names it: an ARN, an id or an alias. Absent means the service's own
    /// key, or that it is not encrypted.
    pub key: Option<String>,
}
