//! The text of names and statements, without what stands between their words.

use squawk_syntax::ast::AstNode as _;
use squawk_syntax::ast::{Path, PathRef};
use squawk_syntax::{SyntaxElement, SyntaxNode};

use super::is_blank;
use crate::migrations::recover::quote::in_comment;

/// The longest statement that is named in one line, in characters.
const LONGEST: usize = 72;

/// The node's text; comments and white space between its words become one blank.
pub(super) fn text(node: &SyntaxNode) -> String {
    let mut text = String::new();
    let mut apart = false;
    let tokens = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token);
    for token in tokens {
        if is_blank(token.kind()) {
            apart = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut apart) {
            text.push(' ');
        }
        text.push_str(token.text());
    }
    text
}

/// The same in one line of a comment, shortened.
pub(super) fn one_line(node: &SyntaxNode) -> String {
    let text = in_comment(&text(node));
    let text = text.trim_end_matches([';', ' ']);
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let head: String = text.chars().take(LONGEST).collect();
    format!("{}…", head.trim_end())
}

/// A name as `PostgreSQL` compares it.
pub(super) fn key(node: &SyntaxNode) -> String {
    let text = text(node);
    if text.contains('"') {
        text
    } else {
        text.to_lowercase()
    }
}

/// The key of the one table that a node of an UPDATE or a DELETE names.
pub(super) fn relation(node: &SyntaxNode) -> Option<String> {
    node.descendants()
        .find_map(PathRef::cast)
        .map(|path| key(path.syntax()))
}

/// The first word of a statement.
pub(super) fn first_word(node: &SyntaxNode) -> String {
    let tokens = node.descendants_with_tokens();
    let mut tokens = tokens.filter_map(SyntaxElement::into_token);
    let first = tokens.find(|token| !is_blank(token.kind()));
    first
        .map(|token| token.text().to_owned())
        .unwrap_or_default()
}

/// `name` in the same schema as `path`.
pub(super) fn beside(path: &PathRef, name: &str) -> String {
    match path.qualifier() {
        Some(schema) => format!("{}.{name}", text(schema.syntax())),
        None => name.to_owned(),
    }
}

/// The last part of a path.
pub(super) fn last(path: &PathRef) -> Option<String> {
    Some(text(path.segment()?.syntax()))
}

/// A path that names something new.
pub(super) fn path(path: Option<Path>) -> Option<String> {
    Some(text(path?.syntax()))
}
