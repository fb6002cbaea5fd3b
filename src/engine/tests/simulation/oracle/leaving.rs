//! Never a running writer stopped without anybody's wish, never a living task left without a word
//! on how to reach it.

use super::{Breaches, Case};
use crate::engine::tests::simulation::Millis;
use crate::engine::tests::simulation::aws::{Call, millis};
use crate::engine::tests::simulation::process::{How, Ran};
use crate::engine::tests::simulation::task::Task;
use crate::engine::tests::simulation::weather::Op;
use crate::model::policy::{Leave, Policy};
use crate::ports::Choice;

/// How old the look may be on which a stop is founded that only what does not run may get.
const KNOWN_SINCE: Millis = 5_500;

pub(super) fn judge(case: &Case<'_>, ran: &Ran, breaches: &mut Breaches) {
    for call in case.calls_of(ran).filter(|call| call.is(Op::StopTask)) {
        let Some(task) = case.state.task(&call.about) else {
            breaches.push(format!("{} stops a task that is none", ran.name()));
            continue;
        };
        if let Err(why) = may_stop(case, ran, task, call) {
            breaches.push(format!(
                "{} stops {} at {}: {why}",
                ran.name(),
                task.arn,
                call.sent
            ));
        }
    }
    if matches!(ran.how, How::Killed) {
        return;
    }
    for task in &case.state.tasks {
        if !is_reachable(ran, task) {
            breaches.push(format!("{} leaves {} without a word", ran.name(), task.arn));
        }
    }
}

/// Whether somebody or something wants the task to be stopped.
fn may_stop(case: &Case<'_>, ran: &Ran, task: &Task, call: &Call) -> Result<(), String> {
    let run = case.run_of(ran);
    let own = case.is_own(ran, task);
    let policy = if own {
        &run.policy
    } else {
        &run.policy_for_others
    };
    if is_wanted(ran, policy, task, call.sent) {
        return Ok(());
    }
    if !own {
        return Err("it is another's".to_owned());
    }
    let known = KNOWN_SINCE + case.state.schedule.weather.stale;
    let running_since = task.course().started.filter(|_| task.runs(call.sent));
    match running_since {
        Some(since) if since + known < call.sent => Err(format!(
            "it has been running since {since}, and nobody wants that"
        )),
        _ => Ok(()),
    }
}

fn is_wanted(ran: &Ran, policy: &Policy, task: &Task, sent: Millis) -> bool {
    let signalled = ran.process.signals.iter().any(|(at, _)| *at <= sent);
    let chosen = ran
        .chosen
        .iter()
        .any(|(at, choice)| *at <= sent && *choice == Choice::Stop);
    // The age of a task that was found is told by its time stamps, and our clock may be ahead.
    let skew = Millis::from(ran.process.skew.unsigned_abs());
    let timed_out = policy.on_timeout == Leave::Stop
        && policy
            .timeout
            .zip(task.course().started)
            .is_some_and(|(limit, start)| start + millis(limit) <= sent + skew);
    (signalled && policy.on_interrupt == Leave::Stop) || chosen || timed_out
}

/// Whether a task that lives on when its process ends can be found by what was said.
fn is_reachable(ran: &Ran, task: &Task) -> bool {
    let known = ran
        .told
        .followed
        .iter()
        .any(|followed| followed.arn == task.arn);
    let made = task.by == Some(ran.process.number);
    let lives = ran.ended < task.course().over;
    if !lives || !(known || made) {
        return true;
    }
    let attach = format!("run-admin-task attach {}", task.arn);
    // Of a task that the process never heard of, the list of tasks tells.
    ran.words()
        .any(|words| words.contains(&attach) || (!known && words.contains("run-admin-task ps")))
}
