//! The real binary against other people's software: ministack plays AWS, microburst breaks calls to
//! it, a Docker engine runs the example admin container, and `PostgreSQL` is what it migrates. moto
//! plays the parts of AWS that `check` looks at.
//!
//! `tests/peers/install` brings all of them onto a Debian or Ubuntu machine. Where one is missing the
//! test says so and passes, unless `RUN_ADMIN_TASK_PEERS=required` is set.

mod bench;
mod cases;
mod daemon;
mod docker;
mod faults;
mod http;
mod image;
mod microburst;
mod ministack;
#[cfg(feature = "preflight")]
mod moto;
#[cfg(feature = "preflight")]
mod moto_cases;
#[cfg(feature = "preflight")]
mod moto_check;
#[path = "../../examples/admin/tests/states/server.rs"]
mod postgres;
mod program;
mod recovered;
mod steps;
mod task_definition;
mod venv;

use std::io::{self, Write as _};
use std::panic::resume_unwind;
use std::{env, thread};

use bench::Bench;

#[test]
fn the_example_admin_container_on_a_docker_engine() {
    let bench = match Bench::start() {
        Ok(bench) => bench,
        Err(reason) => return leave_out(&reason),
    };
    // Most of a case is waiting, and each has its own database and task definition.
    thread::scope(|scope| {
        let running = cases::ALL
            .into_iter()
            .chain(faults::ALL)
            .map(|(name, case)| {
                let bench = &bench;
                thread::Builder::new()
                    .name(name.to_owned())
                    .spawn_scoped(scope, move || case(&bench.case(name)))
                    .expect("a thread")
            });
        // All are started before the first is waited for.
        for case in running.collect::<Vec<_>>() {
            case.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

/// Nothing but moto is needed for it.
#[cfg(feature = "preflight")]
#[test]
fn the_account_that_check_looks_at() {
    match moto::Moto::start() {
        Ok(moto) => {
            moto_cases::the_sdk_sees_what_was_seeded(&moto);
            moto_check::what_is_out_of_place_is_found(&moto);
        }
        Err(reason) => leave_out(&reason),
    }
}

/// Nothing but `PostgreSQL` is needed for it.
#[test]
fn the_sql_of_recover_and_a_clean_migrate_after_it() {
    match recovered::Databases::start() {
        Ok(databases) => recovered::ALL.into_iter().for_each(|(name, case)| {
            case(&databases.case(name));
        }),
        Err(reason) => leave_out(&reason),
    }
}

fn leave_out(reason: &str) {
    let required = env::var("RUN_ADMIN_TASK_PEERS").is_ok_and(|value| value == "required");
    assert!(!required, "required, and yet: {reason}");
    // Straight to the handle: what is printed by macro is shown for failed tests only.
    let _ = writeln!(io::stderr(), "left out: peers: {reason}");
}
