//! What an AWS account has, as far as checks look at it.

pub mod caller;
pub mod cluster;
pub mod encrypted;
pub mod image;
pub mod network;
pub mod quota;
pub mod role;
pub mod ruling;
pub mod stored;
