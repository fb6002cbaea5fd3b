//! One call after the other, outside of a run: tried again where that helps, and never silent.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::pace::Pace;
use super::patience::SIGN_OF_LIFE;
use super::run::World;
use super::trouble::Trouble;
use crate::model::event::{EventKind, Sink, Waiting, Warning};
use crate::ports::CallError;

/// Between a failed call and the next; longer with each failure.
const AGAIN: Duration = Duration::from_millis(500);
/// How long calls may fail in a row, where nothing waits behind them.
const PATIENCE: Duration = Duration::from_mins(2);

/// Watches over calls that are made one after the other.
pub(super) struct Vigil<'w> {
    world: &'w World,
    /// Who is asked, for example `ECS`.
    source: String,
    /// What the calls are for.
    what: String,
    began: Instant,
    said: Instant,
    pace: Pace,
    trouble: Trouble,
    patience: Duration,
}

impl<'w> Vigil<'w> {
    pub(super) fn new(world: &'w World, source: &str, what: &str) -> Self {
        let now = Instant::now();
        Self {
            world,
            source: source.to_owned(),
            what: what.to_owned(),
            began: now,
            said: now,
            pace: Pace::new(AGAIN, fastrand::Rng::new()),
            trouble: Trouble::default(),
            patience: PATIENCE,
        }
    }

    /// Waits for `work`, with signs of life.
    pub(super) async fn over<T>(
        &mut self,
        work: impl Future<Output = T>,
        sink: &mut dyn Sink,
    ) -> T {
        tokio::pin!(work);
        loop {
            let silent_until = self.said + SIGN_OF_LIFE;
            let wake = self
                .trouble
                .wake_at()
                .map_or(silent_until, |at| at.min(silent_until));
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = sleep_until(wake) => self.speak(sink),
            }
        }
    }

    /// A call succeeded.
    pub(super) fn succeeded(&mut self, sink: &mut dyn Sink) {
        self.pace.succeeded();
        let warning = self.trouble.recovered(Instant::now(), &self.source);
        self.warn(warning, sink);
    }

    /// Something else was said.
    pub(super) fn spoke(&mut self) {
        self.said = Instant::now();
    }

    /// A call failed. Waits until it may be made again; an error is there to stay.
    pub(super) async fn failed(
        &mut self,
        error: CallError,
        sink: &mut dyn Sink,
    ) -> Result<(), CallError> {
        let now = Instant::now();
        if !error.kind.is_passing() || self.trouble.lasted(now) >= self.patience {
            return Err(error);
        }
        self.trouble.failed(now, &error.to_string());
        let pause = self.pace.failed();
        self.over(sleep(pause), sink).await;
        Ok(())
    }

    fn speak(&mut self, sink: &mut dyn Sink) {
        let now = Instant::now();
        let trouble = self.trouble.due(now, &self.source);
        if trouble.is_none() && now >= self.said + SIGN_OF_LIFE {
            let waiting = Waiting {
                phase: "waiting".to_owned(),
                what: self.what.clone(),
                elapsed: now - self.began,
            };
            self.world.say(sink, EventKind::Waiting(waiting));
            self.said = now;
        }
        self.warn(trouble, sink);
    }

    fn warn(&mut self, warning: Option<Warning>, sink: &mut dyn Sink) {
        if let Some(warning) = warning {
            self.world.say(sink, EventKind::Warning(warning));
            self.said = Instant::now();
        }
    }
}

/// Asks AWS until it answers, or for two minutes. `what` is said to whoever waits.
pub async fn ask<T, Answer>(
    world: &World,
    what: &str,
    sink: &mut dyn Sink,
    call: impl FnMut() -> Answer,
) -> Result<T, CallError>
where
    Answer: Future<Output = Result<T, CallError>>,
{
    ask_for(PATIENCE, world, what, sink, call).await
}

/// Asks AWS until it answers, or for so long.
pub(super) async fn ask_for<T, Answer>(
    patience: Duration,
    world: &World,
    what: &str,
    sink: &mut dyn Sink,
    mut call: impl FnMut() -> Answer,
) -> Result<T, CallError>
where
    Answer: Future<Output = Result<T, CallError>>,
{
    let mut vigil = Vigil {
        patience,
        ..Vigil::new(world, "AWS", what)
    };
    loop {
        match vigil.over(call(), sink).await {
            Ok(answer) => {
                vigil.succeeded(sink);
                return Ok(answer);
            }
            Err(error) => vigil.failed(error, sink).await?,
        }
    }
}

/// Asks AWS once, for what can be done without. `what` is said to whoever waits.
pub async fn ask_once<T>(
    world: &World,
    what: &str,
    sink: &mut dyn Sink,
    call: impl Future<Output = T>,
) -> T {
    Vigil::new(world, "AWS", what).over(call, sink).await
}
