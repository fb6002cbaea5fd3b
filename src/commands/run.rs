//! `run`: one command, one task, its whole log, its exit code.

use futures_util::future::FutureExt as _;
use futures_util::stream::{Stream, StreamExt as _};
use tokio::time::Instant;

use super::connect::identity;
use super::gather::gather;
use super::print::print;
use super::stage::{self, Stage};
use super::task_run::{Site, TaskRun};
use super::{compose, confirm, prepare, records, signals};
use crate::cli::Options;
use crate::engine::patience::{or_signal, until_signal};
use crate::engine::refusal::interrupted;
use crate::engine::run::Signal;
use crate::error::Failure;
use crate::model::event::EventKind;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::request::RunTaskRequest;
use crate::record::Recorder;
use crate::settings::{Output, Settings};

/// What is waited for at first.
const OPENING: (&str, &str) = (
    "starting",
    "reading the task definition, then asking ECS for a task",
);

/// Runs a container command. Everything it has to say has been said when it returns.
pub async fn run(options: &Options, command: Vec<String>) -> ExitStatus {
    let began = Instant::now();
    let gathered = gather(options, command.first().map(String::as_str));
    let run = match gathered.and_then(|gathered| TaskRun::new(gathered, command)) {
        Ok(run) => run,
        Err(failure) => {
            return stage::fail(
                &mut *stage::early_reporter(options.early_output()),
                &failure,
            );
        }
    };
    let mut stage = if options.dry_run {
        // The request is printed, not told.
        Stage::without_status(&run.settings)
    } else {
        Stage::of_command(&run.settings, &run.command, OPENING)
    };
    let mut signals = match signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            let failure = Failure::tool(format!("signals cannot be listened to: {error}"))
                .hinted("nothing was started; run it again in another shell");
            return stage::fail(
                &mut *stage::early_reporter(options.early_output()),
                &failure,
            );
        }
    };
    let listener = stage.listener();
    let wanted = run.settings.record && !options.dry_run;
    let mut recorder =
        records::recorder(&mut stage, wanted, &run.settings, &identity(), &run.command);
    let carried_out = async {
        prepare::refuse_missing_network(&run.settings)?;
        let site = Site::of(&run.settings, listener, began).await;
        carry_out(&run, &site, options.dry_run, &mut signals, &mut recorder).await
    };
    let (outcome, exit) = match carried_out.await {
        Ok(ended) => ended,
        Err(failure) => (failure.outcome, stage::fail(&mut recorder, &failure)),
    };
    let left_by_signal = matches!(outcome, Outcome::Interrupted | Outcome::Detached);
    stage.close(&mut signals, left_by_signal).await;
    exit
}

async fn carry_out(
    run: &TaskRun,
    site: &Site,
    only_print: bool,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    reporter: &mut Recorder<'_>,
) -> Result<(Outcome, ExitStatus), Failure> {
    let run_key = run.name(site, reporter);
    let preparation = async {
        let definition = site.definition(&run.settings.task_definition).await?;
        run.prepare(site, definition, run_key).await
    };
    let launched = or_signal(
        preparation,
        "waiting for the task definition",
        &site.world.clock,
        signals,
        reporter,
    )
    .await
    .map_err(interrupted)??;
    if only_print {
        return Ok((
            Outcome::Succeeded,
            print_request(&launched.request, &run.settings),
        ));
    }
    reporter.about().request = records::request(&launched.request);
    let subject = run.subject(&launched);
    until_signal(run.check(site, &subject, reporter), signals)
        .await
        .map_err(interrupted)??;
    let question = confirm::question(&run.settings, &launched.request, &run.command);
    if let Some(question) = question {
        let yes = confirm::says_yes(question, signals, reporter).await;
        if !yes.map_err(interrupted)? {
            return Err(Failure::never_started("not confirmed: nothing was started")
                .hinted("--yes answers in advance"));
        }
    }
    // A signal that came just now must not be found only after the start.
    if let Some(Some(signal)) = signals.next().now_or_never() {
        return Err(interrupted(signal));
    }
    let finished = run.carry_out(site, &launched, signals, reporter).await;
    let ended = (finished.outcome, finished.exit_code);
    stage::say(reporter, EventKind::Finished(Box::new(finished)));
    Ok(ended)
}

fn print_request(request: &RunTaskRequest, settings: &Settings) -> ExitStatus {
    let request = &compose::shown(request, settings);
    let text = match settings.output {
        Output::Json => serde_json::to_string(request),
        _ => serde_json::to_string_pretty(request),
    };
    let text = text.unwrap_or_default();
    let text = stage::runner().shown_json(&text);
    print(format!("{text}\n").as_bytes());
    ExitStatus::SUCCESS
}
