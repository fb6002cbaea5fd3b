//! A simulation of whole runs: random schedules of answers, delays, faults, signals and kills on a
//! paused clock, each judged by an oracle that knows what truly happened.
//!
//! A schedule is its seed. One that breaks is printed in words; to play it again:
//! `SIMULATION_SEED=… cargo test --lib simulation -- --nocapture`. `SIMULATION_SCHEDULES=…` plays
//! more than the usual number.

mod aws;
pub(super) mod by_hand;
mod diary;
mod dice;
mod life;
mod oracle;
mod process;
mod schedule;
mod story;
mod task;
mod told;
mod view;
pub(super) mod weather;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Builder;

use aws::Aws;
use diary::Diary;
use oracle::Figures;
use process::Ran;
use schedule::Schedule;

/// Milliseconds of the simulated clock.
type Millis = u64;

/// Wall clock at a schedule's begin.
const EPOCH: i64 = 1_767_225_600_000;
/// The seed of the first schedule.
const FIRST: u64 = 1_000_000;
/// How many are played unless more are asked for.
const SCHEDULES: u64 = 20_000;
/// Parts that the test harness may play at the same time.
const PARTS: u64 = 8;
/// No schedule takes longer.
const HORIZON: Duration = Duration::from_hours(12);

/// Plays the schedule of a seed; what it broke.
fn play(seed: u64, diary: &Diary, figures: &mut Figures) -> Vec<String> {
    play_schedule(Schedule::draw(seed), diary, figures).2
}

fn play_schedule(
    schedule: Schedule,
    diary: &Diary,
    figures: &mut Figures,
) -> (Arc<Aws>, Vec<Ran>, Vec<String>) {
    // What the engine draws is drawn from the same seed.
    fastrand::seed(schedule.seed);
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let aws = Arc::new(Aws::new(schedule, diary.clone()));
        let ended = tokio::time::timeout(HORIZON, process::play(&aws)).await;
        let Ok(ran) = ended else {
            return (aws, Vec::new(), vec!["a process never ended".to_owned()]);
        };
        let breaches = oracle::judge(&aws.settled(), &ran, figures);
        (aws, ran, breaches)
    })
}

/// Plays one schedule, and fails with its story if it breaks anything.
fn examine(seed: u64, figures: &mut Figures) {
    let played = catch_unwind(AssertUnwindSafe(|| play(seed, &Diary::default(), figures)));
    if played.is_ok_and(|breaches| breaches.is_empty()) {
        return;
    }
    let diary = Diary::kept();
    let again = catch_unwind(AssertUnwindSafe(|| {
        play(seed, &diary, &mut Figures::default())
    }));
    let breaches = again.unwrap_or_else(|_| vec!["a panic, see above".to_owned()]);
    panic!(
        "schedule {seed} breaks: {}\n{:#?}\n{}\nto play it again: SIMULATION_SEED={seed} cargo test --lib simulation",
        breaches.join("\n  and: "),
        Schedule::draw(seed).outline(),
        diary.read(),
    );
}

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn part(part: u64) {
    let mut figures = Figures::default();
    if let Some(seed) = number_of("SIMULATION_SEED") {
        if part == 0 {
            examine(seed, &mut figures);
        }
        return;
    }
    let each = number_of("SIMULATION_SCHEDULES")
        .unwrap_or(SCHEDULES)
        .div_ceil(PARTS);
    for seed in FIRST + part * each..FIRST + (part + 1) * each {
        examine(seed, &mut figures);
    }
    figures.print();
}

macro_rules! parts {
    ($($name:ident: $number:literal,)*) => {
        $(
            #[test]
            fn $name() {
                part($number);
            }
        )*
    };
}

parts! {
    schedules_1: 0,
    schedules_2: 1,
    schedules_3: 2,
    schedules_4: 3,
    schedules_5: 4,
    schedules_6: 5,
    schedules_7: 6,
    schedules_8: 7,
}
