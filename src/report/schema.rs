//! What the event stream looks like, for programs that read it.

/// A JSON Schema (draft 2020-12) of each line of the stream.
pub const SCHEMA: &str = include_str!("schema.json");
