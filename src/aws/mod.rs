//! The SDK's only home: one file a service, errors translated once.

mod callers;
mod clients;
mod count;
mod doubt;
mod ecs;
mod errors;
mod https;
mod logs;
pub mod region;

pub use clients::Aws;
