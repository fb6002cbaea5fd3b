//! Signals and time limits.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_signal_before_the_container_runs_stops_whatever_the_policy() {
    let detach = Policy {
        on_interrupt: Leave::Detach,
        ..policy()
    };
    let ran = run_with(
        Life::default(),
        vec![],
        vec![],
        detach,
        vec![(1_200, Signal::Terminate)],
    )
    .await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::Interrupted, 143)
    );
    assert_eq!(
        ran.fake.stop_reason().as_deref(),
        Some("run-admin-task: SIGTERM, by ana@laptop")
    );
    assert!(!ran.told.phases().contains(&"RUNNING"));
}

#[tokio::test(start_paused = true)]
async fn stop_follows_to_the_end_and_shows_the_rest_of_the_log() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let ran = run_with(
        life,
        vec![("admin", of(lines(2_100, 40, 100, 100)))],
        vec![],
        policy(),
        vec![(5_700, Signal::Interrupt)],
    )
    .await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::Interrupted, 130)
    );
    assert_eq!(ran.finished.containers[0].exit_code, Some(143));
    assert_eq!(ran.told.lines(), texts(40));
    assert_eq!(ran.fake.calls("StopTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_not_taken_is_tried_again() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let unknown = Fault {
        from: 3_000,
        to: 9_000,
        on_logs: false,
        ..fault(CallErrorKind::Rejected, 100)
    };
    let signals = vec![(4_000, Signal::Interrupt)];
    let ran = run_with(life, vec![], vec![unknown], policy(), signals).await;
    assert_eq!(ran.finished.outcome, Outcome::Interrupted);
    assert_eq!(ran.finished.containers[0].exit_code, Some(143));
    assert!(ran.fake.calls("StopTask") > 1);
    assert_eq!(ran.told.warnings(), ["interrupted", "stop-failed"]);
}

#[tokio::test(start_paused = true)]
async fn detach_leaves_at_once_and_stops_nothing() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let detach = Policy {
        on_interrupt: Leave::Detach,
        ..policy()
    };
    let ran = run_with(
        life,
        vec![("admin", of(lines(2_100, 9, 100, 100)))],
        vec![],
        detach,
        vec![(5_000, Signal::Interrupt)],
    )
    .await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::Detached, 130)
    );
    assert_eq!(ran.took, 5_000);
    assert_eq!(ran.fake.calls("StopTask"), 0);
    assert!(!ran.finished.logs.complete);
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_leaves_at_once() {
    let life = Life {
        ended: None,
        stop_takes: 30_000,
        ..Life::default()
    };
    let signals = vec![(5_000, Signal::Interrupt), (6_000, Signal::Interrupt)];
    let ran = run_with(life, vec![], vec![], policy(), signals).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::Interrupted, 130)
    );
    assert_eq!(ran.took, 6_000);
    assert_eq!(ran.fake.calls("StopTask"), 1);
}

