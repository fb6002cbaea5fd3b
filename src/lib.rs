//! Runs one command in a one-off ECS task, shows its log as it happens, and ends with its exit
//! code.
//!
//! Directions: `main -> commands -> {engine, preflight, diagnosis, migrations, record, report, aws,
//! settings}`; `engine -> ports -> model`; `migrations -> model`; `preflight -> ports, model`; `aws -> ports, model`;
//! `record -> report -> model`. A test holds them.

pub mod aws;
pub mod cli;
pub mod commands;
pub mod diagnosis;
pub mod engine;
pub mod error;
pub mod migrations;
pub mod model;
pub mod ports;
pub mod preflight;
pub mod record;
pub mod report;
pub mod settings;
