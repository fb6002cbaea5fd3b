use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::model::event::{ContainerEnd, PhaseEntered, Question, Started};
use crate::report::plain::{PlainStyle, Verbosity};
use crate::report::tasks::ListStyle;

fn style(marks: Marks) -> JobStyle {
    JobStyle {
        plain: PlainStyle {
            colours: true,
            runner: Runner::Github,
            verbosity: Verbosity::Progress,
            timestamps: None,
            lists: ListStyle {
                zone: TimeZone::UTC,
                width: None,
            },
        },
        marks,
        environment: None,
        command: vec!["migrate".into()],
        summary: None,
        outputs: None,
    }
}

/// Both streams, still readable when the reporter is gone.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).expect("text")
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Tokens that anybody can guess: `t1`, `t2`.
fn guessable() -> Tokens {
    let mut count = 0;
    Box::new(move || {
        count += 1;
        format!("t{count}")
    })
}

fn started(words: &str) -> EventKind {
    EventKind::Started(Box::new(Started {
        task_arn: "arn:aws:ecs:us-east-1:000000000000:task/everruns/0f1e".into(),
        task_id: "0f1e".into(),
        cluster: "everruns".into(),
        region: "us-east-1".into(),
        container: "admin".into(),
        command: vec![words.into()],
        console_url: "https://console.example/0f1e".into(),
        ..Started::default()
    }))
}

fn line(message: &str, deciding: bool) -> EventKind {
    EventKind::Log(LogLine {
        container: "admin".into(),
        timestamp: 0,
        message: message.into(),
        deciding,
    })
}

fn warning(message: &str) -> EventKind {
    EventKind::Warning(Warning {
        code: "x",
        message: message.into(),
    })
}

fn failed(text: &str) -> EventKind {
    let exit = ExitStatus::of_container(3);
    let mut finished = Finished::without_task(Outcome::ContainerFailed, exit, Some(text.into()));
    finished.stopped_reason = Some(text.into());
    finished.containers = vec![ContainerEnd {
        name: "admin".into(),
        exit_code: Some(3),
        reason: Some(text.into()),
        essential: true,
    }];
    EventKind::Finished(Box::new(finished))
}

/// stdout and stderr of these events, and then of a reporter that is gone.
fn told(marks: Marks, kinds: Vec<EventKind>) -> (String, String) {
    let (out, err) = (Page::default(), Page::default());
    let mut github = Github::with_tokens(out.clone(), err.clone(), style(marks), guessable());
    for kind in kinds {
        github.event(&Event {
            at: Timestamp::UNIX_EPOCH,
            kind,
        });
        github.flush();
    }
    drop(github);
    (out.text(), err.text())
}

/// GitHub's runner, as its `ActionCommand` and `ActionCommandManager` read a line.
#[derive(Default)]
struct Reading {
    stopped_until: Option<String>,
    registered: BTreeSet<String>,
    obeyed: Vec<String>,
}

impl Reading {
    fn new() -> Self {
        let known = [
            "stop-commands",
            "group",
            "endgroup",
            "warning",
            "error",
            "notice",
            "debug",
            "add-mask",
            "set-output",
            "set-env",
            "add-path",
            "save-state",
            "echo",
            "add-matcher",
            "remove-matcher",
        ];
        Self {
            registered: known.map(str::to_owned).into(),
            ..Self::default()
        }
    }

    fn reads(&mut self, text: &str) {
        // .NET ends a line at each of these.
        for line in text.split(['\n', '\r']) {
            let Some((name, data)) = self.command(line) else {
                continue;
            };
            match &self.stopped_until {
                Some(token) if *token == name => {
                    self.registered.remove(&name);
                    self.stopped_until = None;
                    self.obeyed.push("resume".into());
                }
                Some(_) => {}
                None => {
                    if name == "stop-commands" {
                        self.registered.insert(data.to_lowercase());
                        self.stopped_until = Some(data.to_lowercase());
                    }
                    self.obeyed.push(name);
                }
            }
        }
    }

    /// The name and the data of the command that the line is.
    fn command(&self, line: &str) -> Option<(String, String)> {
        let after = |rest: &str, end: &str| {
            let (info, data) = rest.split_once(end)?;
            let name = info.split(' ').next().unwrap_or_default().to_lowercase();
            let known = self.registered.contains(&name);
            known.then(|| (name, data.to_owned()))
        };
        let second = line.trim_start().strip_prefix("::");
        let second = second.and_then(|rest| after(rest, "::"));
        second.or_else(|| after(line.split_once("##[")?.1, "]"))
    }
}

#[test]
fn the_log_stands_in_a_group_in_which_nothing_is_obeyed() {
    let kinds = vec![
        started("migrate"),
        line("one\n", true),
        line("::error::x", true),
        line("at your service", false),
        warning("ECS: 50 %\nno answer"),
        line("see ##[error]y", true),
        failed("no: reason, none"),
    ];
    let (out, err) = told(Marks::Read, kinds);
    assert_eq!(
        out,
        "::group::container `admin`: migrate (task 0f1e)\n\
         ::stop-commands::t1\n\
         one\n\
         ::error::x\n\
         ::t1::\n\
         ::warning title=run-admin-task migrate::ECS: 50 %25%0Ano answer\n\
         ::stop-commands::t2\n\
         see #\u{200b}#[error]y\n\
         ::t2::\n\
         ::endgroup::\n\
         ::error title=migrate%3A container-failed%2C exit status 3::failed: container `admin` exited 3\
         %0Astopped reason: no stop code: no: reason, none\
         %0Acontainer `admin`: exited 3: no: reason, none\
         %0Ano: reason, none\n"
    );
    assert!(!err.contains("no answer"), "{err}");
    assert!(err.contains("[admin] at your service\n"), "{err}");
    assert!(
        err.contains("failed: container `admin` exited 3\n"),
        "{err}"
    );
}

