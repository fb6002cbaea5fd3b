//! What sqlx-cli 0.9 printed on `PostgreSQL` 15, what the admin container prints around it, and
//! what the two looks make of it.

use proptest::prelude::*;

use super::*;
use crate::migrations::file::{FileName, MigrationFile};
use crate::model::migration::State;
use crate::model::plan::{DryRun, Look, Plan};

const ONE: i64 = 20_260_101_000_001;
const TWO: i64 = 20_260_102_000_001;
const THREE: i64 = 20_260_103_000_001;

const ALL_INSTALLED: &str = "Showing migration status...
20260101000001/installed create accounts
20260102000001/installed create runs
20260103000001/installed add finished at";
const ALL_PENDING: &str = "20260101000001/pending create accounts
20260102000001/pending create runs
20260103000001/pending add finished at";
const ONE_INSTALLED: &str = "20260101000001/installed create accounts
20260102000001/pending create runs
20260103000001/pending add finished at";
const OUT_OF_ORDER: &str = "20260101000001/installed create accounts
20260102000001/pending create runs
20260103000001/installed add finished at";
const SECOND_EDITED: &str = "20260101000001/installed create accounts
20260102000001/installed (different checksum) create runs
applied migration had checksum 566eccab35b37db1f5ae5fb13365fd801de986701556831b1a3006e74fc7650f4c56a35b366604be185be8820ad52608
local migration has checksum d42353f2a55fb569c0bf4397a4622b9f23a52d1105b31c940e1998d5d35160355487d22c8b7c0e0fb3b432d1db5c731d
20260103000001/installed add finished at";
const SECOND_GONE: &str = "20260101000001/installed create accounts
20260103000001/installed add finished at";

fn listed(line: &str) -> Option<(i64, String, Standing)> {
    match read(line) {
        Line::Listed(it) => Some((it.version, it.description, it.standing)),
        _ => None,
    }
}

#[test]
fn states_in_every_form() {
    use Standing::{DifferentChecksum, Installed, Pending};
    for (line, version, description, standing) in [
        (
            "20240101000000/installed: 001_initial_schema",
            20_240_101_000_000,
            "001_initial_schema",
            Installed,
        ),
        (
            "20240201000000/pending: 003_new_feature (NEW)",
            20_240_201_000_000,
            "003_new_feature",
            Pending,
        ),
        (
            "20260101000001/installed create accounts",
            ONE,
            "create accounts",
            Installed,
        ),
        (
            "20260102000001/pending create runs",
            TWO,
            "create runs",
            Pending,
        ),
        (
            "20260102000001/installed (different checksum) create runs",
            TWO,
            "create runs",
            DifferentChecksum,
        ),
        (
            "\u{1b}[36m20260101000001\u{1b}[0m/\u{1b}[33mpending\u{1b}[0m create accounts\r",
            ONE,
            "create accounts",
            Pending,
        ),
        (
            "\u{1b}[36m1\u{1b}[0m/\u{1b}[32minstalled\u{1b}[0m x",
            1,
            "x",
            Installed,
        ),
        (
            "\u{1b}[36m1\u{1b}[0m/\u{1b}[32minstalled\u{1b}[0m \u{1b}[31m(different checksum)\u{1b}[0m x",
            1,
            "x",
            DifferentChecksum,
        ),
        ("  7/pending  ", 7, "", Pending),
        ("-3/pending before all", -3, "before all", Pending),
        (
            "4/installed drop users (old)",
            4,
            "drop users (old)",
            Installed,
        ),
    ] {
        assert_eq!(
            listed(line),
            Some((version, description.to_owned(), standing)),
            "{line}"
        );
    }
    for line in [
        "x/installed y",
        "1/installedy",
        "1/pending_x",
        "1 installed y",
        "99999999999999999999/pending x",
    ] {
        assert_eq!(read(line), Line::Other, "{line}");
    }
}

