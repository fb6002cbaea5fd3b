//! `explain`: why a run failed.

use std::io::{IsTerminal as _, Read as _, stdin, stdout};
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::gather::gather;
use super::print::print;
use super::{history, stage};
use crate::cli::{Explain, Options};
use crate::diagnosis::{Evidence, NotEvidence, Source, diagnose, read};
use crate::error::Failure;
use crate::model::diagnosis::Diagnosis;
use crate::model::event::Finished;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::record::{Line, Record, Store};
use crate::report::explanation::page;
use crate::report::mask::mask_value;
use crate::settings::Output;

/// The usual width of a page.
const USUAL: usize = 80;

/// What `--from` takes.
const TAKES: &str = "it takes what `aws ecs describe-tasks` or `aws ecs run-task` printed, the \
                     events of --output json, an ECS task state change event, or a log";

/// Says why a run failed, as far as the evidence tells.
#[must_use]
pub fn explain(options: &Options, what: Explain) -> ExitStatus {
    let output = match gather(options, None) {
        Ok(gathered) => gathered.settings.output,
        Err(failure) => {
            let mut reporter = stage::early_reporter(options.early_output());
            return stage::fail(&mut *reporter, &failure);
        }
    };
    match evidence(what, output) {
        Ok(evidence) => {
            show(&diagnose(&evidence), output);
            ExitStatus::SUCCESS
        }
        Err(failure) => stage::fail(&mut *stage::early_reporter(output), &failure),
    }
}

/// What there is to judge by.
fn evidence(what: Explain, output: Output) -> Result<Evidence, Failure> {
    match what {
        Explain::Message(text, exit_code) => of_message(&text, exit_code),
        Explain::From(path, exit_code) => of_file(&path, exit_code),
        Explain::Last => of_last(&Store::of_user(), output),
        // A run of another machine has no record here: ECS would have to be asked.
        Explain::Task(name) => of_task(&Store::of_user(), &name, output),
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

fn of_last(store: &Store, output: Output) -> Result<Evidence, Failure> {
    let listing = history::listing(store, output)?;
    let failed = |record: &&Record| {
        let outcome = record.outcome();
        record.end.outcome.is_some()
            && !matches!(outcome, Some(Outcome::Succeeded | Outcome::Detached))
    };
    let last = listing.records.iter().rev().find(failed);
    last.map(of_record).ok_or_else(|| {
        Failure::usage("no run that failed is recorded on this machine")
            .hinted("explain --from FILE reads what AWS or this tool printed elsewhere")
            .hinted("explain --message TEXT reads a single reason")
    })
}

fn of_task(store: &Store, name: &str, output: Output) -> Result<Evidence, Failure> {
    let listing = history::listing(store, output)?;
    let record = listing
        .find(name)
        .map_err(|not_one| history::not_found(name, &not_one, &listing))?;
    if record.end.outcome.is_none() {
        let failure = Failure::usage(format!("the run {} has not ended yet", record.id));
        return Err(match &record.task.task_arn {
            Some(arn) => failure.hinted(format!("to follow it: run-admin-task attach {arn}")),
            None => failure,
        });
    }
    Ok(of_record(record))
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

/// What a record tells of its run.
fn of_record(record: &Record) -> Evidence {
    let end = &record.end;
    let mut evidence = Evidence {
        stop_code: end.stop_code.clone(),
        ..Evidence::default()
    };
    let reason = end.stopped_reason.as_deref();
    evidence.say(Source::StoppedReason, reason.unwrap_or_default());
    evidence.take_containers(end.containers.as_deref().unwrap_or_default());
    evidence.refused(end.error.as_deref());
    let lines = record.log_tail.iter();
    evidence.take_log(lines.map(|line| (line.container.as_str(), line.message.as_str())));
    evidence
}

/// A diagnosis as a program gets it.
#[derive(Serialize)]
struct Object<'d> {
    r#type: &'static str,
    at: String,
    #[serde(flatten)]
    diagnosis: &'d Diagnosis,
    /// What was looked at to confirm it: nothing, from here.
    checks: [(); 0],
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
        checks: [],
    };
    let mut value = serde_json::to_value(line).unwrap_or_default();
    mask_value(&mut value);
    value.to_string()
}
