//! What the admin container tells of a database's migrations: each line, all lines of a log, and
//! two logs together.

mod answer;
mod join;
mod line;

pub use answer::Answer;
pub use join::{dry_run, plan};
pub use line::{Act, Complaint, Done, Line, Listed, Standing, read};

#[cfg(test)]
mod tests;
