//! The command `run-admin-task`: parse, compose, exit code.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use run_admin_task::cli::{self, Options, Refusal, Verb};
use run_admin_task::commands::{
    apply, attach, check, complete, config, explain, history, logs, man, plan, ps, recover, review,
    run, schema, stage, stop, verify,
};
use run_admin_task::error::Failure;
use run_admin_task::model::outcome::ExitStatus;
use run_admin_task::settings::Output;

fn main() -> ExitCode {
    // A shell that asks must never start anything.
    if let Some(exit) = complete::asked() {
        return ExitCode::from(exit.code());
    }
    let words: Vec<OsString> = std::env::args_os().collect();
    let output = stage::early_output(&words);
    let exit = match cli::parse(words) {
        Ok((options, verb)) => in_runtime(output, carry_out(options, verb)),
        Err(Refusal::Failure(failure)) => fail(output, &failure),
        // Help and the version are what was asked for; all else repeats words that were typed.
        Err(Refusal::Clap(answer)) if answer.use_stderr() => {
            let text = answer.render().to_string();
            fail(
                output,
                &Failure::usage(text.trim_start_matches("error: ").trim_end()),
            )
        }
        Err(Refusal::Clap(answer)) => {
            // Whoever stops reading has read enough.
            let _ = answer.print();
            ExitStatus::SUCCESS
        }
    };
    ExitCode::from(exit.code())
}

async fn carry_out(options: Options, verb: Verb) -> ExitStatus {
    match verb {
        Verb::Run(command) => Box::pin(run::run(&options, command)).await,
        Verb::Plan { exit_code } => Box::pin(plan::plan(&options, exit_code)).await,
        Verb::Review(what) => review::review(&options, &what).await,
        Verb::ListRules => review::list(&options),
        Verb::Apply { to } => Box::pin(apply::apply(&options, to)).await,
        Verb::Verify => Box::pin(verify::verify(&options)).await,
        Verb::Recover(what) => Box::pin(recover::recover(&options, &what)).await,
        Verb::Attach { task } => attach::attach(&options, task.as_deref()).await,
        Verb::Logs {
            task,
            follow,
            since,
        } => logs::logs(&options, &task, follow, since.as_deref()).await,
        Verb::Ps => ps::ps(&options).await,
        Verb::Stop { task, reason } => stop::stop(&options, &task, reason.as_deref()).await,
        Verb::History { show } => history::history(&options, show.as_deref()),
        Verb::Check {
            execute_command,
            command,
        } => check::check(&options, command, execute_command).await,
        Verb::ListChecks => check::list(&options),
        Verb::Explain(what) => Box::pin(explain::explain(&options, what)).await,
        Verb::Schema => schema::schema(),
        Verb::Completions(shell) => complete::completions(&shell),
        Verb::Man { dir } => man::man(&options, dir.as_deref()),
        Verb::Config => match config::config(&options, &mut std::io::stdout()).await {
            Ok(exit) => exit,
            Err(failure) => fail(options.early_output(), &failure),
        },
    }
}

/// Everything waits more than it computes: one thread is enough, and the quickest to start.
fn in_runtime(output: Output, work: impl Future<Output = ExitStatus>) -> ExitStatus {
    match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => {
            let exit = runtime.block_on(work);
            // A look-up that hangs must not hold the exit code back.
            runtime.shutdown_background();
            exit
        }
        Err(error) => fail(
            output,
            &Failure::tool(format!("the program cannot start: {error}")),
        ),
    }
}

fn fail(output: Output, failure: &Failure) -> ExitStatus {
    let exit = stage::fail(&mut *stage::early_reporter(output), failure);
    let _ = std::io::stderr().flush();
    exit
}
