//! The log: each line once, in order, and soon.

use super::*;

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
