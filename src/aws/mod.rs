//! The SDK's only home: one file a service, errors translated once.

mod callers;
mod clients;
mod count;
mod doubt;
mod ecs;
mod errors;
mod https;
mod logs;
#[cfg(feature = "preflight")]
mod network;
pub mod region;
#[cfg(test)]
mod replay;
#[cfg(feature = "preflight")]
mod values;

pub use clients::Aws;
