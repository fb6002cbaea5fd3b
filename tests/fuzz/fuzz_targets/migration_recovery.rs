//! `migration_recovery` of the library, driven by libFuzzer.
#![cfg_attr(fuzzing, no_main)]

run_admin_task_fuzz::fuzz_target!();
