//! Which phases a task went through, and when.

use super::task::{EpochMillis, TaskSnapshot, TaskTimes};

/// The order in which ECS moves a task, from the developer guide's "Task lifecycle". A task
/// may skip some.
pub const ORDER: [&str; 9] = [
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
    "DELETED",
];

/// A phase that the task entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseChange {
    /// `PROVISIONING` … `DELETED`, or a word that is new to us.
    pub phase: String,
    /// When, by the task's own time stamps; `None` where they don't say.
    pub at: Option<EpochMillis>,
}

/// Tells each phase once, also one that passed between two looks.
#[derive(Debug, Clone, Default)]
pub struct PhaseTracker {
    current: Option<String>,
    /// The place in the order of the furthest phase that was told: a word that is new to us has none.
    furthest: Option<usize>,
}

impl PhaseTracker {
    /// The phase of the last look.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// Takes a look at the task in; returns the phases entered since the last one.
    pub fn observe(&mut self, task: &TaskSnapshot) -> Vec<PhaseChange> {
        let now = task.last_status.as_str();
        if now.is_empty() || self.current.as_deref() == Some(now) {
            return Vec::new();
        }
        let seen = self.furthest;
        // An answer that is older than the last one (ECS is eventually consistent) changes nothing.
        if let (Some(seen), Some(now)) = (seen, rank(now))
            && now < seen
        {
            return Vec::new();
        }
        let mut changes = match rank(now) {
            Some(now) => passed(seen, now, &task.times),
            None => Vec::new(),
        };
        changes.push(PhaseChange {
            phase: now.to_owned(),
            at: entered(now, &task.times),
        });
        self.current = Some(now.to_owned());
        self.furthest = rank(now).or(self.furthest);
        changes
    }
}

/// Phases strictly between the one last seen and the one seen now that the time stamps prove.
fn passed(seen: Option<usize>, now: usize, times: &TaskTimes) -> Vec<PhaseChange> {
    let first = seen.map_or(0, |seen| seen + 1);
    ORDER
        .iter()
        .take(now)
        .skip(first)
        .filter(|phase| has_passed(phase, times))
        .map(|phase| PhaseChange {
            phase: (*phase).to_owned(),
            at: entered(phase, times),
        })
        .collect()
}

fn has_passed(phase: &str, times: &TaskTimes) -> bool {
    match phase {
        "PROVISIONING" => times.created.is_some(),
        // There is no way to RUNNING but through PENDING.
        "PENDING" => times.pull_started.is_some() || times.started.is_some(),
        _ => entered(phase, times).is_some(),
    }
}

fn entered(phase: &str, times: &TaskTimes) -> Option<EpochMillis> {
    match phase {
        "PROVISIONING" => times.created,
        "PENDING" => times.connectivity.or(times.pull_started),
        "RUNNING" => times.started,
        "STOPPING" => times.stopping,
        "DEPROVISIONING" => times.execution_stopped,
        "STOPPED" => times.stopped,
        _ => None,
    }
}

fn rank(phase: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == phase)
}

/// What is waited for in a phase.
#[must_use]
pub fn waiting_for(phase: &str) -> &'static str {
    match phase {
        "PROVISIONING" => "waiting for capacity and a network interface",
        "PENDING" => "waiting for the image and the container's start",
        "ACTIVATING" => "waiting for the containers to start",
        "RUNNING" => "the container is running, nothing new in its log",
        "DEACTIVATING" | "STOPPING" => "waiting for the containers to end",
        "DEPROVISIONING" => "waiting for ECS to take the task down",
        "STOPPED" => "waiting for the exit code",
        _ => "waiting for ECS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: &str, times: TaskTimes) -> TaskSnapshot {
        TaskSnapshot {
            last_status: status.to_owned(),
            times,
            ..TaskSnapshot::default()
        }
    }

    fn names(changes: &[PhaseChange]) -> Vec<&str> {
        changes.iter().map(|change| change.phase.as_str()).collect()
    }

    #[test]
    fn a_phase_is_told_once() {
        let mut tracker = PhaseTracker::default();
        let pending = task("PENDING", TaskTimes::default());
        assert_eq!(names(&tracker.observe(&pending)), ["PENDING"]);
        assert!(tracker.observe(&pending).is_empty());
    }

    #[test]
    fn phases_that_passed_between_two_looks_are_told_with_their_times() {
        let mut tracker = PhaseTracker::default();
        tracker.observe(&task("PROVISIONING", TaskTimes::default()));
        let times = TaskTimes {
            created: Some(0),
            connectivity: Some(900),
            pull_started: Some(1_000),
            pull_stopped: Some(3_000),
            started: Some(4_000),
            stopping: Some(5_000),
            execution_stopped: Some(5_500),
            stopped: None,
        };
        let changes = tracker.observe(&task("DEPROVISIONING", times));
        assert_eq!(
            names(&changes),
            ["PENDING", "RUNNING", "STOPPING", "DEPROVISIONING"]
        );
        assert_eq!(changes[1].at, Some(4_000));
        assert_eq!(changes[3].at, Some(5_500));
    }

    #[test]
    fn a_task_that_never_ran_is_not_said_to_have() {
        let mut tracker = PhaseTracker::default();
        tracker.observe(&task("PROVISIONING", TaskTimes::default()));
        let times = TaskTimes {
            created: Some(0),
            stopping: Some(2_000),
            stopped: Some(9_000),
            ..TaskTimes::default()
        };
        assert_eq!(
            names(&tracker.observe(&task("STOPPED", times))),
            ["STOPPING", "STOPPED"]
        );
    }

    #[test]
    fn an_older_answer_changes_nothing_and_a_new_word_is_passed_on() {
        let mut tracker = PhaseTracker::default();
        let times = TaskTimes {
            created: Some(0),
            pull_started: Some(1),
            started: Some(2),
            ..TaskTimes::default()
        };
        tracker.observe(&task("RUNNING", times));
        assert!(
            tracker
                .observe(&task("PENDING", TaskTimes::default()))
                .is_empty()
        );
        assert_eq!(
            names(&tracker.observe(&task("HIBERNATING", times))),
            ["HIBERNATING"]
        );
        assert_eq!(
            names(&tracker.observe(&task("STOPPED", times))),
            ["STOPPED"]
        );
    }
}