#[test]
fn what_was_done_in_every_form() {
    for (line, act, version, description) in [
        (
            "Applied 20260101000001/migrate create accounts (2.031889ms)",
            Act::Applied,
            ONE,
            "create accounts",
        ),
        (
            "Skipped 20260102000001/migrate create runs (0ns)",
            Act::Skipped,
            TWO,
            "create runs",
        ),
        (
            "Can apply 20260103000001/migrate add finished at (0ns)",
            Act::CanApply,
            THREE,
            "add finished at",
        ),
        (
            "Can apply 3/migrate drop (really) (0ns)",
            Act::CanApply,
            3,
            "drop (really)",
        ),
        (
            "Applied \u{1b}[36m20260102000001\u{1b}[0m/\u{1b}[32mmigrate\u{1b}[0m create runs \u{1b}[2m(916.406µs)\u{1b}[0m\r",
            Act::Applied,
            TWO,
            "create runs",
        ),
    ] {
        let expected = Done {
            version,
            description: description.to_owned(),
            act,
        };
        assert_eq!(read(line), Line::Done(expected), "{line}");
    }
}

#[test]
fn complaints_in_every_form() {
    use Complaint::{
        Failed, HalfApplied, Missing, Modified, Other, TargetNotThere, TargetTooOld, UnknownWord,
    };
    for (line, expected) in [
        (
            "error: migration 20260103000001 is partially applied; fix and remove row from `_sqlx_migrations` table",
            HalfApplied(THREE),
        ),
        (
            "error: migration 20260102000001 was previously applied but has been modified",
            Modified(TWO),
        ),
        (
            "error: migration 20260102000001 was previously applied but is missing in the resolved migrations",
            Missing(TWO),
        ),
        (
            "error: while executing migration 20260102000001: error returned from database: relation \"no_such_table\" does not exist at line 433",
            Failed(TWO),
        ),
        (
            "error: migration 5 is not present in the migration source",
            TargetNotThere,
        ),
        (
            "error: migration 5 is older than the latest applied migration 7",
            TargetTooOld,
        ),
        ("error: unexpected argument '--dry-run' found", UnknownWord),
        (
            "error: Found argument '--dry-run' which wasn't expected, or isn't valid in this context",
            UnknownWord,
        ),
        ("unknown option: --dry-run", UnknownWord),
        (
            "error: error communicating with database: Connection refused (os error 111)",
            Other,
        ),
        (
            "error: `--database-url` or `DATABASE_URL` must be set",
            Other,
        ),
        (
            "error: while resolving migrations: error canonicalizing path nowhere",
            Other,
        ),
    ] {
        assert_eq!(read(line), Line::Error(expected), "{line}");
    }
}

#[test]
fn sentences_of_the_container_and_other_lines() {
    for line in [
        "Running database migrations...",
        "Migrations completed successfully",
        "Showing migration status...",
        "",
    ] {
        assert_eq!(read(line), Line::Sentence, "{line}");
    }
    let answer = Answer::of(["2026-01-01 INFO pool: connected\nShowing migration status...\n"]);
    assert_eq!(answer.others, ["2026-01-01 INFO pool: connected"]);
}

fn words() -> Vec<String> {
    vec!["--dry-run".to_owned()]
}

/// What two logs and the dry run's exit code make together: versions and states.
fn joined(status: &str, dry: &str, ended_well: bool) -> (Vec<(i64, State)>, Plan) {
    let (status, dry) = (Answer::of([status]), Answer::of([dry]));
    let said = dry_run(&dry, &words(), ended_well).expect("it could look");
    let plan = plan(Look::Only, &status, &dry, said, None);
    let found = plan.migrations.iter();
    (found.map(|it| (it.version, it.state)).collect(), plan)
}

#[test]
fn a_clean_database() {
    let (states, plan) = joined(ALL_INSTALLED, "Running database migrations...", true);
    assert_eq!(
        states,
        [ONE, TWO, THREE].map(|version| (version, State::Installed))
    );
    assert!(plan.clean && plan.notes.is_empty() && plan.other_lines.is_empty());
    assert_eq!(plan.migrations[0].name(), "20260101000001 create accounts");
}

#[test]
fn pending_migrations_in_order() {
    let dry = "Can apply 20260102000001/migrate create runs (0ns)
Can apply 20260103000001/migrate add finished at (0ns)";
    let (states, plan) = joined(ONE_INSTALLED, dry, true);
    assert_eq!(
        states,
        [
            (ONE, State::Installed),
            (TWO, State::Pending),
            (THREE, State::Pending)
        ]
    );
    assert_eq!(plan.pending().count(), 2);
    assert!(!plan.clean && plan.notes.is_empty());
}

