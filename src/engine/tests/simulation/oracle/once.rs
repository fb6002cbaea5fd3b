//! Never a second task by a retry, a lost answer or a re-run.

use std::collections::BTreeMap;

use super::{Breaches, Case};
use crate::engine::tests::simulation::process::{How, Ran};
use crate::engine::tests::simulation::task::Task;
use crate::engine::tests::simulation::weather::Op;
use crate::model::identity::RUN_KEY_TAG;
use crate::model::outcome::Outcome;
use crate::ports::CallErrorKind;

/// A process starts its first task and at most two more. Whoever starts the process again after
/// that wants another try.
const AT_MOST: usize = 3;

pub(super) fn judge(case: &Case<'_>, breaches: &mut Breaches) {
    let mut runs = BTreeMap::<&str, Vec<&Task>>::new();
    for task in &case.state.tasks {
        if let Some(key) = task.tags.get(RUN_KEY_TAG) {
            runs.entry(key).or_default().push(task);
        }
    }
    for ran in case.ran {
        judge_doubt(case, ran, breaches);
    }
    for tasks in runs.values() {
        let started = tasks.iter().filter(|task| task.any_started().is_some());
        if started.count() > 1 {
            breaches.push("containers of two tasks of one run started".to_owned());
        }
        for task in tasks {
            let of_one_process = tasks.iter().filter(|other| other.by == task.by).count();
            if of_one_process > AT_MOST {
                breaches.push(format!("a process started {of_one_process} tasks"));
            }
        }
        for pair in tasks.windows(2) {
            judge_pair(pair[0], pair[1], breaches);
        }
    }
}

/// An answer that was lost is looked for, before the request is sent again and before it is given
/// up: so half of all answers can be lost, and each run still has its task.
fn judge_doubt(case: &Case<'_>, ran: &Ran, breaches: &mut Breaches) {
    let mut doubtful = false;
    for call in case.calls_of(ran) {
        match call.op {
            Op::RunTask if doubtful => {
                breaches.push(format!("{} asks again without a look", ran.name()));
                return;
            }
            Op::RunTask => {
                let lost = [CallErrorKind::Doubtful, CallErrorKind::Service];
                doubtful = call.failed_as().is_some_and(|kind| lost.contains(&kind))
                    || call.answered.is_none();
            }
            Op::FamilyTasks => doubtful = false,
            _ => {}
        }
    }
    let gave_up =
        matches!(&ran.how, How::Failed(failure) if failure.outcome != Outcome::Interrupted);
    if doubtful && gave_up {
        breaches.push(format!("{} gives up without a look", ran.name()));
    }
}

/// A task that was started after another of the same run.
fn judge_pair(before: &Task, after: &Task, breaches: &mut Breaches) {
    let course = before.course();
    let why = if before.any_started().is_some() {
        "whose container had started"
    } else if course.over > after.created {
        "which was not over"
    } else if !course.passing && before.by == after.by {
        "which failed for a reason that does not pass"
    } else {
        return;
    };
    breaches.push(format!(
        "{} was started after {}, {why}",
        after.arn, before.arn
    ));
}
