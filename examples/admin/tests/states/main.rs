//! The program in each state that a database can be in: on `SQLite` always, and on `PostgreSQL`
//! where one is installed.

mod bench;
mod command_line;
mod postgres;
mod recoveries;
mod server;
mod sqlite;
mod states;
