//! `plan` and `verify`: two looks at once, what they say together, and what becomes of a look that
//! cannot be had.

use serde_json::{Value, json};

use crate::support::fault::{denied, fault};
use crate::support::{Bench, Setting, at_once, tests};

tests! {
    the_state_of_a_database_is_a_page,
    both_looks_start_at_once_from_one_revision,
    the_exit_status_tells_where_it_is_asked_for,
    a_clean_database_passes_the_gate,
    what_the_status_hides_keeps_the_gate_shut,
    a_container_without_a_dry_run_is_told,
    a_dry_run_that_was_none_is_never_passed_over,
    a_look_that_fails_shows_its_log_and_its_cause,
    a_look_that_never_starts_is_told_as_a_run_that_never_starts,
    of_a_log_that_cannot_be_read_nothing_is_concluded,
    looks_that_contradict_each_other_are_not_clean,
    looks_that_meet_at_an_empty_database_look_again,
    an_error_is_believed_whatever_the_exit_code,
    a_signal_stops_both_looks,
    the_containers_words_are_settings,
    programs_get_one_object,
    a_job_gets_a_table,
    what_is_no_status_is_shown,
    files_at_hand_are_compared_with_the_image,
    a_network_that_is_missing_starts_nothing,
}

/// A container of two commands; the second has this to say, and this exit code.
pub(crate) fn container(status: &str, dry_run: &str, exit: i32) -> String {
    format!(
        "case \"$*\" in\n\
         migrate-info) cat <<'END'\nShowing migration status...\n{status}\nEND\n;;\n\
         'migrate --dry-run'*) cat <<'END'\nRunning database migrations...\n{dry_run}\nEND\nexit {exit};;\n\
         *) echo \"unknown: $*\"; exit 64;;\nesac"
    )
}

pub(crate) const INSTALLED: &str = "1/installed create accounts\n2/installed create runs";
const TWO_PENDING: &str =
    "1/installed create accounts\n2/pending create runs\n3/pending add finished at";
const CAN_APPLY_TWO: &str =
    "Can apply 2/migrate create runs (0ns)\nCan apply 3/migrate add finished at (0ns)";

fn pending() -> Bench {
    Setting::of(&container(TWO_PENDING, CAN_APPLY_TWO, 0)).start()
}

fn commands(bench: &Bench) -> Vec<String> {
    let requests = bench.run_task_requests();
    let command = |request: &Value| {
        let words = request["overrides"]["containerOverrides"][0]["command"].clone();
        let words: Vec<String> = serde_json::from_value(words).expect("words");
        words.join(" ")
    };
    let mut commands: Vec<_> = requests.iter().map(command).collect();
    commands.sort();
    commands
}

fn the_state_of_a_database_is_a_page() {
    let ran = pending().run(&["plan"]);
    ran.exits(0).prints(&[
        "installed     1 create accounts",
        "pending       2 create runs",
        "pending       3 add finished at",
    ]);
    ran.says(&["LOOKING after [time]: `migrate-info`: starting, `migrate --dry-run`: starting"]);
    ran.says(&["migrations: 1 installed, 2 pending\n"]);
    ran.does_not_say("started task");
}

fn both_looks_start_at_once_from_one_revision() {
    let bench = pending();
    bench
        .run(&["plan", "--task-definition", "everruns-admin"])
        .exits(0);
    assert_eq!(commands(&bench), ["migrate --dry-run", "migrate-info"]);
    let requests = bench.run_task_requests();
    assert_eq!(requests[0]["taskDefinition"], requests[1]["taskDefinition"]);
    assert_eq!(bench.calls("DescribeTaskDefinition"), 1);
    // Whoever looks again sees what is there now, even in a job that runs again.
    let tokens = |bench: &Bench| {
        let requests = bench.run_task_requests().into_iter();
        let mut tokens: Vec<_> = requests.map(|it| it["clientToken"].to_string()).collect();
        tokens.sort();
        tokens.dedup();
        tokens.len()
    };
    let job = bench.tool().in_job("42", "1", "deploy");
    job.run(&["plan"]).exits(0);
    job.run(&["plan"]).exits(0);
    assert_eq!(tokens(&bench), 6);
}