#[test]
fn a_migration_older_than_what_is_installed_is_out_of_order() {
    let dry = "Can apply 20260102000001/migrate create runs (0ns)";
    let (states, plan) = joined(OUT_OF_ORDER, dry, true);
    assert_eq!(states[1], (TWO, State::OutOfOrder));
    assert!(!plan.clean);
}

#[test]
fn what_the_status_hides_the_dry_run_tells() {
    for (status, error, version, state) in [
        (
            ALL_INSTALLED,
            "error: migration 20260103000001 is partially applied; fix and remove row from `_sqlx_migrations` table",
            THREE,
            State::HalfApplied,
        ),
        (
            SECOND_EDITED,
            "error: migration 20260102000001 was previously applied but has been modified",
            TWO,
            State::Modified,
        ),
        (
            SECOND_GONE,
            "error: migration 20260102000001 was previously applied but is missing in the resolved migrations",
            TWO,
            State::Missing,
        ),
    ] {
        let (states, plan) = joined(status, error, false);
        assert!(states.contains(&(version, state)), "{states:?}");
        assert_eq!(states.len(), 3, "{states:?}");
        assert_eq!(
            plan.dry_run,
            DryRun::Refused {
                error: error.to_owned()
            }
        );
        assert!(!plan.clean);
        assert_eq!(plan.wrong().count(), 1);
    }
}

#[test]
fn checksums_are_kept() {
    let error = "error: migration 20260102000001 was previously applied but has been modified";
    let (_, plan) = joined(SECOND_EDITED, error, false);
    let edited = &plan.migrations[1];
    assert!(
        edited
            .applied_checksum
            .as_deref()
            .is_some_and(|sum| sum.starts_with("566ecc"))
    );
    assert!(
        edited
            .image_checksum
            .as_deref()
            .is_some_and(|sum| sum.starts_with("d42353"))
    );
}

#[test]
fn a_container_without_a_dry_run_is_noticed() {
    let (_, plan) = joined(
        ALL_INSTALLED,
        "error: unexpected argument '--dry-run' found",
        false,
    );
    assert!(matches!(plan.dry_run, DryRun::None { .. }));
    assert!(plan.clean, "only the status line counts");
    for line in [
        "sh: unrecognized option: dry-run",
        "Error: unknown flag: --dry-run",
    ] {
        let said = dry_run(&Answer::of([line]), &words(), false);
        assert!(matches!(said, Some(DryRun::None { .. })), "{line}");
    }
}

#[test]
fn a_dry_run_that_was_none_is_noticed() {
    let dry = "Applied 20260102000001/migrate create runs (1ms)
Applied 20260103000001/migrate add finished at (1ms)
Migrations completed successfully";
    let (_, plan) = joined(ONE_INSTALLED, dry, true);
    assert_eq!(plan.dry_run, DryRun::Applied);
    assert!(!plan.clean);
}

#[test]
fn a_dry_run_that_could_not_look_says_nothing_of_migrations() {
    for dry in [
        "error: error communicating with database: Connection refused (os error 111)",
        "error: migration 5 is not present in the migration source",
        "panicked at main.rs",
        // Of another word.
        "error: error occurred while attempting to establish a TLS connection: unknown option",
        "unknown command 'CLIENT', did you mean 'client'",
        "",
    ] {
        assert_eq!(dry_run(&Answer::of([dry]), &words(), false), None, "{dry}");
    }
}

#[test]
fn two_looks_that_meet_are_known() {
    for (line, expected) in [
        (
            "error: error returned from database: duplicate key value violates unique constraint \"pg_type_typname_nsp_index\" at line 664",
            true,
        ),
        (
            "error: error returned from database: (code: 5) database is locked",
            true,
        ),
        // A migration that collides is another matter.
        (
            "error: while executing migration 2: error returned from database: duplicate key value violates unique constraint \"pg_type_typname_nsp_index\"",
            false,
        ),
        (
            "error: error communicating with database: Connection refused (os error 111)",
            false,
        ),
    ] {
        assert_eq!(Answer::of([line]).met_another(), expected, "{line}");
    }
}

