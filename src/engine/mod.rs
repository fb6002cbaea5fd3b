//! One run: start, watch, tail, drain, interrupt; and tasks that exist: [`attend`], [`read`].
//!
//! Many sources, one loop, a plain handler: answers, signals and timers meet in [`run`];
//! [`follower::Follower`] takes each in, synchronously, and says which calls to make next.
//! The engine talks to ports, speaks in events and prints nothing.

pub mod attend;
mod awake;
mod before;
mod credentials;
mod family;
pub mod follower;
mod in_time;
mod interrupt;
pub mod introduce;
pub mod launch;
mod pace;
pub mod patience;
pub mod read;
pub mod refusal;
pub mod run;
pub mod says;
mod start;
mod tail;
mod trouble;
pub mod vigil;
mod watch;
mod writer;

#[cfg(test)]
mod tests;
