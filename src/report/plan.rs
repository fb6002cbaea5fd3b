//! The state of a database's migrations, as a page for people.

use super::plain::PlainStyle;
use crate::model::plan::Plan;

/// Not built yet.
pub(super) fn page(_plan: &Plan, _style: &PlainStyle) -> Vec<String> {
    Vec::new()
}
