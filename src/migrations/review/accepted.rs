//! What a file's comments accept: `-- squawk-ignore RULE, RULE` before a statement, and
//! `-- squawk-ignore-file RULE` for the whole file. squawk heeds them for its own rules; these
//! are for ours, and mean the same.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use squawk_linter::ignore::{IgnoreKind, ignore_rule_info};
use squawk_syntax::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::place::Lines;

/// What a file's comments accept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// Everything.
    all: bool,
    /// Rules that are accepted wherever they hit.
    anywhere: BTreeSet<String>,
    /// Rules by the line of their comment.
    by_line: BTreeMap<usize, BTreeSet<String>>,
}

impl Accepted {
    pub(super) fn of(root: &SyntaxNode, lines: &Lines<'_>) -> Self {
        let mut accepted = Self::default();
        for token in comments(root) {
            let Some((names, _, kind)) = ignore_rule_info(&token) else {
                continue;
            };
            let names: BTreeSet<_> = names
                .split(',')
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect();
            match kind {
                IgnoreKind::File if names.is_empty() => accepted.all = true,
                IgnoreKind::File => accepted.anywhere.extend(names),
                IgnoreKind::Line => {
                    let line = lines.line(token.text_range().start().into());
                    accepted.by_line.insert(line, names);
                }
            }
        }
        accepted
    }

    /// Whether a finding of this rule that begins on this line is accepted.
    pub(super) fn covers(&self, rule: &str, line: usize) -> bool {
        let on = |line: usize| {
            let names = self.by_line.get(&line);
            names.is_some_and(|names| names.contains(rule))
        };
        self.all || self.anywhere.contains(rule) || on(line) || on(line.saturating_sub(1))
    }
}

/// The comments of a file.
pub(super) fn comments(root: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    let tokens = root
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token);
    tokens.filter(|token| token.kind() == SyntaxKind::COMMENT)
}

/// What is to be done so that findings of these rules, which begin in one place, are accepted.
pub(super) fn how(rules: &BTreeSet<&str>, span: &Range<usize>) -> String {
    let names: Vec<_> = rules.iter().copied().collect();
    let names = names.join(", ");
    if span.is_empty() {
        format!("`-- squawk-ignore-file {names}` anywhere in the file")
    } else {
        format!("`-- squawk-ignore {names}` on the line before it")
    }
}
