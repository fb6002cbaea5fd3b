//! In a job of GitHub Actions: what the runner obeys, what the page shows, what later steps get.

use std::fs;

use serde_json::{Value, json};

use crate::support::fault::{denied, fault};
use crate::support::{Bench, Setting, Tool, at_once, tests};

tests! {
    a_success_has_a_group_a_summary_and_outputs,
    a_failure_is_annotated_and_its_log_stands_in_the_summary,
    a_task_that_never_started_is_annotated,
    a_mistake_before_anything_was_started_is_annotated_too,
    a_warning_interrupts_the_group,
    a_job_that_is_cancelled_leaves_nothing_stopped,
    a_file_holds_the_containers_output_and_nothing_else,
    files_that_cannot_be_written_are_told,
    hostile_lines_are_shown_and_not_obeyed,
    the_verbs_about_tasks_speak_the_same_way,
    a_json_line_is_nothing_to_interpret,
    what_stays_on_this_machine_is_nothing_to_interpret,
    a_verb_that_fails_on_this_machine_is_annotated,
}

/// The lines of a summary that every task of these tests has.
const CLUSTER: &str = "\
| Cluster | everruns (us-east-1) |
| Task | [[task]](https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1) |
| Log | [console](https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/&#36;252Fecs&#36;252Feverruns-admin/log-events/admin&#36;252Fadmin&#36;252F[task]) |
";
/// Where the time of a whole run went.
const TIME: &str = "| Time | provisioning [time], image pull [time], pending [time], running [time], stopping [time], in all [time] |";
const LOG_URL: &str = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Fecs$252Feverruns-admin/log-events/admin$252Fadmin$252F[task]";

fn tool(bench: &Bench) -> Tool {
    bench.tool().in_github()
}

/// What later steps get: each value stands between two of the same line.
#[track_caller]
fn outputs(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    let mut outputs = Vec::new();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").expect("a name and a delimiter");
        assert!(delimiter.contains("[token]"), "{text}");
        let value: Vec<_> = lines
            .by_ref()
            .take_while(|line| *line != delimiter)
            .collect();
        outputs.push((name.to_owned(), value.join("\n")));
    }
    outputs
}

#[track_caller]
fn has_outputs(text: &str, wanted: [&str; 6]) {
    let names = [
        "task-arn",
        "task-id",
        "exit-code",
        "outcome",
        "stopped-reason",
        "log-url",
    ];
    let wanted = names.into_iter().zip(wanted);
    let wanted: Vec<_> = wanted
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(outputs(text), wanted);
}

