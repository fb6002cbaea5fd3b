//! Following the task: each line of its log once and in order, however late and in whatever
//! pieces it comes.

use serde_json::{Value, json};

use crate::support::{GROUP, Ran, Setting, at_once, tests};

tests! {
    steady_lines_come_once_and_in_order,
    the_last_instant_is_shown_though_it_can_be_read_late,
    a_late_stream_is_waited_for,
    pages_and_tokens_are_as_cloudwatch_has_them,
    a_task_that_ecs_does_not_know_yet_is_waited_for_in_patience,
    a_log_that_cannot_be_shown_is_said_once_and_the_exit_code_is_still_told,
    a_stream_of_another_region_and_one_without_a_prefix_are_found,
    a_drain_of_no_time_still_shows_what_can_be_read_at_the_end,
    a_log_that_is_left_early_is_not_called_complete,
    long_lines_and_odd_characters_arrive_and_escape_sequences_do_not,
}

fn numbers(last: usize) -> Vec<String> {
    (1..=last).map(|number| number.to_string()).collect()
}

/// A run that succeeds, and prints the numbers up to this one and nothing else.
#[track_caller]
fn is_whole(ran: &Ran, last: usize) {
    ran.exits(0)
        .prints(&numbers(last))
        .says(&["\nsucceeded: container `admin` exited 0 ("])
        .does_not_say("warning:")
        .does_not_say("not complete");
}

fn steady_lines_come_once_and_in_order() {
    let script =
        "for n in $(seq 0 24); do seq $((n * 1000 + 1)) $((n * 1000 + 1000)); sleep 0.1; done";
    let ran = Setting::of(script).start().run(&["migrate"]);
    is_whole(&ran, 25_000);
}

fn the_last_instant_is_shown_though_it_can_be_read_late() {
    let late = json!({"logs": {"last_instant_delay_ms": 2_500}});
    at_once(["seq 2000", "seq 100; sleep 2; seq 101 2000"], |script| {
        let ran = Setting::of(script)
            .scenario(&late)
            .start()
            .run(&["migrate"]);
        is_whole(&ran, 2_000);
    });
}

fn a_late_stream_is_waited_for() {
    let logs = [
        json!({"delay_ms": 5_000}),
        json!({"delay_ms": 5_000, "delay_in_ingestion_time": false}),
        json!({"stream_delay_ms": 5_000}),
    ];
    let scripts = ["seq 300", "seq 100; sleep 6; seq 101 300"];
    let cases = logs
        .iter()
        .flat_map(|logs| scripts.map(|script| (logs, script)));
    at_once(cases, |(logs, script)| {
        let setting = Setting::of(script).scenario(&json!({"logs": logs}));
        let ran = setting.start().run(&["migrate"]);
        is_whole(&ran, 300);
    });
}

fn pages_and_tokens_are_as_cloudwatch_has_them() {
    let logs = [
        json!({"page_events": 100, "empty_pages": 3}),
        json!({"page_bytes": 1_000}),
        json!({"page_events": 1}),
        json!({"page_events": 150, "same_timestamp": true}),
        json!({"page_events": 100, "token_life": 3}),
        json!({"page_events": 400, "token_life": 4, "same_timestamp": true}),
        json!({"page_events": 70, "token_life": 40, "empty_pages": 2, "delay_ms": 700}),
    ];
    at_once(logs, |logs| {
        let script =
            "for n in 0 1 2 3 4; do seq $((n * 200 + 1)) $((n * 200 + 200)); sleep 0.3; done";
        let setting = Setting::of(script).scenario(&json!({"logs": logs}));
        let ran = setting.start().run(&["migrate"]);
        is_whole(&ran, 1_000);
    });
}

fn a_task_that_ecs_does_not_know_yet_is_waited_for_in_patience() {
    let bench = Setting::of("seq 3; sleep 1")
        .scenario(&json!({"visible_after_ms": 3_000}))
        .start();
    let ran = bench.run(&["migrate"]);
    is_whole(&ran, 3);
    ran.says(&["\nPENDING after ", "\nRUNNING after "]);
}

fn a_log_that_cannot_be_shown_is_said_once_and_the_exit_code_is_still_told() {
    let elsewhere = json!({"logDriver": "awsfirelens", "options": {"Name": "datadog"}});
    let cases = [
        (
            Value::Null,
            "the log of container `admin` cannot be shown: the task definition gives it no log configuration",
        ),
        (
            elsewhere,
            "the log of container `admin` cannot be shown: it goes to the log driver `awsfirelens`, which this tool cannot read",
        ),
    ];
    at_once(cases, |(log, why)| {
        let bench = Setting::of("echo unseen; exit 3")
            .admin(&json!({"logConfiguration": log}))
            .start();
        let ran = bench.run(&["migrate"]);
        ran.exits(3).prints::<&str>(&[]).says(&[
            &format!("\nwarning: {why}\n"),
            "\nfailed: container `admin` exited 3\n",
        ]);
        assert_eq!(ran.stderr.matches(why).count(), 1, "{ran}");
        assert_eq!(bench.calls("GetLogEvents"), 0);

        let ran = bench.run(&["--output", "json", "migrate"]);
        let logs = json!({"lines": 0, "complete": false, "note": why});
        assert_eq!(ran.exits(3).finished()["logs"], logs, "{ran}");
        let started = &ran.events()[0];
        assert_eq!(
            (&started["log_group"], &started["log_stream"]),
            (&Value::Null, &Value::Null)
        );
    });
}

fn a_stream_of_another_region_and_one_without_a_prefix_are_found() {
    let options = json!({"awslogs-group": GROUP, "awslogs-region": "eu-central-1"});
    let bench = Setting::of("seq 3; sleep 1")
        .admin(&json!({"logConfiguration": {"logDriver": "awslogs", "options": options}}))
        .start();
    let ran = bench.run(&["migrate"]);
    is_whole(&ran, 3);
}

fn a_drain_of_no_time_still_shows_what_can_be_read_at_the_end() {
    let ran = Setting::of("seq 3")
        .start()
        .run(&["--drain", "0s", "migrate"]);
    is_whole(&ran, 3);
}

fn a_log_that_is_left_early_is_not_called_complete() {
    let late = json!({"logs": {"stream_delay_ms": 9_000}});
    let bench = Setting::of("seq 3; exit 3").scenario(&late).start();
    let ran = bench.run(&["--drain", "1s", "--output", "json", "migrate"]);
    let logs = &ran.exits(3).finished()["logs"];
    assert_eq!(
        (&logs["lines"], &logs["complete"]),
        (&json!(0), &json!(false)),
        "{ran}"
    );
    assert!(
        logs["note"]
            .as_str()
            .is_some_and(|note| note.contains("never appeared")),
        "{ran}"
    );
}

fn long_lines_and_odd_characters_arrive_and_escape_sequences_do_not() {
    let script = r"printf 'tab\t. \033[31mred\033[0m \033[2J é 🚀 trailing  \n'; head -c 200000 /dev/zero | tr '\0' x; echo; echo '::error::x'";
    let ran = Setting::of(script).start().run(&["migrate"]);
    let long = "x".repeat(200_000);
    ran.exits(0)
        .prints(&["tab\t. red ^[[2J é 🚀 trailing  ", &long, "::error::x"]);
}
