//! `execution-role`, `task-role`, `caller`: who must be allowed what, and whether they are.
//!
//! What is needed follows from the definition and the request (`needs`); what is allowed, IAM
//! simulates; `rights` compares the two.

pub(super) mod caller;
pub(super) mod execution;
pub(super) mod task;

mod arn;
mod grant;
mod needs;
mod repository;
mod rights;
mod stored;
mod trust;
mod trusted;
mod wildcard;

#[cfg(test)]
mod tests;
