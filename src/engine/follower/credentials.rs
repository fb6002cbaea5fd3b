//! Credentials that expire while a run is followed.

use super::{Follower, Now};
use crate::engine::credentials::{Purpose, note};
use crate::ports::CallError;

impl Follower {
    /// Says once what happened and what to type, and when it is over.
    pub(super) fn note_credentials(&mut self, error: Option<&CallError>, now: Now) {
        let purpose = Purpose {
            task_arn: &self.followed.task.arn,
            reach: self.followed.reach.as_ref(),
            grace: self.policy.credentials_grace,
            fate: "the task is not touched",
        };
        let warning = note(&mut self.no_credentials_since, error, now.instant, &purpose);
        self.warn(warning, now);
    }
}