fn the_exit_status_tells_where_it_is_asked_for() {
    let ran = pending().run(&["plan", "--exit-code"]);
    ran.exits(3).says(&[
        "error: the database is not as the image wants it: 2 pending (2, 3)\nhint: run-admin-task apply\n",
    ]);
    let clean = Setting::of(&container(INSTALLED, "", 0)).start();
    clean.run(&["plan", "--exit-code"]).exits(0);
}

fn a_clean_database_passes_the_gate() {
    let ran = Setting::of(&container(INSTALLED, "", 0))
        .start()
        .run(&["verify"]);
    ran.exits(0)
        .prints(&["installed     2: 1 create accounts to 2 create runs"]);
    ran.says(&["migrations: 2 installed; nothing is to be done\n"]);
}

fn what_the_status_hides_keeps_the_gate_shut() {
    let half =
        "error: migration 2 is partially applied; fix and remove row from `_sqlx_migrations` table";
    let missing =
        "error: migration 3 was previously applied but is missing in the resolved migrations";
    let modified = "error: migration 2 was previously applied but has been modified";
    let edited = "1/installed create accounts\n2/installed (different checksum) create runs\n\
                  applied migration had checksum 0a\nlocal migration has checksum 0b";
    at_once(
        [
            (
                INSTALLED,
                half,
                "half-applied  2 create runs: it was begun and not ended",
                "1 half-applied (2)",
                "recover 2",
            ),
            (
                INSTALLED,
                missing,
                "missing       3: it is applied, and the image has no file of it",
                "1 missing (3)",
                "recover 3",
            ),
            (
                edited,
                modified,
                "modified      2 create runs: its file was edited",
                "1 modified (2)",
                "recover 2",
            ),
        ],
        |(status, error, line, fault, way)| {
            let bench = Setting::of(&container(status, error, 1)).start();
            let ran = bench.run(&["verify"]);
            ran.exits(3);
            assert!(ran.stdout.contains(line), "{ran}");
            ran.says(&[&format!(
                "not as the image wants it: {fault}\nhint: run-admin-task {way}\n"
            )]);
        },
    );
}

fn a_container_without_a_dry_run_is_told() {
    let unknown = "error: unexpected argument '--dry-run' found";
    let bench = Setting::of(&container(INSTALLED, unknown, 2)).start();
    let ran = bench.run(&["verify"]);
    ran.exits(0).says(&[
        "warning: no dry run: the container does not know the words of a dry run; the status alone counts",
    ]);
    assert!(
        ran.stdout
            .contains("no dry run    the container does not know"),
        "{ran}"
    );
    bench.write("run-admin-task.toml", "[defaults]\ndry-run-command = []\n");
    let ran = bench.run(&["verify"]);
    ran.exits(0).says(&["`dry-run-command` is empty"]);
    assert_eq!(bench.calls("RunTask"), 3, "{ran}");
}

fn a_dry_run_that_was_none_is_never_passed_over() {
    let applied = "Applied 2/migrate create runs (1ms)\nMigrations completed successfully";
    at_once(["plan", "verify"], |verb| {
        let status = "1/installed create accounts\n2/pending create runs";
        let bench = Setting::of(&container(status, applied, 0)).start();
        bench.run(&[verb]).exits(3).says(&[
            "the dry run was none: the container took no notice of its words and applied migrations",
            "hint: name the words of its dry run with `dry-run-command`",
        ]);
    });
}

