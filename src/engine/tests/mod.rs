//! The whole behaviour of a run, on a clock that moves only when everything waits.

mod fake;

use std::time::Duration;

use futures_util::stream;
use tokio::time::Instant;

use super::run::{Signal, follow};
use crate::model::event::{EventKind, Finished};
use crate::model::outcome::Outcome;
use crate::model::policy::{Leave, Policy};
use crate::ports::{CallError, CallErrorKind, ReadError};
use fake::{Fake, Fault, Life, Line, Stream, Told, lines, policy};

struct Ran {
    finished: Finished,
    told: Told,
    /// Milliseconds from the begin to the end.
    took: u64,
    fake: std::sync::Arc<Fake>,
}

async fn run_with(
    life: Life,
    streams: Vec<(&str, Stream)>,
    faults: Vec<Fault>,
    policy: Policy,
    signals: Vec<(u64, Signal)>,
) -> Ran {
    let began = Instant::now();
    let fake = Fake::new(life, streams, faults, 7);
    let signals = Box::pin(stream::unfold(
        signals.into_iter(),
        move |mut rest| async move {
            let (at, signal) = rest.next()?;
            tokio::time::sleep_until(began + Duration::from_millis(at)).await;
            Some((signal, rest))
        },
    ));
    let mut told = Told::default();
    let finished = follow(&fake.world(), fake.followed(), policy, signals, &mut told).await;
    Ran {
        finished,
        told,
        took: u64::try_from(began.elapsed().as_millis()).expect("short"),
        fake,
    }
}

async fn run(life: Life, stream: Stream) -> Ran {
    run_with(life, vec![("admin", stream)], vec![], policy(), vec![]).await
}

fn of(lines: Vec<Line>) -> Stream {
    Stream {
        lines,
        ..Stream::default()
    }
}

fn texts(count: u64) -> Vec<String> {
    (0..count).map(|number| format!("line {number}")).collect()
}

fn assert_whole(ran: &Ran, count: u64) {
    assert_eq!(ran.told.lines(), texts(count));
    assert!(ran.finished.logs.complete, "{:?}", ran.finished.logs.note);
    assert_eq!(ran.finished.logs.lines, count);
}

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
async fn a_minute_costs_at_most_130_calls() {
    let life = Life {
        ended: Some(62_000),
        ..Life::default()
    };
    let ran = run(life, of(lines(2_100, 59, 1_000, 400))).await;
    assert_whole(&ran, 59);
    let calls = ran.fake.calls("DescribeTasks") + ran.fake.calls("GetLogEvents");
    // DescribeTaskDefinition and RunTask come on top.
    assert!(calls + 2 <= 130, "{calls} calls");
}

