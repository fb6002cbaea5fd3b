//! Never a line missing, doubled or out of order with the log called complete.

use super::{Breaches, Case, Figures};
use crate::engine::tests::simulation::process::{How, Ran};
use crate::engine::tests::simulation::story::text;
use crate::engine::tests::simulation::task::{DECIDING, SIDECAR, Task};
use crate::engine::tests::simulation::{EPOCH, Millis};
use crate::model::outcome::Outcome;

/// The documented watch after a container's end: twice the longest delay seen, within these; over
/// a stream that has shown nothing, the driver's flush has to pass.
const WATCH: (Millis, Millis) = (3_000, 60_000);
const WATCH_EMPTY: Millis = 6_500;

pub(super) fn judge(case: &Case<'_>, ran: &Ran, figures: &mut Figures, breaches: &mut Breaches) {
    let last = ran.told.followed.len().checked_sub(1);
    for (number, followed) in ran.told.followed.iter().enumerate() {
        let Some(task) = case.state.task(&followed.arn) else {
            breaches.push(format!("{} followed a task that is none", ran.name()));
            continue;
        };
        let drain = case.run_of(ran).policy.drain;
        let complete = match &ran.how {
            How::Finished(finished) if Some(number) == last => {
                let shown = followed.deciding.len() + followed.sidecar.len();
                if finished.logs.lines != shown as u64 {
                    breaches.push(format!("{} miscounts its lines", ran.name()));
                }
                let whole = matches!(
                    finished.outcome,
                    Outcome::Succeeded | Outcome::ContainerFailed
                );
                if whole
                    && drain.is_none()
                    && !finished.logs.complete
                    && must_be_complete(case, ran, task)
                {
                    breaches.push(format!("{} calls a whole log incomplete", ran.name()));
                }
                finished.logs.complete
            }
            _ => false,
        };
        figures.whole_logs += u64::from(complete);
        figures.cut_logs += u64::from(!complete);
        let drain = drain.map(crate::engine::tests::simulation::aws::millis);
        for (container, shown) in [(DECIDING, &followed.deciding), (SIDECAR, &followed.sidecar)] {
            figures.lines += shown.len() as u64;
            let promised = if complete {
                promised(task, container, drain)
            } else {
                0
            };
            if let Err(why) = compare(task, container, shown, promised) {
                breaches.push(format!(
                    "{}, {container} of {}: {why}",
                    ran.name(),
                    task.arn
                ));
            }
        }
    }
}

/// Compares what was shown with the truth.
fn compare(
    task: &Task,
    container: &str,
    shown: &[(i64, String)],
    promised: usize,
) -> Result<(), String> {
    let Some((start, over, story)) = task.written(container) else {
        return if shown.is_empty() {
            Ok(())
        } else {
            Err("lines of a container that never started".to_owned())
        };
    };
    let began = EPOCH + i64::try_from(start).expect("a schedule is short");
    let truth = story.of(over - start);
    for (number, (at, message)) in shown.iter().enumerate() {
        let Some(line) = truth.get(number) else {
            return Err(format!("{} lines shown of {}", shown.len(), truth.len()));
        };
        let stamped = began + i64::try_from(line.stamped).expect("a schedule is short");
        if *at != stamped || *message != text(number) {
            return Err(format!(
                "line {number} is shown as `{message}` at {}",
                at - EPOCH
            ));
        }
    }
    if shown.len() < promised {
        return Err(format!(
            "called complete with {} lines, where {promised} of {} could be read in time",
            shown.len(),
            truth.len()
        ));
    }
    Ok(())
}

/// How many lines a complete log must have: those that became readable within the watch which the
/// lines before them have earned.
fn promised(task: &Task, container: &str, drain: Option<Millis>) -> usize {
    let Some((start, over, story)) = task.written(container) else {
        return 0;
    };
    let lines = story.of(over - start);
    let appears = story.group_after + story.stream_after;
    let mut longest = None::<Millis>;
    for (number, line) in lines.iter().enumerate() {
        let watch = drain.unwrap_or_else(|| match longest {
            None if container == DECIDING => WATCH_EMPTY,
            None => WATCH.0,
            Some(longest) => (2 * longest).clamp(WATCH.0, WATCH.1),
        });
        if line.readable.max(appears) >= over - start + watch {
            return number;
        }
        let delay = line.ingested - line.stamped;
        longest = Some(longest.unwrap_or_default().max(delay));
    }
    lines.len()
}

/// Whether nothing keeps the log of a task from being read in whole.
fn must_be_complete(case: &Case<'_>, ran: &Ran, task: &Task) -> bool {
    let story = &task.life.story;
    let process = &ran.process;
    let schedule = &case.state.schedule;
    let undisturbed = schedule.weather.calm && process.naps.is_empty() && process.behind.is_empty();
    let appears = story.group_after + story.stream_after;
    // A sidecar may run on.
    undisturbed && !schedule.with_sidecar && story.is_steady() && appears <= 3_000
}
