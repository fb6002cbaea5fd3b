//! The door: HTTP/1.1 on 127.0.0.1.

mod administration;
mod exchange;
mod protocol;
mod reply;
mod server;

pub(crate) use protocol::Service;
pub(crate) use server::Command;
pub(crate) use server::serve;
