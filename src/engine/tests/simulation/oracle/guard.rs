//! Two writers never run at the same time, where the guard can promise it.
//!
//! It looks once before the start, and again and again from the start until the container runs.
//! `ListTasks` may lag: of two that begin together the later one must give way if, before its
//! container starts, there is time for one look that shows the earlier one, and for a request to
//! stop to reach the host. A process that is killed, suspended or cut off then promises nothing.

use super::{Breaches, Case, Figures};
use crate::engine::tests::simulation::Millis;
use crate::engine::tests::simulation::process::{How, Ran};
use crate::engine::tests::simulation::task::Task;
use crate::engine::tests::simulation::weather::Op;
use crate::model::exclusive::Exclusive;

/// The longest pause between two looks.
const LOOK_AGAIN: Millis = 10_000;

pub(super) fn judge(case: &Case<'_>, figures: &mut Figures, breaches: &mut Breaches) {
    let writers: Vec<_> = case
        .state
        .tasks
        .iter()
        .filter(|task| Exclusive::default().covers(&task.command))
        .collect();
    for later in &writers {
        for earlier in &writers {
            if later.created > earlier.created {
                judge_pair(case, earlier, later, figures, breaches);
            }
        }
    }
    liveness(case, &writers, figures);
}

fn judge_pair(
    case: &Case<'_>,
    earlier: &Task,
    later: &Task,
    figures: &mut Figures,
    breaches: &mut Breaches,
) {
    let Some(owner) = owner(case, later) else {
        return;
    };
    if case.is_own(owner, earlier) {
        return;
    }
    let (first, second) = (earlier.course(), later.course());
    if looked_past(case, owner, earlier, later) {
        breaches.push(format!(
            "{} started {} although it had seen {} alive",
            owner.name(),
            later.arn,
            earlier.arn
        ));
    }
    let (Some(a), Some(b)) = (first.started, second.started) else {
        return;
    };
    if a.max(b) >= first.over.min(second.over) {
        return;
    }
    figures.overlaps += 1;
    // The later one sees the earlier one; or the earlier one sees that the later one runs.
    let seen = earlier.created + earlier.life.listed_after.max(earlier.life.described_after);
    if is_promised(case, owner, later, seen, b) {
        breaches.push(format!(
            "{} and {} ran at the same time",
            earlier.arn, later.arn
        ));
    }
    let seen = later.created + later.life.listed_after.max(later.life.described_after);
    if let Some(other) = self::owner(case, earlier)
        && b < a
        && is_promised(case, other, earlier, seen.max(b), a)
    {
        breaches.push(format!(
            "{} started beside {}, which ran",
            earlier.arn, later.arn
        ));
    }
}

/// The process that started a task.
fn owner<'c>(case: &Case<'c>, task: &Task) -> Option<&'c Ran> {
    let number = task.by?;
    case.ran.iter().find(|ran| ran.process.number == number)
}

/// Whether the owner's first look showed the earlier writer alive, and it started nonetheless.
fn looked_past(case: &Case<'_>, owner: &Ran, earlier: &Task, later: &Task) -> bool {
    let request = case
        .calls_of(owner)
        .find(|call| call.is(Op::RunTask) && call.sent <= later.created);
    let Some(request) = request else { return true };
    let look = case
        .calls_of(owner)
        .filter(|call| call.is(Op::FamilyTasks))
        .filter(|look| look.answered_well().is_some_and(|at| at <= request.sent))
        .last();
    look.is_none_or(|look| earlier.is_listed(look.view) && earlier.lives(look.view))
}

/// Whether the owner had the time, between `seen` and its container's start, to give way.
fn is_promised(case: &Case<'_>, owner: &Ran, own: &Task, seen: Millis, start: Millis) -> bool {
    let followed = owner
        .told
        .followed
        .iter()
        .find(|followed| followed.arn == own.arn);
    let Some(followed) = followed else {
        return false;
    };
    let weather = &case.state.schedule.weather;
    let from = seen.max(followed.since);
    let call = 2 * (weather.latency + 10);
    // The pauses between looks grow with the time that has passed.
    let pause = (from - followed.since + 2_000).min(LOOK_AGAIN);
    let takes = pause + weather.stale + 3 * call + own.life.stop.heard_after;
    // A stop before ECS knows the task is refused, and tried again.
    let known = own.created + own.life.described_after;
    if from.max(known) + takes >= start {
        return false;
    }
    let gone = owner.ended < start;
    let slept = owner.slept(followed.since, start) > 0;
    let cut_off = case.calls_of(owner).any(|sent| {
        let end = sent.answered.map_or(Millis::MAX, |(at, _)| at);
        !sent.is(Op::ReadLog)
            && sent.sent < start
            && end > followed.since
            && (sent.failed_as().is_some() || end - sent.sent > call)
    });
    !gone && !slept && !cut_off
}

/// Of runs that race, not all should give way. Where two see each other while neither runs, the
/// earlier one goes on; yet each may lose to one that is then lost itself. That is safe, and rare.
fn liveness(case: &Case<'_>, writers: &[&Task], figures: &mut Figures) {
    let runs = case
        .ran
        .iter()
        .filter(|ran| case.run_of(ran).is_exclusive());
    let gave_way = runs.filter(|ran| match &ran.how {
        How::Finished(finished) => finished.in_the_way.is_some(),
        _ => false,
    });
    let gave_way = gave_way.count();
    if gave_way == 0 {
        return;
    }
    figures.races += 1;
    let none_ran = writers.iter().all(|task| task.course().started.is_none());
    let all_gave_way = case.state.schedule.runs.len() == gave_way;
    figures.races_in_vain += u64::from(none_ran && all_gave_way);
}
