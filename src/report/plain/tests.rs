use super::*;
use crate::model::event::{ContainerEnd, PhaseEntered, Warning};
use crate::model::outcome::{ExitStatus, Outcome};

const STYLE: PlainStyle = PlainStyle {
    colours: false,
    runner: Runner::Nobody,
    verbosity: Verbosity::Progress,
    timestamps: None,
    lists: ListStyle {
        zone: TimeZone::UTC,
        width: None,
    },
};

fn started() -> EventKind {
    EventKind::Started(Box::new(Started {
        task_arn: "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e".into(),
        task_id: "0f1e".into(),
        cluster: "everruns".into(),
        region: "us-east-1".into(),
        task_definition: "arn:aws:ecs:us-east-1:000000000000:task-definition/everruns-admin:3"
            .into(),
        container: "admin".into(),
        command: vec!["migrate".into()],
        log_group: Some("/ecs/everruns-admin".into()),
        log_stream: Some("admin/admin/0f1e".into()),
        console_url: "https://console.example/0f1e".into(),
        ..Started::default()
    }))
}

fn line(container: &str, message: &str) -> EventKind {
    EventKind::Log(LogLine {
        container: container.into(),
        timestamp: 1_767_225_600_120,
        message: message.into(),
        deciding: container == "admin",
    })
}

fn failed() -> EventKind {
    let mut finished =
        Finished::without_task(Outcome::ContainerFailed, ExitStatus::of_container(3), None);
    finished.stop_code = Some("EssentialContainerExited".into());
    finished.stopped_reason = Some("Essential container in task exited".into());
    finished.containers = vec![ContainerEnd {
        name: "admin".into(),
        exit_code: Some(3),
        reason: None,
        essential: true,
    }];
    finished.logs.note = Some("stream never appeared".into());
    EventKind::Finished(Box::new(finished))
}

fn shown(style: &PlainStyle, kinds: Vec<EventKind>) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut plain = Plain::new(&mut out, &mut err, style.clone());
    for kind in kinds {
        plain.event(&Event {
            at: Timestamp::UNIX_EPOCH,
            kind,
        });
    }
    plain.flush();
    drop(plain);
    (
        String::from_utf8(out).expect("text"),
        String::from_utf8(err).expect("text"),
    )
}

#[test]
fn a_failed_run() {
    let phase = PhaseEntered {
        phase: "RUNNING".into(),
        elapsed_ms: 9_400,
    };
    let (out, err) = shown(
        &STYLE,
        vec![
            started(),
            EventKind::Phase(phase),
            line("admin", "Running database migrations...\n"),
            line("proxy", "ready at http://u:p@h"),
            line("admin", "error: \u{1b}[31mboom"),
            failed(),
        ],
    );
    assert_eq!(out, "Running database migrations...\nerror: boom\n");
    assert_eq!(
        err,
        "started task 0f1e of everruns-admin:3 on everruns (us-east-1), container `admin`: migrate\n\
         RUNNING after 9.4s\n\
         [proxy] ready at http://u:***@h\n\
         the log is not complete: stream never appeared\n\
         failed: container `admin` exited 3\n\
         stopped reason: EssentialContainerExited: Essential container in task exited\n\
         container `admin`: exited 3\n\
         log: /ecs/everruns-admin admin/admin/0f1e (us-east-1)\n\
         task: https://console.example/0f1e\n"
    );
}

#[test]
fn quiet_says_warnings_and_failures_alone() {
    let style = PlainStyle {
        verbosity: Verbosity::Warnings,
        ..STYLE
    };
    let warning = Warning {
        code: "trouble",
        message: "ECS: no answer".into(),
    };
    let (_, err) = shown(
        &style,
        vec![started(), EventKind::Warning(warning), failed()],
    );
    assert!(
        err.starts_with("warning: ECS: no answer\nthe log is not complete"),
        "{err}"
    );
    let success = Finished {
        logs: crate::model::event::LogSummary {
            complete: true,
            ..Default::default()
        },
        ..Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None)
    };
    let (_, err) = shown(
        &style,
        vec![started(), EventKind::Finished(Box::new(success))],
    );
    assert_eq!(err, "");
}

#[test]
fn a_terminal_is_not_steered_and_lines_can_carry_their_time() {
    let style = PlainStyle {
        colours: true,
        timestamps: Some(TimeZone::UTC),
        ..STYLE
    };
    let (out, _) = shown(&style, vec![line("admin", "\u{1b}[2Jgone")]);
    assert_eq!(out, "2026-01-01T00:00:00.120Z ^[[2Jgone\n");
    let zone = TimeZone::fixed(jiff::tz::offset(2));
    let style = PlainStyle {
        timestamps: Some(zone),
        ..STYLE
    };
    let (out, _) = shown(&style, vec![line("admin", "x")]);
    assert_eq!(out, "2026-01-01T02:00:00.120+02:00 x\n");
}

#[test]
fn a_runner_finds_nothing_to_obey() {
    let style = PlainStyle {
        runner: Runner::Github,
        ..STYLE
    };
    let lines = vec![
        line("admin", "::error::x"),
        line("admin", "\u{1b}[31m::error::y"),
        line("proxy", "a\n::stop-commands::y"),
        line("proxy", "a\n\u{1b}[1m::error::z #\u{1b}[0m#[error]z"),
    ];
    let (out, err) = shown(&style, lines);
    assert_eq!(out, "\u{200b}::error::x\n\u{200b}::error::y\n");
    assert_eq!(
        err,
        "[proxy] a\n\u{200b}::stop-commands::y\n[proxy] a\n\u{200b}::error::z #\u{200b}#[error]z\n"
    );
}
