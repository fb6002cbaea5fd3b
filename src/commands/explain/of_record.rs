//! Evidence out of this machine's records.

use crate::commands::history;
use crate::diagnosis::Evidence;
use crate::error::Failure;
use crate::model::outcome::Outcome;
use crate::record::{NotOne, Record, Store};
use crate::settings::Output;

/// What this machine knows of a run.
pub(super) enum Recorded {
    /// This.
    One(Box<Record>),
    /// Nothing; the failure says so.
    Nothing(Failure),
}

/// The record of the last run that failed.
pub(super) fn last(store: &Store, output: Output) -> Result<Recorded, Failure> {
    let listing = history::listing(store, output)?;
    let failed = |record: &&Record| {
        let outcome = record.outcome();
        record.end.outcome.is_some()
            && !matches!(outcome, Some(Outcome::Succeeded | Outcome::Detached))
    };
    let last = listing.records.iter().rev().find(failed);
    Ok(match last {
        Some(record) => Recorded::One(Box::new(record.clone())),
        None => Recorded::Nothing(
            Failure::usage("no run that failed is recorded on this machine")
                .hinted("explain TASK asks ECS, for an hour after the task's end")
                .hinted("explain --from FILE reads what AWS or this tool printed elsewhere")
                .hinted("explain --message TEXT reads a single reason"),
        ),
    })
}

/// The record of the run that is named, or of the task that is.
pub(super) fn named(store: &Store, name: &str, output: Output) -> Result<Recorded, Failure> {
    let listing = history::listing(store, output)?;
    let record = match listing.find(name) {
        Ok(record) => record,
        Err(NotOne::Unknown) => {
            let failure = history::not_found(name, &NotOne::Unknown, &listing);
            return Ok(Recorded::Nothing(failure));
        }
        Err(several) => return Err(history::not_found(name, &several, &listing)),
    };
    Ok(Recorded::One(Box::new(record.clone())))
}

/// What a record tells of its run.
pub(super) fn evidence(record: &Record) -> Evidence {
    let end = &record.end;
    let mut evidence = Evidence::of_task(
        end.stop_code.as_deref(),
        end.stopped_reason.as_deref(),
        end.containers.as_deref().unwrap_or_default(),
    );
    evidence.refused(end.error.as_deref());
    let lines = record.log_tail.iter();
    evidence.take_log(lines.map(|line| (line.container.as_str(), line.message.as_str())));
    evidence
}
