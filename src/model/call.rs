//! A request to AWS, for whoever wants to see each.

use std::time::Duration;

/// One request that was sent, and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiCall {
    /// The operation, for example `DescribeTasks`.
    pub operation: String,
    /// From the request's start to its answer, or to the failure.
    pub took: Duration,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// AWS's id of the request: what its support asks for.
    pub request_id: Option<String>,
}
