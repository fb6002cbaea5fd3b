//! Never success where the container did not exit 0; and always the right exit status.

use super::{Breaches, Case, is_question};
use crate::engine::run::Signal;
use crate::engine::tests::simulation::Millis;
use crate::engine::tests::simulation::aws::millis;
use crate::engine::tests::simulation::process::{How, Ran};
use crate::engine::tests::simulation::task::{Course, Task};
use crate::engine::tests::simulation::weather::Op;
use crate::error::Failure;
use crate::model::event::Finished;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::ports::CallErrorKind;

/// An exit code may show so long after `STOPPED`.
const CODE_WITHIN: Millis = 9_000;
/// How long each answer may be a refusal, no answer may come, and the task may be unknown.
const REFUSED_FOR: Millis = 60_000;
const NO_LOOK_FOR: Millis = 720_000;
const UNKNOWN_FOR: Millis = 120_000;

pub(super) fn judge(case: &Case<'_>, ran: &Ran, breaches: &mut Breaches) {
    let verdict = match &ran.how {
        How::Killed => return,
        How::Failed(failure) => failed(case, ran, failure),
        How::Finished(finished) => match case.followed(ran) {
            Some(task) => of_task(case, ran, finished, task),
            None => without_task(case, ran, finished),
        },
    };
    if let Err(why) = verdict.and_then(|()| owes_signal(ran)) {
        let exit = ran.exit().unwrap_or_default();
        breaches.push(format!("{} exits {exit}: {why}", ran.name()));
    }
}

