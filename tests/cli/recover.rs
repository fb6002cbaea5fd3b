//! `recover`: which ways put a migration right, the SQL of one, and one carried out.

use std::fs;
use std::path::Path;

use crate::support::{Bench, Setting, Tool, tests};

tests! {
    the_ways_that_fit_are_shown,
    a_migration_that_nothing_told_of,
    the_ways_in_the_event_stream,
    the_sql_stands_alone_on_stdout,
    sql_for_a_program_in_the_event_stream,
    without_the_file_there_is_no_checksum,
    a_forward_fix_is_printed,
    a_forward_fix_is_written_once,
    words_that_do_not_go_together,
    a_way_is_carried_out_after_a_dry_run,
    where_nothing_is_to_be_changed_nothing_is_run,
    a_way_that_does_not_fit_changes_nothing,
    a_container_without_the_commands_leaves_the_sql,
    without_a_terminal_nothing_is_started_unless_it_is_said_so,
    at_a_terminal_a_person_is_asked,
    a_container_that_answers_with_its_usage_and_ends_well_has_no_such_command,
}

const CREATE_RUNS: &str = "CREATE TABLE runs (id BIGINT PRIMARY KEY);\n";

/// An admin container whose database has one migration, in the state that a file holds.
fn admin(state: &Path) -> String {
    format!(
        "\
state={state}
case \"$1 $3\" in
'migrate-info ')
  grep -q pending $state && echo '20260102000001/pending create runs' || echo '20260102000001/installed create runs';;
'migrate ')
  grep -q pending $state && echo 'Can apply 20260102000001/migrate create runs (0ns)'
  grep -q half $state || exit 0
  echo 'error: migration 20260102000001 is partially applied; fix and remove row from `_sqlx_migrations` table'; exit 1;;
'forget --dry-run')
  grep -q pending $state && echo 'Unchanged 20260102000001/forget create runs (it has no row)' || echo 'Can forget 20260102000001/forget create runs (1 row to delete)';;
'forget ')
  echo pending > $state; echo 'Forgot 20260102000001/forget create runs (1 row deleted)';;
'accept --dry-run')
  echo 'error: migration 20260102000001 is partially applied; once its changes are all made by hand `mark-applied 20260102000001`'; exit 1;;
*)
  echo \"error: unrecognized subcommand '$1'; \\`help\\` lists the commands\"; exit 1;;
esac",
        state = state.display()
    )
}

/// The container, and what its database is in.
fn bench(state: &str) -> (Bench, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("state");
    fs::write(&file, state).expect("a file is written");
    (Setting::of(&admin(&file)).start(), folder)
}

/// A folder of migrations, without AWS.
fn files(names: &[(&str, &str)]) -> (Tool, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let migrations = folder.path().join("migrations");
    fs::create_dir(&migrations).expect("a folder is made");
    for (name, sql) in names {
        fs::write(migrations.join(name), sql).expect("a file is written");
    }
    (Tool::alone(folder.path()), folder)
}

