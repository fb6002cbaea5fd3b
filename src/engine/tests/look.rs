//! Looking on: a log read as it stands, a container's end waited for, calls that fail meanwhile.

use futures_util::stream;
use proptest::prelude::*;

use super::fake::EPOCH;
use super::*;
use crate::engine::attend::{Attendance, Attended, End, attend};
use crate::engine::read::{Source, read_to_the_end};
use crate::engine::vigil::{ask, ask_once};
use crate::model::event::Sink;
use crate::model::log::LogStream;
use crate::model::task::EpochMillis;

fn source(since: Option<EpochMillis>) -> Source {
    Source {
        container: "admin".into(),
        stream: LogStream {
            region: "us-east-1".into(),
            group: "/ecs/everruns-admin".into(),
            name: "admin/admin/0f1e".into(),
        },
        since,
    }
}

async fn attended(
    life: Life,
    stream: Option<Stream>,
    faults: Vec<Fault>,
    signal_at: Option<u64>,
    sink: &mut dyn Sink,
) -> Attendance {
    let log = stream.as_ref().map(|_| source(None));
    let streams = stream.into_iter().map(|stream| ("admin", stream)).collect();
    let fake = Fake::new(life, streams, faults, 7);
    let signals: Box<dyn stream::Stream<Item = Signal> + Unpin> = match signal_at {
        None => Box::new(stream::pending()),
        Some(at) => Box::new(Box::pin(stream::once(async move {
            tokio::time::sleep(Duration::from_millis(at)).await;
            Signal::Interrupt
        }))),
    };
    let followed = fake.followed();
    let wanted = Attended {
        cluster: followed.cluster,
        task: followed.task,
        container: "admin".into(),
        log,
        reach: None,
        credentials_grace: Duration::from_mins(10),
        drain: None,
        started: None,
        done: None,
    };
    attend(&fake.world(), wanted, signals, sink).await
}

async fn read(stream: Stream, since: Option<EpochMillis>) -> (Vec<String>, u64) {
    let fake = Fake::new(Life::default(), vec![("admin", stream)], vec![], 7);
    // All lines of the tests have been written by then.
    tokio::time::sleep(Duration::from_mins(1)).await;
    let mut told = Told::default();
    let mut count = 0;
    let read = read_to_the_end(&fake.world(), &source(since), &mut count, &mut told).await;
    assert_eq!(read, Ok(()));
    (told.lines().into_iter().map(str::to_owned).collect(), count)
}

