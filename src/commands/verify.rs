//! `verify`: the gate before a deploy.

use super::looks::Unseen;
use super::runbook::{Runbook, done, lacks};
use crate::cli::Options;
use crate::model::event::Finished;
use crate::model::outcome::ExitStatus;
use crate::model::plan::Look;

/// Says whether the database is as the image wants it: nothing pending, nothing modified, missing
/// or half applied. Everything it has to say has been said when it returns.
pub async fn verify(options: &Options) -> ExitStatus {
    let mut runbook = match Runbook::open(options, "verify", None).await {
        Ok(runbook) => runbook,
        Err(exit) => return exit,
    };
    let ended = carry_out(&mut runbook).await;
    runbook.close(ended).await
}

async fn carry_out(runbook: &mut Runbook) -> Result<Finished, Unseen> {
    let definition = runbook.definition().await?;
    let plan = runbook.look(&definition, Look::Only).await?;
    match lacks(&plan, None, runbook.settings()) {
        Some(failure) => Err(failure.into()),
        None => Ok(done()),
    }
}
