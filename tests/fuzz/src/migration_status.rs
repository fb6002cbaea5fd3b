//! Two logs, one after the other, a line of dashes between them: the status, and the dry run.

use run_admin_task::migrations::status::{Answer, dry_run, plan};
use run_admin_task::model::migration::State;
use run_admin_task::model::plan::{DryRun, Look};

use crate::reading::text;

/// No line is lost, and a database is clean only where every migration is installed.
pub(crate) fn check(input: &[u8]) {
    let text = text(input);
    let (status, dry) = text.split_once("\n---\n").unwrap_or((&text, ""));
    let (status, dry) = (Answer::of([status]), Answer::of([dry]));
    for ended_well in [true, false] {
        let words = ["--dry-run".to_owned()];
        let Some(said) = dry_run(&dry, &words, ended_well) else {
            assert!(!ended_well, "what ended well has an answer");
            continue;
        };
        let plan = plan(Look::Only, &status, &dry, said, None);
        assert!(plan.migrations.is_sorted_by(|a, b| a.version < b.version));
        let installed = plan
            .migrations
            .iter()
            .all(|it| it.state == State::Installed);
        assert!(!plan.clean || (installed && !plan.migrations.is_empty()));
        if let DryRun::Refused { .. } | DryRun::Applied = plan.dry_run {
            assert!(!plan.clean);
        }
        let told = |version| plan.migrations.iter().any(|it| it.version == version);
        assert!(status.listed.iter().all(|it| told(it.listed.version)));
        assert!(dry.done.iter().all(|it| told(it.version)));
    }
}
