//! Evidence that looks: after a failure, the checks that can tell of its cause.

use std::collections::BTreeSet;
use std::time::Duration;

use super::checks::look_all;
use crate::model::diagnosis::Diagnosis;
use crate::model::event::Sink;
use crate::model::finding::{Finding, Verdict};
use crate::preflight::{Account, Subject, that_tell_of};

/// What has not answered by then is not waited for: a failed run shall end.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);

/// Whether a look could tell of this cause.
pub(super) fn can_tell_of(diagnosis: &Diagnosis) -> bool {
    that_tell_of(&diagnosis.cause).next().is_some()
}

/// Confirms the cause, or rules it out, as far as a look can tell.
pub(super) async fn look_into(
    diagnosis: &mut Diagnosis,
    subject: &Subject,
    account: &Account,
    sink: &mut dyn Sink,
) {
    let groups: Vec<_> = that_tell_of(&diagnosis.cause).collect();
    if groups.is_empty() {
        return;
    }
    let telling: BTreeSet<_> = telling(&diagnosis.cause).collect();
    let mut findings = look_all(groups, subject, account, PATIENCE, sink).await;
    // A neighbour that is well says nothing of the cause.
    findings.retain(|it| it.verdict == Verdict::Fail || telling.contains(&it.name));
    diagnosis.take(&findings);
}

/// Nothing could be looked at, for this reason.
pub(super) fn could_not(diagnosis: &mut Diagnosis, why: &str) {
    let findings: Vec<_> = telling(&diagnosis.cause)
        .map(|name| Finding::skip(name, why))
        .collect();
    if !findings.is_empty() {
        diagnosis.take(&findings);
    }
}

/// The names of the checks that can tell of a cause.
fn telling(cause: &str) -> impl Iterator<Item = &'static str> {
    let all = that_tell_of(cause).flat_map(|group| group.checks);
    all.filter(move |about| about.causes.contains(&cause))
        .map(|about| about.name)
}
