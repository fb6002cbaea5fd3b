//! A terminal that can be redrawn: the live status below the lines, and the verdict at its end.

use serde_json::json;

use crate::support::fault::{failure, fault};
use crate::support::{Bench, Setting, Terminal, at_once, tests};

tests! {
    a_success_in_a_window,
    a_failure_in_a_window,
    a_task_that_never_starts_in_a_window,
    several_containers_in_a_window,
    the_status_tells_how_far_the_run_is,
    a_status_is_cut_at_the_windows_edge,
    a_window_that_is_resized_keeps_its_lines,
    a_question_stands_alone_and_its_answer_counts,
    a_question_before_the_start_stands_alone,
    a_question_that_is_left_stays_on_the_screen,
    quiet_draws_nothing,
    no_color_means_none,
    colours_say_what_the_words_say,
    long_lines_do_not_disturb_the_status,
    what_a_container_writes_steers_nothing,
    stdout_in_a_file_holds_what_plain_prints,
    what_a_pipe_brings_to_the_terminal_is_whole,
    an_output_that_is_full_is_told_above_the_status,
    trouble_stands_in_the_status_until_it_is_over,
    ctrl_z_gives_the_shell_a_clean_screen_and_fg_goes_on,
    nothing_is_drawn_in_the_background,
    a_terminal_that_cannot_be_redrawn_gets_lines,
    verbose_tells_each_request_above_the_status,
    what_is_printed_at_once_meets_no_status,
}

const CTRL_C: &str = "\u{3}";
const CTRL_Z: &str = "\u{1a}";

/// How the status begins while the container runs.
const RUNNING: &str = "RUNNING after ";

const TASK_LINE: &str =
    "started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate\n";

const PLACES: &str = "\
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
to see its log again: run-admin-task logs arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
to see its record: run-admin-task history show [task]";