#[test]
fn a_clean_stdout_holds_the_lines_alone() {
    let kinds = || vec![line("one", true), warning("two"), failed("three")];
    let (out, err) = told(Marks::OnStderr, kinds());
    assert_eq!(out, "one\n");
    assert!(
        err.starts_with("::warning title=run-admin-task migrate::two\n"),
        "{err}"
    );
    assert!(err.contains("::error title="), "{err}");
    assert!(!err.contains("warning: two"), "{err}");
    let (out, err) = told(Marks::AskedFor, kinds());
    assert!(out.contains("::warning title="), "{out}");
    assert!(err.starts_with("warning: two\n"), "{err}");
}

#[test]
fn a_question_is_nothing_to_obey() {
    let question = EventKind::Question(Question::Put("stop `a\n::error::b`? ".into()));
    let (_, err) = told(Marks::Read, vec![question]);
    assert_eq!(err, "stop `a\n\u{200b}::error::b`? ");
}

#[test]
fn a_reporter_that_is_dropped_leaves_nothing_stopped() {
    let (out, _) = told(Marks::Read, vec![line("one", true)]);
    assert!(out.ends_with("one\n::t1::\n::endgroup::\n"), "{out}");
    let (out, _) = told(Marks::Read, vec![line("one", true), warning("x")]);
    assert!(out.ends_with("::x\n::endgroup::\n"), "{out}");
}

#[test]
fn a_long_warning_is_cut_where_the_runner_would_cut_it_and_stands_whole_on_stderr() {
    let long = "x".repeat(5_000);
    let (out, err) = told(Marks::Read, vec![warning(&long)]);
    assert!(out.contains("… (1000 bytes more)\n"), "{out}");
    assert_eq!(err, format!("warning: {long}\n"));
}

/// Lines made of what a runner looks for.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("::".to_owned()),
        Just("##[".to_owned()),
        Just("]".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\r\n".to_owned()),
        Just(" ".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("\u{1b}[0m".to_owned()),
        Just("\u{200b}".to_owned()),
        Just("stop-commands".to_owned()),
        Just("error".to_owned()),
        Just("set-output name=a".to_owned()),
        "[tT][1-4]".prop_map(|token| token),
        "\n::[tT][1-4]::".prop_map(|resume| resume),
        Just("\n\u{1b}[1m::error::x".to_owned()),
        Just("#\u{1b}[0m#[error]x".to_owned()),
        "\\PC{0,3}".prop_map(|text| text),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn any_event() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        4 => (hostile(), any::<bool>()).prop_map(|(text, deciding)| line(&text, deciding)),
        1 => hostile().prop_map(|text| warning(&text)),
        1 => hostile().prop_map(|text| started(&text)),
        1 => hostile().prop_map(|phase| EventKind::Phase(PhaseEntered { phase, elapsed_ms: 0 })),
    ]
}

proptest! {
    #[test]
    fn nothing_but_our_own_is_obeyed(
        kinds in prop::collection::vec(any_event(), 0..8),
        end in hostile(),
        colours in any::<bool>(),
    ) {
        let count = |wanted: fn(&EventKind) -> bool| kinds.iter().filter(|kind| wanted(kind)).count();
        let warnings = count(|kind| matches!(kind, EventKind::Warning(_)));
        let lines = count(|kind| matches!(kind, EventKind::Log(line) if line.deciding));
        let (out, err) = (Page::default(), Page::default());
        let mut style = style(Marks::Read);
        style.plain.colours = colours;
        let mut github = Github::with_tokens(out.clone(), err.clone(), style, guessable());
        for kind in kinds.into_iter().chain([failed(&end)]) {
            github.event(&Event { at: Timestamp::UNIX_EPOCH, kind });
            github.flush();
        }
        drop(github);

        let mut runner = Reading::new();
        runner.reads(&out.text());
        let times = |name: &str| runner.obeyed.iter().filter(|obeyed| *obeyed == name).count();
        prop_assert_eq!(&runner.stopped_until, &None);
        prop_assert_eq!(times("warning"), warnings);
        prop_assert_eq!(times("error"), 1);
        prop_assert_eq!(times("group"), usize::from(lines > 0));
        prop_assert_eq!(times("endgroup"), usize::from(lines > 0));
        prop_assert_eq!(times("stop-commands"), times("resume"));
        let ours = ["warning", "error", "group", "endgroup", "stop-commands", "resume"];
        prop_assert!(runner.obeyed.iter().all(|name| ours.contains(&name.as_str())), "{:?}", runner.obeyed);
        // The page interprets it even in what is not obeyed.
        prop_assert!(!out.text().contains("##["));

        let mut runner = Reading::new();
        runner.reads(&err.text());
        prop_assert_eq!(runner.obeyed, Vec::<String>::new());
        prop_assert!(!err.text().contains("##["));
    }
}
