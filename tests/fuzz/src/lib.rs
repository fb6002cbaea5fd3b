//! What fuzzing does with other people's text. libFuzzer and the smoke test call the same
//! functions; the folder `corpus` has the seeds of each.
//!
//! A new target is a module here that checks what must hold for any input, a line in
//! [`TARGETS`], a binary in `Cargo.toml` and `fuzz_targets`, and a folder of seeds. The smoke
//! test names what is missing.

mod ci_variables;
mod config_file;
mod env_file;
mod evidence;
mod harmless_text;
mod hostile_log_pages;
mod log_cursor;
mod migration_recovery;
mod migration_text;
mod reading;
mod records;
mod setting_values;
mod start_reasons;
mod task_follower;
mod task_names;
mod task_phases;

/// What checks one input; it panics where something does not hold.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("ci_variables", ci_variables::check),
    ("config_file", config_file::check),
    ("env_file", env_file::check),
    ("evidence", evidence::check),
    ("harmless_text", harmless_text::check),
    ("hostile_log_pages", hostile_log_pages::check),
    ("log_cursor", log_cursor::check),
    ("migration_recovery", migration_recovery::check),
    ("migration_text", migration_text::check),
    ("records", records::check),
    ("setting_values", setting_values::check),
    ("start_reasons", start_reasons::check),
    ("task_follower", task_follower::check),
    ("task_names", task_names::check),
    ("task_phases", task_phases::check),
];

/// Checks one input with the target of this name.
///
/// # Panics
/// Where there is no such target, and where the check fails.
pub fn check(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, check) = target.unwrap_or_else(|| panic!("there is no target `{name}`"));
    check(input);
}

/// A binary that libFuzzer drives. Built by anything but cargo-fuzz it does nothing.
#[macro_export]
macro_rules! fuzz_target {
    () => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::check(env!("CARGO_BIN_NAME"), input));

        #[cfg(not(fuzzing))]
        fn main() {}
    };
}