#[tokio::test(start_paused = true)]
async fn two_signals_at_once_still_send_the_stop() {
    let life = Life {
        ended: None,
        stop_takes: 30_000,
        ..Life::default()
    };
    for second in [5_000, 5_010] {
        let signals = vec![(5_000, Signal::Interrupt), (second, Signal::Interrupt)];
        let ran = run_with(life.clone(), vec![], vec![], policy(), signals).await;
        assert_eq!(ran.fake.calls("StopTask"), 1);
        assert!(ran.took < 5_100, "{}", ran.took);
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_leaves_only_when_the_stop_is_taken_or_takes_too_long() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let down = Fault {
        from: 4_900,
        on_logs: false,
        ..fault(CallErrorKind::Network, 100)
    };
    let signals = vec![(5_000, Signal::Interrupt), (5_400, Signal::Interrupt)];
    let ran = run_with(life.clone(), vec![], vec![down], policy(), signals.clone()).await;
    assert_eq!(ran.finished.outcome, Outcome::Interrupted);
    assert_eq!(ran.told.warnings().last(), Some(&"stop-failed"));
    assert!(ran.took < 10_500, "{}", ran.took);

    let third = [signals, vec![(5_800, Signal::Interrupt)]].concat();
    let ran = run_with(life, vec![], vec![down], policy(), third).await;
    assert_eq!(ran.took, 5_800);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_not_tried_again_on_a_migration_that_runs_by_now() {
    let detach = Policy {
        on_interrupt: Leave::Detach,
        ..policy()
    };
    let life = Life {
        running: Some(4_000),
        ended: None,
        ..Life::default()
    };
    for up_again in [5_000, 7_000, 8_000, 12_000] {
        let outage = Fault {
            from: 2_060,
            to: up_again,
            ..fault(CallErrorKind::Network, 100)
        };
        let signals = vec![(2_000, Signal::Interrupt)];
        let ran = run_with(life.clone(), vec![], vec![outage], detach.clone(), signals).await;
        assert_eq!(ran.finished.outcome, Outcome::Detached, "{up_again}");
        assert_eq!(ran.fake.stop_reason(), None, "{up_again}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_timeout_that_nobody_can_confirm_makes_no_storm_of_calls() {
    let life = Life {
        visible: 200_000,
        ended: Some(250_000),
        ..Life::default()
    };
    let policy = Policy {
        start_timeout: Some(Duration::from_secs(20)),
        ..policy()
    };
    let ran = run_with(life, vec![], vec![], policy, vec![]).await;
    assert!(
        ran.fake.calls("DescribeTasks") < 300,
        "{}",
        ran.fake.calls("DescribeTasks")
    );
    assert_eq!(ran.finished.exit_code.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_migration_that_runs_unseen_is_not_stopped_by_a_signal_or_the_start_timeout() {
    let detach = Policy {
        on_interrupt: Leave::Detach,
        start_timeout: Some(Duration::from_mins(1)),
        ..policy()
    };
    let life = Life {
        ended: Some(300_000),
        ..Life::default()
    };
    let no_answer = Fault {
        from: 1_500,
        to: 200_000,
        ..fault(CallErrorKind::Network, 100)
    };
    // The start timeout passes while nobody can look.
    let ran = run_with(
        life.clone(),
        vec![("admin", Stream::default())],
        vec![no_answer],
        detach.clone(),
        vec![],
    )
    .await;
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert_eq!(ran.fake.calls("StopTask"), 0);

    // A signal comes while nobody can look.
    let signals = vec![(20_000, Signal::Interrupt)];
    let ran = run_with(
        life.clone(),
        vec![],
        vec![no_answer],
        detach.clone(),
        signals,
    )
    .await;
    assert_eq!(ran.finished.outcome, Outcome::Detached);
    assert_eq!(ran.fake.calls("StopTask"), 0);
    assert!(ran.took <= 25_100, "{}", ran.took);

    // Its lines are on the screen, though ECS does not answer.
    let ecs_is_silent = Fault {
        on_logs: false,
        ..no_answer
    };
    let signals = vec![(20_000, Signal::Interrupt)];
    let stream = of(lines(2_100, 90, 100, 100));
    let ran = run_with(
        life.clone(),
        vec![("admin", stream)],
        vec![ecs_is_silent],
        detach.clone(),
        signals,
    )
    .await;
    assert_eq!(ran.finished.outcome, Outcome::Detached);
    assert_eq!((ran.took, ran.fake.calls("StopTask")), (20_000, 0));

    // It has started since the last look.
    let signals = vec![(2_010, Signal::Interrupt)];
    let ran = run_with(life, vec![], vec![], detach, signals).await;
    assert_eq!(ran.finished.outcome, Outcome::Detached);
    assert_eq!(ran.fake.calls("StopTask"), 0);
}

#[tokio::test(start_paused = true)]
async fn timeouts() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let stop = Policy {
        timeout: Some(Duration::from_secs(20)),
        ..policy()
    };
    let ran = run_with(life.clone(), vec![], vec![], stop.clone(), vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::TimedOut, 124)
    );
    assert_eq!(
        ran.fake.stop_reason().as_deref(),
        Some("run-admin-task: timed out after 20s, by ana@laptop")
    );

    let detach = Policy {
        on_timeout: Leave::Detach,
        ..stop
    };
    let ran = run_with(life, vec![], vec![], detach, vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::TimedOut, 124)
    );
    assert_eq!(ran.fake.calls("StopTask"), 0);

    let slow = Life {
        running: None,
        ended: None,
        ..Life::default()
    };
    let policy = Policy {
        start_timeout: Some(Duration::from_secs(30)),
        ..policy()
    };
    let ran = run_with(slow, vec![], vec![], policy, vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::NeverStarted, 126)
    );
    assert_eq!(ran.told.warnings(), ["start-timeout"]);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_gone_for_good_end_the_watch_not_the_task() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let fault = Fault {
        from: 5_000,
        ..fault(CallErrorKind::Credentials, 100)
    };
    let ran = run_with(life, vec![], vec![fault], policy(), vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::ToolFailed, 125)
    );
    assert!(ran.took >= 600_000, "{}", ran.took);
    assert_eq!(ran.fake.calls("StopTask"), 0);
}