fn the_ways_that_fit_are_shown() {
    let (bench, _state) = bench("half");
    let ran = bench.run(&["recover", "20260102000001", "--quiet"]);
    ran.is("\
half-applied  20260102000001 create runs: it began and did not come to its end (its row says success = false): a part of its changes may be in the database, and migrate refuses everything until its row is put right
fits          mark-applied: its row is completed, and migrate goes on
              first: no migrate runs (run-admin-task ps), and everything that the file does is in the database: make by hand what is missing
      -> run-admin-task recover 20260102000001 mark-applied
      -> run-admin-task recover 20260102000001 mark-applied --execute
fits          forget: its row goes, and migrate applies it anew
              first: no migrate runs (run-admin-task ps), and nothing that the file did is in the database: take it back by hand. migrate applies the migration again, where the image has its file
      -> run-admin-task recover 20260102000001 forget
      -> run-admin-task recover 20260102000001 forget --execute
no            accept: it did not come to its end
no            forward-fix: only a part of it may be there: put its row right first
--- stderr
--- exit status 0
");
}

fn a_migration_that_nothing_told_of() {
    let (bench, _state) = bench("installed");
    let ran = bench.run(&["recover", "42", "--quiet"]);
    ran.exits(0);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert!(
        lines[0].starts_with("unknown       42: neither the image"),
        "{ran}"
    );
    assert!(lines[2].starts_with("perhaps       forget: "), "{ran}");
}

fn the_ways_in_the_event_stream() {
    let (bench, _state) = bench("installed");
    let words = ["recover", "20260102000001", "--output", "json"];
    let ran = bench.run(&words);
    ran.exits(0);
    let events = ran.events();
    let types: Vec<_> = events.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["recovery", "finished"]);
    let fits = events[0]["ways"].as_array().expect("a list").iter();
    let fits: Vec<_> = fits.map(|way| way["fits"].as_bool()).collect();
    assert_eq!(events[0]["state"], "installed");
    assert_eq!(fits, [Some(false), Some(true), Some(false), Some(true)]);
}

fn the_sql_stands_alone_on_stdout() {
    let (tool, _folder) = files(&[("20260102000001_create_runs.sql", CREATE_RUNS)]);
    for (way, statement) in [
        ("mark-applied", "INSERT INTO _sqlx_migrations"),
        (
            "forget",
            "DELETE FROM _sqlx_migrations WHERE version = 20260102000001;",
        ),
        ("accept", "UPDATE _sqlx_migrations SET checksum = "),
    ] {
        let ran = tool.run(&["recover", "20260102000001", way]);
        ran.exits(0);
        assert!(ran.stdout.starts_with("-- "), "{ran}");
        assert!(ran.stdout.contains(statement), "{ran}");
        assert!(ran.stdout.ends_with("\nCOMMIT;\n"), "{ran}");
        let words: Vec<_> = ran.stderr.lines().collect();
        assert!(words[0].starts_with("first: "), "{ran}");
        assert_eq!(
            words[1..],
            [
                format!(
                    "to run it: run-admin-task recover 20260102000001 {way} > fix.sql && psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -f fix.sql"
                ),
                format!(
                    "or in the admin container: run-admin-task recover 20260102000001 {way} --execute"
                ),
            ]
        );
        let quiet = tool.run(&["recover", "20260102000001", way, "--quiet"]);
        assert_eq!((quiet.stdout, quiet.stderr.as_str()), (ran.stdout, ""));
    }
}

fn sql_for_a_program_in_the_event_stream() {
    let (tool, _folder) = files(&[]);
    let plain = tool.run(&["recover", "-7", "forget"]);
    let ran = tool.run(&["recover", "-7", "forget", "--output", "json"]);
    ran.exits(0);
    let events = ran.events();
    assert_eq!(events[0]["type"], "recovery");
    assert_eq!(events[0]["ways"][0]["sql"], plain.stdout);
    assert_eq!(events[1]["outcome"], "succeeded");
}

