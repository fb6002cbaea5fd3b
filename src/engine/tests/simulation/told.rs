//! What a process told: its events, as the oracle needs them.

use std::sync::Arc;

use super::Millis;
use super::aws::Aws;
use super::task::DECIDING;
use crate::model::event::{Event, EventKind, Sink};

pub(super) struct Told {
    aws: Arc<Aws>,
    process: usize,
    behind: Vec<(Millis, Millis)>,
    pub(super) said: Vec<Said>,
    pub(super) followed: Vec<Followed>,
}

/// One event that was no line.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) at: Millis,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// One task that was followed, and the lines that were shown of it.
#[derive(Debug, Default)]
pub(super) struct Followed {
    pub(super) since: Millis,
    pub(super) arn: String,
    pub(super) deciding: Vec<(i64, String)>,
    pub(super) sidecar: Vec<(i64, String)>,
}

impl Told {
    pub(super) fn new(aws: &Arc<Aws>, process: usize, behind: Vec<(Millis, Millis)>) -> Self {
        Self {
            aws: Arc::clone(aws),
            process,
            behind,
            said: Vec::new(),
            followed: Vec::new(),
        }
    }

    fn say(&mut self, at: Millis, code: &'static str, message: &str) {
        self.aws
            .diary
            .note(at, || format!("#{} says {code}: {message}", self.process));
        self.said.push(Said {
            at,
            code,
            message: message.to_owned(),
        });
    }
}

impl Sink for Told {
    fn event(&mut self, event: &Event) {
        let at = self.aws.now();
        match &event.kind {
            EventKind::Started(started) => {
                self.say(at, "started", &started.task_arn);
                self.followed.push(Followed {
                    since: at,
                    arn: started.task_arn.clone(),
                    ..Followed::default()
                });
            }
            EventKind::Log(line) => {
                let followed = self.followed.last_mut().expect("a task was told before");
                let lines = if line.container == DECIDING {
                    &mut followed.deciding
                } else {
                    &mut followed.sidecar
                };
                lines.push((line.timestamp, line.message.clone()));
                // Of many lines at once, one tells that something was said.
                if self.said.last().is_none_or(|said| said.at < at) {
                    self.say(at, "line", "");
                }
            }
            EventKind::Phase(phase) => self.say(at, "phase", &phase.phase),
            EventKind::Warning(warning) => self.say(at, warning.code, &warning.message),
            EventKind::Waiting(waiting) => self.say(at, "waiting", &waiting.what),
            EventKind::Question(_) => {}
            EventKind::Finished(_)
            | EventKind::Tasks(_)
            | EventKind::Check(_)
            | EventKind::Checks(_)
            | EventKind::Plan(_)
            | EventKind::Recovery(_)
            | EventKind::Review(_)
            | EventKind::Reviewed(_)
            | EventKind::Call(_) => {
                unreachable!("the caller's")
            }
        }
    }

    fn flush(&mut self) {}

    fn is_behind(&self) -> bool {
        let now = self.aws.now();
        self.behind
            .iter()
            .any(|(from, to)| (*from..*to).contains(&now))
    }
}
