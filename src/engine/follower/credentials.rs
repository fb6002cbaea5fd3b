//! Credentials that expire while a run is followed.

use super::{Follower, Now};
use crate::engine::says;
use crate::model::reach::Reach;
use crate::ports::{CallError, CallErrorKind};

impl Follower {
    /// Says once what happened and what to type, and when it is over. New ones are looked for by
    /// whoever makes the calls.
    pub(super) fn note_credentials(&mut self, error: Option<&CallError>, now: Now) {
        match error {
            Some(error) if error.kind == CallErrorKind::Credentials => {
                if self.no_credentials_since.is_none() {
                    self.no_credentials_since = Some(now.instant);
                    let message = self.without_credentials(error);
                    self.warn_with("credentials", message, now);
                }
            }
            // Any other failure says nothing about them.
            Some(_) => {}
            None => {
                if let Some(since) = self.no_credentials_since.take() {
                    let lasted = says::duration(now.instant - since);
                    let message = format!("AWS takes the credentials again after {lasted}");
                    self.warn_with("recovered", message, now);
                }
            }
        }
    }

    fn without_credentials(&self, error: &CallError) -> String {
        let grace = says::duration(self.policy.credentials_grace);
        let login = match self.followed.reach.as_ref().and_then(Reach::profile) {
            Some(profile) => format!("aws sso login --profile {profile}"),
            None => "aws sso login".to_owned(),
        };
        format!(
            "AWS no longer takes the credentials: {error}\n\
             the task is not touched; log in again in another terminal (for example: {login}), \
             new credentials are looked for during {grace} (--credentials-grace); \
             those from environment variables cannot be renewed: then attach again with new ones\n{}",
            self.by_hand()
        )
    }
}
