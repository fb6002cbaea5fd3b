//! One file a verb: each assembles, and decides nothing itself.

mod compose;
pub mod config;
mod confirm;
pub mod gather;
mod output;
mod patience;
pub mod run;
pub mod signals;
pub mod stage;
