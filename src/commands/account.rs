//! The account, as checks look at it.

use std::sync::Arc;

use crate::aws::Aws;
use crate::preflight::{Account, Beyond};

/// AWS for every port that checks have.
pub(super) fn account(aws: &Arc<Aws>) -> Account {
    Account {
        callers: aws.clone(),
        clusters: aws.clone(),
        log_groups: aws.clone(),
        beyond: beyond(aws),
    }
}

#[cfg(feature = "preflight")]
#[expect(clippy::unnecessary_wraps, reason = "a smaller build has none")]
fn beyond(aws: &Arc<Aws>) -> Option<Beyond> {
    Some(Beyond {
        callers: aws.clone(),
        images: aws.clone(),
        names: Arc::new(super::names::Resolver),
        networks: aws.clone(),
        quotas: aws.clone(),
        roles: aws.clone(),
        secrets: aws.clone(),
    })
}

#[cfg(not(feature = "preflight"))]
fn beyond(_: &Arc<Aws>) -> Option<Beyond> {
    None
}