fn check(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

/// The run never had a task, as far as it knows.
fn failed(case: &Case<'_>, ran: &Ran, failure: &Failure) -> Result<(), String> {
    let mut calls = case.calls_of(ran).filter(|call| call.failed_as().is_some());
    match failure.outcome {
        Outcome::Interrupted | Outcome::Detached => by_signal(ran, failure.exit),
        Outcome::NeverStarted => {
            let refused = case.calls_of(ran).any(|call| call.is(Op::RunTask));
            check(
                failure.exit == ExitStatus::NEVER_STARTED && refused,
                "never started, although nothing was refused",
            )
        }
        Outcome::ToolFailed => check(
            failure.exit == ExitStatus::TOOL_FAILED && calls.next().is_some(),
            "the tool failed, although no call did",
        ),
        other => Err(format!("a failure is {other:?}")),
    }
}

/// It gave way before it asked for a task.
fn without_task(case: &Case<'_>, ran: &Ran, finished: &Finished) -> Result<(), String> {
    check(
        finished.exit_code == ExitStatus::NEVER_STARTED,
        "there was no task",
    )?;
    let Some(other) = &finished.in_the_way else {
        return Err("there was no task, and nobody in the way".to_owned());
    };
    let look = case
        .calls_of(ran)
        .filter(|call| call.is(Op::FamilyTasks))
        .last();
    let writes = case.state.task(&other.task_arn).is_some_and(|task| {
        let is_own = case.is_own(ran, task) && task.command == case.run_of(ran).command;
        look.is_some_and(|look| task.lives(look.view)) && !is_own
    });
    check(writes, "who is said to be in the way was not")
}

fn of_task(case: &Case<'_>, ran: &Ran, finished: &Finished, task: &Task) -> Result<(), String> {
    let course = task.course();
    let is_over = course.over <= ran.ended;
    let code = course.code.filter(|_| is_over && course.started.is_some());
    if finished.exit_code == ExitStatus::SUCCESS {
        check(code == Some(0), "the container did not exit 0")?;
    }
    let exit = finished.exit_code;
    match finished.outcome {
        Outcome::Succeeded => check(
            exit == ExitStatus::SUCCESS && code == Some(0),
            "it did not succeed",
        ),
        Outcome::ContainerFailed | Outcome::Stopped => match code {
            _ if exit == ExitStatus::TOOL_FAILED && code != Some(125) => {
                // Of a sidecar that ran alone, its task may not say in time that it failed to start.
                check(task.any_started().is_some(), "no container started")?;
                check(is_over, "the container runs on")?;
                check(may_lack_its_code(case, ran, task), "it has an exit code")
            }
            Some(code) => check(
                exit == ExitStatus::of_container(code),
                &format!("the container exited {code}"),
            ),
            None => Err("there is no exit code".to_owned()),
        },
        Outcome::NeverStarted => check(
            exit == ExitStatus::NEVER_STARTED && course.started.is_none() && is_over,
            "the container started, or may yet start",
        ),
        Outcome::TimedOut => {
            let run = case.run_of(ran);
            let limit = run.policy.timeout.map(millis);
            let ran_for = course.started.map(|start| ran.ended.saturating_sub(start));
            // The age of a task that was found is told by its time stamps, which our clock may be
            // ahead of.
            let skew = Millis::from(ran.process.skew.unsigned_abs());
            let late = limit
                .zip(ran_for)
                .is_some_and(|(limit, ran)| ran + skew >= limit);
            check(
                exit == ExitStatus::TIMED_OUT && late,
                "it took no longer than it may",
            )
        }
        Outcome::Interrupted | Outcome::Detached => by_signal(ran, exit),
        Outcome::NotAsRequired => Err("a run does not end so".to_owned()),
        Outcome::ToolFailed => check(
            exit == ExitStatus::TOOL_FAILED
                && (may_give_up(case, ran, task) || had_no_other(finished, &course)),
            "nothing was given up that should have been",
        ),
    }
}

/// Whether a container's exit code could not be seen.
fn may_lack_its_code(case: &Case<'_>, ran: &Ran, task: &Task) -> bool {
    let course = task.course();
    let shows = course.over + task.life.code_late;
    course.code.is_none()
        || shows > task.stopped() + CODE_WITHIN
        || longest_failure(case, ran, task, |_| true) >= NO_LOOK_FOR
}

/// Its task came to nothing, and AWS refused what another one needs.
fn had_no_other(finished: &Finished, course: &Course<'_>) -> bool {
    let error = finished.error.as_deref().unwrap_or_default();
    course.started.is_none() && error.starts_with("no other task was started")
}

fn may_give_up(case: &Case<'_>, ran: &Ran, task: &Task) -> bool {
    let run = case.run_of(ran);
    let grace = millis(run.policy.credentials_grace);
    let denied = |kind: CallErrorKind| !kind.is_passing();
    // A network that is down as well says nothing about credentials.
    let longest = longest_failure(case, ran, task, denied);
    let without_answer = longest_failure(case, ran, task, |_| true);
    longest >= REFUSED_FOR.min(grace)
        || without_answer >= grace
        || task.life.described_after >= UNKNOWN_FOR
}

/// How long looks at the task failed in a row, in this way.
fn longest_failure(
    case: &Case<'_>,
    ran: &Ran,
    task: &Task,
    counts: impl Fn(CallErrorKind) -> bool,
) -> Millis {
    let (mut since, mut longest) = (None, 0);
    let looks = case
        .calls_of(ran)
        .filter(|call| call.is(Op::DescribeTask) && call.about == task.arn);
    for look in looks {
        // What a look showed that was still under way at the end, the process never knew.
        let answered = look.answered.map_or(ran.ended, |(at, _)| at);
        match look.failed_as() {
            Some(kind) if counts(kind) || look.answered.is_none() => {
                longest = longest.max(answered - *since.get_or_insert(look.sent));
            }
            _ => since = None,
        }
    }
    longest.max(since.map_or(0, |since| ran.ended - since))
}

/// The exit status is that of a signal that came.
fn by_signal(ran: &Ran, exit: ExitStatus) -> Result<(), String> {
    let came = signals(ran);
    check(
        came.iter().any(|(_, signal)| signal.exit_status() == exit),
        "no such signal came",
    )
}

/// Signals that reached the process.
fn signals(ran: &Ran) -> Vec<(Millis, Signal)> {
    let signals = ran.process.signals.iter().copied();
    signals
        .filter(|(at, _)| *at >= ran.began && *at <= ran.ended)
        .collect()
}

/// Who was interrupted exits so, unless the signal was taken back or came when all was over.
fn owes_signal(ran: &Ran) -> Result<(), String> {
    let Some((at, _)) = signals(ran).first().copied() else {
        return Ok(());
    };
    let asked = ran.told.said.iter().position(is_question);
    let taken_back = ran.told.said.iter().skip(asked.unwrap_or(0)).any(|said| {
        said.message.ends_with(": going on")
            || said
                .message
                .starts_with("the container has ended meanwhile")
            // Nobody has answered in time.
            || asked.is_some() && said.code == "timeout"
    });
    let decided = ran.told.said.iter().any(|said| {
        said.at <= at && matches!(said.code, "timeout" | "start-timeout" | "second-writer")
    });
    // What came of a request that was under way is told in the signal's place; so is trouble that
    // keeps a stop from being taken.
    let refused = match &ran.how {
        How::Killed => true,
        How::Failed(failure) => failure.outcome != Outcome::Interrupted,
        How::Finished(finished) => finished.outcome == Outcome::ToolFailed,
    };
    let awake = ran.ended - at > ran.slept(at, ran.ended);
    let signalled = [ExitStatus::INTERRUPTED, ExitStatus::TERMINATED];
    let exit = ran.exit().unwrap_or_default();
    check(
        taken_back
            || decided
            || refused
            || !awake
            || signalled.iter().any(|status| status.code() == exit),
        "it was interrupted",
    )
}
