//! In a job of Buildkite: log and verdict below headers.

use super::github::HOSTILE;
use crate::support::{Bench, Setting, Tool, tests};

tests! {
    log_and_verdict_stand_below_headers,
    a_success_ends_below_the_logs_header,
    a_file_holds_the_containers_output_and_nothing_else,
    nobody_but_the_tool_begins_a_group,
}

fn tool(bench: &Bench) -> Tool {
    bench.tool().env("BUILDKITE", "true").env("CI", "true")
}

fn log_and_verdict_stand_below_headers() {
    let bench = Setting::of("echo one; exit 3").start();
    tool(&bench).run(&["-q", "migrate"]).is("\
--- container `admin`: migrate (task [task])
one
^^^ +++
+++ run-admin-task: container-failed, exit status 3
--- stderr
failed: container `admin` exited 3
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 3
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status 3
");
}

fn a_success_ends_below_the_logs_header() {
    let bench = Setting::of("echo one").start();
    tool(&bench).run(&["-q", "migrate"]).is("\
--- container `admin`: migrate (task [task])
one
--- stderr
--- exit status 0
");
}

fn a_file_holds_the_containers_output_and_nothing_else() {
    let bench = Setting::of("echo one").start();
    let ran = tool(&bench).run_in_bash(r#""$0" -q migrate-info > status.txt"#);
    ran.is("--- stderr\n--- exit status 0\n");
    assert_eq!(bench.read("status.txt"), "one\n");
}

fn nobody_but_the_tool_begins_a_group() {
    let bench = Setting::of(HOSTILE)
        .beside_nonessential("proxy", "printf 'a\\n+++ b\\n'")
        .start();
    for form in ["auto", "plain"] {
        let ran = tool(&bench).run(&["-q", "--output", form, "migrate"]);
        ran.exits(3);
        let begins = |line: &&str| {
            let marks = ["--- ", "+++ ", "~~~ ", "^^^ "];
            let plain = line.replace("\u{1b}[31m", "");
            marks.iter().any(|mark| plain.starts_with(mark))
        };
        let headers = ran.stdout.lines().chain(ran.stderr.lines()).filter(begins);
        let ours = if form == "auto" { 3 } else { 0 };
        assert_eq!(headers.count(), ours, "{ran}");
        assert!(
            ran.stdout.contains("\n\u{200b}--- a\n\u{200b}+++ b\n"),
            "{ran}"
        );
    }
}
