//! Throttling, faults, lost tasks, silence.

use jiff::Timestamp;

use super::super::follower::{Follower, Input, Now};
use super::*;

#[tokio::test(start_paused = true)]
async fn missing_just_after_the_start_is_patience() {
    let ran = run(
        Life {
            visible: 4_000,
            ..Life::default()
        },
        of(lines(2_100, 9, 100, 100)),
    )
    .await;
    assert_whole(&ran, 9);
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert_eq!(ran.told.warnings(), [""; 0]);
    assert_eq!(
        ran.told.phases(),
        ["PROVISIONING", "PENDING", "RUNNING", "DEPROVISIONING"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ecs_forgets_is_told_and_never_success() {
    let ran = run(
        Life {
            forgotten: Some(5_000),
            ..Life::default()
        },
        of(lines(2_100, 9, 100, 100)),
    )
    .await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::ToolFailed, 125)
    );
    let error = ran.finished.error.expect("told");
    assert!(
        error.contains(fake::ARN) && error.contains("run-admin-task attach "),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_faults_and_lost_connections_lose_nothing() {
    for kind in [
        CallErrorKind::Throttled,
        CallErrorKind::Service,
        CallErrorKind::Network,
    ] {
        let life = Life {
            ended: Some(60_000),
            ..Life::default()
        };
        let streams = vec![("admin", of(lines(2_100, 570, 100, 400)))];
        let ran = run_with(life, streams, vec![fault(kind, 40)], policy(), vec![]).await;
        assert_whole(&ran, 570);
        assert_eq!(ran.finished.exit_code.code(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn ten_minutes_without_a_network_are_borne_and_told() {
    let life = Life {
        ended: Some(900_000),
        ..Life::default()
    };
    let outage = Fault {
        from: 20_000,
        to: 620_000,
        ..fault(CallErrorKind::Network, 100)
    };
    let ran = run_with(
        life,
        vec![("admin", of(lines(2_100, 800, 1_000, 400)))],
        vec![outage],
        policy(),
        vec![],
    )
    .await;
    assert_whole(&ran, 800);
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert_eq!(
        ran.told
            .warnings()
            .iter()
            .filter(|code| **code == "trouble")
            .count(),
        2,
        "ECS and the log"
    );
    assert_eq!(
        ran.told
            .warnings()
            .iter()
            .filter(|code| **code == "recovered")
            .count(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_log_that_fails_to_the_end_is_not_called_complete() {
    let life = Life {
        exit_code: Some(1),
        ..Life::default()
    };
    let fault = Fault {
        from: 9_000,
        on_ecs: false,
        ..fault(CallErrorKind::Service, 100)
    };
    let ran = run_with(
        life,
        vec![("admin", of(lines(2_100, 9, 100, 100)))],
        vec![fault],
        policy(),
        vec![],
    )
    .await;
    assert_eq!(ran.finished.exit_code.code(), 1);
    assert!(!ran.finished.logs.complete);
    assert!(
        ran.finished
            .logs
            .note
            .expect("said")
            .contains("could not be read")
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_is_left_in_silence() {
    let ran = run(
        Life {
            ended: Some(120_000),
            ..Life::default()
        },
        of(lines(2_100, 3, 100, 100)),
    )
    .await;
    let mut last = 0;
    for event in &ran.told.events {
        let at = event.at.as_millisecond() - fake::EPOCH;
        assert!(at - last <= 15_100, "nothing was said for {} ms", at - last);
        last = at;
    }
}

#[tokio::test(start_paused = true)]
async fn one_answer_that_does_not_know_the_task_is_not_the_end() {
    // Three minutes without a network, and nothing but patience for what comes first after it.
    let life = Life {
        ended: Some(300_000),
        ..Life::default()
    };
    let outage = Fault {
        from: 20_000,
        to: 200_000,
        ..fault(CallErrorKind::Network, 100)
    };
    let denied = Fault {
        from: 200_000,
        to: 206_000,
        ..fault(CallErrorKind::Denied, 100)
    };
    let streams = vec![("admin", of(lines(2_100, 290, 1_000, 400)))];
    let ran = run_with(life, streams, vec![outage, denied], policy(), vec![]).await;
    assert_whole(&ran, 290);
    assert_eq!(ran.finished.exit_code.code(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_exit_code_is_not_given_up_while_nobody_can_look() {
    let life = Life {
        code_delay: 3_000,
        deprovisioning: 0,
        ..Life::default()
    };
    let outage = Fault {
        from: 11_500,
        to: 40_000,
        on_logs: false,
        ..fault(CallErrorKind::Throttled, 100)
    };
    let streams = vec![("admin", of(lines(2_100, 9, 100, 100)))];
    let ran = run_with(life, streams, vec![outage], policy(), vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::Succeeded, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_forgotten_while_its_sidecar_runs_is_not_waited_for() {
    let wait = Policy {
        wait_stopped: true,
        ..policy()
    };
    let life = Life {
        sidecar: Some((None, 0)),
        forgotten: Some(15_000),
        ..Life::default()
    };
    let streams = vec![
        ("admin", of(lines(2_100, 9, 100, 100))),
        ("proxy", of(lines(2_000, 90, 100, 100))),
    ];
    let ran = run_with(life, streams, vec![], wait, vec![]).await;
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert!(ran.took < 200_000, "{}", ran.took);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_is_told_after_ten_seconds() {
    let hang = Fault {
        from: 5_000,
        to: 18_000,
        hangs: true,
        ..fault(CallErrorKind::Network, 100)
    };
    let life = Life {
        ended: Some(60_000),
        ..Life::default()
    };
    let stream = of(lines(2_100, 50, 1_000, 100));
    let ran = run_with(life, vec![("admin", stream)], vec![hang], policy(), vec![]).await;
    assert_whole(&ran, 50);
    let told: Vec<_> = ran
        .told
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Warning(warning) => {
                let at = event.at.as_millisecond() - fake::EPOCH;
                Some((warning.code, at / 1_000))
            }
            _ => None,
        })
        .collect();
    let trouble: Vec<_> = told.iter().filter(|(code, _)| *code == "trouble").collect();
    assert_eq!(trouble.len(), 2, "of ECS and of the log: {told:?}");
    assert!(
        trouble.iter().all(|(_, at)| (15..=17).contains(at)),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn time_stamps_far_from_every_calendar_are_borne() {
    let fake = Fake::new(Life::default(), vec![], vec![], 7);
    let now = Now {
        instant: Instant::now(),
        wall: Timestamp::UNIX_EPOCH + Duration::from_secs(1),
    };
    for (created, stopped) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)] {
        let mut run = fake.followed();
        run.task.times.created = Some(created);
        let mut task = run.task.clone();
        task.last_status = "STOPPED".to_owned();
        task.times.stopped = Some(stopped);
        let mut follower = Follower::new(run, policy(), 7, now);
        follower.take(Input::Task(Ok(Some(Box::new(task)))), now);
        assert!(!follower.advance(now).events.is_empty());
    }
}
