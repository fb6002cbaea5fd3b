//! The SDK's only home: one file a service, errors translated once.

mod callers;
mod clients;
mod count;
mod doubt;
mod ecs;
mod errors;
mod https;
#[cfg(feature = "preflight")]
mod images;
mod log_groups;
mod logs;
#[cfg(feature = "preflight")]
mod network;
#[cfg(feature = "preflight")]
mod parameters;
#[cfg(feature = "preflight")]
mod quotas;
pub mod region;
#[cfg(test)]
mod replay;
#[cfg(feature = "preflight")]
mod roles;
#[cfg(feature = "preflight")]
mod secrets;

pub use clients::Aws;
