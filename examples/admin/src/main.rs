//! The entry point of the admin container.

use std::env::{self, VarError};
use std::future::Future;
use std::io::{self, Write as _};
use std::process::ExitCode;

use everruns_admin::command_line::{self, Request};
use everruns_admin::commands::{self, Place};
use everruns_admin::error::Error;
use tokio::signal::unix::{SignalKind, signal};

const FAILED: u8 = 1;
/// 128 and the number of SIGTERM, as a shell tells it.
const TERMINATED: u8 = 143;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match unless_terminated(run()).await {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            // sqlx-cli writes its errors to stdout too, and there they keep their place among the
            // other lines. Nobody is left to be told if this cannot be written.
            let _ = writeln!(io::stdout(), "{}", error.line());
            ExitCode::from(FAILED)
        }
        None => ExitCode::from(TERMINATED),
    }
}

async fn run() -> Result<(), Error> {
    match command_line::parse(env::args_os())? {
        Request::Help(text) => Ok(io::stdout().write_all(text.as_bytes())?),
        Request::Carry(command) => commands::carry_out(&command, place(), &mut io::stdout()).await,
    }
}

/// The program is process 1 of its container, and for that one the kernel ignores a signal that
/// has no handler: without this, stopping the task would take until SIGKILL. What was under way is
/// dropped, and the database rolls its transaction back.
async fn unless_terminated<T>(work: impl Future<Output = T>) -> Option<T> {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return Some(work.await);
    };
    tokio::select! {
        done = work => Some(done),
        _ = terminated.recv() => None,
    }
}

fn place() -> Place {
    Place {
        migrations: env::var_os("MIGRATIONS_DIR")
            .map_or_else(|| "/app/migrations".into(), Into::into),
        database_url: env::var("DATABASE_URL").map_err(|error| match error {
            VarError::NotPresent => Error::NoDatabase,
            VarError::NotUnicode(_) => Error::DatabaseNotText,
        }),
    }
}
