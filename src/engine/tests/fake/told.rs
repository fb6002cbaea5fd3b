//! What a run says, remembered.

use crate::model::event::{Event, EventKind, Sink};

/// Remembers what it is told.
#[derive(Default)]
pub(in crate::engine::tests) struct Told {
    pub(in crate::engine::tests) events: Vec<Event>,
}

impl Sink for Told {
    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
    }

    fn flush(&mut self) {}
}

impl Told {
    pub(in crate::engine::tests) fn lines(&self) -> Vec<&str> {
        self.lines_of("admin")
    }

    pub(in crate::engine::tests) fn lines_of(&self, container: &str) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Log(line) if line.container == container => Some(line.message.as_str()),
                _ => None,
            })
            .collect()
    }

    pub(in crate::engine::tests) fn phases(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Phase(phase) => Some(phase.phase.as_str()),
                _ => None,
            })
            .collect()
    }

    pub(in crate::engine::tests) fn warnings(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Warning(warning) => Some(warning.code),
                _ => None,
            })
            .collect()
    }
}
