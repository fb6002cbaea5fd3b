//! Whole runs, from before their start: what the simulation once broke, written by hand.

use super::simulation::by_hand::ByHand;
use super::simulation::weather::Mishap;
use crate::engine::run::Signal;
use crate::ports::Choice;

#[test]
fn a_migration_that_succeeds() {
    let played = ByHand::run("migrate").task(2_000, 9_000, 0).play();
    assert_eq!((played.exit(), played.tasks), (Some(0), 1));
}

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
fn a_start_that_is_never_answered_is_looked_for() {
    let played = ByHand::run("migrate-info")
        .task(2_000, 90_000, 0)
        .mishap(0, (0, 1), Mishap::NeverAfter)
        .play();
    assert_eq!(
        (played.exit(), played.tasks),
        (Some(0), 1),
        "{}",
        played.story
    );
}

#[test]
fn nothing_is_started_where_the_look_before_it_is_never_answered() {
    let played = ByHand::run("migrate")
        .mishap(0, (0, 900_000), Mishap::Never)
        .play();
    assert_eq!(
        (played.exit(), played.tasks),
        (Some(125), 0),
        "{}",
        played.story
    );
}

#[test]
fn a_signal_between_two_tries_of_a_doubtful_start_is_answered_at_once() {
    for look in [Mishap::Never, Mishap::Late] {
        let played = ByHand::run("migrate-info")
            .task(2_000, 9_000, 0)
            .mishap(0, (0, 1), Mishap::Lost)
            .mishap(0, (100, 1_000), look)
            .signal(200, Signal::Interrupt)
            .play();
        assert_eq!(played.exit(), Some(130), "{}", played.story);
    }
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
fn two_waits_in_a_row_do_not_add_up_to_silence() {
    let played = ByHand::run("migrate")
        .task(2_000, 9_000, 0)
        .mishap(0, (0, 9_999), Mishap::LateBy(9_000))
        .play();
    assert_eq!(played.exit(), Some(0));
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

#[test]
fn who_is_interrupted_while_giving_way_goes_over_to_no_other_task() {
    let played = ByHand::run("migrate")
        .task(20_000, 90_000, 0)
        .and("migrate")
        .task(20_000, 90_000, 0)
        .attaching()
        .signal(25, Signal::Interrupt)
        .play();
    assert_eq!(played.exit(), Some(130), "{}", played.story);
}

#[test]
fn the_guard_stops_nothing_that_it_has_not_seen_for_long() {
    let played = ByHand::run("migrate")
        .task(1_000, 90_000, 0)
        .described_after(6_500)
        .and("migrate")
        .task(3_000, 60_000, 0)
        .silent()
        .described_after(20_000)
        .play();
    assert_eq!(played.exit(), Some(0), "{}", played.story);
}

#[test]
fn an_answer_that_came_late_is_no_fresh_look_when_a_start_takes_too_long() {
    let played = ByHand::run("migrate")
        .task(11_000, 60_000, 0)
        .silent()
        .start_timeout(10)
        .mishap(0, (10_015, 10_025), Mishap::LateBy(20_000))
        .play();
    assert_eq!(played.exit(), Some(0), "{}", played.story);
}

#[test]
fn what_was_seen_before_a_suspension_is_no_fresh_look_at_a_signal() {
    let played = ByHand::run("migrate")
        .task(3_000, 900_000, 0)
        .signal(1_100, Signal::Interrupt)
        .suspended(1_102, 300_000)
        .play();
    assert_eq!(played.exit(), Some(130), "{}", played.story);
}

#[test]
fn a_stop_is_sent_again_only_on_a_fresh_look() {
    let played = ByHand::run("migrate")
        .task(4_000, 60_000, 0)
        .silent()
        .signal(1_500, Signal::Interrupt)
        .powerless(0, (1_000, 9_000), Mishap::Throttled)
        .blind(0, (3_000, 30_000), Mishap::Network)
        .play();
    assert_eq!(played.exit(), Some(130), "{}", played.story);
}

#[test]
fn a_log_group_that_appears_after_a_short_life_is_waited_for() {
    let played = ByHand::run("migrate")
        .task(2_000, 100, 0)
        .log_group_after(1_500)
        .play();
    assert_eq!(played.exit(), Some(0), "{}", played.story);
    assert!(
        !played.story.contains("log-group-missing"),
        "{}",
        played.story
    );
}

#[test]
fn a_question_that_stands_does_not_hold_up_a_timeout() {
    let played = ByHand::run("migrate")
        .task(2_000, 30_000, 0)
        .timeout(10)
        .signal(5_000, Signal::Interrupt)
        .answers(60_000, Choice::GoOn)
        .play();
    assert_eq!(played.exit(), Some(124), "{}", played.story);
}

#[test]
fn an_outage_between_two_empty_pages_costs_no_line() {
    for from in (2_000..16_000).step_by(200) {
        let played = ByHand::run("migrate")
            .task(2_000, 9_000, 0)
            .empty_pages(3)
            .logless(0, (from, from + 300_000), Mishap::Network)
            .play();
        assert_eq!(played.exit(), Some(0), "{}", played.story);
    }
}
