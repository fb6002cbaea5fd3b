//! What a run is made of, as plain values and pure functions.
//!
//! Nothing here does I/O, waits, or knows the SDK: a snapshot comes in, facts come out.

pub mod account;
pub mod arn;
pub mod call;
pub mod choice;
pub mod console;
pub mod cursor;
pub mod definition;
pub mod diagnosis;
pub mod drain;
pub mod duration;
pub mod event;
pub mod exclusive;
pub mod finding;
pub mod identity;
pub mod image;
pub mod listing;
pub mod log;
pub mod migration;
pub mod outcome;
pub mod passing;
pub mod phase;
pub mod plan;
pub mod policy;
pub mod reach;
pub mod recovery;
pub mod request;
pub mod review;
pub mod run_key;
pub mod secret_text;
pub mod task;
pub mod timings;
pub mod value_from;
pub mod writers;
