//! One run: start, watch, tail, drain, interrupt.
//!
//! Many sources, one loop, a plain handler: answers, signals and timers meet in [`run`];
//! [`follower::Follower`] takes each in, synchronously, and says which calls to make next.
//! The engine talks to ports, speaks in events and prints nothing.

pub mod follower;
mod interrupt;
mod pace;
pub mod run;
mod says;
pub mod start;
mod tail;
mod trouble;
mod watch;

#[cfg(test)]
mod tests;
