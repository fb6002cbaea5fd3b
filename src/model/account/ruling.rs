//! What the policies of somebody allow, as IAM simulates them.

/// What to simulate: each action on each resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The ARN of the user or the role whose policies count.
    pub principal: String,
    /// Actions, as a policy writes them.
    pub actions: Vec<&'static str>,
    /// ARNs, or `*` alone.
    pub resources: Vec<String>,
    /// Condition keys and their values, as the real call would have them.
    pub context: Vec<(String, Vec<String>)>,
}

/// What was decided of one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The action.
    pub action: String,
    /// The resource, as it was asked about.
    pub resource: String,
    /// What was decided.
    pub decision: Decision,
    /// Condition keys that policies ask for and that the question did not have.
    pub missing: Vec<String>,
}

/// What was decided, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is allowed.
    Allowed,
    /// No policy allows it.
    NotGranted,
    /// The permissions boundary does not allow it.
    OutOfBounds,
    /// A policy of the organization does not allow it.
    Organization,
    /// A policy denies it.
    Denied {
        /// The policies that do, as IAM names them.
        by: Vec<String>,
    },
}
