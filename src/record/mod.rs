//! The record of a run: what is left of it when ECS has forgotten its task.
//!
//! [`Recorder`] is a [`Sink`](crate::model::event::Sink) before another one: it hands every event
//! on, and keeps what a [`Record`] has of it. [`Store`] is the folder of the records. A record is
//! written when there is a task, so that a process that is killed leaves the way back to it, and
//! again at the run's end. [`Ended`] remembers which runs' ends were told.

mod data;
mod ended;
mod listing;
mod name;
mod recorder;
mod store;
mod tail;

pub use data::{About, End, Line, Phase, Record, Task, Told};
pub use ended::Ended;
pub use listing::{Damaged, Listing, NotOne};
pub use recorder::{Explain, Recorder};
pub use store::{Store, StoreError};
