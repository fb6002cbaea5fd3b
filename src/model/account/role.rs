//! A role of IAM, as far as a start needs it.

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Role {
    /// Its ARN, with its path.
    pub arn: String,
    /// The policy that says who may assume it, as JSON; empty where IAM did not give it.
    pub trust: String,
}
