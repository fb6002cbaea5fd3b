//! What a look that failed means.

use crate::model::finding::Finding;
use crate::ports::{CallError, CallErrorKind};

/// A skip that says why `what` could not be looked at; a missing permission is named.
pub(super) fn could_not(name: &'static str, what: &str, error: &CallError) -> Finding {
    let permission = error.operation;
    match error.kind {
        CallErrorKind::Denied => Finding::skip(
            name,
            format!("{what} could not be looked at: the caller lacks the permission {permission}"),
        )
        .hinted(format!("allow {permission} to whoever runs this check")),
        _ => Finding::skip(name, format!("{what} could not be looked at: {error}")),
    }
}
