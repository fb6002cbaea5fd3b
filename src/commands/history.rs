//! `history`: the records of earlier runs.

mod table;

use std::io::{Write as _, stderr};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::gather::gather;
use super::print::print;
use super::stage;
use crate::cli::Options;
use crate::error::Failure;
use crate::model::event::{EventKind, Finished, Warning};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::record::{Listing, NotOne, Record, Store, StoreError};
use crate::report::shown;
use crate::settings::Output;

/// How many records are named to somebody who named none of them.
const CANDIDATES: usize = 5;

/// Lists records, or shows one.
#[must_use]
pub fn history(options: &Options, show: Option<&str>) -> ExitStatus {
    let output = match gather(options, None) {
        Ok(gathered) => gathered.settings.output,
        Err(failure) => {
            return stage::fail(
                &mut *stage::early_reporter(options.early_output()),
                &failure,
            );
        }
    };
    let mut reporter = stage::early_reporter(output);
    if let Err(failure) = look(&Store::of_user(), output, show) {
        return stage::fail(&mut *reporter, &failure);
    }
    // For people, the records are all there is to say.
    if output == Output::Json {
        let finished = Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None);
        stage::say(&mut *reporter, EventKind::Finished(Box::new(finished)));
    }
    ExitStatus::SUCCESS
}

fn look(store: &Store, output: Output, show: Option<&str>) -> Result<(), Failure> {
    let folder = store.folder().map_err(|error| unreadable(&error))?;
    let listing = listing(store, output)?;
    let (text, advice) = match show {
        Some(name) => {
            let record = listing
                .find(name)
                .map_err(|not_one| not_found(name, &not_one, &listing))?;
            (whole(record, output), None)
        }
        None if listing.records.is_empty() => {
            let empty = format!("no run is recorded in {}", folder.display());
            (String::new(), Some(empty))
        }
        None if output == Output::Json => (lines(&listing), None),
        None => {
            let text = table::table(&listing, &TimeZone::system());
            let text = stage::runner().unobeyed(&text).into_owned();
            (text, table::advice(&listing))
        }
    };
    print(text.as_bytes());
    if let Some(advice) = advice {
        let advice = shown(&advice);
        let _ = writeln!(stderr(), "{}", stage::runner().unobeyed(&advice));
    }
    Ok(())
}

/// The records of a folder; those that cannot be read are named.
pub(super) fn listing(store: &Store, output: Output) -> Result<Listing, Failure> {
    let listing = store.list().map_err(|error| unreadable(&error))?;
    warn_of_damaged(&listing, output);
    Ok(listing)
}

/// These are for people: the event stream holds records alone.
fn warn_of_damaged(listing: &Listing, output: Output) {
    let mut reporter = stage::early_reporter(match output {
        Output::Json => Output::Plain,
        other => other,
    });
    for damaged in &listing.damaged {
        let warning = Warning {
            code: "record-damaged",
            message: format!(
                "{} is left out: it cannot be read: {}",
                damaged.path.display(),
                damaged.reason
            ),
        };
        stage::say(&mut *reporter, EventKind::Warning(warning));
    }
}

/// A record as a program gets it.
#[derive(Serialize)]
struct Line<T> {
    r#type: &'static str,
    at: String,
    #[serde(flatten)]
    record: T,
}

impl<T> Line<T> {
    fn of(record: T) -> Self {
        Self {
            r#type: "record",
            at: format!("{:.3}", Timestamp::now()),
            record,
        }
    }
}

/// What the list has of a record, for programs.
#[derive(Serialize)]
struct Summary<'r> {
    id: &'r str,
    began: &'r str,
    ended: Option<&'r str>,
    environment: Option<&'r str>,
    region: Option<&'r str>,
    cluster: Option<&'r str>,
    command: &'r [String],
    attached: bool,
    task_arn: Option<&'r str>,
    outcome: Option<&'r str>,
    exit_code: Option<u8>,
    error: Option<&'r str>,
}

impl<'r> Summary<'r> {
    fn of(record: &'r Record) -> Self {
        Self {
            id: &record.id,
            began: &record.began,
            ended: record.ended.as_deref(),
            environment: record.about.environment.as_deref(),
            region: record.about.region.as_deref(),
            cluster: record.about.cluster.as_deref(),
            command: &record.about.command,
            attached: record.task.attached,
            task_arn: record.task.task_arn.as_deref(),
            outcome: record.end.outcome.as_deref(),
            exit_code: record.end.exit_code,
            error: record.end.error.as_deref(),
        }
    }
}

fn lines(listing: &Listing) -> String {
    let line = |record: &Record| {
        // The list holds nothing of the log: masking it would be for nothing.
        let record = Record {
            log_tail: Vec::new(),
            ..record.clone()
        };
        let text = serde_json::to_string(&Line::of(Summary::of(&record.masked())));
        printable(&text.unwrap_or_default())
    };
    listing.records.iter().map(line).collect()
}

fn whole(record: &Record, output: Output) -> String {
    let record = record.clone().masked();
    let text = match output {
        Output::Json => serde_json::to_string(&Line::of(&record)),
        _ => serde_json::to_string_pretty(&record),
    };
    printable(&text.unwrap_or_default())
}

/// JSON as whoever reads along may see it, with a line end.
pub(super) fn printable(json: &str) -> String {
    format!("{}\n", stage::runner().shown_json(json))
}

fn unreadable(error: &StoreError) -> Failure {
    Failure::tool(format!("the records cannot be read: {error}"))
        .hinted("they are below XDG_STATE_HOME, else below ~/.local/state")
}

pub(super) fn not_found(name: &str, not_one: &NotOne<'_>, listing: &Listing) -> Failure {
    let line = |record: &Record| {
        let command = table::one_line(&record.about.command.join(" "));
        format!("{} {command}", record.id)
    };
    let (message, candidates) = match not_one {
        NotOne::Ambiguous(found) => {
            let several = found.iter().rev().take(CANDIDATES);
            (
                format!("`{name}` names {} records", found.len()),
                several.map(|record| line(record)).collect::<Vec<_>>(),
            )
        }
        NotOne::Unknown => {
            let newest = listing.records.iter().rev().take(CANDIDATES);
            (
                format!("there is no record `{name}`"),
                newest.map(line).collect(),
            )
        }
    };
    let failure = Failure::usage(message);
    match candidates.as_slice() {
        [] => failure.hinted("no run is recorded; --no-record or record = false keeps them away"),
        candidates => failure.hinted(format!("the newest of them: {}", candidates.join("; "))),
    }
}
