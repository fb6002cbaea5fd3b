//! What a process owes in fair weather: limits that are kept, wishes that are carried out.

use super::{Breaches, Case};
use crate::engine::tests::simulation::Millis;
use crate::engine::tests::simulation::aws::millis;
use crate::engine::tests::simulation::process::{How, Ran};
use crate::engine::tests::simulation::task::Task;
use crate::engine::tests::simulation::weather::Op;
use crate::model::event::Finished;
use crate::model::outcome::Outcome;
use crate::model::policy::{Leave, Policy};

/// Within so long of fair weather the process knows, and acts.
const SOON: Millis = 5_000;

pub(super) fn judge(case: &Case<'_>, ran: &Ran, breaches: &mut Breaches) {
    let disturbed = !ran.process.naps.is_empty() || !case.state.schedule.weather.calm;
    let How::Finished(finished) = &ran.how else {
        return;
    };
    if disturbed {
        return;
    }
    let (Some(task), Some(followed)) = (case.followed(ran), ran.told.followed.last()) else {
        if follows_too_little(case, ran, finished) {
            breaches.push(format!(
                "{} does not follow the writer in the way",
                ran.name()
            ));
        }
        return;
    };
    let known = followed.since.max(task.created + task.life.described_after) + SOON;
    let run = case.run_of(ran);
    let own = case.is_own(ran, task);
    let policy = if own {
        &run.policy
    } else {
        &run.policy_for_others
    };
    let checks = [
        (
            overlooks_timeout(finished, policy, task, known),
            "overlooks a timeout",
        ),
        (
            own && overlooks_start_timeout(ran, policy, task, known),
            "overlooks a start timeout",
        ),
        (
            leaves_too_early(ran, finished, policy, task),
            "does not wait for STOPPED",
        ),
        (
            overlooks_wish(case, ran, policy, task, known),
            "does not stop what it was told to",
        ),
    ];
    for (broken, what) in checks {
        if broken {
            breaches.push(format!("{} {what}", ran.name()));
        }
    }
}

fn is_natural(finished: &Finished) -> bool {
    matches!(
        finished.outcome,
        Outcome::Succeeded | Outcome::ContainerFailed | Outcome::Stopped
    )
}

fn decided_otherwise(ran: &Ran) -> bool {
    let mut said = ran.told.said.iter();
    said.any(|said| matches!(said.code, "start-timeout" | "second-writer" | "interrupted"))
}

fn follows_too_little(case: &Case<'_>, ran: &Ran, finished: &Finished) -> bool {
    let run = case.run_of(ran);
    let other = finished.in_the_way.as_ref();
    run.attach_if_running && other.is_some_and(|other| other.command == run.command)
}

fn overlooks_timeout(finished: &Finished, policy: &Policy, task: &Task, known: Millis) -> bool {
    let course = task.course();
    let (Some(limit), Some(start)) = (policy.timeout, course.started) else {
        return false;
    };
    let due = known.max(start + SOON) + millis(limit);
    is_natural(finished) && finished.in_the_way.is_none() && due < course.over
}

fn overlooks_start_timeout(ran: &Ran, policy: &Policy, task: &Task, known: Millis) -> bool {
    let Some(limit) = policy.start_timeout else {
        return false;
    };
    let course = task.course();
    let until = course.started.unwrap_or(course.over).min(ran.ended);
    known + millis(limit) < until && !decided_otherwise(ran)
}

fn leaves_too_early(ran: &Ran, finished: &Finished, policy: &Policy, task: &Task) -> bool {
    policy.wait_stopped && is_natural(finished) && ran.ended < task.stopped()
}

/// A single signal, where the policy is to stop what runs.
fn overlooks_wish(case: &Case<'_>, ran: &Ran, policy: &Policy, task: &Task, known: Millis) -> bool {
    let [(at, _)] = ran.process.signals.as_slice() else {
        return false;
    };
    let wanted = policy.on_interrupt == Leave::Stop && policy.before_start == Leave::Stop;
    let stopped = case.calls_of(ran).any(|call| call.is(Op::StopTask));
    wanted && *at >= known && *at <= ran.ended && task.lives(at + SOON) && !stopped
}
