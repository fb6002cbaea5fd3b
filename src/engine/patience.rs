//! Waiting for one answer before there is a task: never silent, never deaf.

use std::time::Duration;

use futures_util::stream::{Stream, StreamExt as _};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::run::{Clock, Signal, say};
use crate::model::event::{EventKind, Sink, Waiting, Warning};

/// Before the first sign of life: one wait may follow another, of which nothing was said either.
const FIRST_SIGN: Duration = Duration::from_secs(5);
/// Between two signs of life where a pause may have come before.
pub(super) const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Waits for `work`; a signal ends the wait. Only for work that can be dropped.
pub async fn or_signal<T>(
    work: impl Future<Output = T>,
    what: &str,
    clock: &Clock,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<T, Signal> {
    until_signal(with_signs_of_life(work, what, clock, sink), signals).await
}

/// Waits for a person; a signal ends the wait. A person needs no sign of life.
pub async fn until_signal<T>(
    work: impl Future<Output = T>,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
) -> Result<T, Signal> {
    tokio::select! {
        biased;
        Some(signal) = signals.next() => Err(signal),
        done = work => Ok(done),
    }
}

/// Waits for `work` to the end; a signal that comes meanwhile is handed back with its result. For
/// work that must not be dropped, since a task may come of it: only a second signal, after what
/// it does was told, ends the wait.
pub async fn to_the_end<T>(
    work: impl Future<Output = T>,
    what: &str,
    clock: &Clock,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    sink: &mut dyn Sink,
) -> Result<(T, Option<Signal>), Signal> {
    tokio::pin!(work);
    let mut came = None;
    let began = Instant::now();
    let mut ticks = signs_of_life(began);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Ok((done, came)),
            Some(signal) = signals.next() => {
                if came.replace(signal).is_some() {
                    return Err(signal);
                }
                let message = format!(
                    "{}: {what} first, so that no task is lost; the same again leaves at once",
                    signal.name()
                );
                say(sink, clock, EventKind::Warning(Warning { code: "interrupted", message }));
            }
            _ = ticks.tick() => sign_of_life(what, began, clock, sink),
        }
    }
}

async fn with_signs_of_life<T>(
    work: impl Future<Output = T>,
    what: &str,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> T {
    tokio::pin!(work);
    let began = Instant::now();
    let mut ticks = signs_of_life(began);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            _ = ticks.tick() => sign_of_life(what, began, clock, sink),
        }
    }
}

/// One sign of life at a time, also after this process was suspended.
fn signs_of_life(began: Instant) -> Interval {
    let mut ticks = interval_at(began + FIRST_SIGN, SIGN_OF_LIFE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn sign_of_life(what: &str, began: Instant, clock: &Clock, sink: &mut dyn Sink) {
    let waiting = Waiting {
        phase: "starting".to_owned(),
        what: what.to_owned(),
        elapsed: began.elapsed(),
    };
    say(sink, clock, EventKind::Waiting(waiting));
}
