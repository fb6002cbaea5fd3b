//! Never silent, never deaf, never a storm of calls.

use std::collections::VecDeque;

use super::{Breaches, Case, is_question};
use crate::engine::tests::simulation::Millis;
use crate::engine::tests::simulation::aws::{Answered, Call};
use crate::engine::tests::simulation::process::Ran;
use crate::engine::tests::simulation::task::Task;
use crate::engine::tests::simulation::weather::Op;

const SILENCE: Millis = 15_100;
const FIRST_WORD: Millis = 100;
/// Calls in a minute that tell nothing new, of one process.
const A_MINUTE: Millis = 60_000;
const LOOKS: usize = 130;
const IDLE_READS: usize = 300;
/// Once everything is over, a run ends within this; in bad weather later: each page of a log may
/// take a minute of somebody's patience.
const ENDS_WITHIN: Millis = 300_000;
const ENDS_LATE: Millis = 3_000_000;

pub(super) fn judge(case: &Case<'_>, ran: &Ran, breaches: &mut Breaches) {
    judge_silence(ran, breaches);
    judge_signals(ran, breaches);
    let looks = case.calls_of(ran).filter(|call| !call.is(Op::ReadLog));
    let idle = case
        .calls_of(ran)
        .filter(|call| call.is(Op::ReadLog) && !matches!(call.answered, Some((_, Answered::Well))));
    for (what, most) in [(in_a_minute(looks), LOOKS), (in_a_minute(idle), IDLE_READS)] {
        if what > most {
            breaches.push(format!("{} made {what} calls in a minute", ran.name()));
        }
    }
    judge_end(case, ran, breaches);
}

fn judge_silence(ran: &Ran, breaches: &mut Breaches) {
    let mut last = ran.began;
    let mut asked = false;
    let said = ran.told.said.iter();
    let said = said.map(|said| (said.at, said.code, is_question(said)));
    for (at, code, asks) in said.chain([(ran.ended, "", false)]) {
        let silent = (at - last) - ran.slept(last, at);
        if silent > SILENCE && !asked {
            breaches.push(format!("{} says nothing from {last} to {at}", ran.name()));
        }
        last = at;
        // A question stands until it is answered or withdrawn, which is said.
        if matches!(code, "interrupted" | "timeout") {
            asked = asks;
        }
    }
}

fn judge_signals(ran: &Ran, breaches: &mut Breaches) {
    for (at, signal) in &ran.process.signals {
        let awake_at = ran
            .process
            .naps
            .iter()
            .find(|nap| (nap.0..nap.1).contains(at));
        let at = awake_at.map_or(*at, |nap| nap.1);
        // Who has been killed within that time owes no word.
        if at < ran.began || at + FIRST_WORD > ran.ended {
            continue;
        }
        let mut said = ran.told.said.iter().map(|said| said.at);
        let heard = said.any(|said| (at..=at + FIRST_WORD).contains(&said));
        if !heard {
            breaches.push(format!(
                "{} is deaf to {} at {at}",
                ran.name(),
                signal.name()
            ));
        }
    }
}

/// The most calls within a minute.
fn in_a_minute<'c>(calls: impl Iterator<Item = &'c Call>) -> usize {
    let mut window = VecDeque::new();
    let mut most = 0;
    for call in calls {
        window.push_back(call.sent);
        while window
            .front()
            .is_some_and(|first| first + A_MINUTE < call.sent)
        {
            window.pop_front();
        }
        most = most.max(window.len());
    }
    most
}

fn judge_end(case: &Case<'_>, ran: &Ran, breaches: &mut Breaches) {
    let weather = &case.state.schedule.weather;
    let within = if weather.calm { ENDS_WITHIN } else { ENDS_LATE };
    let spells = weather
        .spells
        .iter()
        .map(|spell| spell.to)
        .filter(|to| *to != Millis::MAX);
    let tasks = case.state.tasks.iter().map(Task::stopped);
    let naps = ran.process.naps.iter().map(|nap| nap.1);
    let known = case
        .state
        .tasks
        .iter()
        .map(|task| task.created + task.life.described_after);
    let well = spells
        .chain(tasks)
        .chain(naps)
        .chain(known)
        .chain([ran.began])
        .max();
    let ends = well.unwrap_or_default() + within;
    if ran.ended > ends {
        breaches.push(format!(
            "{} ends at {}, not before {ends}",
            ran.name(),
            ran.ended
        ));
    }
}