fn without_the_file_there_is_no_checksum() {
    let (tool, _folder) = files(&[("20260102000001_create_runs.sql", CREATE_RUNS)]);
    tool.run(&["recover", "42", "accept"]).is("\
--- stderr
error: there is no migration 42 in migrations, and its file is needed: what is recorded is its checksum
hint: name the folder with --migrations, or `migrations` in the configuration file
hint: where the file is gone for good: run-admin-task recover 42 forget
--- exit status 2
");
    let words = ["recover", "42", "mark-applied", "--migrations", "elsewhere"];
    tool.run(&words).is("\
--- stderr
error: elsewhere cannot be read: No such file or directory (os error 2)
hint: name files or folders of migrations, which are text in UTF-8
hint: name their folder with --migrations, or `migrations` in the configuration file
--- exit status 2
");
}

fn a_forward_fix_is_printed() {
    let (tool, _folder) = files(&[(
        "20260102000001_create_runs.sql",
        "CREATE TABLE runs (id BIGINT PRIMARY KEY);\nUPDATE accounts SET name = 'x';\n",
    )]);
    tool.run(&["recover", "20260102000001", "forward-fix"]).is("\
-- Takes back migration 20260102000001 (create runs).
-- Made from the text of the migration: read it, and review it, before it is applied.

-- TODO, gap 1: what the rows were before stands in a backup, or nowhere.
-- To be taken back:
--   UPDATE accounts SET name = 'x';
DO $$ BEGIN RAISE EXCEPTION 'fill gap 1 of this migration, then delete this line'; END $$;

-- Mind: loses every row of the table.
-- squawk-ignore ban-drop-table -- it takes a migration back
DROP TABLE runs;
--- stderr
first: the running code does without what the migration brought. Read the new file, fill its gaps, review it, and apply it like any other
1 gap is yours to fill: PostgreSQL refuses the migration until then
to write it: run-admin-task recover 20260102000001 forward-fix --write
--- exit status 0
");
}

fn a_forward_fix_is_written_once() {
    let (tool, folder) = files(&[
        ("0004_create_runs.up.sql", CREATE_RUNS),
        ("0004_create_runs.down.sql", "DROP TABLE runs;\n"),
    ]);
    let words = ["recover", "4", "forward-fix", "--write"];
    let ran = tool.run(&words);
    ran.exits(0);
    assert!(
        ran.stderr.ends_with(
            "written: migrations/0005_revert_create_runs.up.sql\n\
             written: migrations/0005_revert_create_runs.down.sql\n"
        ),
        "{ran}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join("migrations").join(name));
    let up = read("0005_revert_create_runs.up.sql").expect("it was written");
    assert_eq!(up, ran.stdout);
    let down = read("0005_revert_create_runs.down.sql").expect("it was written");
    assert_eq!(down, CREATE_RUNS);

    // A second one would find nothing to take away.
    tool.run(&words).exits(2).says(&[
        "error: nothing was written: migrations/0005_revert_create_runs.up.sql takes that migration back already",
    ]);
    assert_eq!(read("0005_revert_create_runs.up.sql").ok(), Some(up));
}

fn words_that_do_not_go_together() {
    let (tool, _folder) = files(&[]);
    tool.run(&["recover", "1", "forward-fix", "--execute"]).is("\
--- stderr
error: forward-fix is no command of the container: it makes a file for the next image; nothing was started
hint: run-admin-task recover 1 forward-fix --write
--- exit status 2
");
    tool.run(&["recover", "1", "forget", "--write"]).is("\
--- stderr
error: only forward-fix makes a file: forget changes the record of the migration
hint: run-admin-task recover 1 forget
--- exit status 2
");
}

fn commands(bench: &Bench) -> Vec<String> {
    let requests = bench.run_task_requests().into_iter();
    let commands = requests.map(|request| {
        let words = request["overrides"]["containerOverrides"][0]["command"].clone();
        let words = words.as_array().expect("words").clone().into_iter();
        let words = words.map(|word| word.as_str().unwrap_or_default().to_owned());
        words.collect::<Vec<_>>().join(" ")
    });
    commands.collect()
}

fn a_way_is_carried_out_after_a_dry_run() {
    let (bench, _state) = bench("half");
    let ran = bench.run(&["recover", "20260102000001", "forget", "--execute", "--yes"]);
    ran.exits(0);
    assert_eq!(
        ran.stdout,
        "\
Can forget 20260102000001/forget create runs (1 row to delete)
Forgot 20260102000001/forget create runs (1 row deleted)
pending       20260102000001 create runs
"
    );
    ran.says(&["\nmigrations now: 1 pending\n"]);
    let mut commands = commands(&bench);
    // The looks are started together.
    commands[2..].sort();
    assert_eq!(
        commands,
        [
            "forget 20260102000001 --dry-run",
            "forget 20260102000001",
            "migrate --dry-run",
            "migrate-info",
        ]
    );
}

fn where_nothing_is_to_be_changed_nothing_is_run() {
    let (bench, _state) = bench("pending");
    let ran = bench.run(&["recover", "20260102000001", "forget", "--execute", "--yes"]);
    ran.exits(0);
    assert_eq!(
        ran.stdout,
        "Unchanged 20260102000001/forget create runs (it has no row)\n"
    );
    assert_eq!(commands(&bench), ["forget 20260102000001 --dry-run"]);
}

fn a_way_that_does_not_fit_changes_nothing() {
    let (bench, _state) = bench("half");
    let ran = bench.run(&["recover", "20260102000001", "accept", "--execute", "--yes"]);
    ran.exits(3);
    assert!(
        ran.stderr.ends_with(
            "\
error: nothing was changed: accept does not fit: migration 20260102000001 is partially applied; once its changes are all made by hand `mark-applied 20260102000001`
hint: run-admin-task recover 20260102000001
"
        ),
        "{ran}"
    );
    assert_eq!(commands(&bench), ["accept 20260102000001 --dry-run"]);
}

fn a_container_without_the_commands_leaves_the_sql() {
    let (bench, _state) = bench("half");
    fs::create_dir(bench.folder().join("db")).expect("a folder is made");
    bench.write("db/20260102000001_create_runs.sql", CREATE_RUNS);
    let words = [
        "recover",
        "20260102000001",
        "mark-applied",
        "--execute",
        "--yes",
        "--migrations",
        "db",
    ];
    let ran = bench.run(&words);
    ran.exits(3);
    assert!(
        ran.stdout.contains("\nBEGIN;\n") && ran.stdout.ends_with("\nCOMMIT;\n"),
        "{ran}"
    );
    assert!(
        ran.stderr.ends_with(
            "\
error: nothing was changed: the container has no command `mark-applied`: run the SQL by hand
hint: run-admin-task --migrations db recover 20260102000001 mark-applied
"
        ),
        "{ran}"
    );
    assert_eq!(commands(&bench), ["mark-applied 20260102000001 --dry-run"]);
}

fn without_a_terminal_nothing_is_started_unless_it_is_said_so() {
    let (bench, _state) = bench("half");
    bench.run(&["recover", "20260102000001", "forget", "--execute"]).is("\
--- stderr
error: recover asks before it carries forget out, and there is no terminal to ask at; nothing was started
hint: --yes answers in advance
--- exit status 2
");
    assert_eq!(bench.calls("RunTask"), 0);
}

fn at_a_terminal_a_person_is_asked() {
    let (bench, _state) = bench("half");
    let words = ["recover", "20260102000001", "forget", "--execute"];
    let mut terminal = bench.tool().start_at_terminal(&words);
    terminal.until_shows("go on? [y/N] ");
    terminal.types("n\n");
    let (shown, status) = terminal.end();
    assert_eq!(status, 126, "{shown}");
    assert!(
        shown.contains("not confirmed: nothing was changed"),
        "{shown}"
    );
    assert_eq!(commands(&bench), ["forget 20260102000001 --dry-run"]);
}

fn a_container_that_answers_with_its_usage_and_ends_well_has_no_such_command() {
    let bench = Setting::of("echo 'usage: admin migrate | migrate-info'").start();
    let ran = bench.run(&["recover", "7", "forget", "--execute", "--yes"]);
    ran.exits(3)
        .says(&["error: nothing was changed: the container has no command `forget`: run the SQL by hand\nhint: run-admin-task recover 7 forget\n"]);
    assert!(
        ran.stdout
            .contains("DELETE FROM _sqlx_migrations WHERE version = 7;"),
        "{ran}"
    );
    assert_eq!(bench.calls("RunTask"), 1);
}
