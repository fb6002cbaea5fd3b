//! An example admin container: one program, one command word, one exit status.
//!
//! It applies and lists the migrations of a `PostgreSQL` or `SQLite` database with sqlx's library,
//! and reports them in the words of sqlx-cli, so that whatever reads the log of such a container
//! finds the lines that it knows.

pub mod command_line;
pub mod commands;
pub mod database;
pub mod error;
pub mod lines;
pub mod record;
pub mod recovery;
