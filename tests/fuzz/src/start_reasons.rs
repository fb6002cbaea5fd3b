//! Reasons that AWS gives for a start that failed: `STOP_CODE|REASON`, one a line.

use run_admin_task::model::passing::{may_be_placed_later, may_start_later};

use crate::reading::text;

/// What somebody stopped on purpose is never started again, and upper or lower case changes
/// nothing.
pub(crate) fn check(input: &[u8]) {
    for line in text(input).lines() {
        let (code, reason) = line.split_once('|').unwrap_or(("", line));
        assert!(!may_start_later(Some("UserInitiated"), [reason]));
        let placed = may_be_placed_later(reason, None);
        assert!(!placed || may_be_placed_later("", Some(reason)) || reason.trim().len() == 5);
        if reason.is_ascii() {
            let shouted = reason.to_ascii_uppercase();
            assert_eq!(placed, may_be_placed_later(&shouted, None));
            assert_eq!(
                may_start_later(Some(code), [reason]),
                may_start_later(Some(code), [shouted.as_str()])
            );
        }
    }
}