/// The text of a window with stand-ins for seconds that tick, and for bars.
fn still(text: &str) -> String {
    let lines = text.lines().map(|line| {
        if let Some(part) = line.strip_prefix("  ")
            && line.ends_with(['#', '█'])
        {
            let part = part.trim_end_matches(['#', '█', ' ']);
            let words: Vec<_> = part.split_whitespace().collect();
            return format!("  {} [bar]", words.join(" "));
        }
        let words = line.split(' ').map(|word| {
            let number = word.trim_end_matches([':', ',', ';']);
            let end = &word[number.len()..];
            match number.strip_suffix('s') {
                Some(digits)
                    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
                {
                    format!("[s]{end}")
                }
                _ => word.to_owned(),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

const BARS: &str = "  provisioning [time] [bar]
  image pull [time] [bar]
  pending [time] [bar]
  running [time] [bar]
  stopping [time] [bar]
";

#[track_caller]
fn is(text: &str, wanted: &str) {
    let is = still(text);
    let wanted = wanted.trim_end();
    assert!(is.trim_end() == wanted, "WANTED\n{wanted}\nIS\n{is}");
}

/// What every window must be at the end: the cursor is seen, at the begin of a line of its own.
#[track_caller]
fn ended(terminal: &mut Terminal, exit: i32) -> String {
    let status = terminal.ends();
    let text = terminal.window_text();
    assert_eq!(status, exit, "{text}");
    assert!(!terminal.written().contains("\u{1b}[?25l"), "{text}");
    let window = terminal.window();
    let (row, column) = window.screen().cursor_position();
    assert_eq!(column, 0, "{text}");
    let below = window.screen().rows(0, 200).skip(row.into());
    assert_eq!(below.collect::<String>().trim(), "", "{text}");
    text
}

/// The container runs, and the status says so.
fn running(bench: &Bench, columns: u16, words: &[&str]) -> Terminal {
    let mut terminal = bench.tool().start_in_window(columns, words);
    terminal.until_window("it runs", |text| {
        text.contains("ready\n") && text.contains(RUNNING)
    });
    terminal
}

fn a_success_in_a_window() {
    at_once([80, 120], |columns| {
        let bench = Setting::of("echo one; echo 表と絵 🎉; sleep 0.5; echo three").start();
        let mut terminal = bench.tool().start_in_window(columns, &["migrate"]);
        let text = ended(&mut terminal, 0);
        is(
            &text,
            &format!(
                "{TASK_LINE}one\n表と絵 🎉\nthree\n\
                 succeeded: container `admin` exited 0 ([time] in all): migrate\n\
                 {BARS}log: /ecs/everruns-admin admin/admin/[task] (us-east-1)"
            ),
        );
    });
}

fn a_failure_in_a_window() {
    at_once([80, 120], |columns| {
        let bench = Setting::of("echo one; exit 3").start();
        let mut terminal = bench.tool().start_in_window(columns, &["migrate"]);
        let text = ended(&mut terminal, 3);
        is(
            &text,
            &format!(
                "{TASK_LINE}one\n\
                 failed: container `admin` exited 3 ([time] in all): migrate\n\
                 stopped reason: EssentialContainerExited: Essential container in task exited\n\
                 container `admin`: exited 3\n{BARS}{PLACES}"
            ),
        );
    });
}

fn a_task_that_never_starts_in_a_window() {
    at_once([80, 120], |columns| {
        let failure = json!({"start_failure": {
            "stopped_reason": "ResourceInitializationError: no such secret",
        }});
        let bench = Setting::of("").scenario(&failure).start();
        let mut terminal = bench.tool().start_in_window(columns, &["migrate"]);
        let text = ended(&mut terminal, 126);
        let text = still(&text);
        assert!(
            text.contains("\nthe task never started ([time] in all): migrate\nstopped reason: TaskFailedToStart: "),
            "{text}"
        );
        assert!(text.contains("\n  provisioning [time] [bar]\n"), "{text}");
        assert!(!text.contains("log: "), "{text}");
        assert!(
            text.trim_end()
                .ends_with("\nto see its record: run-admin-task history show [task]"),
            "{text}"
        );
    });
}

fn several_containers_in_a_window() {
    at_once([80, 120], |columns| {
        let bench = Setting::of("echo one; sleep 1.5; exit 3")
            .beside_nonessential("log-proxy", "echo at your service; exit 4")
            .start();
        let mut terminal = bench.tool().start_in_window(columns, &["migrate"]);
        let text = still(&ended(&mut terminal, 3));
        for line in [
            "\nadmin     | one\n",
            "\nlog-proxy | at your service\n",
            "\ncontainer `log-proxy`: exited 4\n",
        ] {
            assert!(text.contains(line), "WANTED\n{line}\nIS\n{text}");
        }
        // Each in its own colour.
        let written = terminal.written();
        assert!(
            written.contains("\u{1b}[36madmin     | \u{1b}[0mone"),
            "{written}"
        );
        assert!(
            written.contains("\u{1b}[35mlog-proxy | \u{1b}[0mat your"),
            "{written}"
        );
    });
}

fn the_status_tells_how_far_the_run_is() {
    at_once([80, 120], |columns| {
        let bench = Setting::of("echo ready; while [ ! -e go ]; do sleep 0.1; done; echo done")
            .scenario(&json!({"phases": {"provisioning_ms": 1_000}}))
            .start();
        let mut terminal = bench.tool().start_in_window(columns, &["migrate"]);
        let text = terminal.until_window("it provisions", |text| {
            text.contains("\nPROVISIONING after ")
        });
        assert!(
            still(&text).contains(
                "\nPROVISIONING after [s]: waiting for capacity and a network interface\n"
            ),
            "{text}"
        );
        // It ticks without an event.
        for seconds in ["running 1s", "running 2s"] {
            terminal.until_window(seconds, |text| text.contains(seconds));
        }
        let text = terminal.until_window("the line", |text| {
            text.contains("1 line; ") && text.contains("running")
        });
        is(
            &text,
            &format!(
                "{TASK_LINE}ready\n{RUNNING}[s]: the container is running\n\
                 1 line; provisioning [time], pending [time], running [s]"
            ),
        );
        let window = terminal.window();
        assert!(!window.screen().hide_cursor());
        terminal.signal("TERM");
        let text = still(&ended(&mut terminal, 143));
        assert!(!text.contains(RUNNING), "{text}");
        assert!(
            text.trim_end().ends_with("\nleft: the task goes on"),
            "{text}"
        );
    });
}

fn a_status_is_cut_at_the_windows_edge() {
    let bench = Setting::of("echo 表の側車表の側車表の側車; echo ready; sleep 30").start();
    let terminal = running(&bench, 40, &["report"]);
    let window = terminal.window();
    let rows: Vec<_> = window.screen().rows(0, 40).collect();
    let at = rows
        .iter()
        .position(|row| row.starts_with(RUNNING))
        .expect("a status");
    assert!(rows[at].ends_with('…'), "{rows:?}");
    assert!(rows[at + 1].ends_with('…'), "{rows:?}");
    assert!((at..at + 2).all(|row| !window.screen().row_wrapped(row.try_into().expect("small"))));
    assert!(rows[at + 2..].iter().all(String::is_empty), "{rows:?}");
    assert_eq!(rows[at - 2..at], ["表の側車表の側車表の側車", "ready"]);
}

fn a_window_that_is_resized_keeps_its_lines() {
    let bench = Setting::of(
        "trap 'echo bye; exit 9' TERM; for n in 1 2 3; do echo line $n; done; echo ready; while :; do sleep 0.1; done 2>/dev/null",
    )
    .start();
    let mut terminal = running(&bench, 120, &["report"]);
    for columns in [50, 120, 40, 80] {
        // Just after a frame: one that was measured for the old width must not come upon the new.
        terminal.until_more_is_written();
        terminal.resize(24, columns);
        terminal.until_window("it is cut anew", |text| {
            let mut lines = text.lines().skip_while(|line| !line.starts_with(RUNNING));
            let first = lines.next().unwrap_or_default();
            let is_cut = first.ends_with('…');
            !first.is_empty() && is_cut == (columns < 45)
        });
    }
    let text = terminal.window_text();
    assert_eq!(text.matches(RUNNING).count(), 1, "{text}");
    assert!(text.contains("\nline 1\nline 2\nline 3\nready\n"), "{text}");
    terminal.signal("TERM");
    let text = ended(&mut terminal, 143);
    assert!(!text.contains(RUNNING), "{text}");
    assert!(text.contains("\nline 3\nready\n"), "{text}");
}

const POLITE: &str =
    "trap 'echo bye; exit 9' TERM; echo ready; while :; do sleep 0.1; done 2>/dev/null";

/// The text after the last line end: where the answer is typed.
const QUESTION: &str = "then Enter; Ctrl-C again detaches";

fn a_question_stands_alone_and_its_answer_counts() {
    at_once(["s\n", "d\n", CTRL_C], |answer| {
        let bench = Setting::of(POLITE).start();
        let mut terminal = running(&bench, 80, &["migrate"]);
        terminal.types(CTRL_C);
        terminal.until_window("a question", |text| text.trim_end().ends_with(QUESTION));
        // Whoever goes on sees the status again, and is asked again.
        terminal.types("g\n");
        terminal.until_window("the status is back", |text| {
            text.contains("going on\n") && text.contains(RUNNING)
        });
        terminal.types(CTRL_C);
        terminal.until_window("a question", |text| text.trim_end().ends_with(QUESTION));
        let before = terminal.written().len();
        terminal.types("x\n");
        terminal.until_window("an echo", |text| text.trim_end().ends_with('x'));
        // While it stands nothing is written but what is typed.
        let written = terminal.written();
        assert_eq!(&written[before..], "x\r\n");
        terminal.types(answer);
        let text = ended(&mut terminal, 130);
        assert!(!text.contains(RUNNING), "{text}");
        let (stops, end) = match answer {
            "s\n" => (1, "interrupted ("),
            _ => (0, "left: the task goes on"),
        };
        assert!(text.contains(end), "{text}");
        assert_eq!(bench.calls("StopTask"), stops);
    });
}

fn a_question_before_the_start_stands_alone() {
    let bench = Setting::of("echo hello").start();
    bench.write(
        "run-admin-task.toml",
        "[environments.prod]\nconfirm = true\n",
    );
    let late =
        json!({"operation": "DescribeTaskDefinition", "action": {"kind": "latency", "ms": 1_500}});
    bench.change(&json!({"faults": [late]}));
    let mut terminal = bench.tool().start_in_window(80, &["-E", "prod", "migrate"]);
    terminal.until_window("what is waited for", |text| {
        text.starts_with("starting after ")
            && text.contains("s: reading the task definition, then asking ECS for a task")
    });
    let text = terminal.until_window("a question", |text| text.trim_end().ends_with("[y/N]"));
    assert!(!text.contains("starting after"), "{text}");
    terminal.types("y\n");
    let text = ended(&mut terminal, 0);
    assert!(text.contains("\nhello\nsucceeded: "), "{text}");
}

/// Neither the status nor what comes next stands on its line.
fn a_question_that_is_left_stays_on_the_screen() {
    at_once(
        [
            (
                CTRL_C,
                "[y/N] ^C\n",
                "error: SIGINT: nothing was started",
                130,
            ),
            (
                "\u{4}",
                "[y/N] \n",
                "error: not confirmed: nothing was started",
                126,
            ),
        ],
        |(typed, question, error, exit)| {
            let bench = Setting::of("echo hello").start();
            bench.write(
                "run-admin-task.toml",
                "[environments.prod]\nconfirm = true\n",
            );
            let mut terminal = bench.tool().start_in_window(80, &["-E", "prod", "migrate"]);
            terminal.until_window("a question", |text| text.trim_end().ends_with("[y/N]"));
            terminal.types(typed);
            let text = ended(&mut terminal, exit);
            assert!(text.contains(&format!("{question}{error}")), "{text}");
            assert_eq!(bench.calls("RunTask"), 0);
        },
    );
}

fn quiet_draws_nothing() {
    let bench = Setting::of("echo hello; sleep 1; exit ${1#exit-}").start();
    at_once([0, 3], |code| {
        let word = format!("exit-{code}");
        let mut terminal = bench.tool().start_in_window(80, &["-q", &word]);
        let text = still(&ended(&mut terminal, code));
        if code == 0 {
            assert_eq!(terminal.written(), "hello\r\n");
        } else {
            assert!(
                text.starts_with("hello\nfailed: container `admin` exited 3 ("),
                "{text}"
            );
            assert!(!terminal.written().contains("\u{1b}[J"));
        }
    });
}

/// Whether colours are set anywhere.
fn is_coloured(written: &str) -> bool {
    written.split("\u{1b}[").skip(1).any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';');
        end.is_some_and(|end| rest[end..].starts_with('m'))
    })
}

fn no_color_means_none() {
    at_once([("NO_COLOR", "1"), ("CLICOLOR", "0")], |(name, value)| {
        let bench = Setting::of(r"printf '\033[32mok\033[0m\n'; sleep 1; exit 3")
            .beside_nonessential("proxy", "echo hello")
            .start();
        let mut terminal = bench
            .tool()
            .env(name, value)
            .start_in_window(80, &["migrate"]);
        let text = ended(&mut terminal, 3);
        assert!(
            !is_coloured(&terminal.written()),
            "{:?}",
            terminal.written()
        );
        assert!(text.contains("\nadmin | ok\n"), "{text}");
        assert!(
            text.contains("\nfailed: container `admin` exited 3 ("),
            "{text}"
        );
    });
}

fn colours_say_what_the_words_say() {
    let colour_of = |exit: i32| {
        let script = format!(r"printf '\033[34mblue\033[0m\n'; exit {exit}");
        let bench = Setting::of(&script).start();
        let mut terminal = bench.tool().start_in_window(80, &["migrate"]);
        ended(&mut terminal, exit);
        let window = terminal.window();
        let screen = window.screen();
        let row_of = |begin: &str| {
            let row = screen.rows(0, 80).position(|row| row.starts_with(begin));
            u16::try_from(row.expect("the row is there")).expect("small")
        };
        let colour = |row| screen.cell(row, 0).expect("a cell").fgcolor();
        assert_eq!(colour(row_of("blue")), vt100::Color::Idx(4));
        let headline = row_of(if exit == 0 { "succeeded" } else { "failed" });
        colour(headline)
    };
    assert_eq!(colour_of(0), vt100::Color::Idx(2));
    assert_eq!(colour_of(3), vt100::Color::Idx(1));
}

fn long_lines_do_not_disturb_the_status() {
    let script = "echo before; head -c 1000000 /dev/zero | tr '\\0' x; echo; printf '%080d\\n' 7; echo ready; sleep 4; echo after; exit 3";
    let bench = Setting::of(script).start();
    let mut terminal = running(&bench, 80, &["report"]);
    let text = terminal.window_text();
    assert_eq!(text.matches(RUNNING).count(), 1, "{text}");
    let text = ended(&mut terminal, 3);
    let tail = format!("x\n{}7\nready\nafter\nfailed: ", "0".repeat(79));
    assert!(text.contains(&tail), "{text}");
    // The log driver cut it into several, of which none is lost.
    let count = terminal.written().matches('x').count();
    assert!(count >= 1_000_000, "{count}");
}

fn what_a_container_writes_steers_nothing() {
    let script = r"printf '\033]0;title\007 %s\n' a; printf '\033[2J b\n'; printf 'c\rd\n'; printf 'nul\000 e\n'; printf '\033[?25l f\n'; printf '\302\2332J g\n'; printf '\342\200\256 h\n'; printf '\033[10A i\n'; printf '\377\n'; echo ready; sleep 4; exit 3";
    let bench = Setting::of(script)
        .beside_nonessential("proxy", r"printf '\033[2J\033[5A k\n'")
        .start();
    let mut terminal = running(&bench, 120, &["report"]);
    let text = terminal.until_window("both", |text| text.contains(" k\n"));
    for line in [
        "^[]0;title^G a",
        "^[[2J b",
        "c^Md",
        "^[[?25l f",
        r"\u{9b}2J g",
        r"\u{202e} h",
        "^[[10A i",
        "proxy | ^[[2J^[[5A k",
    ] {
        assert!(text.contains(line), "WANTED\n{line}\nIS\n{text}");
    }
    assert!(text.starts_with("started task "), "{text}");
    assert_eq!(text.matches(RUNNING).count(), 1, "{text}");
    ended(&mut terminal, 3);
    assert!(!terminal.written().contains('\u{7}'));
    // The emulated terminal does not show it.
    assert!(terminal.written().contains('\u{fffd}'));
}

fn stdout_in_a_file_holds_what_plain_prints() {
    let script = r"printf '\033[32mone\033[0m\n'; echo ready; sleep 4; printf three";
    let bench = Setting::of(script)
        .beside_nonessential("proxy", "echo at your service")
        .start();
    let script = r#""$0" migrate > out.txt; echo "exit status $?""#;
    let mut terminal = bench.tool().start_shell_in_window(80, script);
    terminal.until_window("a status", |text| text.contains(RUNNING));
    let text = still(&ended(&mut terminal, 0));
    let out = std::fs::read_to_string(bench.folder().join("out.txt")).expect("a file");
    assert_eq!(out, "one\nready\nthree\n");
    assert!(text.contains("\n[proxy] at your service\n"), "{text}");
    assert!(!text.contains("ready"), "{text}");
    assert!(!text.contains(RUNNING), "{text}");
    assert!(text.trim_end().ends_with("\nexit status 0"), "{text}");
}

/// `| tee` writes on the same terminal, and takes no status off before.
fn what_a_pipe_brings_to_the_terminal_is_whole() {
    let bench = Setting::of("sleep 1; echo ready; sleep 4; echo done; exit 3").start();
    let script = r#""$0" migrate | tee out.txt"#;
    let mut terminal = bench.tool().start_shell_in_window(80, script);
    let text = ended(&mut terminal, 0);
    for line in ["\nready\n", "\ndone\n", "\nRUNNING after [time]\n"] {
        assert!(text.contains(line), "WANTED\n{line}\nIS\n{text}");
    }
    assert!(
        text.contains("\nfailed: container `admin` exited 3 ("),
        "{text}"
    );
    assert!(!terminal.written().contains("\u{1b}[J"), "{text}");
}

fn an_output_that_is_full_is_told_above_the_status() {
    let bench = Setting::of("sleep 1; echo ready; sleep 4; exit 3").start();
    let script = r#""$0" migrate > /dev/full"#;
    let mut terminal = bench.tool().start_shell_in_window(80, script);
    let text = ended(&mut terminal, 3);
    let told = "warning: the output cannot be written, the rest of it is lost: \
                No space left on device (os error 28); the run goes on\n";
    assert!(text.contains(told), "{text}");
    assert!(!text.contains(RUNNING), "{text}");
}

fn trouble_stands_in_the_status_until_it_is_over() {
    let bench = Setting::of("echo ready; sleep 60").start();
    let mut terminal = running(&bench, 80, &["--on-interrupt", "detach", "report"]);
    let failing = fault("DescribeTasks", &failure(500, "ServerException", "no"));
    bench.change(&json!({"faults": [failing]}));
    let last = |text: &str| {
        text.trim_end()
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()
    };
    terminal.until_window("trouble", |text| {
        last(text).starts_with("ECS: no answer for ") && last(text).ends_with('…')
    });
    bench.change(&json!({"faults": []}));
    terminal.until_window("it is over", |text| {
        text.contains("ECS: back after ") && last(text).starts_with("1 line; ")
    });
}

fn ctrl_z_gives_the_shell_a_clean_screen_and_fg_goes_on() {
    let script = "echo ready; for n in $(seq 40); do echo line $n; sleep 0.1; done; exit 3";
    let bench = Setting::of(script).start();
    let shell =
        r#"set -m; "$0" migrate; echo "suspended: $?"; read -r word; fg > /dev/null; exit $?"#;
    let mut terminal = bench.tool().start_shell_in_window(80, shell);
    terminal.until_window("it runs", |text| text.contains(RUNNING));
    terminal.types(CTRL_Z);
    let text = terminal.until_window("the shell", |text| text.contains("suspended: "));
    assert!(!text.contains(RUNNING), "{text}");
    assert!(!text.contains(" lines; "), "{text}");
    terminal.types("go\n");
    terminal.until_window("it is back", |text| text.contains(RUNNING));
    let text = ended(&mut terminal, 3);
    assert!(!text.contains(RUNNING), "{text}");
    let written = terminal.written();
    let lines = written.split("\r\n").filter_map(|line| {
        let at = line.rfind("line ")?;
        line[at + 5..].parse::<u32>().ok()
    });
    assert_eq!(lines.collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
}

fn nothing_is_drawn_in_the_background() {
    let bench = Setting::of("echo ready; sleep 4; exit 3").start();
    let shell = r#"set -m; "$0" report & wait $!; echo "exit status $?""#;
    let mut terminal = bench.tool().start_shell_in_window(80, shell);
    let text = ended(&mut terminal, 0);
    assert!(text.contains("\nready\nfailed: "), "{text}");
    assert!(!terminal.written().contains(RUNNING));
}

fn a_terminal_that_cannot_be_redrawn_gets_lines() {
    let bench = Setting::of("echo hello; exit 3").start();
    let words = ["--output", "human", "migrate"];
    let (screen, status) = bench.tool().start_at_terminal(&words).end();
    assert_eq!(status, 3, "{screen}");
    assert!(!screen.contains('\u{1b}'), "{screen:?}");
    for line in [
        "\nPROVISIONING after [time]\n",
        "\nRUNNING after [time]\n",
        "\nhello\n",
        "\nfailed: container `admin` exited 3 ([time] in all): migrate\n",
    ] {
        assert!(screen.contains(line), "WANTED\n{line}\nIS\n{screen}");
    }
    let ran = bench.run(&words);
    ran.exits(3).prints(&["hello"]).says(&[
        "\nRUNNING after [time]\n",
        "\nfailed: container `admin` exited 3 (",
    ]);
}

fn verbose_tells_each_request_above_the_status() {
    let bench = Setting::of("echo ready; sleep 4").start();
    let mut terminal = bench.tool().start_in_window(120, &["-v", "report"]);
    let text = ended(&mut terminal, 0);
    let written = terminal.written();
    assert!(
        written.contains("\u{1b}[2mRunTask: 200 after "),
        "{written:?}"
    );
    assert!(text.contains("\ntime: provisioning "), "{text}");
    assert!(
        text.contains("\nrequests: DescribeTaskDefinition 1, "),
        "{text}"
    );
}

fn what_is_printed_at_once_meets_no_status() {
    let bench = Setting::of("").start();
    let late =
        json!({"operation": "DescribeTaskDefinition", "action": {"kind": "latency", "ms": 1_000}});
    bench.change(&json!({"faults": [late]}));
    let words = ["--dry-run", "migrate", "\u{9b}2J", "\u{202e}"];
    let mut terminal = bench.tool().start_in_window(80, &words);
    let text = ended(&mut terminal, 0);
    assert!(text.trim_end().ends_with('}'), "{text}");
    let written = terminal.written();
    assert!(written.contains(r#""\u009b2J""#), "{written}");
    assert!(written.contains(r#""\u202e""#), "{written}");
    assert!(!written.contains(['\u{9b}', '\u{202e}']), "{written:?}");
    assert!(!terminal.written().contains('\u{1b}'), "{text}");
}
