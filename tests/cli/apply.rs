//! `apply`: a migration that cannot be done wrong.

use serde_json::{Value, json};

use crate::support::{Bench, Ran, Setting, at_once, tests};

tests! {
    what_is_pending_is_applied_and_looked_at_again,
    nothing_pending_starts_no_migration,
    without_a_terminal_it_needs_yes,
    a_dry_run_starts_nothing,
    the_question_names_what_will_be_done_and_where,
    an_environment_that_wants_it_has_its_name_typed,
    what_is_wrong_keeps_it_from_starting,
    a_failure_tells_the_version_the_state_and_the_way_out,
    a_second_look_that_is_not_clean_is_no_success,
    what_another_run_changed_is_told,
    its_migrate_is_guarded_like_any_other,
    it_goes_up_to_a_version,
    a_version_that_is_not_there_is_refused,
    the_stream_has_both_plans_and_one_end,
    a_step_run_again_migrates_no_second_time,
    what_was_typed_before_the_question_is_no_answer,
    a_container_that_knows_no_target_applies_nothing,
    commands_of_several_places_start_nothing,
    a_failure_that_names_no_migration_blames_none,
    without_a_dry_run_a_failed_migration_is_not_called_installed,
}

/// A container whose database is a folder: a file for each migration that is applied. Its image
/// has the migrations 1 to 3. `$FAIL` is a script that runs before each one is applied.
fn container(folder: &str, before_each: &str) -> String {
    format!(
        r#"db={folder}; names='1:create_accounts 2:create_runs 3:add_finished_at'
limit=99; dry=; command=$1
while [ $# -gt 0 ]; do case "$1" in --dry-run) dry=1;; --target-version) limit=$2;; esac; shift; done
case $command in
migrate-info) echo 'Showing migration status...'
  for it in $names; do
    v=${{it%%:*}}; state=pending; [ -e $db/$v ] && state=installed
    echo "$v/$state ${{it#*:}}"
  done;;
migrate) echo 'Running database migrations...'
  case $limit in [1-3]|99) ;; *) echo "error: migration $limit is not present in the migration source"; exit 1;; esac
  for it in $names; do
    v=${{it%%:*}}; name=${{it#*:}}
    [ -e $db/$v ] && continue
    if [ $v -gt $limit ]; then echo "Skipped $v/migrate $name (0ns)"; continue; fi
    if [ $dry ]; then echo "Can apply $v/migrate $name (0ns)"; continue; fi
    {before_each}
    touch $db/$v; echo "Applied $v/migrate $name (1ms)"
  done
  echo 'Migrations completed successfully';;
*) exit 64;;
esac"#
    )
}

/// A database with the first migration applied.
struct Database {
    bench: Bench,
    _folder: tempfile::TempDir,
}

fn database(before_each: &str) -> Database {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    std::fs::write(folder.path().join("1"), "").expect("a row");
    let script = container(&path, &before_each.replace("$DB", &path));
    Database {
        bench: Setting::of(&script).start(),
        _folder: folder,
    }
}

impl Database {
    fn run(&self, words: &[&str]) -> Ran {
        self.bench.run(words)
    }
}

fn migrates(bench: &Bench) -> Vec<Vec<String>> {
    let requests = bench.run_task_requests().into_iter();
    let words = requests.map(|request| {
        let words = request["overrides"]["containerOverrides"][0]["command"].clone();
        serde_json::from_value::<Vec<String>>(words).expect("words")
    });
    words
        .filter(|words| words[0] == "migrate" && !words.contains(&"--dry-run".to_owned()))
        .collect()
}

