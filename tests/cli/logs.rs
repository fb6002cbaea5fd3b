//! `logs`: the log of one container, also of a task that ECS has forgotten.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::support::{Bench, GROUP, Setting, at_once, poll, tests};

tests! {
    the_log_of_a_forgotten_task_by_its_id_and_by_a_beginning,
    every_page_is_read_whatever_it_holds,
    a_running_container_is_not_waited_for_unless_that_is_wanted,
    what_may_still_come_of_a_container_that_has_just_ended_is_said,
    following_goes_on_until_the_container_has_ended,
    following_waits_for_a_container_that_has_not_started,
    a_signal_ends_the_following_and_leaves_the_task_alone,
    a_reader_that_has_read_enough_ends_the_following,
    since_begins_at_a_time,
    another_container_by_name,
    what_is_missing_is_named_with_what_to_check,
    a_container_that_never_ran_has_no_log,
    trouble_on_the_way_costs_no_line,
    lasting_trouble_is_told,
    a_refusal_says_what_to_allow,
    the_event_stream_has_log_and_finished_alone,
}

const ID: &str = "0123456789abcdef0123456789abcdef";

/// Milliseconds since the epoch, this many seconds ago.
fn ago(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_millis();
    i64::try_from(now).expect("a sound clock") - seconds * 1_000
}

/// Gives a task of this id a log that its ECS has forgotten the rest of.
fn has_log(bench: &Bench, id: &str, lines: &[(i64, &str)]) {
    let lines = lines
        .iter()
        .map(|(seconds, text)| (ago(*seconds), (*text).to_owned()));
    let stream = format!("admin/admin/{id}");
    bench
        .emulator
        .put_log_events(GROUP, &stream, lines.collect());
}

