//! `recover`: how a migration is put right.

use super::stage;
use crate::cli::{Options, Recover};
use crate::error::Failure;
use crate::model::outcome::ExitStatus;

/// Not built yet.
pub async fn recover(options: &Options, _what: &Recover) -> ExitStatus {
    let failure = Failure::usage("this version cannot do that yet; nothing was started");
    stage::fail(
        &mut *stage::early_reporter(options.early_output()),
        &failure,
    )
}
