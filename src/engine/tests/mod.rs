//! The whole behaviour of a run, on a clock that moves only when everything waits.

mod end;
mod fake;
mod leave;
mod log;
mod look;
mod simulation;
mod trouble;
mod whole;

use std::time::Duration;

use futures_util::stream;
use tokio::time::Instant;

use super::run::{Signal, follow};
use crate::model::event::{EventKind, Finished};
use crate::model::outcome::Outcome;
use crate::model::policy::{Leave, Policy};
use crate::ports::{CallError, CallErrorKind, ReadError};
use fake::{Fake, Fault, Life, Line, Stream, Told, lines, policy};

struct Ran {
    finished: Finished,
    told: Told,
    /// Milliseconds from the begin to the end.
    took: u64,
    fake: std::sync::Arc<Fake>,
}

async fn run_with(
    life: Life,
    streams: Vec<(&str, Stream)>,
    faults: Vec<Fault>,
    policy: Policy,
    signals: Vec<(u64, Signal)>,
) -> Ran {
    let began = Instant::now();
    let fake = Fake::new(life, streams, faults, 7);
    let signals = Box::pin(stream::unfold(
        signals.into_iter(),
        move |mut rest| async move {
            let (at, signal) = rest.next()?;
            tokio::time::sleep_until(began + Duration::from_millis(at)).await;
            Some((signal, rest))
        },
    ));
    let mut told = Told::default();
    let finished = follow(&fake.world(), fake.followed(), policy, signals, &mut told).await;
    Ran {
        finished,
        told,
        took: u64::try_from(began.elapsed().as_millis()).expect("short"),
        fake,
    }
}

async fn run(life: Life, stream: Stream) -> Ran {
    run_with(life, vec![("admin", stream)], vec![], policy(), vec![]).await
}

fn of(lines: Vec<Line>) -> Stream {
    Stream {
        lines,
        ..Stream::default()
    }
}

fn texts(count: u64) -> Vec<String> {
    (0..count).map(|number| format!("line {number}")).collect()
}

fn assert_whole(ran: &Ran, count: u64) {
    assert_eq!(ran.told.lines(), texts(count));
    assert!(ran.finished.logs.complete, "{:?}", ran.finished.logs.note);
    assert_eq!(ran.finished.logs.lines, count);
}

fn fault(kind: CallErrorKind, percent: u8) -> Fault {
    Fault {
        from: 0,
        to: u64::MAX,
        percent,
        kind,
        on_logs: true,
        on_ecs: true,
        hangs: false,
    }
}
