//! What a run costs, beside the same job done with aws-cli where that is installed.
//!
//! Against the emulator on 127.0.0.1. Nothing is asserted of time, but all of exit codes and
//! lines. `cargo bench` takes some minutes, `cargo bench -- --quick` one.

mod aws_cli;
mod child;
mod cloud;
mod container;
mod figures;
mod measures;
mod table;
mod tally;
mod tool;

use std::env;
use std::process::ExitCode;

use aws_cli::AwsCli;
use measures::{Bench, Measure, calls, drain, end, help, intact, lag, once, review, signal, start};

#[expect(clippy::print_stdout, reason = "the table is what a bench is for")]
fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let Some(script) = container::script(&words) {
        return container::carry_out(script);
    }
    // `cargo test --benches` comes without that word, and wants to know that it can be built.
    if !words.iter().any(|word| word == "--bench") {
        println!("nothing is measured without `cargo bench`");
        return ExitCode::SUCCESS;
    }
    tally::check();
    let bench = Bench {
        quick: words.iter().any(|word| word == "--quick"),
        aws: AwsCli::find(),
    };
    let one_after_the_other: [&[Measure]; 8] = [
        &[help::measure],
        &[start::measure],
        // These wait more than they work.
        &[lag::measure, end::measure, calls::measure],
        &[drain::measure],
        &[intact::measure],
        &[once::measure],
        &[signal::measure],
        &[review::measure],
    ];
    let rows = one_after_the_other
        .iter()
        .flat_map(|measures| bench.take(measures))
        .collect();
    println!("{}", table::table(&bench, rows));
    ExitCode::SUCCESS
}
