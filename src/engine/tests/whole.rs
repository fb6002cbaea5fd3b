//! Whole runs, from before their start: what the simulation once broke, written by hand.

use super::simulation::by_hand::ByHand;
use crate::engine::run::Signal;
use crate::ports::Choice;

#[test]
fn a_question_that_stands_for_long_does_not_make_the_loop_spin() {
    let played = ByHand::run("migrate")
        .task(2_000, 90_000, 0)
        .signal(5_000, Signal::Interrupt)
        .answers(60_000, Choice::GoOn)
        .play();
    assert_eq!(played.exit(), Some(0), "{}", played.story);
}

#[test]
fn a_second_signal_tells_how_to_reach_a_task_that_has_just_been_told_to_stop() {
    let played = ByHand::run("migrate-info")
        .task(2_000, 90_000, 0)
        .signal(5_000, Signal::Interrupt)
        .signal(5_002, Signal::Interrupt)
        .play();
    assert_eq!(played.exit(), Some(130));
    assert!(
        played.story.contains("run-admin-task attach"),
        "{}",
        played.story
    );
}

#[test]
fn a_used_token_that_tells_no_more_than_stopped_does_not_mean_that_nothing_ran() {
    let played = ByHand::run("migrate")
        .task(2_000, 500, 3)
        .silent()
        .described_after(60_000)
        .killed(200, 30_000)
        .play();
    assert_eq!(
        (played.exit(), played.tasks),
        (Some(3), 1),
        "{}",
        played.story
    );
}
