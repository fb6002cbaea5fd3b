//! Which program this is.

/// The version, and the commit that it was built from where that is known:
/// `0.1.0 (0123abcde 2026-11-24)`. See `build.rs`.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), env!("RUN_ADMIN_TASK_SOURCE"),);
