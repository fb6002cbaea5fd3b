//! Waiting for one answer before there is a task: never silent, never deaf.

use std::time::Duration;

use futures_util::stream::{Stream, StreamExt as _};
use tokio::time::{Instant, interval_at};

use super::stage::say;
use crate::engine::run::Signal;
use crate::model::event::{EventKind, Sink, Waiting, Warning};

/// Between two signs of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Waits for `work`; a signal ends the wait. Only for work that can be dropped.
pub(super) async fn or_signal<T>(
    work: impl Future<Output = T>,
    what: &str,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    reporter: &mut dyn Sink,
) -> Result<T, Signal> {
    until_signal(with_signs_of_life(work, what, reporter), signals).await
}

/// Waits for a person; a signal ends the wait. A person needs no sign of life.
pub(super) async fn until_signal<T>(
    work: impl Future<Output = T>,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
) -> Result<T, Signal> {
    tokio::select! {
        biased;
        Some(signal) = signals.next() => Err(signal),
        done = work => Ok(done),
    }
}

/// Waits for `work` to the end; signals that come meanwhile are handed back with its result.
/// For work that must not be dropped: a task may come of it.
pub(super) async fn to_the_end<T>(
    work: impl Future<Output = T>,
    what: &str,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    reporter: &mut dyn Sink,
) -> (T, Vec<Signal>) {
    tokio::pin!(work);
    let mut came = Vec::new();
    let mut ticks = interval_at(Instant::now() + SIGN_OF_LIFE, SIGN_OF_LIFE);
    let began = Instant::now();
    loop {
        tokio::select! {
            biased;
            done = &mut work => return (done, came),
            Some(signal) = signals.next() => {
                came.push(signal);
                say(reporter, EventKind::Warning(Warning {
                    code: "interrupted",
                    message: format!("{}: {what} first, so that no task is lost", signal.name()),
                }));
            }
            _ = ticks.tick() => sign_of_life(what, began, reporter),
        }
    }
}

async fn with_signs_of_life<T>(
    work: impl Future<Output = T>,
    what: &str,
    reporter: &mut dyn Sink,
) -> T {
    tokio::pin!(work);
    let began = Instant::now();
    let mut ticks = interval_at(began + SIGN_OF_LIFE, SIGN_OF_LIFE);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => sign_of_life(what, began, reporter),
        }
    }
}

fn sign_of_life(what: &str, began: Instant, reporter: &mut dyn Sink) {
    say(
        reporter,
        EventKind::Waiting(Waiting {
            phase: "starting".to_owned(),
            what: what.to_owned(),
            elapsed: began.elapsed(),
        }),
    );
}
