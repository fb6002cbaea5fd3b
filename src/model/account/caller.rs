//! Who calls AWS.

/// Whom the credentials belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// The account's number.
    pub account: String,
    /// The ARN of the user or of the session of a role.
    pub arn: String,
}
