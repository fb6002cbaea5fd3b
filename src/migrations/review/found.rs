//! Something that was found in a file, before it is told.

use std::ops::Range;

use super::rules;
use crate::model::review::Rule;

/// Something that was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Against which rule.
    pub(super) rule: &'static Rule,
    /// Where, in bytes; empty: the file itself.
    pub(super) span: Range<usize>,
    /// What is wrong, where the rule's own sentence does not say it.
    pub(super) message: Option<String>,
}

impl Found {
    /// `None`: there is no such rule.
    pub(super) fn new(rule: &str, span: Range<usize>) -> Option<Self> {
        Some(Self {
            rule: rules::find(rule)?,
            span,
            message: None,
        })
    }

    /// The same of the file itself.
    pub(super) fn of_file(rule: &str, message: String) -> Option<Self> {
        Some(Self {
            message: Some(message),
            ..Self::new(rule, 0..0)?
        })
    }
}
