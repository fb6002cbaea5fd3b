//! The runbook, without its hands: what status lines say, what a migration's text does, and how a
//! database comes back into a state that `migrate` takes. No I/O here.

pub mod after;
pub mod file;
pub mod recover;
pub mod review;
pub mod status;
