//! Lines for people and pipes: the container's on stdout, the tool's own on stderr.

use std::path::Path;

use serde_json::json;

use crate::support::{Setting, at_once, shape, tests};

tests! {
    stdout_holds_the_containers_output_and_nothing_else,
    quiet_leaves_stderr_empty_after_a_success_alone,
    verbose_tells_where_the_time_went_and_what_was_asked_of_aws,
    log_lines_carry_their_time_stamps_if_wanted,
    nobody_is_left_in_silence,
    a_slow_answer_of_aws_is_no_silence_either,
    whoever_stops_reading_changes_nothing_of_the_exit_code,
    whoever_stops_listening_changes_nothing_either,
    output_that_cannot_be_written_is_told,
}

fn stdout_holds_the_containers_output_and_nothing_else() {
    let bench = Setting::of("echo one; echo two >&2; sleep 1.2; printf three")
        .beside_nonessential("proxy", "echo at your service")
        .start();
    let script =
        r#""$0" migrate > out.txt 2> err.txt; echo "$?"; cat out.txt; echo; cat err.txt >&2"#;
    let ran = bench.tool().run_in_bash(script);
    ran.prints(&["0", "one", "two", "three", ""])
        .says(&["[proxy] at your service\n", "succeeded: "]);
}

fn quiet_leaves_stderr_empty_after_a_success_alone() {
    let bench = Setting::of("echo hello; exit ${1#exit-}").start();
    bench
        .run(&["-q", "exit-0"])
        .is("hello\n--- stderr\n--- exit status 0\n");
    bench.run(&["-q", "exit-3"]).is("\
hello
--- stderr
failed: container `admin` exited 3
stopped reason: EssentialContainerExited: Essential container in task exited
container `admin`: exited 3
log: /ecs/everruns-admin admin/admin/[task] (us-east-1)
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
--- exit status 3
");
}

fn verbose_tells_where_the_time_went_and_what_was_asked_of_aws() {
    let ran = Setting::of("echo hello").start().run(&["-v", "migrate"]);
    let calls = ran
        .stderr
        .lines()
        .filter(|line| line.contains(": 200 after "));
    let calls: Vec<_> = calls
        .map(|call| shape(call.split_at(call.len() - 36).0))
        .collect();
    assert!(
        calls
            .iter()
            .any(|call| call.starts_with("RunTask: 000 after ")
                && call.ends_with(" ms, request id ")),
        "{ran}"
    );
    ran.exits(0).prints(&["hello"]).says(&[
        "time: provisioning [time], image pull [time], pending [time], running [time], stopping [time], in all [time]\n",
        "requests: DescribeTaskDefinition 1, DescribeTasks ",
        ", RunTask 1\n",
    ]);
}

fn log_lines_carry_their_time_stamps_if_wanted() {
    let bench = Setting::of("echo hello").start();
    let ran = bench.run(&["--timestamps", "migrate"]);
    ran.exits(0);
    assert_eq!(shape(&ran.stdout), "0000-00-00T00:00:00.000Z hello\n");
    let tool = bench.tool().env("TZ", "Asia/Kolkata");
    let ran = tool.run(&["--timestamps=local", "migrate"]);
    ran.exits(0);
    assert_eq!(shape(&ran.stdout), "0000-00-00T00:00:00.000+00:00 hello\n");
    assert!(ran.stdout.contains("+05:30 "), "{ran}");
}

fn nobody_is_left_in_silence() {
    let slow = json!({"phases": {"provisioning_ms": 16_000}});
    let cases = [
        (
            Setting::of("sleep 16"),
            "RUNNING after [time]: the container is running, nothing new in its log",
        ),
        (
            Setting::of("").scenario(&slow),
            "PROVISIONING after [time]: waiting for capacity and a network interface",
        ),
    ];
    at_once(cases, |(setting, line)| {
        let ran = setting.start().run(&["--drain", "0s", "migrate"]);
        ran.exits(0).says(&[&format!("\n{line}\n")]);
    });
}

fn a_slow_answer_of_aws_is_no_silence_either() {
    let late =
        json!({"operation": "DescribeTaskDefinition", "action": {"kind": "latency", "ms": 11_000}});
    let ran = Setting::of("echo hello")
        .scenario(&json!({"faults": [late]}))
        .start()
        .run(&["migrate"]);
    ran.exits(0)
        .prints(&["hello"])
        .says(&["waiting for the task definition\n"]);
}

fn whoever_stops_reading_changes_nothing_of_the_exit_code() {
    let script =
        "for n in $(seq 0 9); do seq $((n * 300 + 1)) $((n * 300 + 300)); sleep 0.2; done; exit 3";
    let piped = |pipe: &str, line: &str| {
        let bench = Setting::of(script).start();
        let script = format!(r#""$0" migrate {pipe} | head -n 1; exit "${{PIPESTATUS[0]}}""#);
        let ran = bench.tool().run_in_bash(&script);
        ran.exits(3);
        assert!(ran.stdout.starts_with(line), "{ran}");
        assert_eq!(bench.calls("StopTask"), 0);
    };
    let dropped = |form: &str| {
        let bench = Setting::of(script).start();
        let ran = bench.tool().read_for(1).run(&["--output", form, "migrate"]);
        let lines = ran.stdout.lines().count();
        assert_eq!((ran.status, lines), (3, 1), "{ran}");
        assert_eq!(bench.calls("StopTask"), 0);
    };
    at_once(["stdout", "both", "plain", "json"], |case| match case {
        "stdout" => piped("", "1\n"),
        "both" => piped("2>&1", "started task "),
        form => dropped(form),
    });
}

fn whoever_stops_listening_changes_nothing_either() {
    let script =
        "for n in $(seq 0 9); do seq $((n * 300 + 1)) $((n * 300 + 300)); sleep 0.2; done; exit 3";
    let numbers: Vec<_> = (1..=3_000).map(|number| number.to_string()).collect();
    at_once(["stderr", "both", "closed"], |case| {
        let bench = Setting::of(script).start();
        let tool = bench.tool();
        let ran = match case {
            "stderr" => tool.hear_for(1).run(&["migrate"]),
            "both" => tool.hear_for(1).read_for(1).run(&["migrate"]),
            _ => tool.run_in_bash(r#""$0" migrate 2>&-"#),
        };
        ran.exits(3);
        match case {
            "stderr" => {
                ran.prints(&numbers);
                assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
            }
            "both" => assert_eq!(ran.stdout, "1\n", "{ran}"),
            _ => {
                ran.prints(&numbers);
                assert_eq!(ran.stderr, "", "{ran}");
            }
        }
        assert_eq!(bench.calls("StopTask"), 0);
        assert_eq!(bench.emulator.tasks()[0].exit_codes, [Some(3)]);
    });
}

fn output_that_cannot_be_written_is_told() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let bench = Setting::of("echo hello; exit 3").start();
    let ran = bench.tool().run_in_bash(r#""$0" migrate > /dev/full"#);
    ran.exits(3).says(&["No space left on device"]);
}
