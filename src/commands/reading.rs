//! A reporter that reads along: what a command says it did.

use crate::migrations::status::Answer;
use crate::model::event::{Event, EventKind, Sink};

/// Hands events on, and reads the deciding container's lines. The run's end is kept: it is not the
/// verb's.
pub(super) struct Reading<'s> {
    inner: &'s mut dyn Sink,
    answer: Answer,
}

impl<'s> Reading<'s> {
    pub(super) fn new(inner: &'s mut dyn Sink) -> Self {
        Self {
            inner,
            answer: Answer::default(),
        }
    }

    /// What it said.
    pub(super) fn answer(self) -> Answer {
        self.answer
    }
}

impl Sink for Reading<'_> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Finished(_) => return,
            EventKind::Log(line) if line.deciding => self.answer.take_all(&line.message),
            _ => {}
        }
        self.inner.event(event);
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
