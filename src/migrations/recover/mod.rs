//! How a migration that failed, was repaired, was edited or is to be taken back is put right.

mod forward_fix;
mod quote;
mod sql;
mod undo;
mod ways;

pub use forward_fix::{Fix, NewFile, forward_fix};
pub use sql::{accept, forget, mark_applied};
pub use ways::{Commands, recovery, unjudged};
