//! What the status says.

use std::time::{Duration, Instant};

use crate::model::duration::measured;
use crate::model::event::{EventKind, PhaseEntered, Waiting};
use crate::model::phase::waiting_for;
use crate::report::columns::cut;
use crate::report::in_one_line;
use crate::report::voice::Tone;

/// How far a run is, as its events tell.
#[derive(Debug)]
pub(super) struct Status {
    began: Instant,
    opening: (&'static str, &'static str),
    /// Whether there is a task.
    has_task: bool,
    /// The phase that it is in, and when that was seen.
    phase: Option<(PhaseEntered, Instant)>,
    /// The phases before, and how long each took.
    passed: Vec<(String, i64)>,
    /// The last sign of life, until something happens.
    waiting: Option<Waiting>,
    /// The lines of all containers.
    lines: u64,
    /// What does not work at present, each with its source before a colon.
    troubles: Vec<String>,
}

impl Status {
    pub(super) fn new(opening: (&'static str, &'static str), now: Instant) -> Self {
        Self {
            began: now,
            opening,
            has_task: false,
            phase: None,
            passed: Vec::new(),
            waiting: None,
            lines: 0,
            troubles: Vec::new(),
        }
    }

    /// When it began.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Whether it is worth showing, however short the run has been.
    pub(super) fn is_wanted(&self) -> bool {
        self.has_task
    }

    pub(super) fn note(&mut self, kind: &EventKind, now: Instant) {
        if !matches!(kind, EventKind::Call(_)) {
            self.waiting = None;
        }
        match kind {
            EventKind::Started(_) => self.has_task = true,
            EventKind::Phase(phase) => self.enter(phase.clone(), now),
            EventKind::Log(_) => self.lines += 1,
            EventKind::Waiting(waiting) => self.waiting = Some(waiting.clone()),
            EventKind::Warning(warning) => match warning.code {
                "trouble" => self.troubles.push(warning.message.clone()),
                "recovered" => {
                    let over = source(&warning.message);
                    self.troubles.retain(|trouble| source(trouble) != over);
                }
                _ => {}
            },
            EventKind::Finished(_)
            | EventKind::Tasks(_)
            | EventKind::Check(_)
            | EventKind::Checks(_)
            | EventKind::Plan(_)
            | EventKind::Recovery(_)
            | EventKind::Review(_)
            | EventKind::Reviewed(_)
            | EventKind::Question(_)
            | EventKind::Call(_) => {}
        }
    }

    fn enter(&mut self, phase: PhaseEntered, now: Instant) {
        let since = phase.elapsed_ms;
        if let Some((before, _)) = self.phase.replace((phase, now)) {
            let took = since.saturating_sub(before.elapsed_ms);
            self.passed.push((before.phase, took));
        }
    }

    /// Its lines, each no wider than the terminal.
    pub(super) fn lines(&self, now: Instant, width: usize, colours: bool) -> Vec<String> {
        // The last column stays free: some terminals wrap a line that fills it.
        let cut = |text: &str| cut(&in_one_line(text), width.saturating_sub(1));
        let aside = |text: &str| Tone::Aside.of(&cut(text), colours);
        let mut lines = vec![head(&cut(&self.now(now)), colours)];
        if let Some(past) = self.past(now) {
            lines.push(aside(&past));
        }
        let troubles = self.troubles.iter();
        lines.extend(troubles.map(|trouble| Tone::Warning.of(&cut(trouble), colours)));
        lines
    }

    /// What is waited for at present.
    fn now(&self, now: Instant) -> String {
        let in_all = ticking(now.saturating_duration_since(self.began));
        let (phase, what) = match (&self.waiting, &self.phase) {
            (Some(waiting), Some((entered, _))) => (entered.phase.as_str(), waiting.what.as_str()),
            (Some(waiting), None) => (waiting.phase.as_str(), waiting.what.as_str()),
            (None, Some((entered, _))) if entered.phase == "RUNNING" => {
                ("RUNNING", "the container is running")
            }
            (None, Some((entered, _))) => (entered.phase.as_str(), waiting_for(&entered.phase)),
            (None, None) if self.has_task => ("started", "waiting for ECS"),
            (None, None) => self.opening,
        };
        format!("{phase} after {in_all}: {what}")
    }

    /// What was so far: lines, and the time of each phase.
    fn past(&self, now: Instant) -> Option<String> {
        let (current, seen) = self.phase.as_ref()?;
        let so_far = ticking(now.saturating_duration_since(*seen));
        let lines = match self.lines {
            1 => "1 line".to_owned(),
            lines => format!("{lines} lines"),
        };
        let passed = self.passed.iter().map(|(phase, took)| {
            let phase = phase.to_lowercase();
            format!("{phase} {}", measured(*took))
        });
        let current = format!("{} {so_far}", current.phase.to_lowercase());
        let phases: Vec<_> = passed.chain([current]).collect();
        Some(format!("{lines}; {}", phases.join(", ")))
    }
}

/// Where a warning's trouble is.
fn source(message: &str) -> &str {
    message
        .split_once(": ")
        .map_or(message, |(source, _)| source)
}

/// The first line with its phase set off.
fn head(line: &str, colours: bool) -> String {
    match line.split_once(' ') {
        Some((phase, rest)) => format!("{} {rest}", Tone::Strong.of(phase, colours)),
        None => line.to_owned(),
    }
}

/// A duration that grows on the screen: `5s`, `2m 5s`, `1h 2m`.
fn ticking(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds => measured(i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX)),
    }
}

#[cfg(test)]
mod tests;
