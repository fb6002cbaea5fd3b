//! A reporter that takes in what a look tells, and shows little of it.

use std::cell::RefCell;
use std::collections::VecDeque;

use tokio::time::Instant;

use crate::migrations::status::Answer;
use crate::model::event::{Event, EventKind, Finished, Sink, Waiting, Warning};

/// So many events are kept, for whoever has to see why a look failed: the last ones.
const KEPT: usize = 2_000;

/// What all looks show together.
pub(super) struct Shown<'s> {
    outer: &'s mut dyn Sink,
    /// Their commands, and what is to be said of each.
    looks: Vec<(String, String)>,
    began: Instant,
}

impl<'s> Shown<'s> {
    pub(super) fn new(outer: &'s mut dyn Sink, names: Vec<String>, began: Instant) -> Self {
        let looks = names.into_iter();
        let looks = looks
            .map(|name| (name, "waiting for ECS".to_owned()))
            .collect();
        Self {
            outer,
            looks,
            began,
        }
    }

    /// How far they are, in one line.
    fn tell(&mut self, event: &Event) {
        let looks = self.looks.iter();
        let looks: Vec<_> = looks
            .map(|(name, what)| format!("`{name}`: {what}"))
            .collect();
        let waiting = Waiting {
            phase: "LOOKING".to_owned(),
            what: looks.join(", "),
            elapsed: self.began.elapsed(),
        };
        self.outer.event(&Event {
            at: event.at,
            kind: EventKind::Waiting(waiting),
        });
        self.outer.flush();
    }
}

/// One look's reporter.
pub(super) struct Quiet<'a, 's> {
    shown: &'a RefCell<Shown<'s>>,
    index: usize,
    answer: Answer,
    events: VecDeque<Event>,
}

/// Everything that a look told.
pub(super) struct Told {
    pub(super) answer: Answer,
    /// The events of it, but for those that were shown.
    pub(super) events: Vec<Event>,
    pub(super) finished: Box<Finished>,
}

impl<'a, 's> Quiet<'a, 's> {
    pub(super) fn new(shown: &'a RefCell<Shown<'s>>, index: usize) -> Self {
        Self {
            shown,
            index,
            answer: Answer::default(),
            events: VecDeque::new(),
        }
    }

    pub(super) fn told(self, finished: Finished) -> Told {
        Told {
            answer: self.answer,
            events: self.events.into(),
            finished: Box::new(finished),
        }
    }

    fn keep(&mut self, event: &Event) {
        if self.events.len() == KEPT {
            // The first one is `started`: it says where the rest is.
            self.events.remove(1);
        }
        self.events.push_back(event.clone());
    }

    /// What there is to say of this look; said where it is new, and something is waited for.
    fn say(&self, what: &str, event: &Event) {
        let mut shown = self.shown.borrow_mut();
        let before = &mut shown.looks[self.index].1;
        let is_new = before != what;
        what.clone_into(before);
        if is_new && shown.looks.iter().any(|(_, what)| what != ENDED) {
            shown.tell(event);
        }
    }
}

/// What is said of a look whose container has ended.
const ENDED: &str = "ended";

/// What is said of a look in this phase: two at once have too many to say each.
fn stage(phase: &str) -> &'static str {
    match phase {
        "PROVISIONING" | "PENDING" | "ACTIVATING" => "starting",
        "RUNNING" => "running",
        _ => ENDED,
    }
}

impl Sink for Quiet<'_, '_> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Log(line) => {
                if line.deciding {
                    self.answer.take_all(&line.message);
                }
                self.keep(event);
            }
            EventKind::Started(_) => self.keep(event),
            EventKind::Phase(phase) => {
                self.keep(event);
                self.say(stage(&phase.phase), event);
            }
            EventKind::Warning(warning) => {
                let mut shown = self.shown.borrow_mut();
                let warning = Warning {
                    code: warning.code,
                    message: format!("`{}`: {}", shown.looks[self.index].0, warning.message),
                };
                shown.outer.event(&Event {
                    at: event.at,
                    kind: EventKind::Warning(warning),
                });
                shown.outer.flush();
            }
            EventKind::Waiting(waiting) => self.say(&waiting.what, event),
            EventKind::Finished(_) => self.say(ENDED, event),
            _ => {}
        }
    }

    fn flush(&mut self) {}
}