#[test]
fn two_looks_that_contradict_each_other_are_never_clean() {
    for (status, dry) in [
        // A migrate ran between them.
        (ONE_INSTALLED, ""),
        (
            ALL_PENDING,
            "Can apply 20260103000001/migrate add finished at (0ns)",
        ),
        // Rows were taken away between them.
        (
            ALL_INSTALLED,
            "Can apply 20260103000001/migrate add finished at (0ns)",
        ),
        // Two files of one version.
        ("1/installed a\n1/installed (different checksum) b", ""),
    ] {
        let (_, plan) = joined(status, dry, true);
        assert!(!plan.clean && plan.notes.len() == 1, "{plan:#?}");
    }
}

#[test]
fn no_migration_at_all_is_not_clean() {
    let (states, plan) = joined("Showing migration status...", "", true);
    assert!(states.is_empty() && !plan.clean);
    assert!(plan.notes[0].contains("status-command"));
}

#[test]
fn files_at_hand_are_compared_with_the_image() {
    let file = |name: &str, sql: &str| MigrationFile {
        path: format!("m/{name}"),
        name: FileName::parse(name).ok().flatten().expect("a migration"),
        sql: sql.to_owned(),
    };
    let files = [
        file("20260101000001_create_accounts.sql", ""),
        file("20260102000001_create_runs.sql", "other"),
        file("20260109000001_not_built.sql", ""),
        file("20260109000002_not_built.down.sql", ""),
    ];
    let status = Answer::of([SECOND_EDITED]);
    let dry = Answer::of(["Can apply 20260104000001/migrate x (0ns)"]);
    let plan = plan(Look::Only, &status, &dry, DryRun::Fine, Some(&files));
    assert_eq!(
        plan.migrations[0].file.as_deref(),
        Some("m/20260101000001_create_accounts.sql")
    );
    assert_eq!(
        plan.notes,
        [
            "20260109000001 is here, and not in the image: was it built from these files?",
            "20260104000001 is pending, and without a file here: not reviewed",
            "m/20260102000001_create_runs.sql is not the file that the image has: the image was built from another",
        ]
    );
}

#[test]
fn lines_of_which_there_are_too_many_are_counted() {
    let lines = vec!["chatter"; 60].join("\n");
    let (_, plan) = joined(&lines, "", true);
    assert_eq!(plan.other_lines.len(), 51);
    assert_eq!(plan.other_lines[50], "… and 10 more");
}

proptest! {
    /// Whatever a container writes, nothing of it gets lost but its own sentences.
    #[test]
    fn every_line_is_taken_or_kept(lines in prop::collection::vec(r"(?-u:[ -~]{0,40})|[0-9]{1,20}/(pending|installed)[ :]\PC{0,9}|error: migration [0-9]{1,20} \PC{0,30}", 0..20)) {
        let text = lines.join("\n");
        let answer = Answer::of([text.as_str()]);
        let sentences = text.lines().filter(|line| read(line) == Line::Sentence).count();
        let sums = text.lines().filter(|line| matches!(read(line), Line::AppliedChecksum(_) | Line::ImageChecksum(_))).count();
        let kept = answer.listed.len() + answer.done.len() + answer.complaints.len() + answer.others.len() + answer.more_others;
        prop_assert!(kept + sentences <= text.lines().count());
        prop_assert!(kept + sentences + sums >= text.lines().count());
        for ended_well in [true, false] {
            if let Some(said) = dry_run(&answer, &words(), ended_well) {
                let plan = plan(Look::Only, &answer, &answer, said, None);
                prop_assert!(plan.migrations.is_sorted_by_key(|it| it.version));
                prop_assert!(!plan.clean || plan.migrations.iter().all(|it| it.state == State::Installed));
            }
        }
    }

    /// Colours say nothing.
    #[test]
    fn colours_make_no_difference(version in any::<i64>(), description in "[a-z ]{0,20}", colour in 0u8..107) {
        let plain = format!("{version}/pending {description}");
        let coloured = format!("\u{1b}[{colour}m{version}\u{1b}[0m/\u{1b}[1;33mpending\u{1b}[0m {description}");
        prop_assert_eq!(read(&plain), read(&coloured));
    }
}
