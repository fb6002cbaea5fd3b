//! Looks at a task, one a line: status, stop code, exit code and the eight time stamps, each `-`
//! where it is not known.

use run_admin_task::model::outcome::{ExitStatus, Outcome, judge};
use run_admin_task::model::phase::{ORDER, PhaseTracker};
use run_admin_task::model::task::{ContainerSnapshot, TaskSnapshot, TaskTimes, task_id};
use run_admin_task::model::timings::Timings;

use crate::reading::{maybe_number, maybe_text, text};

/// A look at the task as a line has it.
pub(crate) fn look(line: &str) -> TaskSnapshot {
    let mut words = line.split_whitespace();
    let last_status = maybe_text(words.next()).unwrap_or_default();
    let stop_code = maybe_text(words.next());
    let exit_code = maybe_number(words.next());
    let mut time = || maybe_number(words.next());
    let times = TaskTimes {
        created: time(),
        connectivity: time(),
        pull_started: time(),
        pull_stopped: time(),
        started: time(),
        stopping: time(),
        execution_stopped: time(),
        stopped: time(),
    };
    TaskSnapshot {
        arn: format!("task/{line}"),
        stopped_reason: stop_code.clone(),
        containers: vec![ContainerSnapshot {
            name: "admin".to_owned(),
            last_status: last_status.clone(),
            exit_code: exit_code.and_then(|code| i32::try_from(code).ok()),
            ..ContainerSnapshot::default()
        }],
        last_status,
        stop_code,
        times,
        ..TaskSnapshot::default()
    }
}

/// Phases are told in their order and never twice in a row, durations are not negative, and
/// nothing but an exit code of 0 is a success.
pub(crate) fn check(input: &[u8]) {
    let mut tracker = PhaseTracker::default();
    let mut told: Vec<String> = Vec::new();
    for line in text(input).lines() {
        let task = look(line);
        let changes = tracker.observe(&task);
        if let Some(last) = changes.last() {
            assert_eq!(last.phase, task.last_status);
            assert_eq!(tracker.current(), Some(task.last_status.as_str()));
        }
        for change in changes {
            assert_ne!(told.last(), Some(&change.phase), "told twice");
            told.push(change.phase);
        }
        check_end(&task);
        assert!(!task_id(&task.arn).contains('/'));
    }
    let places: Vec<_> = told
        .iter()
        .filter_map(|phase| ORDER.iter().position(|known| known == phase))
        .collect();
    assert!(places.is_sorted(), "{told:?}");
}

fn check_end(task: &TaskSnapshot) {
    for ran in [false, true] {
        let verdict = judge(task, "admin", ran);
        let succeeded = task.containers[0].exit_code == Some(0);
        assert_eq!(verdict.outcome == Outcome::Succeeded, succeeded);
        assert_eq!(verdict.exit == ExitStatus::SUCCESS, succeeded);
    }
    let timings = Timings::of(&task.times, None);
    let durations = [
        timings.provisioning_ms,
        timings.pull_ms,
        timings.pending_ms,
        timings.running_ms,
        timings.stopping_ms,
    ];
    assert!(durations.into_iter().flatten().all(|millis| millis >= 0));
}