fn a_success_has_a_group_a_summary_and_outputs() {
    let bench = Setting::of("echo one; printf '\\033[32mtwo\\033[0m\\n'").start();
    bench.write("outputs", "earlier=1");
    bench.write("run-admin-task.toml", "[environments.production]\n");
    tool(&bench).run(&["-E", "production", "migrate"]).is("\
::group::container `admin`: migrate (task [task])
::stop-commands::[token]
one
\u{1b}[32mtwo\u{1b}[0m
::[token]::
::endgroup::
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
succeeded: container `admin` exited 0 ([time] in all)
--- exit status 0
");
    let summary = format!(
        "\
### migrate: succeeded, exit status 0

| | |
|---|---|
| Command | migrate |
| Environment | production |
{CLUSTER}| Outcome | succeeded |
| Exit status | 0 |
| Stopped reason | EssentialContainerExited: Essential container in task exited |
| Container | admin: exited 0 |
{TIME}
| Counts | 2 log lines, 0 warnings, [n] API calls |

"
    );
    assert_eq!(bench.read("summary.md"), summary);
    let written = bench.read("outputs");
    let written = written.strip_prefix("earlier=1\n").expect("what was there");
    has_outputs(
        written,
        [
            "arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]",
            "[task]",
            "0",
            "succeeded",
            "Essential container in task exited",
            LOG_URL,
        ],
    );
}

fn a_failure_is_annotated_and_its_log_stands_in_the_summary() {
    let bench = Setting::of("for n in $(seq 31); do echo $n; done; echo '````'; exit 3")
        // Whether it is stopped first or not, it ends the same way.
        .beside_nonessential("proxy", "kill -TERM $$")
        .start();
    let ran = tool(&bench).run(&["-q", "migrate", "a|b\n<script>", "@ana"]);
    ran.exits(3);
    let (_, annotation) = ran
        .stdout
        .split_once("::endgroup::\n")
        .expect("a group that ends");
    assert_eq!(
        annotation,
        "::error title=migrate a|b\\n<script> @ana%3A container-failed%2C exit status 3::\
         failed: container `admin` exited 3%0Astopped reason: EssentialContainerExited: \
         Essential container in task exited%0Acontainer `admin`: exited 3\
         %0Acontainer `proxy`: exited 143\n"
    );
    let lines: Vec<_> = (3..=31).map(|number| number.to_string()).collect();
    let lines = lines.join("\n");
    let command = "migrate a&#124;b&#92;n&#60;script&#62; @\u{200b}ana";
    let summary = format!(
        "\
### {command}: container-failed, exit status 3

| | |
|---|---|
| Command | {command} |
{CLUSTER}| Outcome | container-failed |
| Exit status | 3 |
| Stopped reason | EssentialContainerExited: Essential container in task exited |
| Container | admin: exited 3 |
| Container | proxy: exited 143 |
{TIME}
| Counts | 32 log lines, 0 warnings, [n] API calls |

The end of the log:

`````text
{lines}
````
`````

"
    );
    assert_eq!(bench.read("summary.md"), summary);
}

fn a_task_that_never_started_is_annotated() {
    let failure = json!({"start_failure": {
        "stopped_reason": "Task failed to start",
        "container_reason": "CannotStartContainerError: no such file or directory",
        "at": "PENDING",
    }});
    let bench = Setting::of("echo never").scenario(&failure).start();
    let ran = tool(&bench).run(&["migrate"]);
    ran.exits(126)
        .says(&["\nthe task never started\n"])
        .prints(&[
            "::error title=migrate%3A never-started%2C exit status 126::the task never started\
         %0Astopped reason: TaskFailedToStart: Task failed to start\
         %0Acontainer `admin`: CannotStartContainerError: no such file or directory",
        ]);
    let summary = bench.read("summary.md");
    assert!(
        summary.contains(
            "| Container | admin: CannotStartContainerError: no such file or directory |\n"
        ),
        "{summary}"
    );
    has_outputs(
        &bench.read("outputs"),
        [
            "arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]",
            "[task]",
            "126",
            "never-started",
            "Task failed to start",
            LOG_URL,
        ],
    );
}

fn a_mistake_before_anything_was_started_is_annotated_too() {
    let bench = Setting::of("").start();
    let without = tool(&bench).without(&["ECS_SUBNETS"]);
    without.run(&["migrate"]).is("\
::error title=migrate%3A never-started%2C exit status 2::the task's network is not known: no subnets given%0Ahint: subnets: set ECS_SUBNETS=subnet-0123,subnet-4567 or pass --subnets subnet-0123,subnet-4567%0Ahint: or take both from a live service: --network-from-service NAME (ECS_NETWORK_FROM_SERVICE)
--- stderr
error: the task's network is not known: no subnets given
hint: subnets: set ECS_SUBNETS=subnet-0123,subnet-4567 or pass --subnets subnet-0123,subnet-4567
hint: or take both from a live service: --network-from-service NAME (ECS_NETWORK_FROM_SERVICE)
--- exit status 2
");
    has_outputs(
        &bench.read("outputs"),
        ["", "", "2", "never-started", "", ""],
    );
    assert_eq!(bench.read("summary.md"), "\
### migrate: never-started, exit status 2

| | |
|---|---|
| Command | migrate |
| Outcome | never-started |
| Exit status | 2 |
| Error | the task's network is not known: no subnets given<br>hint: subnets: set ECS&#95;SUBNETS=subnet-0123,subnet-4567 or pass --subnets subnet-0123,subnet-4567<br>hint: or take both from a live service: --network-from-service NAME (ECS&#95;NETWORK&#95;FROM&#95;SERVICE) |
| Counts | 0 log lines, 0 warnings, [n] API calls |

");
    let cases = [
        (
            &["--nonsense", "migrate"][..],
            "unexpected argument '--nonsense' found",
        ),
        (&["chekc"], "`chekc` is very like the verb `check`"),
        (&["--on-interrupt", "x", "migrate"], "on-interrupt"),
        (&["attach", "no id"], "no id"),
    ];
    at_once(cases, |(words, error)| {
        let bench = Setting::of("").start();
        let ran = tool(&bench).run(words);
        ran.exits(2).says(&["error: ", error]);
        let begin = "::error title=run-admin-task%3A never-started%2C exit status 2::";
        let message = ran.stdout.strip_prefix(begin);
        assert!(
            message.is_some_and(|message| message.contains(error)),
            "{ran}"
        );
        assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
        has_outputs(
            &bench.read("outputs"),
            ["", "", "2", "never-started", "", ""],
        );
        // Asked for by a word, before anything else is read.
        let ran = bench.run(&[&["--output=github"], words].concat());
        assert!(ran.stdout.starts_with(begin), "{ran}");
        let ran = tool(&bench).run(&[&["--output", "plain"], words].concat());
        assert_eq!(ran.stdout, "", "{ran}");
        assert!(bench.emulator.calls().is_empty());
    });
}

fn a_warning_interrupts_the_group() {
    let bench = Setting::of("echo before; sleep 4; echo ::error::after; exit 3").start();
    let mut running = tool(&bench).start(&["migrate"]);
    running.until_stdout_has("before\n");
    bench.emulator.go_down();
    running.until_stdout_has("::warning ");
    bench.emulator.come_up();
    let ran = running.end();
    ran.exits(3).does_not_say("warning: ");
    let lines: Vec<_> = ran.stdout.lines().collect();
    let stops = lines
        .iter()
        .filter_map(|line| line.strip_prefix("::stop-commands::"));
    let [first, second] = stops.collect::<Vec<_>>()[..] else {
        panic!("not two stops\n{ran}");
    };
    assert_ne!(first, second, "{ran}");
    let at = |wanted: &str| lines.iter().position(|line| line.starts_with(wanted));
    let order = [
        "before",
        &format!("::{first}::"),
        "::warning title=run-admin-task migrate::ECS: no answer for ",
        &format!("::stop-commands::{second}"),
        "::error::after",
        &format!("::{second}::"),
        "::endgroup::",
        "::error title=migrate%3A container-failed%2C exit status 3::",
    ];
    let order = order.map(|line| at(line).unwrap_or_else(|| panic!("no `{line}`\n{ran}")));
    assert!(order.is_sorted(), "{order:?}\n{ran}");
    let summary = bench.read("summary.md");
    assert!(
        summary.contains("\n- Warning: ECS: no answer for "),
        "{summary}"
    );
}

fn a_job_that_is_cancelled_leaves_nothing_stopped() {
    let bench = Setting::of("echo ready; sleep 20").start();
    let mut running = tool(&bench).start(&["migrate"]);
    running.until_stdout_has("ready\n");
    running.until_stderr_has("RUNNING after");
    running.signal("TERM");
    running.end().is("\
::group::container `admin`: migrate (task [task])
::stop-commands::[token]
ready
::[token]::
::warning title=run-admin-task migrate::SIGTERM: leaving the task running%0Athe task is arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]%0Ato follow it:   run-admin-task attach arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]%0Ato see its log: run-admin-task logs arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]%0Ato stop it:     run-admin-task stop arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
::endgroup::
::error title=migrate%3A detached%2C exit status 143::left: the task goes on%0Athe task was left running: arn:aws:ecs:us-east-1:000000000000:task/everruns/[task]
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
PENDING after [time]
RUNNING after [time]
the log is not complete: the run was left before its end
left: the task goes on
--- exit status 143
");
    let outputs = outputs(&bench.read("outputs"));
    assert!(
        outputs.contains(&("outcome".into(), "detached".into())),
        "{outputs:?}"
    );
}

fn a_file_holds_the_containers_output_and_nothing_else() {
    let bench = Setting::of("echo one; printf '\\033[1mtwo\\n'; exit 3").start();
    let script = r#""$0" -q migrate-info > status.txt"#;
    tool(&bench).run_in_bash(script).is("\
--- stderr
failed: container `admin` exited 3
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 3
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
::error title=migrate-info%3A container-failed%2C exit status 3::failed: container `admin` exited 3%0Astopped reason: EssentialContainerExited: Essential container in task exited%0Acontainer `admin`: exited 3
--- exit status 3
");
    assert_eq!(bench.read("status.txt"), "one\ntwo\n");
    let script = r#""$0" --output github -q migrate-info > status.txt"#;
    tool(&bench)
        .run_in_bash(script)
        .exits(3)
        .does_not_say("::error");
    let text = bench.read("status.txt");
    let begin = "\
::group::container `admin`: migrate-info (task [task])
::stop-commands::[token]
one
two
::[token]::
::endgroup::
::error title=migrate-info%3A container-failed%2C exit status 3::";
    assert!(text.starts_with(begin), "{text}");
}

fn files_that_cannot_be_written_are_told() {
    let bench = Setting::of("echo one").start();
    fs::create_dir(bench.folder().join("summary.md")).expect("a folder");
    fs::create_dir(bench.folder().join("outputs")).expect("a folder");
    tool(&bench).run(&["-q", "migrate"]).is("\
::group::container `admin`: migrate (task [task])
::stop-commands::[token]
one
::[token]::
::endgroup::
::warning title=run-admin-task migrate::the step's summary cannot be written: Is a directory (os error 21)
::warning title=run-admin-task migrate::the step's outputs cannot be written: Is a directory (os error 21)
--- stderr
--- exit status 0
");
}

/// Writes what somebody may want a runner, a page or a terminal to obey.
pub(super) const HOSTILE: &str = r"printf '%b' '
::error::x
::set-output name=a::b
::stop-commands::x
::x::
##[error]x
``````````
<script>alert(1)</script>
postgres://ana:s3cret@db/app
\033]0;t\007
\033[2J
section_end:0:x\r\033[0K
--- a
+++ b
^^^ +++
\033[31m~~~ c\033[0m
\000
'; head -c 1000000 /dev/zero | tr '\000' x; exit 3";

fn hostile_lines_are_shown_and_not_obeyed() {
    let bench = Setting::of(HOSTILE).start();
    let ran = tool(&bench).run(&["-q", "migrate"]);
    ran.exits(3);
    let lines: Vec<_> = ran.stdout.lines().collect();
    let token = lines[1].strip_prefix("::stop-commands::").expect("a stop");
    let end = format!("::{token}::");
    let ends: Vec<_> = lines
        .iter()
        .copied()
        .filter(|line| line.contains(token))
        .collect();
    assert_eq!(ends, [lines[1], end.as_str()], "{ran}");
    let shown = [
        "::error::x",
        "::set-output name=a::b",
        "::stop-commands::x",
        "::x::",
        "#\u{200b}#[error]x",
        "``````````",
        "<script>alert(1)</script>",
        "postgres://ana:***@db/app",
        "^[]0;t^G",
        "^[[2J",
        "section_end:0:x^M^[[0K",
        "--- a",
        "+++ b",
        "^^^ +++",
        "\u{1b}[31m~~~ c\u{1b}[0m",
        "^@",
    ];
    assert_eq!(lines[2..2 + shown.len()], shown, "{ran}");
    let xs: String = lines[2 + shown.len()..]
        .iter()
        .take_while(|line| **line != end)
        .copied()
        .collect();
    assert!(xs.len() == 1_000_000 && xs.bytes().all(|byte| byte == b'x'));
    let summary = bench.read("summary.md");
    assert!(summary.len() < 64 * 1024, "{}", summary.len());
    let fence = "`".repeat(11);
    assert_eq!(summary.matches(&fence).count(), 2, "{summary}");
    assert!(
        summary.contains("\npostgres://ana:***@db/app\n^[]0;t^G\n"),
        "{summary}"
    );
    assert!(
        !summary.contains("s3cret") && !summary.contains('\u{1b}'),
        "{summary}"
    );
}

fn the_verbs_about_tasks_speak_the_same_way() {
    let bench = Setting::of("echo ::error::x; exit 3").start();
    bench.run(&["migrate"]).exits(3);
    let task = bench.emulator.tasks().remove(0);
    let ran = tool(&bench).run(&["-q", "attach", &task.id]);
    ran.exits(3);
    assert!(
        ran.stdout.starts_with(&format!(
            "::group::container `admin`: migrate (task {})\n",
            task.id
        )),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("::error title=migrate%3A container-failed%2C exit status 3::"),
        "{ran}"
    );
    fs::remove_file(bench.folder().join("outputs")).expect("attach left it");
    fs::remove_file(bench.folder().join("summary.md")).expect("attach left it");
    tool(&bench)
        .run(&["-q", "logs", "--follow", &task.id])
        .is("\
::group::container `admin`
::stop-commands::[token]
::error::x
::[token]::
::endgroup::
--- stderr
--- exit status 0
");
    let ran = tool(&bench).run(&["-q", "ps"]);
    ran.exits(0).does_not_say("::");
    assert!(ran.stdout.starts_with("  TASK "), "{ran}");
    // A list is no run: outputs of an earlier one stay.
    assert!(!bench.folder().join("outputs").exists());
    assert!(!bench.folder().join("summary.md").exists());
    let refused = json!({"faults": [fault("ListTasks", &denied("ecs:ListTasks"))]});
    bench.change(&refused);
    let ran = tool(&bench).run(&["ps"]);
    ran.exits(125);
    assert!(
        ran.stdout
            .starts_with("::error title=run-admin-task%3A tool-failed%2C exit status 125::"),
        "{ran}"
    );
}

fn a_json_line_is_nothing_to_interpret() {
    let bench = Setting::of("echo '##[error]x'; exit 3").start();
    let ran = tool(&bench).run(&["--output", "json", "migrate"]);
    ran.exits(3);
    assert!(!ran.stdout.contains("##["), "{ran}");
    let mut events = ran.events().into_iter();
    let line = events
        .find(|event| event["type"] == "log")
        .unwrap_or(Value::Null);
    assert_eq!(line["message"], "##[error]x", "{ran}");
    assert!(!bench.folder().join("outputs").exists());
}

fn what_stays_on_this_machine_is_nothing_to_interpret() {
    let bench = Setting::of("exit 3").start();
    let word = "##[error]x\u{202e}";
    bench.run(&["-q", "--drain", "0s", "run", word]).exits(3);
    let tag = format!("a={word}");
    for words in [
        &["history"][..],
        &["--output", "json", "history"],
        &["history", "show", "2"],
        &["--output", "json", "history", "show", "2"],
        &["--tag", &tag, "config"],
        &["--output", "json", "--tag", &tag, "config"],
        &["--dry-run", "run", word],
        &["--output", "json", "--dry-run", "run", word],
    ] {
        let ran = tool(&bench).run(words);
        ran.exits(0).does_not_say("##[");
        assert!(!ran.stdout.contains("##["), "{words:?}\n{ran}");
        assert!(ran.stdout.contains("[error]"), "{words:?}\n{ran}");
        assert!(!ran.stdout.contains('\u{202e}'), "{words:?}\n{ran}");
    }
}

fn a_verb_that_fails_on_this_machine_is_annotated() {
    let bench = Setting::of("").start();
    let ran = tool(&bench).run(&["man", "--dir", "nowhere"]);
    ran.exits(125).says(&["error: the pages cannot be written"]);
    let begin = "::error title=run-admin-task%3A tool-failed%2C exit status 125::";
    assert!(ran.stdout.starts_with(begin), "{ran}");
    assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
    bench.run(&["-q", "--drain", "0s", "migrate"]).exits(0);
    let runs = bench.folder().join(".local/state/run-admin-task/runs");
    let record = fs::read_dir(runs).expect("records").next();
    let record = record.expect("one").expect("a file").path();
    fs::write(&record, "broken").expect("written");
    let ran = tool(&bench).run(&["history"]);
    ran.exits(0).does_not_say("warning: ");
    let warning = "::warning title=run-admin-task::";
    assert_eq!(ran.stdout.matches(warning).count(), 1, "{ran}");
}
