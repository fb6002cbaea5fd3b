//! One file a verb: each assembles, and decides nothing itself.

mod compose;
mod confirm;
pub mod config;
pub mod gather;
mod patience;
pub mod run;
pub mod signals;
pub mod stage;
