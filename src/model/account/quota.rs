//! A limit that AWS sets an account.

/// A quota.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// How much there may be.
    pub limit: f64,
    /// Whether it is the account's own value, and not AWS's default for everybody.
    pub is_own: bool,
}
