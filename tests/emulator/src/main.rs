//! The emulator as a program of its own.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use ecs_emulator::Emulator;
use ecs_emulator::Image;
use ecs_emulator::Scenario;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

/// AWS on 127.0.0.1, as far as a one-off task needs it: ECS, logs and secrets, and the account
///
/// Point a client at it with `AWS_ENDPOINT_URL=http://127.0.0.1:PORT` and any credentials.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// JSON file that says how slow, late and faulty AWS shall be
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Program that stands for a container image (can be repeated)
    #[arg(long = "image", value_name = "NAME=PROGRAM", value_parser = image)]
    images: Vec<(String, String)>,
}

fn image(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, program)) if !name.is_empty() && !program.is_empty() => {
            Ok((name.to_owned(), program.to_owned()))
        }
        _ => Err("expected NAME=PROGRAM".to_owned()),
    }
}

#[expect(clippy::print_stderr, reason = "a program tells its errors there")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ecs-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "whoever started it waits for this line"
)]
fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let scenario = scenario(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let emulator = Emulator::start_on(scenario, arguments.port)?;
        println!("listening on {}", emulator.url());
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        emulator.stop();
        Ok(())
    })
}

fn scenario(arguments: &Arguments) -> Result<Scenario, Box<dyn Error>> {
    let mut scenario = match &arguments.scenario {
        Some(file) => {
            let text = fs::read_to_string(file)
                .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            serde_json::from_str(&text)
                .map_err(|error| format!("{} is no scenario: {error}", file.display()))?
        }
        None => Scenario::default(),
    };
    for (name, program) in &arguments.images {
        let image = Image {
            program: program.clone(),
            args: Vec::new(),
        };
        scenario.images.insert(name.clone(), image);
    }
    Ok(scenario)
}
