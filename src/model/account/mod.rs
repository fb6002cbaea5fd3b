//! What an AWS account has, as far as checks look at it.

pub mod caller;
pub mod cluster;
pub mod image;
pub mod stored;
