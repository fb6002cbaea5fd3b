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
