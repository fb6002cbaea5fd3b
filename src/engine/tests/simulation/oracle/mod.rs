//! The oracle: it knows the world's truth, and holds each process to the five nevers.

mod exit;
mod guard;
mod leaving;
mod log;
mod once;
mod owed;
mod pulse;

use super::Millis;
use super::aws::{Answered, Call, State};
use super::process::{How, Ran};
use super::schedule::Run;
use super::task::Task;
use super::told::Said;
use super::weather::Op;
use crate::ports::CallErrorKind;

/// What happened in a schedule.
struct Case<'c> {
    state: &'c State,
    ran: &'c [Ran],
}

/// What is broken, one sentence each.
type Breaches = Vec<String>;

/// What is worth knowing of many schedules.
#[derive(Debug, Default)]
pub(super) struct Figures {
    schedules: u64,
    processes: u64,
    calls: u64,
    tasks: u64,
    lines: u64,
    killed: u64,
    zero: u64,
    whole_logs: u64,
    cut_logs: u64,
    races: u64,
    races_in_vain: u64,
    overlaps: u64,
}

impl Figures {
    pub(super) fn print(&self) {
        use std::io::Write as _;
        // Shown with --nocapture.
        let _ = writeln!(std::io::stderr(), "{self:?}");
    }
}

pub(super) fn judge(state: &State, ran: &[Ran], figures: &mut Figures) -> Breaches {
    let case = Case { state, ran };
    let mut breaches = Vec::new();
    once::judge(&case, &mut breaches);
    guard::judge(&case, figures, &mut breaches);
    for one in ran {
        log::judge(&case, one, figures, &mut breaches);
        exit::judge(&case, one, &mut breaches);
        leaving::judge(&case, one, &mut breaches);
        owed::judge(&case, one, &mut breaches);
        pulse::judge(&case, one, &mut breaches);
        figures.processes += 1;
        figures.killed += u64::from(matches!(one.how, How::Killed));
        figures.zero += u64::from(one.exit() == Some(0));
    }
    figures.schedules += 1;
    figures.calls += state.calls.len() as u64;
    figures.tasks += state.tasks.len() as u64;
    breaches
}

impl<'c> Case<'c> {
    fn run_of(&self, ran: &Ran) -> &'c Run {
        &self.state.schedule.runs[ran.run]
    }

    fn calls_of(&self, ran: &Ran) -> impl Iterator<Item = &'c Call> + use<'c> {
        let number = ran.process.number;
        self.state
            .calls
            .iter()
            .filter(move |call| call.process == number)
    }

    /// The task that the process followed last.
    fn followed(&self, ran: &Ran) -> Option<&'c Task> {
        let followed = ran.told.followed.last()?;
        self.state.task(&followed.arn)
    }

    /// The process's own policy, or that for a task which another run has started.
    fn is_own(&self, ran: &Ran, task: &Task) -> bool {
        self.run_of(ran).owns(task)
    }
}

/// Whether a person is asked what to do.
fn is_question(said: &Said) -> bool {
    said.message.contains("Type s to stop it")
}

impl Run {
    fn owns(&self, task: &Task) -> bool {
        let key = task.tags.get(crate::model::identity::RUN_KEY_TAG);
        key.is_some_and(|key| *key == self.key.to_string())
    }
}

impl Ran {
    /// What the process exited with; `None`: it was killed.
    fn exit(&self) -> Option<u8> {
        match &self.how {
            How::Killed => None,
            How::Finished(finished) => Some(finished.exit_code.code()),
            How::Failed(failure) => Some(failure.exit.code()),
        }
    }

    /// Everything that a reader of stderr could have read.
    fn words(&self) -> impl Iterator<Item = &str> {
        let last: Vec<&str> = match &self.how {
            How::Killed => Vec::new(),
            How::Finished(finished) => finished.error.as_deref().into_iter().collect(),
            How::Failed(failure) => std::iter::once(failure.message.as_str())
                .chain(failure.hints.iter().map(String::as_str))
                .collect(),
        };
        let said = self.told.said.iter().map(|said| said.message.as_str());
        said.chain(last)
    }

    /// How long of a time the process was suspended.
    fn slept(&self, from: Millis, to: Millis) -> Millis {
        let naps = self.process.naps.iter();
        naps.map(|nap| nap.1.min(to).saturating_sub(nap.0.max(from)))
            .sum()
    }

    fn name(&self) -> String {
        format!("#{}", self.process.number)
    }
}

impl Call {
    fn failed_as(&self) -> Option<CallErrorKind> {
        match self.answered {
            Some((_, Answered::Badly(kind))) => Some(kind),
            // The engine's own limit ends a call that is never answered.
            None => Some(CallErrorKind::Network),
            Some(_) => None,
        }
    }

    fn answered_well(&self) -> Option<Millis> {
        match self.answered {
            Some((at, Answered::Well | Answered::Idle)) => Some(at),
            _ => None,
        }
    }

    fn is(&self, op: Op) -> bool {
        self.op == op
    }
}
