//! Whole runs, from before their start: what the simulation once broke, written by hand.

use super::simulation::by_hand::ByHand;

#[test]
fn a_migration_that_succeeds() {
    let played = ByHand::run("migrate").task(2_000, 9_000, 0).play();
    assert_eq!((played.exit(), played.tasks), (Some(0), 1));
}