#[tokio::test(start_paused = true)]
async fn a_log_is_read_to_its_end_whatever_its_pages_hold() {
    for (page, empty_pages, token_life) in [(0, 0, None), (3, 2, None), (1, 5, Some(40))] {
        let stream = Stream {
            lines: lines(2_000, 20, 100, 0),
            page,
            empty_pages,
            token_life,
            ..Stream::default()
        };
        assert_eq!(
            read(stream, None).await,
            (texts(20), 20),
            "{page} {empty_pages}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_is_read_from_a_time_on() {
    let stream = of(lines(2_000, 20, 100, 0));
    let (read, count) = read(stream, Some(EPOCH + 3_850)).await;
    assert_eq!(read, ["line 19"]);
    assert_eq!(count, 1);
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_borne_for_two_minutes_and_what_stays_is_not() {
    let stream = || of(lines(2_000, 3, 100, 0));
    for (kind, to, expected) in [
        (CallErrorKind::Throttled, 60_000, true),
        (CallErrorKind::Network, u64::MAX, false),
        (CallErrorKind::Denied, 60_000, false),
    ] {
        let outage = Fault {
            to,
            ..fault(kind, 100)
        };
        let fake = Fake::new(Life::default(), vec![("admin", stream())], vec![outage], 7);
        let mut told = Told::default();
        let mut count = 0;
        let read = read_to_the_end(&fake.world(), &source(None), &mut count, &mut told).await;
        assert_eq!(read.is_ok(), expected, "{kind:?}");
        if kind.is_passing() {
            assert_eq!(told.warnings()[0], "trouble", "{kind:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_is_asked_again_and_nobody_waits_in_silence() {
    let fake = Fake::new(
        Life::default(),
        vec![],
        vec![fault(CallErrorKind::Service, 70)],
        7,
    );
    let world = fake.world();
    let mut told = Told::default();
    let look = || world.tasks.describe_task("everruns", "0f1e");
    let answer = ask(&world, "looking", &mut told, look).await;
    assert!(answer.is_ok());

    let mut told = Told::default();
    let slow = || async {
        tokio::time::sleep(Duration::from_secs(50)).await;
        Ok(())
    };
    assert_eq!(ask(&world, "looking", &mut told, slow).await, Ok(()));
    assert_eq!(told.events.len(), 4, "a sign of life every 10 s");
}

#[tokio::test(start_paused = true)]
async fn an_end_is_waited_for_with_its_log_and_its_reason() {
    let mut told = Told::default();
    let late = Life {
        code_delay: 2_000,
        detail_delay: 3_000,
        exit_code: Some(3),
        ..Life::default()
    };
    let stream = of(lines(2_100, 79, 100, 5_000));
    let attendance = attended(late.clone(), Some(stream), vec![], None, &mut told).await;
    assert_eq!(attendance.end, End::Over(None));
    assert_eq!(told.lines(), texts(79));
    assert_eq!(attendance.lines, 79);
    assert!(attendance.ran);
    let only_the_end = attended(late, None, vec![], None, &mut told).await;
    assert_eq!(only_the_end.end, End::Over(None));
    assert!(
        only_the_end.task.stopped_reason.is_some(),
        "the reason came later"
    );
}

#[tokio::test(start_paused = true)]
async fn a_signal_leaves_at_once_and_stops_nothing() {
    let began = Instant::now();
    let mut told = Told::default();
    let endless = Life {
        ended: None,
        ..Life::default()
    };
    let attendance = attended(endless, None, vec![], Some(20_000), &mut told).await;
    assert_eq!(attendance.end, End::Signal(Signal::Interrupt));
    assert_eq!(began.elapsed(), Duration::from_secs(20));
    assert!(!told.events.is_empty(), "15 s of silence were too long");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ecs_loses_is_given_up() {
    let mut told = Told::default();
    let lost = Life {
        ended: None,
        forgotten: Some(20_000),
        ..Life::default()
    };
    let attendance = attended(lost, None, vec![], None, &mut told).await;
    assert!(matches!(attendance.end, End::GaveUp(_)), "{attendance:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever fails on the way: each line once, in order, and no end before the end.
    #[test]
    fn no_line_is_lost_at_any_rate_of_faults(
        percent in 0_u8..60,
        late in 0_u64..8_000,
        page in 0_usize..20,
        empty_pages in 0_u32..3,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let stream = Stream {
                lines: lines(2_100, 79, 100, late),
                page,
                empty_pages,
                ..Stream::default()
            };
            let faults = vec![fault(CallErrorKind::Throttled, percent)];
            let mut told = Told::default();
            let attendance = attended(Life::default(), Some(stream), faults, None, &mut told).await;
            prop_assert_eq!(&attendance.end, &End::Over(None));
            prop_assert_eq!(told.lines(), texts(79));
            Ok(())
        })?;
    }
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_are_told_with_what_to_type_and_the_way_back() {
    let life = Life {
        ended: None,
        ..Life::default()
    };
    let fault = Fault {
        from: 5_000,
        ..fault(CallErrorKind::Credentials, 100)
    };
    let mut told = Told::default();
    let stream = Stream::default();
    let attendance = attended(life, Some(stream), vec![fault], None, &mut told).await;
    let End::GaveUp(why) = attendance.end else {
        panic!("{:?}", attendance.end)
    };
    assert!(why.contains("run-admin-task stop arn:"), "{why}");
    let warnings: Vec<_> = told
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Warning(warning) if warning.code == "credentials" => Some(&warning.message),
            _ => None,
        })
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    for words in ["aws sso login", "during 10m", "run-admin-task logs arn:"] {
        assert!(warnings[0].contains(words), "{warnings:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_be_done_without_is_asked_for_once_and_not_in_silence() {
    let fake = Fake::new(Life::default(), vec![], vec![], 7);
    let mut told = Told::default();
    let call = tokio::time::sleep(Duration::from_secs(40));
    ask_once(&fake.world(), "asking", &mut told, call).await;
    assert_eq!(told.events.len(), 3);
}
