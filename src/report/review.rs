//! What was found in migrations, as a page for people.

use super::plain::PlainStyle;
use crate::model::review::Review;

/// Not built yet.
pub(super) fn page(_review: &Review, _style: &PlainStyle) -> Vec<String> {
    Vec::new()
}
