//! The real binary in front of an emulated AWS: what an operator and a CI step see of it.
//!
//! Each test pins what they rely on: stdout, stderr and exit status, and what AWS was asked.

mod at_terminal;
mod attach;
mod config;
mod end;
mod events;
mod faults;
mod follow;
mod guard;
mod hang;
mod history;
mod interrupt;
mod leave;
mod logs;
mod network;
mod once;
mod output;
mod ps;
mod race;
mod request;
mod rerun;
mod retry;
mod settings;
mod start;
mod stop;
mod support;
mod usage;
mod words;
