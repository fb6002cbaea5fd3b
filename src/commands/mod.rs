//! One file a verb: each assembles, and decides nothing itself.

pub mod attach;
pub mod complete;
mod compose;
pub mod config;
mod confirm;
mod connect;
mod find;
mod form;
pub mod gather;
pub mod history;
mod job;
pub mod logs;
pub mod man;
mod output;
mod person;
mod policy;
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
