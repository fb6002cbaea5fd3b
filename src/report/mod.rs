//! Events, as each reader wants them.

pub mod harmless;
mod json;
pub mod mask;
mod plain;
mod words;

pub use json::Json;
pub use plain::{Plain, PlainStyle, Verbosity};
