//! The end of a run: exit codes, reasons, sidecars.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_run_that_succeeds() {
    let ran = run(Life::default(), of(lines(2_100, 79, 100, 400))).await;
    assert_whole(&ran, 79);
    assert_eq!(ran.finished.outcome, Outcome::Succeeded);
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert_eq!(
        ran.finished.stop_code.as_deref(),
        Some("EssentialContainerExited")
    );
    assert_eq!(
        ran.told.phases(),
        ["PROVISIONING", "PENDING", "RUNNING", "DEPROVISIONING"]
    );
    assert_eq!(ran.told.warnings(), [""; 0]);
    assert!(
        ran.took <= 10_000 + 4_500,
        "the end came {} ms after the container's",
        ran.took - 10_000
    );
    assert!(
        ran.took >= 10_000 + 3_000,
        "the log was not watched long enough"
    );
}

#[tokio::test(start_paused = true)]
async fn exit_codes_are_the_containers() {
    for (code, outcome) in [
        (1, Outcome::ContainerFailed),
        (3, Outcome::ContainerFailed),
        (137, Outcome::ContainerFailed),
    ] {
        let ran = run(
            Life {
                exit_code: Some(code),
                ..Life::default()
            },
            of(lines(2_100, 3, 10, 100)),
        )
        .await;
        assert_eq!(
            (
                ran.finished.outcome,
                i32::from(ran.finished.exit_code.code())
            ),
            (outcome, code)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_exit_code_after_stopped_is_waited_for() {
    let life = Life {
        exit_code: Some(3),
        code_delay: 9_000,
        deprovisioning: 2_000,
        ..Life::default()
    };
    let ran = run(life, of(lines(2_100, 3, 10, 100))).await;
    assert_eq!(ran.finished.exit_code.code(), 3);
    assert!(ran.told.phases().contains(&"STOPPED"));
}

#[tokio::test(start_paused = true)]
async fn no_exit_code_is_never_success() {
    let life = Life {
        exit_code: None,
        deprovisioning: 2_000,
        ..Life::default()
    };
    let ran = run(life, of(lines(2_100, 3, 10, 100))).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::ContainerFailed, 125)
    );
}

#[tokio::test(start_paused = true)]
async fn the_reason_is_waited_for_a_few_seconds() {
    let ran = run(
        Life {
            detail_delay: 4_000,
            ..Life::default()
        },
        of(lines(2_100, 3, 10, 100)),
    )
    .await;
    assert_eq!(
        ran.finished.stopped_reason.as_deref(),
        Some("Essential container in task exited")
    );
    let ran = run(
        Life {
            detail_delay: 11_000,
            ..Life::default()
        },
        of(lines(2_100, 3, 10, 100)),
    )
    .await;
    assert_eq!(ran.finished.stopped_reason, None);
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert!(ran.took < 10_000 + 7_000, "{}", ran.took);
}

#[tokio::test(start_paused = true)]
async fn a_sidecar_does_not_decide_and_is_told() {
    let life = Life {
        sidecar: Some((Some(10_900), 143)),
        ..Life::default()
    };
    let streams = vec![
        ("admin", of(lines(2_100, 9, 100, 100))),
        ("proxy", of(lines(2_000, 90, 100, 100))),
    ];
    let ran = run_with(life, streams, vec![], policy(), vec![]).await;
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert_eq!(ran.finished.containers[1].exit_code, Some(143));
    assert_eq!(ran.told.lines_of("proxy"), texts(90));
    assert!(ran.finished.logs.complete, "{:?}", ran.finished.logs.note);
}

#[tokio::test(start_paused = true)]
async fn a_sidecar_that_runs_on_is_not_waited_for() {
    let life = Life {
        sidecar: Some((None, 0)),
        ..Life::default()
    };
    let streams = vec![
        ("admin", of(lines(2_100, 9, 100, 100))),
        ("proxy", of(lines(2_000, 900, 100, 100))),
    ];
    let ran = run_with(life, streams, vec![], policy(), vec![]).await;
    assert_eq!(ran.finished.exit_code.code(), 0);
    assert!(ran.took <= 15_000, "{}", ran.took);
    assert!(!ran.finished.logs.complete);
    assert!(
        ran.finished
            .logs
            .note
            .expect("said")
            .contains("`proxy` was still running")
    );
}

#[tokio::test(start_paused = true)]
async fn wait_stopped_waits() {
    let wait = Policy {
        wait_stopped: true,
        ..policy()
    };
    let ran = run_with(
        Life::default(),
        vec![("admin", of(lines(2_100, 9, 100, 100)))],
        vec![],
        wait,
        vec![],
    )
    .await;
    assert!(ran.took >= 22_000, "{}", ran.took);
    assert_eq!(ran.told.phases().last(), Some(&"STOPPED"));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_never_starts() {
    let life = Life {
        running: None,
        ended: Some(5_000),
        exit_code: None,
        stop_code: "TaskFailedToStart",
        reason: "ResourceInitializationError: unable to pull secrets",
        ..Life::default()
    };
    let ran = run_with(life, vec![], vec![], policy(), vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::NeverStarted, 126)
    );
    assert_eq!(
        ran.finished.stopped_reason.as_deref(),
        Some("ResourceInitializationError: unable to pull secrets")
    );
    assert!(!ran.told.phases().contains(&"RUNNING"));
    assert!(ran.took <= 10_000, "{}", ran.took);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_was_seen_running_did_start() {
    // A sidecar's image cannot be pulled while the deciding container runs; it is killed.
    let life = Life {
        stop_code: "TaskFailedToStart",
        exit_code: Some(137),
        code_delay: 4_000,
        ..Life::default()
    };
    let ran = run(life, of(lines(2_100, 3, 10, 100))).await;
    assert_eq!(ran.finished.exit_code.code(), 137);
    assert_eq!(ran.finished.outcome, Outcome::ContainerFailed);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_ended_without_a_code_while_its_task_runs_on_ends_the_run() {
    let life = Life {
        exit_code: None,
        task_runs_on: true,
        ..Life::default()
    };
    let ran = run(life, of(lines(2_100, 3, 10, 100))).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::ContainerFailed, 125)
    );
    assert!(ran.took < 200_000, "{}", ran.took);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_is_known_stays_known() {
    let wait = Policy {
        wait_stopped: true,
        ..policy()
    };
    let life = Life {
        deprovisioning: 600_000,
        ..Life::default()
    };
    let denied = Fault {
        from: 15_000,
        ..fault(CallErrorKind::Denied, 100)
    };
    let stream = of(lines(2_100, 3, 10, 100));
    let ran = run_with(life, vec![("admin", stream)], vec![denied], wait, vec![]).await;
    assert_eq!(
        (ran.finished.outcome, ran.finished.exit_code.code()),
        (Outcome::Succeeded, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn a_sidecar_is_read_to_its_end_where_the_task_is_waited_for() {
    let wait = Policy {
        wait_stopped: true,
        ..policy()
    };
    let life = Life {
        sidecar: Some((Some(20_000), 143)),
        ..Life::default()
    };
    let streams = vec![
        ("admin", of(lines(2_100, 9, 100, 100))),
        ("proxy", of(lines(2_000, 180, 100, 100))),
    ];
    let ran = run_with(life, streams, vec![], wait, vec![]).await;
    assert_eq!(ran.told.lines_of("proxy"), texts(180));
    assert!(ran.finished.logs.complete, "{:?}", ran.finished.logs.note);
}