fn a_look_that_fails_shows_its_log_and_its_cause() {
    let script = "echo 'error: error communicating with database: Connection refused (os error 111)'; exit 1";
    at_once(["plan", "verify"], |verb| {
        let ran = Setting::of(script).start().run(&[verb]);
        ran.exits(1).prints(&[
            "error: error communicating with database: Connection refused (os error 111)",
        ]);
        ran.says(&[
            "failed: container `admin` exited 1",
            "cause: ",
            "Essential container in task exited",
        ]);
    });
    // A status that was had is not enough.
    let script = container(INSTALLED, "thread 'main' panicked", 101);
    let ran = Setting::of(&script).start().run(&["verify"]);
    ran.exits(101);
    assert!(ran.stdout.contains("thread 'main' panicked"), "{ran}");
}

fn a_look_that_never_starts_is_told_as_a_run_that_never_starts() {
    let bench = pending();
    let refusal = json!({"kind": "run-task-failures", "failures": [{"reason": "RESOURCE:MEMORY"}]});
    bench.change(&json!({"faults": [fault("RunTask", &refusal)]}));
    let ran = bench.run(&["verify", "--start-retries", "0"]);
    ran.exits(126).prints::<&str>(&[]);
    ran.says(&["RESOURCE:MEMORY"]);
}

fn of_a_log_that_cannot_be_read_nothing_is_concluded() {
    let bench = Setting::of(&container(INSTALLED, "", 0)).start();
    bench.change(&json!({"faults": [fault("GetLogEvents", &denied("logs:GetLogEvents"))]}));
    let ran = bench.run(&["verify"]);
    ran.exits(125)
        .says(&["error: whether the database is as it should be cannot be told: "]);
}

fn looks_that_contradict_each_other_are_not_clean() {
    let bench = Setting::of(&container(TWO_PENDING, "", 0)).start();
    let ran = bench.run(&["verify"]);
    ran.exits(3);
    assert!(
        ran.stdout.contains(
            "note          2, 3 are pending to the status, and the dry run would not apply them"
        ),
        "{ran}"
    );
}

fn looks_that_meet_at_an_empty_database_look_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let once = folder.path().join("once").display().to_string();
    let script = format!(
        "if [ $1 = migrate ] && mkdir {once} 2>/dev/null; then\n\
         echo 'error: error returned from database: duplicate key value violates unique constraint \"pg_type_typname_nsp_index\"'; exit 1; fi\n{}",
        container(INSTALLED, "", 0)
    );
    let bench = Setting::of(&script).start();
    bench
        .run(&["verify"])
        .exits(0)
        .says(&["warning: both looks made the table of migrations at once"]);
    assert_eq!(bench.calls("RunTask"), 4);
}

fn an_error_is_believed_whatever_the_exit_code() {
    let half =
        "error: migration 2 is partially applied; fix and remove row from `_sqlx_migrations` table";
    at_once(
        [
            (
                "error: error returned from database: connection refused",
                "wrote an error",
            ),
            (half, "1 half-applied (2)"),
        ],
        |(error, says)| {
            let bench = Setting::of(&container(INSTALLED, error, 0)).start();
            bench.run(&["verify"]).exits(3).says(&[says]);
        },
    );
    let unknown = "error: unexpected argument '--dry-run' found";
    let bench = Setting::of(&container(INSTALLED, unknown, 0)).start();
    let ran = bench.run(&["verify"]);
    ran.exits(0).says(&[
        "warning: no dry run: ",
        "migrations: 2 installed; nothing is to be done, as far as the status tells\n",
    ]);
    assert!(ran.stdout.contains(unknown), "{ran}");
}

fn a_signal_stops_both_looks() {
    let bench = Setting::of("trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done").start();
    let mut running = bench.start(&["plan"]);
    running.until_stderr_has("`migrate-info`: running, `migrate --dry-run`: running");
    running.signal("INT");
    running.end().exits(130);
    assert_eq!(bench.calls("StopTask"), 2);
}

