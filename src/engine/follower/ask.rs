//! The question at the first Ctrl-C: stop, leave or go on.

use super::{Cause, Follower, Now};
use crate::engine::interrupt::{Response, Signal};
use crate::model::event::{Event, EventKind, Question as Said};
use crate::ports::Choice;

/// A person is asked what to do.
#[derive(Debug)]
pub(super) struct Question {
    signal: Signal,
    /// Whether the answer is waited for already.
    put: bool,
}

impl Follower {
    /// Asks, in place of leaving a running task at once.
    pub(super) fn ask(&mut self, signal: Signal, now: Now) {
        let command = self.followed.command.join(" ");
        self.warn_with(
            "interrupted",
            format!(
                "{}: `{command}` is running. Type s to stop it, d to detach and leave it running, or g to go on, then Enter; Ctrl-C again detaches",
                signal.name()
            ),
            now,
        );
        self.question = Some(Question { signal, put: false });
    }

    /// Whether the person has to be asked now; if so, it counts as done.
    pub(super) fn question_due(&mut self) -> bool {
        self.question
            .as_mut()
            .is_some_and(|question| !std::mem::replace(&mut question.put, true))
    }

    /// Says that a question stands from now on, or no longer.
    pub(super) fn say_question(&mut self, now: Now) {
        let asks_about = self.question.as_ref().map(|question| question.signal);
        let was_said = std::mem::replace(&mut self.asked_about, asks_about).is_some();
        let said = match asks_about {
            // The warning that comes with it has the words.
            Some(_) if !was_said => Said::Put(String::new()),
            None if was_said => Said::Over,
            _ => return,
        };
        self.events.push(Event {
            at: now.wall,
            kind: EventKind::Question(said),
        });
    }

    /// Takes the answer in. Who can't answer has left.
    pub(super) fn chosen(&mut self, choice: Option<Choice>, now: Now) {
        let Some(question) = self.question.take() else {
            return;
        };
        let name = question.signal.name();
        match choice {
            Some(Choice::Stop) => self.obey(Response::Stop, question.signal, now),
            Some(Choice::Detach) | None => {
                self.leave(&format!("{name}: leaving the task running"), now);
            }
            Some(Choice::GoOn) => {
                self.forget_signal();
                self.warn_with("interrupted", format!("{name}: going on"), now);
            }
        }
    }

    /// There is nothing left to choose once the container has ended.
    pub(super) fn withdraw_question(&mut self, now: Now) {
        if self.question.is_some() && self.watch.over_since(now.instant).is_some() {
            self.question = None;
            self.forget_signal();
            self.warn_with(
                "interrupted",
                "the container has ended meanwhile; showing the rest of its log".to_owned(),
                now,
            );
        }
    }

    pub(super) fn forget_signal(&mut self) {
        self.signal = None;
        if matches!(self.cause, Some(Cause::Signal(_))) {
            self.cause = None;
        }
    }
}
