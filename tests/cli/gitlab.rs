//! In a job of GitLab CI: the log in a section that can be folded.

use super::github::HOSTILE;
use crate::support::{Bench, Setting, Tool, tests};

tests! {
    the_log_stands_in_a_section,
    a_file_holds_the_containers_output_and_nothing_else,
    a_job_that_is_cancelled_closes_its_section,
    nobody_but_the_tool_ends_the_section,
}

const SECTION: &str = "\u{1b}[0Ksection_";

fn tool(bench: &Bench) -> Tool {
    bench.tool().env("GITLAB_CI", "true").env("CI", "true")
}

fn the_log_stands_in_a_section() {
    let bench = Setting::of("printf '\\033[32mone\\033[0m\\n'; exit 3").start();
    tool(&bench).run(&["-q", "migrate"]).is("\
\u{1b}[0Ksection_start:[second]:run_admin_task_[task][collapsed=false]\r\u{1b}[0Kcontainer `admin`: migrate (task [task])
\u{1b}[32mone\u{1b}[0m
\u{1b}[0Ksection_end:[second]:run_admin_task_[task]\r\u{1b}[0K
--- stderr
failed: container `admin` exited 3
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 3
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status 3
");
    let ran = tool(&bench).env("NO_COLOR", "1").run(&["-q", "migrate"]);
    assert!(ran.stdout.contains("\none\n"), "{ran}");
    let ran = tool(&bench).run(&["--nonsense"]);
    ran.exits(2)
        .prints::<&str>(&[])
        .says(&["error: unexpected argument"]);
}

fn a_file_holds_the_containers_output_and_nothing_else() {
    let bench = Setting::of("echo one").start();
    let ran = tool(&bench).run_in_bash(r#""$0" -q migrate-info > status.txt"#);
    ran.is("--- stderr\n--- exit status 0\n");
    assert_eq!(bench.read("status.txt"), "one\n");
    let ran = bench
        .tool()
        .run_in_bash(r#""$0" --output gitlab -q migrate-info > status.txt"#);
    ran.exits(0);
    assert_eq!(bench.read("status.txt").matches(SECTION).count(), 2);
}

fn a_job_that_is_cancelled_closes_its_section() {
    let bench = Setting::of("echo ready; sleep 20").start();
    let mut running = tool(&bench).start(&["migrate"]);
    running.until_stdout_has("ready\n");
    running.until_stderr_has("RUNNING after");
    running.signal("TERM");
    let ran = running.end();
    ran.exits(143)
        .says(&["to follow it:   run-admin-task attach arn:"]);
    let last = ran.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("{SECTION}end:")), "{ran}");
}

fn nobody_but_the_tool_ends_the_section() {
    let bench = Setting::of(HOSTILE).start();
    let ran = tool(&bench).run(&["-q", "migrate"]);
    ran.exits(3);
    assert_eq!(ran.stdout.matches(SECTION).count(), 2, "{ran}");
    assert_eq!(ran.stdout.matches('\r').count(), 2, "{ran}");
    assert!(ran.stdout.contains("\nsection_end:0:x^M^[[0K\n"), "{ran}");
    assert!(ran.stdout.contains("\n::error::x\n"), "{ran}");
}
