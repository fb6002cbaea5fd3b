//! Will it start? Checks that look at what a start needs, and change nothing.
//!
//! Each check has a name; checks that look at the same things make a group, which looks once. What
//! a group sees comes by `ports::account`; what it makes of that is a pure function.

mod cluster;
mod credentials;
mod database;
mod definition;
mod group;
mod image;
mod log_group;
mod looked;
mod network;
mod quota;
mod roles;
mod secrets;
mod table;

pub use database::hosts;
pub use definition::without_a_look;
pub use group::{About, Account, Beyond, Group, Subject, look};
pub use table::{CHECKS, about, that_tell_of};