fn what_is_pending_is_applied_and_looked_at_again() {
    let database = database("");
    let ran = database.run(&["apply", "--yes"]);
    ran.exits(0).prints(&[
        "installed     1 create_accounts",
        "pending       2 create_runs",
        "pending       3 add_finished_at",
        "Running database migrations...",
        "Applied 2/migrate create_runs (1ms)",
        "Applied 3/migrate add_finished_at (1ms)",
        "Migrations completed successfully",
        "installed     3: 1 create_accounts to 3 add_finished_at",
    ]);
    ran.says(&[
        "migrations: 1 installed, 2 pending\n",
        "container `admin`: migrate\n",
        "migrations now: 3 installed; nothing is to be done\n",
        "succeeded: container `admin` exited 0",
    ]);
    ran.does_not_say("warning");
    assert_eq!(migrates(&database.bench).len(), 1);
    assert_eq!(database.bench.calls("RunTask"), 5);
}

fn nothing_pending_starts_no_migration() {
    let database = database("");
    database.run(&["apply", "--yes"]).exits(0);
    let ran = database.run(&["apply", "--yes"]);
    ran.exits(0)
        .prints(&["installed     3: 1 create_accounts to 3 add_finished_at"]);
    ran.says(&["migrations: 3 installed; nothing is to be done\n"]);
    assert_eq!(migrates(&database.bench).len(), 1);
}

