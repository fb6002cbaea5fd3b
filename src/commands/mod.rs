//! One file a verb: each assembles, and decides nothing itself.

pub mod attach;
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
mod output;
mod person;
mod policy;
pub mod ps;
mod records;
pub mod run;
mod screen;
mod secrets;
mod session;
pub mod signals;
pub mod stage;
pub mod stop;
mod suspension;