fn the_log_of_a_forgotten_task_by_its_id_and_by_a_beginning() {
    let bench = Setting::of("seq 3; exit 3").start();
    bench.run(&["--drain", "0s", "migrate"]).exits(3);
    let id = bench.emulator.tasks().remove(0).id;
    bench.is_stopped(&id);
    bench.change(&json!({"forget_after_ms": 0}));
    bench.run(&["attach", &id]).exits(2);
    at_once([&id, &id[..8]], |name| {
        for words in [&["logs", name][..], &["logs", "--follow", name]] {
            bench
                .run(words)
                .is("1\n2\n3\n--- stderr\n--- exit status 0\n");
        }
    });
    let other = format!("{}{}", &id[..8], &ID[8..]);
    has_log(&bench, &other, &[(9, "another")]);
    let mut ids = [other.as_str(), &id];
    ids.sort_unstable();
    let ran = bench.run(&["logs", &id[..8]]);
    ran.exits(2).prints::<&str>(&[]).says(&[
        "` may be any of these tasks, whose logs are in /ecs/everruns-admin (us-east-1):\n  [task]\n  [task]\n",
        "hint: type more of the id\n",
    ]);
    bench.run(&["logs", "x9"]).is("\
--- stderr
error: there is no task `x9` among those of family everruns-admin on cluster everruns (us-east-1)
hint: run-admin-task ps --region us-east-1 --cluster everruns --task-definition everruns-admin lists the tasks; --cluster, --task-definition, --region and --profile say where it looks
hint: no log stream of group /ecs/everruns-admin (us-east-1) begins with admin/admin/x9
--- exit status 2
");
}

fn every_page_is_read_whatever_it_holds() {
    let pages = json!({"logs": {"page_events": 3, "empty_pages": 2, "token_life": 7}});
    let bench = Setting::of("").scenario(&pages).start();
    let texts: Vec<_> = (0..20).map(|number| format!("line {number}")).collect();
    let lines = texts.iter().zip((0..20).rev());
    let lines: Vec<_> = lines.map(|(text, ago)| (ago, text.as_str())).collect();
    has_log(&bench, ID, &lines);
    bench.run(&["logs", ID]).exits(0).prints(&texts);
}

fn a_running_container_is_not_waited_for_unless_that_is_wanted() {
    let bench = Setting::of("echo one; echo two >&2; exec sleep 50").start();
    let id = bench.running_task(&["migrate"]);
    poll(|| {
        let ran = bench.run(&["logs", &id[..8]]);
        if ran.stdout == "one\ntwo\n" {
            ran.is("\
one
two
--- stderr
the log is not complete: container `admin` is still running; --follow shows what it writes later
--- exit status 0
");
            return Ok(());
        }
        Err(ran.to_string())
    });
}

fn what_may_still_come_of_a_container_that_has_just_ended_is_said() {
    let bench = Setting::of("echo one").start();
    bench.run(&["migrate"]).exits(0);
    let id = bench.emulator.tasks().remove(0).id;
    bench.run(&["logs", &id]).is("\
one
--- stderr
the log is not complete: container `admin` may have ended a moment ago, and its last lines may be on their way; --follow waits for them
--- exit status 0
");
    bench
        .run(&["logs", "--follow", &id])
        .is("one\n--- stderr\n--- exit status 0\n");
}

fn following_goes_on_until_the_container_has_ended() {
    let bench = Setting::of("echo one; sleep 2; echo two; exit 3")
        .beside_nonessential("proxy", "echo at your service")
        .start();
    let id = bench.running_task(&["migrate"]);
    bench
        .run(&["logs", "--follow", &id])
        .is("one\ntwo\n--- stderr\n--- exit status 0\n");
}

fn following_waits_for_a_container_that_has_not_started() {
    let slow = json!({"phases": {"provisioning_ms": 3_000}});
    let bench = Setting::of("echo one").scenario(&slow).start();
    let mut starter = bench.start(&["migrate"]);
    starter.until_stderr_has("PROVISIONING");
    drop(starter);
    let id = bench.emulator.tasks().remove(0).id;
    bench.run(&["logs", &id]).is("\
--- stderr
error: log stream admin/admin/[task] does not exist in log group /ecs/everruns-admin (us-east-1)
hint: container `admin` has not started yet (PROVISIONING): --follow waits for it
--- exit status 125
");
    bench
        .run(&["logs", "-f", &id])
        .is("one\n--- stderr\n--- exit status 0\n");
}

fn a_signal_ends_the_following_and_leaves_the_task_alone() {
    at_once([("INT", 130), ("TERM", 143)], |(signal, exit)| {
        let bench = Setting::of("echo ready; exec sleep 50").start();
        let id = bench.running_task(&["report"]);
        let mut running = bench.start(&["logs", "--follow", &id]);
        running.until_stdout_has("ready\n");
        running.signal(signal);
        let ran = running.end();
        ran.is(&format!(
            "ready\n--- stderr\nthe log is not complete: SIG{signal}: left before its end\n--- exit status {exit}\n"
        ));
        assert_eq!(bench.calls("StopTask"), 0);
    });
}

fn a_reader_that_has_read_enough_ends_the_following() {
    let bench = Setting::of("while :; do echo more; sleep 0.1; done").start();
    let id = bench.running_task(&["report"]);
    let ran = bench.tool().read_for(1).run(&["logs", "--follow", &id]);
    ran.exits(0).prints(&["more"]);
}

fn since_begins_at_a_time() {
    let bench = Setting::of("").start();
    has_log(&bench, ID, &[(7_200, "old"), (300, "new"), (5, "newest")]);
    let ran = bench.run(&["logs", "--since", "10m", ID]);
    ran.is("\
new
newest
--- stderr
the log is not complete: lines before [time stamp] were left out (--since)
--- exit status 0
");
    let calls = bench.emulator.calls();
    let reads: Vec<_> = calls
        .iter()
        .filter(|call| call.operation == "GetLogEvents")
        .collect();
    assert!(reads[0].body["startTime"].is_i64(), "{reads:#?}");
    bench.run(&["logs", "--since", "soon", ID]).is("\
--- stderr
error: --since: `soon` cannot be taken
hint: write a duration such as 90s, 10m or 2h
--- exit status 2
");
}

fn another_container_by_name() {
    let bench = Setting::of("echo ready; exec sleep 50")
        .beside_nonessential("proxy", "echo at your service")
        .start();
    let id = bench.running_task(&["migrate"]);
    let ran = bench.run(&["logs", "--follow", "--container", "proxy", &id]);
    ran.is("at your service\n--- stderr\n--- exit status 0\n");
    bench.run(&["logs", "--container", "web", &id]).exits(2);
}

fn what_is_missing_is_named_with_what_to_check() {
    Setting::of("").start().run(&["logs", ID]).is("\
--- stderr
error: log stream admin/admin/[task] does not exist in log group /ecs/everruns-admin (us-east-1)
hint: ECS does not know the task (any longer): check its id, --container and --task-definition
hint: --region and --profile say where it is looked for; the log group's retention may have removed it
--- exit status 125
");
    let bench = Setting::of("").without_log_group().start();
    for id in [ID, &ID[..9]] {
        bench.run(&["logs", id]).is("\
--- stderr
error: log group /ecs/everruns-admin does not exist in us-east-1
hint: check --region and --profile, and the awslogs-group of the task definition (--task-definition)
--- exit status 125
");
    }
    let other = json!({"logConfiguration": {"logDriver": "splunk", "options": {}}});
    let bench = Setting::of("").admin(&other).start();
    bench.run(&["logs", ID]).is("\
--- stderr
error: the log of container `admin` cannot be shown: it goes to the log driver `splunk`, which this tool cannot read
hint: another container of the task may have one: --container NAME
--- exit status 125
");
}

fn a_container_that_never_ran_has_no_log() {
    let failure = json!({"start_failure": {"stopped_reason": "ResourceInitializationError: no"}});
    let bench = Setting::of("").scenario(&failure).start();
    bench.run(&["migrate"]).exits(126);
    let id = bench.emulator.tasks().remove(0).id;
    bench.is_stopped(&id);
    at_once(
        [&["logs", id.as_str()][..], &["logs", "--follow", &id]],
        |words| {
            bench.run(words).is("\
--- stderr
error: container `admin` never ran, so there is no log: TaskFailedToStart: ResourceInitializationError: no
hint: run-admin-task ps --region us-east-1 --cluster everruns --task-definition everruns-admin shows the reasons of all its containers
--- exit status 125
");
        },
    );
}

fn trouble_on_the_way_costs_no_line() {
    let throttled = json!({"kind": "error", "status": 400, "code": "ThrottlingException", "message": "Rate exceeded"});
    let faults = json!({"logs": {"page_events": 2}, "faults": [
        {"operation": "GetLogEvents", "every": 3, "action": throttled},
        {"operation": "GetLogEvents", "nth": [2, 5], "action": {"kind": "cut-body"}},
        {"operation": "DescribeTasks", "first": 1, "action": {"kind": "cut-before"}},
    ]});
    let bench = Setting::of("").scenario(&faults).start();
    let texts: Vec<_> = (0..9).map(|number| format!("line {number}")).collect();
    let lines: Vec<_> = texts.iter().map(|text| (60, text.as_str())).collect();
    has_log(&bench, ID, &lines);
    let ran = bench.run(&["logs", ID]);
    ran.exits(0).prints(&texts);
    assert_eq!(ran.stderr, "", "what passes soon is nobody's business");
}

fn lasting_trouble_is_told() {
    let throttled = json!({"kind": "error", "status": 400, "code": "ThrottlingException", "message": "Rate exceeded"});
    let faults =
        json!({"faults": [{"operation": "GetLogEvents", "first": 6, "action": throttled}]});
    let bench = Setting::of("").scenario(&faults).start();
    has_log(&bench, ID, &[(60, "one")]);
    let ran = bench.run(&["logs", ID]);
    ran.exits(0).prints(&["one"]).says(&[
        "warning: log of container `admin`: no answer for [time]; trying on. The last error was: GetLogEvents: ThrottlingException: Rate exceeded\n",
        "warning: log of container `admin`: back after ",
    ]);
}

fn a_refusal_says_what_to_allow() {
    let denied = json!({"kind": "error", "status": 400, "code": "AccessDeniedException", "message": "not authorized"});
    let faults = json!({"faults": [{"operation": "GetLogEvents", "action": denied}]});
    let bench = Setting::of("").scenario(&faults).start();
    has_log(&bench, ID, &[(60, "one")]);
    bench.run(&["logs", ID]).is("\
--- stderr
error: the log of container `admin` cannot be read: GetLogEvents: AccessDeniedException: not authorized
hint: allow the caller logs:GetLogEvents on log group /ecs/everruns-admin (us-east-1)
--- exit status 125
");
}

fn the_event_stream_has_log_and_finished_alone() {
    let bench = Setting::of("echo one; sleep 1; echo two; exit 3").start();
    let id = bench.running_task(&["migrate"]);
    let ran = bench.run(&["--output", "json", "logs", "--follow", &id]);
    let events = ran.exits(0).events();
    let types: Vec<_> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["log", "log", "finished"], "{ran}");
    assert_eq!(events[0]["message"], "one");
    assert_eq!(events[0]["container"], "admin");
    let finished = ran.finished();
    assert_eq!(finished["outcome"], "succeeded", "{ran}");
    assert_eq!(finished["exit_code"], 0, "{ran}");
    assert_eq!(
        finished["logs"],
        json!({"lines": 2, "complete": true, "note": null})
    );
    assert_eq!(finished["containers"][0]["exit_code"], 3, "{ran}");
    let ran = bench.run(&["--output", "json", "logs", ID]);
    assert_eq!(ran.exits(125).finished()["outcome"], "tool-failed");
}
