//! Never a second task by a retry, a lost answer or a re-run.

use std::collections::BTreeMap;

use super::{Breaches, Case};
use crate::engine::tests::simulation::task::Task;
use crate::model::identity::RUN_KEY_TAG;

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
