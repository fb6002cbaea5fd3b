//! Credentials that expire while a task is followed or looked at. New ones are looked for by
//! whoever makes the calls.

use std::time::Duration;

use tokio::time::Instant;

use super::says;
use crate::model::duration::limit;
use crate::model::event::Warning;
use crate::model::reach::Reach;
use crate::ports::{CallError, CallErrorKind};

/// Whom the credentials were for.
pub(super) struct Purpose<'p> {
    pub(super) task_arn: &'p str,
    pub(super) reach: Option<&'p Reach>,
    /// How long credentials that AWS no longer takes are borne.
    pub(super) grace: Duration,
    /// What became of the task meanwhile.
    pub(super) fate: &'static str,
}

/// Takes note of how a call ended. Says once what happened and what to type, and when it is over;
/// `gone_since` is when it was said.
pub(super) fn note(
    gone_since: &mut Option<Instant>,
    error: Option<&CallError>,
    now: Instant,
    purpose: &Purpose<'_>,
) -> Option<Warning> {
    match error {
        Some(error) if error.kind == CallErrorKind::Credentials => {
            let is_new = gone_since.is_none();
            gone_since.get_or_insert(now);
            is_new.then(|| Warning {
                code: "credentials",
                message: purpose.without_credentials(error),
            })
        }
        // Any other failure says nothing about them.
        Some(_) => None,
        None => {
            let lasted = says::duration(now - gone_since.take()?);
            Some(Warning {
                code: "recovered",
                message: format!("AWS takes the credentials again after {lasted}"),
            })
        }
    }
}

impl Purpose<'_> {
    fn without_credentials(&self, error: &CallError) -> String {
        let grace = limit(self.grace);
        let login = match self.reach {
            Some(profile @ Reach::Profile(_)) => format!("aws sso login {profile}"),
            Some(Reach::File { .. }) | None => "aws sso login".to_owned(),
        };
        format!(
            "AWS no longer takes the credentials: {error}\n\
             {}; log in again in another terminal (for example: {login}), \
             new credentials are looked for during {grace} (--credentials-grace); \
             those from environment variables cannot be renewed: \
             then use one of these commands with new ones\n{}",
            self.fate,
            says::by_hand(self.reach, self.task_arn)
        )
    }
}
