//! One file a verb: each assembles, and decides nothing itself.

mod account;
pub mod attach;
pub mod check;
mod checks;
pub mod complete;
mod compose;
pub mod config;
mod confirm;
mod connect;
pub mod explain;
mod find;
mod form;
pub mod gather;
pub mod history;
mod job;
pub mod logs;
mod look;
pub mod man;
#[cfg(feature = "preflight")]
mod names;
mod output;
mod person;
mod policy;
mod prepare;
mod print;
pub mod ps;
mod records;
pub mod run;
pub mod schema;
mod screen;
mod secrets;
mod session;
pub mod signals;
pub mod stage;
pub mod stop;
mod suspension;