fn without_a_terminal_it_needs_yes() {
    let database = database("");
    database.run(&["apply"]).is("\
--- stderr
error: apply asks before it migrates, and there is no terminal to ask at; nothing was started
hint: --yes answers in advance
--- exit status 2
");
    assert_eq!(database.bench.calls("RunTask"), 0);
}

fn a_dry_run_starts_nothing() {
    let database = database("");
    let verbs: [&[&str]; 4] = [
        &["apply", "--yes", "--dry-run"],
        &["--dry-run", "plan"],
        &["verify", "--dry-run"],
        &["recover", "2", "forget", "--execute", "--yes", "--dry-run"],
    ];
    for words in verbs {
        let ran = database.run(words);
        ran.exits(2)
            .says(&["has no --dry-run", "hint: run-admin-task plan"]);
    }
    assert_eq!(database.bench.calls("RunTask"), 0);
}

fn the_question_names_what_will_be_done_and_where() {
    const QUESTION: &str = "apply 2 migrations, 2 to 3\n  environment: none\n  database:    db.example:5432\n  cluster:     everruns (us-east-1)\n  from:        everruns-admin:1\ngo on? [y/N] ";
    at_once(
        [("y\n", 0), ("n\n", 126), ("\u{4}", 126), ("\u{3}", 130)],
        |(answer, exit)| {
            let database = database("");
            let url = "DATABASE_URL=postgres://ana:hunter2@db.example/app";
            let mut terminal = database
                .bench
                .tool()
                .start_at_terminal(&["apply", "--env", url]);
            terminal.until_shows(QUESTION);
            terminal.types(answer);
            let (screen, status) = terminal.end();
            assert_eq!(status, exit, "{screen}");
            assert!(!screen.contains("hunter2"), "{screen}");
            let migrated = usize::from(exit == 0);
            assert_eq!(migrates(&database.bench).len(), migrated, "{screen}");
            if exit == 126 {
                assert!(
                    screen.contains("not confirmed: migrate was not started"),
                    "{screen}"
                );
            }
        },
    );
}

fn an_environment_that_wants_it_has_its_name_typed() {
    at_once(
        [("production\n", 0), ("y\n", 126), ("Production\n", 126)],
        |(answer, exit)| {
            let database = database("");
            database.bench.write(
                "run-admin-task.toml",
                "[environments.production]\nconfirm = true\n",
            );
            let words = ["-E", "production", "apply"];
            let mut terminal = database.bench.tool().start_at_terminal(&words);
            terminal.until_shows("  environment: production\n");
            terminal.until_shows("type production to go on: ");
            terminal.types(answer);
            let (screen, status) = terminal.end();
            assert_eq!(status, exit, "{screen}");
            assert_eq!(migrates(&database.bench).len(), usize::from(exit == 0));
        },
    );
}

fn what_is_wrong_keeps_it_from_starting() {
    let error = "error: migration 2 was previously applied but has been modified";
    let script = crate::plan::container(
        "1/installed a\n2/installed (different checksum) b\n3/pending c",
        error,
        1,
    );
    let bench = Setting::of(&script).start();
    let ran = bench.run(&["apply", "--yes"]);
    ran.exits(3).says(&[
        "error: migrate was not started: the database is not as the image wants it: 1 modified (2); 1 pending (3)\nhint: run-admin-task recover 2\n",
    ]);
    assert_eq!(bench.calls("RunTask"), 2);
}

fn a_failure_tells_the_version_the_state_and_the_way_out() {
    let fails = "if [ $v = 3 ]; then echo 'error: while executing migration 3: error returned from database: relation \"x\" does not exist'; exit 1; fi";
    at_once([false, true], |with_file| {
        let database = database(fails);
        if with_file {
            std::fs::create_dir(database.bench.folder().join("m")).expect("a folder");
            let text = "-- no-transaction\nSELECT 1;\n";
            database.bench.write("m/3_add_finished_at.sql", text);
        }
        let words: &[&str] = if with_file {
            &["apply", "--yes", "--migrations", "m"]
        } else {
            &["apply", "--yes"]
        };
        let ran = database.run(words);
        ran.exits(1);
        let place = if with_file { "--migrations m " } else { "" };
        let state = if with_file {
            "it is pending, and its file has no transaction: what ran before the error may still be in the database"
        } else {
            "it is pending: nothing of it is in the database, unless its file begins with `-- no-transaction`"
        };
        ran.says(&[
            "migrations now: 2 installed, 1 pending\n",
            "failed: container `admin` exited 1",
            &format!("error: migration 3 failed after 1 had been applied: {state}\nhint: run-admin-task {place}recover 3\nhint: run-admin-task {place}plan\n"),
        ]);
    });
}

fn a_second_look_that_is_not_clean_is_no_success() {
    // It passes over one, and ends well.
    let database = database("[ $v = 3 ] && continue");
    let ran = database.run(&["apply", "--yes"]);
    ran.exits(3).says(&[
        "error: migrate ended well, and yet the database is not as the image wants it: 1 pending (3)",
    ]);
    let finished = self::database("[ $v = 3 ] && continue")
        .run(&["apply", "--yes", "--output", "json"])
        .finished();
    assert_eq!(finished["outcome"], "not-as-required");
    assert!(finished["task_arn"].is_string(), "{finished}");
}

fn what_another_run_changed_is_told() {
    // Somebody else applies 2 just before this one would.
    let database = database("if [ $v = 2 ]; then touch $db/2; continue; fi");
    let ran = database.run(&["apply", "--yes"]);
    ran.exits(0)
        .says(&["warning: applied meanwhile, and not by this migrate: 2\n"]);
}

fn its_migrate_is_guarded_like_any_other() {
    let database = database("trap 'exit 9' TERM; while :; do sleep 0.1; done");
    let _other = database.bench.running_task(&["migrate"]);
    let ran = database.run(&["apply", "--yes"]);
    ran.exits(126).says(&["`migrate`"]);
    assert_eq!(migrates(&database.bench).len(), 1, "{ran}");
    assert!(ran.stdout.contains("pending       2 create_runs"), "{ran}");
}

fn it_goes_up_to_a_version() {
    let database = database("");
    let ran = database.run(&["apply", "--yes", "--to", "2"]);
    ran.exits(0);
    assert_eq!(
        migrates(&database.bench),
        [["migrate", "--target-version", "2"]]
    );
    ran.says(&["migrations now: 2 installed, 1 pending\n"]);
    let again = database.run(&["apply", "--yes", "--to", "2"]);
    again
        .exits(0)
        .says(&["warning: no migration up to that version is pending: nothing was applied\n"]);
    assert_eq!(migrates(&database.bench).len(), 1);
}

fn a_version_that_is_not_there_is_refused() {
    let database = database("");
    let ran = database.run(&["apply", "--yes", "--to", "7"]);
    ran.exits(3).says(&[
        "error: nothing was changed: error: migration 7 is not present in the migration source\nhint: name a version with --to",
    ]);
    assert!(migrates(&database.bench).is_empty());
}

fn the_stream_has_both_plans_and_one_end() {
    let database = database("");
    let ran = database.run(&["apply", "--yes", "--output", "json"]);
    ran.exits(0);
    let events = ran.events();
    let types: Vec<_> = events.iter().map(|it| it["type"].as_str()).collect();
    let count = |wanted: &str| types.iter().filter(|it| **it == Some(wanted)).count();
    assert_eq!(
        (count("plan"), count("started"), count("finished")),
        (2, 1, 1),
        "{ran}"
    );
    let looks: Vec<_> = events
        .iter()
        .filter(|it| it["type"] == "plan")
        .map(|it| it["look"].clone())
        .collect();
    assert_eq!(looks, [json!("before"), json!("after")]);
    let finished = ran.finished();
    assert_eq!(finished["outcome"], "succeeded");
    assert_eq!(finished["containers"][0]["exit_code"], Value::from(0));
}

fn a_step_run_again_migrates_no_second_time() {
    let database = database("");
    let job = database.bench.tool().in_job("42", "1", "deploy");
    job.run(&["apply", "--yes"]).exits(0);
    job.run(&["apply", "--yes"]).exits(0);
    assert_eq!(migrates(&database.bench).len(), 1);
}

fn what_was_typed_before_the_question_is_no_answer() {
    let database = database("");
    let mut terminal = database.bench.tool().start_at_terminal(&["apply"]);
    terminal.types("y\n");
    terminal.until_shows("go on? [y/N] ");
    terminal.types("n\n");
    let (screen, status) = terminal.end();
    assert_eq!(status, 126, "{screen}");
    assert!(migrates(&database.bench).is_empty(), "{screen}");
}

fn a_container_that_knows_no_target_applies_nothing() {
    let script = crate::plan::container(
        "1/installed a\n2/pending b\n3/pending c",
        "Can apply 2/migrate b (0ns)\nCan apply 3/migrate c (0ns)",
        0,
    );
    let bench = Setting::of(&script).start();
    let ran = bench.run(&["apply", "--yes", "--to", "2"]);
    ran.exits(3)
        .says(&["error: nothing was changed: the container takes no notice of --target-version"]);
    assert!(migrates(&bench).is_empty());
}

fn commands_of_several_places_start_nothing() {
    let database = database("");
    for (text, says) in [
        (
            "[commands.migrate]\ntask-definition = 'other'\n",
            "[commands.migrate] has a task-definition of its own (other)",
        ),
        (
            "[commands.migrate-info]\ncluster = 'other'\n",
            "[commands.migrate-info] has a cluster of its own (other)",
        ),
        (
            "[defaults]\ndry-run-command = ['migrate']\n",
            "`dry-run-command` is `migrate`, which migrates",
        ),
    ] {
        database.bench.write("run-admin-task.toml", text);
        database.run(&["apply", "--yes"]).exits(2).says(&[says]);
    }
    assert_eq!(database.bench.calls("RunTask"), 0);
}

fn a_failure_that_names_no_migration_blames_none() {
    let fails =
        "echo 'error: error returned from database: password authentication failed'; exit 1";
    let ran = database(fails).run(&["--cluster", "everruns", "apply", "--yes"]);
    ran.exits(1).says(&[
        "error: migrate ended before migration 2 was applied, after 0 had been: it is pending",
        "\nhint: run-admin-task --cluster everruns plan\n",
    ]);
    ran.does_not_say("recover 2");
}

fn without_a_dry_run_a_failed_migration_is_not_called_installed() {
    let database = database(
        "if [ $v = 2 ]; then touch $DB/2; echo 'error: while executing migration 2: boom'; exit 1; fi",
    );
    database
        .bench
        .write("run-admin-task.toml", "[defaults]\ndry-run-command = []\n");
    let ran = database.run(&["apply", "--yes"]);
    ran.exits(1).says(&[
        "error: migration 2 failed after 0 had been applied: the status shows it as installed, as it does one that is half applied",
        "hint: run-admin-task recover 2\n",
    ]);
}
