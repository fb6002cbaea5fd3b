//! What became of a plan: who applied what, and in which state a failure left the database.

use super::file::MigrationFile;
use super::status::Answer;
use crate::model::migration::{State, Version};
use crate::model::plan::{DryRun, Plan};

/// What others changed between two looks, of which only `migrated` is ours: each a sentence.
#[must_use]
pub fn by_others(before: &Plan, migrated: &Answer, after: &Plan) -> Vec<String> {
    let ours: Vec<_> = migrated.applied().collect();
    let is_installed = |plan: &Plan, version: Version| {
        let mut installed = plan.migrations.iter();
        installed.any(|it| it.version == version && it.state == State::Installed)
    };
    let was_planned = |version: &Version| before.pending().any(|it| it.version == *version);
    let by_another: Vec<_> = after
        .migrations
        .iter()
        .filter(|it| it.state == State::Installed && !ours.contains(&it.version))
        .filter(|it| !is_installed(before, it.version))
        .map(|it| it.version)
        .collect();
    let unplanned: Vec<_> = ours
        .iter()
        .copied()
        .filter(|version| !was_planned(version))
        .collect();
    let gone: Vec<_> = before
        .migrations
        .iter()
        .filter(|it| it.state == State::Installed)
        .filter(|it| after.pending().any(|now| now.version == it.version))
        .map(|it| it.version)
        .collect();
    let mut sentences = Vec::new();
    let mut say = |versions: &[Version], what: &str| {
        if !versions.is_empty() {
            let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
            sentences.push(format!("{what}: {}", versions.join(", ")));
        }
    };
    say(&by_another, "applied meanwhile, and not by this migrate");
    say(&unplanned, "applied, and not pending when it was looked");
    say(&gone, "installed when it was looked, and pending now");
    sentences
}

/// Where `migrate` came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedAt {
    /// At this migration: it says so.
    Named(Version),
    /// Before this one was applied, which is the first of the plan of which it says nothing.
    Before(Version),
}

/// The migration at which `migrate` came to its end.
#[must_use]
pub fn ended_at(before: &Plan, migrated: &Answer) -> Option<EndedAt> {
    let guessed = || {
        let applied: Vec<_> = migrated.applied().collect();
        let mut pending = before.pending().map(|it| it.version);
        pending.find(|version| !applied.contains(version))
    };
    let named = migrated.failed().map(EndedAt::Named);
    named.or_else(|| guessed().map(EndedAt::Before))
}

/// In which state a failure left the migration that failed, in a sentence. `after`: what a look
/// afterwards saw.
#[must_use]
pub fn state_of_failed(
    version: Version,
    after: &Plan,
    file: Option<&MigrationFile>,
) -> &'static str {
    let now = after.migrations.iter().find(|it| it.version == version);
    match (now.map(|it| it.state), file) {
        (Some(State::HalfApplied), _) => {
            "it is half applied: what it did so far stays, and migrate applies nothing until that is put right"
        }
        (Some(State::Pending | State::OutOfOrder), Some(file)) if file.is_without_transaction() => {
            "it is pending, and its file has no transaction: what ran before the error may still be in the database"
        }
        (Some(State::Pending | State::OutOfOrder), Some(_)) => {
            "it is pending: its transaction was rolled back, and nothing of it is in the database"
        }
        (Some(State::Pending | State::OutOfOrder), None) => {
            "it is pending: nothing of it is in the database, unless its file begins with `-- no-transaction`"
        }
        (Some(State::Installed), _) if matches!(after.dry_run, DryRun::None { .. }) => {
            "the status shows it as installed, as it does one that is half applied: look at its row in _sqlx_migrations"
        }
        (Some(State::Installed), _) => "it is installed now",
        (Some(State::Modified), _) => "it is installed, and its file was edited since",
        (Some(State::Missing), _) => "it is installed, and the image has no file of it",
        (None, _) => "no look tells in which state it is",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrations::status::{dry_run, plan};
    use crate::model::plan::Look;

    fn seen(status: &str) -> Plan {
        let answer = Answer::of([status]);
        let dry = answer.listed.iter().filter_map(|it| {
            let it = &it.listed;
            let pending = it.standing == crate::migrations::status::Standing::Pending;
            pending.then(|| format!("Can apply {}/migrate {} (0ns)", it.version, it.description))
        });
        let dry = dry.collect::<Vec<_>>().join("\n");
        let dry = Answer::of([dry.as_str()]);
        let said = dry_run(&dry, &[], true).expect("an answer");
        plan(Look::Only, &answer, &dry, said, None)
    }

    #[test]
    fn what_others_did_is_told() {
        let before = seen("1/installed a\n2/pending b\n3/pending c");
        let all = seen("1/installed a\n2/installed b\n3/installed c");
        let ours = Answer::of(["Applied 2/migrate b (1ms)\nApplied 3/migrate c (1ms)"]);
        assert_eq!(by_others(&before, &ours, &all), Vec::<String>::new());
        let half = Answer::of(["Applied 3/migrate c (1ms)"]);
        assert_eq!(
            by_others(&before, &half, &all),
            ["applied meanwhile, and not by this migrate: 2"]
        );
        let more = Answer::of([
            "Applied 2/migrate b (1ms)\nApplied 3/migrate c (1ms)\nApplied 4/migrate d (1ms)",
        ]);
        assert_eq!(
            by_others(&before, &more, &all),
            ["applied, and not pending when it was looked: 4"]
        );
        let back = seen("1/pending a\n2/installed b\n3/installed c");
        assert_eq!(
            by_others(&before, &ours, &back),
            ["installed when it was looked, and pending now: 1"]
        );
    }

    #[test]
    fn where_it_failed() {
        let before = seen("1/installed a\n2/pending b\n3/pending c");
        let named =
            Answer::of(["Applied 2/migrate b (1ms)\nerror: while executing migration 3: x"]);
        assert_eq!(ended_at(&before, &named), Some(EndedAt::Named(3)));
        let killed = Answer::of(["Applied 2/migrate b (1ms)"]);
        assert_eq!(ended_at(&before, &killed), Some(EndedAt::Before(3)));
        let nothing_left = seen("1/installed a");
        assert_eq!(ended_at(&nothing_left, &Answer::default()), None);
    }

    #[test]
    fn what_a_failure_leaves() {
        let file = |sql: &str| MigrationFile {
            path: "2_b.sql".into(),
            name: crate::migrations::file::FileName::parse("2_b.sql")
                .ok()
                .flatten()
                .expect("a name"),
            sql: sql.to_owned(),
        };
        let pending = seen("1/installed a\n2/pending b");
        let outside = file("-- no-transaction\nSELECT 1");
        let state = |plan: &Plan, file: Option<&MigrationFile>| state_of_failed(2, plan, file);
        assert!(state(&pending, Some(&outside)).contains("may still be"));
        assert!(state(&pending, Some(&file(""))).contains("rolled back"));
        assert!(state(&pending, None).contains("unless"));
        let mut installed = seen("1/installed a\n2/installed b");
        assert_eq!(state(&installed, None), "it is installed now");
        installed.dry_run = DryRun::None { why: String::new() };
        assert!(state(&installed, None).contains("half applied"));
        installed.migrations[1].state = State::HalfApplied;
        assert!(state(&installed, None).contains("half applied"));
        assert!(state_of_failed(9, &installed, None).contains("no look"));
    }
}
