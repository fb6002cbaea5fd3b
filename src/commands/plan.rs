//! `plan`: the state of a database's migrations.

use super::looks::Unseen;
use super::runbook::{Runbook, done, lacks};
use crate::cli::Options;
use crate::model::event::Finished;
use crate::model::outcome::ExitStatus;
use crate::model::plan::{DryRun, Look};

/// Shows which migrations are installed, pending or in a bad state. `exit_code`: whether the exit
/// status tells that there is something to do, or something wrong. Everything it has to say has
/// been said when it returns.
pub async fn plan(options: &Options, exit_code: bool) -> ExitStatus {
    let mut runbook = match Runbook::open(options, "plan", None).await {
        Ok(runbook) => runbook,
        Err(exit) => return exit,
    };
    let ended = carry_out(&mut runbook, exit_code).await;
    runbook.close(ended).await
}

async fn carry_out(runbook: &mut Runbook, exit_code: bool) -> Result<Finished, Unseen> {
    let definition = runbook.definition().await?;
    let plan = runbook.look(&definition, Look::Only).await?;
    runbook.review(&plan, None)?;
    match lacks(&plan, None, runbook.settings()) {
        // That something was applied by a verb that changes nothing is told in any case.
        Some(failure) if exit_code || plan.dry_run == DryRun::Applied => Err(failure.into()),
        _ => Ok(done()),
    }
}
