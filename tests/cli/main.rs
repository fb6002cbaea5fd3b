//! The real binary in front of an emulated AWS: what an operator and a CI step see of it.
//!
//! Each test pins what a user relies on: stdout, stderr and exit status, and what AWS was asked.

mod scratch;
mod support;
