//! The table of checks.

use super::group::{About, Group};
use super::{
    cluster, credentials, database, definition, image, log_group, network, quota, roles, secrets,
};

/// Every group, in the order in which its findings are shown.
pub const CHECKS: &[Group] = &[
    credentials::GROUP,
    cluster::GROUP,
    definition::GROUP,
    secrets::GROUP,
    image::GROUP,
    log_group::GROUP,
    roles::execution::GROUP,
    roles::task::GROUP,
    roles::caller::GROUP,
    quota::GROUP,
    network::GROUP,
    database::GROUP,
];

/// Every check.
pub fn about() -> impl Iterator<Item = &'static About> {
    CHECKS.iter().flat_map(|group| group.checks)
}

/// The groups that can confirm or rule out a cause.
pub fn that_tell_of(cause: &str) -> impl Iterator<Item = &'static Group> {
    CHECKS.iter().filter(move |group| {
        let mut causes = group.checks.iter().flat_map(|about| about.causes);
        causes.any(|own| *own == cause)
    })
}
