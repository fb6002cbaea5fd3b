//! What keeps a record while events pass.

use jiff::Timestamp;

use super::data::{About, Line, Record};
use super::ended::Ended;
use super::name;
use super::store::Store;
use super::tail::Tail;
use crate::model::diagnosis::Diagnosis;
use crate::model::event::{Event, EventKind, Finished, Sink, Warning};
use crate::model::outcome::ExitStatus;

/// Hands events on, and keeps a record of them.
///
/// What cannot be written is told once, as a warning; the run goes on.
pub struct Recorder<'s> {
    inner: &'s mut dyn Sink,
    /// `None`: no record is wanted.
    store: Option<Store>,
    record: Record,
    tail: Tail,
    /// Where it is remembered that the run's end was told, if that matters.
    ended: Option<Ended>,
    /// Whether it was told that there is no record.
    told: bool,
    explain: Explain,
}

/// What says why a run failed, from its end and the last lines of its log.
pub type Explain = fn(&Finished, &[Line]) -> Option<Diagnosis>;

impl<'s> Recorder<'s> {
    /// Before `inner`, for a run that begins now. Without a store it hands events on, and that is
    /// all.
    pub fn new(inner: &'s mut dyn Sink, store: Option<Store>, about: About) -> Self {
        let began = Timestamp::now();
        Self {
            inner,
            store,
            record: Record::new(name::new(began), began, about),
            tail: Tail::default(),
            ended: None,
            told: false,
            explain: |_, _| None,
        }
    }

    /// What is known of the run, for what is learned only before the start.
    pub fn about(&mut self) -> &mut About {
        &mut self.record.about
    }

    /// Remembers when the end of the run's task was told, with or without a record.
    pub fn remember_the_end(&mut self, ended: Ended) {
        self.ended = Some(ended);
    }

    /// Whatever explains failures does so from now on.
    #[must_use]
    pub fn explained_by(mut self, explain: Explain) -> Self {
        self.explain = explain;
        self
    }

    /// What explains an end, from the last lines of the log that came by.
    #[must_use]
    pub fn diagnosis(&self, finished: &Finished) -> Option<Diagnosis> {
        (self.explain)(finished, &self.tail.lines())
    }

    /// The event, with what explains it.
    fn explained(&self, event: &Event) -> Option<Event> {
        let EventKind::Finished(finished) = &event.kind else {
            return None;
        };
        if finished.diagnosis.is_some() {
            return None;
        }
        let diagnosis = Some(self.diagnosis(finished)?);
        let finished = Finished {
            diagnosis,
            ..(**finished).clone()
        };
        Some(Event {
            at: event.at,
            kind: EventKind::Finished(Box::new(finished)),
        })
    }

    fn mark_the_end(&self) {
        if let (Some(ended), Some(run_key), Some(task)) = (
            &self.ended,
            &self.record.about.run_key,
            &self.record.task.task_arn,
        ) && self.record.tells_its_tasks_end()
        {
            // Where it fails, the same command in the same job shows this task again, and says so.
            let _ = ended.mark(run_key, task);
        }
    }

    /// Writes the record as it is now; a warning, if that fails for the first time.
    fn write(&mut self, at: Timestamp) -> Option<Event> {
        let store = self.store.as_ref()?;
        let record = Record {
            log_tail: self.tail.lines(),
            ..self.record.clone()
        };
        let error = store.write(&record.masked()).err()?;
        if self.told {
            return None;
        }
        self.told = true;
        let warning = Warning {
            code: "record-not-written",
            message: format!("the run leaves no record: {error}; --no-record asks for none"),
        };
        self.record.tell(at, &warning);
        let kind = EventKind::Warning(warning);
        Some(Event { at, kind })
    }

    /// Whether there was a run: a mistake on the command line, found before anything was started,
    /// is none.
    fn was_a_run(&self, finished: &Finished) -> bool {
        let has_task = self.record.task.task_arn.is_some() || finished.task_arn.is_some();
        has_task || finished.exit_code != ExitStatus::USAGE
    }
}

impl Sink for Recorder<'_> {
    fn event(&mut self, event: &Event) {
        let explained = self.explained(event);
        let event = explained.as_ref().unwrap_or(event);
        let mut after = None;
        match &event.kind {
            EventKind::Log(line) => self.tail.take(line),
            EventKind::Phase(phase) => self.record.enter(event.at, phase),
            EventKind::Warning(warning) => self.record.tell(event.at, warning),
            EventKind::Started(started) => {
                self.record.start(started);
                // Before anybody reads of the task: a process may be killed at any time.
                after = self.write(event.at);
            }
            EventKind::Finished(finished) => {
                if self.was_a_run(finished) {
                    self.record.finish(event.at, finished);
                    self.mark_the_end();
                    // Nothing comes after the last event.
                    if let Some(warning) = self.write(event.at) {
                        self.inner.event(&warning);
                    }
                }
            }
            EventKind::Waiting(_)
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
        self.inner.event(event);
        if let Some(warning) = after {
            self.inner.event(&warning);
        }
    }

    fn flush(&mut self) {
        self.inner.flush();
    }

    fn is_behind(&self) -> bool {
        self.inner.is_behind()
    }

    fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }
}

#[cfg(test)]
mod tests;