#[tokio::test(start_paused = true)]
async fn a_line_is_shown_soon_after_it_could_be_read() {
    let ran = run(
        Life {
            ended: Some(30_000),
            ..Life::default()
        },
        of(lines(3_000, 26, 1_000, 400)),
    )
    .await;
    for event in &ran.told.events {
        if let EventKind::Log(line) = &event.kind {
            let lag = event.at.as_millisecond() - (line.timestamp + 400);
            assert!(lag <= 1_500, "{} came {lag} ms late", line.message);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lines_of_the_last_instant_that_come_late_are_not_lost() {
    let mut all = lines(2_100, 50, 100, 200);
    all.extend((0..2_000).map(|number| Line {
        written: 9_999,
        readable: 12_499,
        ingested: 10_050,
        text: format!("line {}", number + 50),
    }));
    let ran = run(Life::default(), of(all)).await;
    assert_whole(&ran, 2_050);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_five_seconds_late_is_waited_for() {
    // As CloudWatch tells it, and without a word of it.
    for told in [true, false] {
        let mut all = lines(2_100, 79, 100, 5_000);
        if !told {
            for line in &mut all {
                line.ingested = line.written;
            }
        }
        let ran = run(Life::default(), of(all)).await;
        assert_whole(&ran, 79);
    }
    // The stream itself appears late, after a container that lived for a second.
    let life = Life {
        ended: Some(3_000),
        ..Life::default()
    };
    let stream = Stream {
        exists_at: 8_000,
        ..of(lines(2_500, 5, 10, 5_500))
    };
    assert_whole(&run(life, stream).await, 5);
}

#[tokio::test(start_paused = true)]
async fn empty_pages_small_pages_and_equal_time_stamps() {
    let mut all = lines(2_100, 300, 20, 300);
    for line in &mut all {
        line.written -= line.written % 500;
    }
    for page in [1, 7, 100] {
        let stream = Stream {
            page,
            empty_pages: 3,
            ..of(all.clone())
        };
        assert_whole(&run(Life::default(), stream).await, 300);
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_loses_and_doubles_nothing() {
    let mut all = lines(2_100, 300, 20, 300);
    for line in &mut all {
        line.written -= line.written % 500;
    }
    let stream = Stream {
        page: 40,
        token_life: Some(3),
        ..of(all)
    };
    assert_whole(&run(Life::default(), stream).await, 300);
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
async fn drain_overrides_what_is_learned() {
    for (drain, least, most) in [(0, 0, 2_000), (20, 20_000, 22_000)] {
        let policy = Policy {
            drain: Some(Duration::from_secs(drain)),
            ..policy()
        };
        let ran = run_with(
            Life::default(),
            vec![("admin", of(lines(2_100, 9, 100, 100)))],
            vec![],
            policy,
            vec![],
        )
        .await;
        let after = ran.took - 10_000;
        assert!(
            (least..=most).contains(&after),
            "--drain {drain}s: {after} ms"
        );
    }
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
        error.contains(fake::ARN) && error.contains("describe-tasks"),
        "{error}"
    );
}

fn fault(kind: CallErrorKind, percent: u8) -> Fault {
    Fault {
        from: 0,
        to: u64::MAX,
        percent,
        kind,
        on_logs: true,
        on_ecs: true,
    }
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
async fn a_log_that_cannot_be_read_is_said_once_and_the_exit_code_is_still_told() {
    let denied = CallError {
        operation: "GetLogEvents",
        kind: CallErrorKind::Denied,
        code: Some("AccessDeniedException".into()),
        message: "not authorized".into(),
    };
    for (broken, code) in [
        (ReadError::GroupMissing, "log-group-missing"),
        (ReadError::Call(denied), "log-denied"),
    ] {
        let stream = Stream {
            broken: Some(broken),
            ..Stream::default()
        };
        let ran = run(
            Life {
                exit_code: Some(3),
                ended: Some(60_000),
                ..Life::default()
            },
            stream,
        )
        .await;
        assert_eq!(ran.finished.exit_code.code(), 3);
        assert_eq!(ran.told.warnings(), [code]);
        assert!(!ran.finished.logs.complete);
        assert!(ran.took < 63_000, "{}", ran.took);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_never_appears_is_not_called_complete() {
    let ran = run_with(Life::default(), vec![], vec![], policy(), vec![]).await;
    assert!(!ran.finished.logs.complete);
    assert!(
        ran.finished
            .logs
            .note
            .expect("said")
            .contains("never appeared")
    );
    assert!(ran.took < 22_000, "{}", ran.took);
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
async fn a_silent_container_is_complete_after_the_drivers_flush() {
    let ran = run(Life::default(), Stream::default()).await;
    assert_whole(&ran, 0);
    assert!(
        ran.took >= 10_000 + 6_500 && ran.took < 10_000 + 9_000,
        "{}",
        ran.took
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
    // The third leaves without the answer; an answer that never comes is not waited for.
    let hang = Fault {
        from: 4_900,
        on_logs: false,
        ..fault(CallErrorKind::Network, 100)
    };
    let signals = vec![(5_000, Signal::Interrupt), (5_001, Signal::Interrupt)];
    let ran = run_with(life, vec![], vec![hang], policy(), signals).await;
    assert!(ran.told.warnings().contains(&"stop-failed"));
    assert!(ran.took < 10_100, "{}", ran.took);
}

#[tokio::test(start_paused = true)]
async fn a_migration_that_runs_unseen_is_not_stopped_by_a_signal_or_the_start_timeout() {
    let detach = Policy {
        on_interrupt: Leave::Detach,
        start_timeout: Duration::from_mins(1),
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
async fn a_life_between_two_looks_loses_no_line() {
    let life = Life {
        running: Some(1_600),
        ended: Some(1_900),
        exit_code: Some(3),
        code_delay: 7_000,
        deprovisioning: 0,
        hides_start: true,
        ..Life::default()
    };
    let ran = run(life, of(lines(1_650, 3, 10, 2_500))).await;
    assert_whole(&ran, 3);
    assert_eq!(ran.finished.exit_code.code(), 3);
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
async fn a_group_that_the_driver_makes_is_waited_for() {
    let life = Life {
        ended: Some(6_000),
        ..Life::default()
    };
    let stream = Stream {
        group_at: 2_500,
        ..of(lines(2_600, 30, 100, 100))
    };
    let ran = run(life, stream).await;
    assert_whole(&ran, 30);
    assert_eq!(ran.told.warnings(), [""; 0]);
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
        start_timeout: Duration::from_secs(30),
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
