//! The emulator from outside: raw HTTP, real processes.

mod bench;
mod client;
mod faults;
mod logs;
mod start;
mod stop;
mod tasks;
