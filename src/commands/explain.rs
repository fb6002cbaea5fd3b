//! `explain`: why a run failed.

use std::io::{IsTerminal as _, Read as _, stdin, stdout};
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::gather::gather;
use super::print::print;
use super::{history, stage};
use crate::cli::{Explain, Options};
use crate::diagnosis::{Evidence, NotEvidence, diagnose, read};
use crate::error::Failure;
use crate::model::diagnosis::Diagnosis;
use crate::model::event::Finished;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::record::Line;
use crate::report::explanation::page;
use crate::report::mask::mask_value;
use crate::settings::Output;

mod of_ecs;
mod of_record;
mod run;

/// The usual width of a page.
const USUAL: usize = 80;

/// What `--from` takes.
const TAKES: &str = "it takes what `aws ecs describe-tasks` or `aws ecs run-task` printed, the \
                     events of --output json, an ECS task state change event, or a log";

/// Says why a run failed, as far as the evidence tells, and as far as a look confirms it.
pub async fn explain(options: &Options, what: Explain) -> ExitStatus {
    let explained = match what {
        Explain::Message(text, exit_code) => offline(options, || of_message(&text, exit_code)),
        Explain::From(path, exit_code) => offline(options, || of_file(&path, exit_code)),
        Explain::Last => run::explained(options, None).await,
        Explain::Task(name) => run::explained(options, Some(&name)).await,
    };
    match explained {
        Ok((diagnosis, output)) => {
            show(&diagnosis, output);
            ExitStatus::SUCCESS
        }
        Err(exit) => exit,
    }
}

/// A diagnosis of what needs no network. What fails has been said.
fn offline(
    options: &Options,
    evidence: impl FnOnce() -> Result<Evidence, Failure>,
) -> Result<(Diagnosis, Output), ExitStatus> {
    let output = match gather(options, None) {
        Ok(gathered) => gathered.settings.output,
        Err(failure) => {
            let mut reporter = stage::early_reporter(options.early_output());
            return Err(stage::fail(&mut *reporter, &failure));
        }
    };
    match evidence() {
        Ok(evidence) => Ok((diagnose(&evidence), output)),
        Err(failure) => Err(stage::fail(&mut *stage::early_reporter(output), &failure)),
    }
}

fn of_message(text: &str, exit_code: Option<i32>) -> Result<Evidence, Failure> {
    if text.trim().is_empty() && exit_code.is_none() {
        return Err(Failure::usage("there is nothing in --message")
            .hinted("give it a reason as AWS or a container wrote it"));
    }
    Ok(Evidence::of_message(text, exit_code))
}

fn of_file(path: &Path, exit_code: Option<i32>) -> Result<Evidence, Failure> {
    let named = if path == Path::new("-") {
        "stdin".to_owned()
    } else {
        format!("`{}`", path.display())
    };
    let mut bytes = Vec::new();
    let read_whole = if path == Path::new("-") {
        stdin().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    read_whole.map_err(|error| Failure::usage(format!("{named} cannot be read: {error}")))?;
    // Logs hold anything: what is no text in a line is shown as such.
    let mut evidence =
        read(&String::from_utf8_lossy(&bytes)).map_err(|reason| no_evidence(&named, reason))?;
    evidence.exit_code = exit_code.or(evidence.exit_code);
    Ok(evidence)
}

fn no_evidence(named: &str, reason: NotEvidence) -> Failure {
    Failure::usage(format!("{named} tells of no failure: {reason}")).hinted(TAKES)
}

/// Why a run failed, where it is a container or AWS that failed it. A mistake on the command line,
/// another writer in the way and a choice of the user's explain themselves.
#[must_use]
pub fn of_run(finished: &Finished, log: &[Line]) -> Option<Diagnosis> {
    let failed = matches!(
        finished.outcome,
        Outcome::ContainerFailed | Outcome::NeverStarted | Outcome::Stopped
    );
    let of_ours = finished.exit_code == ExitStatus::USAGE || finished.in_the_way.is_some();
    if !failed || of_ours {
        return None;
    }
    let lines = log
        .iter()
        .map(|line| (line.container.as_str(), line.message.as_str()));
    let diagnosis = diagnose(&Evidence::of_run(finished, lines));
    // Where there is no task, what was refused is told already.
    (finished.task_arn.is_some() || diagnosis.is_known()).then_some(diagnosis)
}

/// A diagnosis as a program gets it.
#[derive(Serialize)]
struct Object<'d> {
    r#type: &'static str,
    at: String,
    #[serde(flatten)]
    diagnosis: &'d Diagnosis,
}

fn show(diagnosis: &Diagnosis, output: Output) {
    let text = if output == Output::Json {
        history::printable(&object(diagnosis))
    } else {
        let width = stdout().is_terminal().then(|| {
            terminal_size::terminal_size_of(stdout())
                .map_or(USUAL, |(width, _)| usize::from(width.0))
        });
        let mut text = page(diagnosis, width).join("\n");
        text.push('\n');
        stage::runner().unobeyed(&text).into_owned()
    };
    print(text.as_bytes());
}

fn object(diagnosis: &Diagnosis) -> String {
    let line = Object {
        r#type: "diagnosis",
        at: format!("{:.3}", Timestamp::now()),
        diagnosis,
    };
    let mut value = serde_json::to_value(line).unwrap_or_default();
    mask_value(&mut value);
    value.to_string()
}