fn the_containers_words_are_settings() {
    let script = "case \"$*\" in\n'db status') echo '1/installed a';;\n'db up --check') ;;\n*) exit 64;;\nesac";
    let bench = Setting::of(script).start();
    bench.write(
        "run-admin-task.toml",
        "[defaults]\nstatus-command = ['db', 'status']\ndry-run-command = 'db up --check'\nmigrate-command = 'db up'\n",
    );
    bench.run(&["verify"]).exits(0);
    assert_eq!(commands(&bench), ["db status", "db up --check"]);
}

fn programs_get_one_object() {
    let ran = pending().run(&["plan", "--output", "json"]);
    ran.exits(0);
    let events = ran.events();
    assert_eq!(events.len(), 2, "{ran}");
    assert_eq!(events[0]["type"], "plan");
    assert_eq!(events[0]["look"], "only");
    assert_eq!(events[0]["clean"], false);
    assert_eq!(events[0]["dry_run"], json!({"answer": "fine"}));
    assert_eq!(
        events[0]["migrations"][1],
        json!({
            "version": 2,
            "description": "create runs",
            "state": "pending",
            "applied_checksum": null,
            "image_checksum": null,
            "file": null,
        })
    );
    assert_eq!(events[1]["outcome"], "succeeded");
    assert_eq!(events[1]["api_calls"]["RunTask"], 2);
    let finished = pending().run(&["verify", "--output", "json"]).finished();
    assert_eq!(finished["outcome"], "not-as-required");
    assert_eq!(finished["exit_code"], 3);
}

fn a_job_gets_a_table() {
    let bench = pending();
    let ran = bench.tool().in_github().run(&["verify"]);
    ran.exits(3);
    assert!(
        ran.stdout
            .contains("::error title=verify%3A not-as-required%2C exit status 3::"),
        "{ran}"
    );
    let summary = bench.read("summary.md");
    let table = "\
#### Migrations: 1 installed, 2 pending

| State | Version | Description |
|---|---|---|
| ⏳ pending | 2 | create runs |
| ⏳ pending | 3 | add finished at |
";
    assert!(summary.contains(table), "{summary}");
    assert!(
        summary.starts_with("### verify: not-as-required, exit status 3\n"),
        "{summary}"
    );
}

fn what_is_no_status_is_shown() {
    let status = format!("warming up\n{INSTALLED}\n\u{1b}[2Jgone?");
    let ran = Setting::of(&container(&status, "", 0))
        .start()
        .run(&["plan"]);
    ran.exits(0).prints(&[
        "installed     2: 1 create accounts to 2 create runs",
        "the container also wrote:",
        "  warming up",
        "  ^[[2Jgone?",
    ]);
    let silent = Setting::of("exit 0").start().run(&["verify"]);
    silent
        .exits(3)
        .says(&["the container told of no migration at all: is `status-command` right"]);
}

fn files_at_hand_are_compared_with_the_image() {
    let bench = pending();
    std::fs::create_dir(bench.folder().join("m")).expect("a folder");
    bench.write(
        "m/2_create_runs.sql",
        "CREATE TABLE runs (id bigint PRIMARY KEY);\n",
    );
    bench.write("m/9_not_built.sql", "SELECT 1;\n");
    let ran = bench.run(&["plan", "--migrations", "m"]);
    ran.exits(0);
    for note in [
        "note          9 is here, and not in the image: was it built from these files?",
        "note          3 is pending, and without a file here: not reviewed",
    ] {
        assert!(ran.stdout.contains(note), "{ran}");
    }
    bench
        .run(&["plan", "--migrations", "nowhere"])
        .exits(2)
        .says(&["nowhere"]);
}

fn a_network_that_is_missing_starts_nothing() {
    let bench = pending();
    let tool = bench.tool().without(&["ECS_SUBNETS"]);
    tool.run(&["plan"]).exits(2).says(&["no subnets given"]);
    assert_eq!(bench.calls("RunTask"), 0);
}
