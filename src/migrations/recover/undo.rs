//! What takes a migration back, statement by statement, as far as its text tells.

mod alter;
mod create;
mod name;

use std::collections::BTreeSet;
use std::ops::Range;

use squawk_syntax::ast::{AlterTypeAction, AstNode, Set, SetScope, SetTarget, Stmt};
use squawk_syntax::syntax_error::SyntaxError;
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use name::{key, one_line};

/// What one statement asks for when it is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undo {
    /// A statement.
    Piece(Piece),
    /// Something that only a person knows.
    Gap {
        /// The statement that is to be taken back.
        original: String,
        /// What is to be found out, or done.
        ask: String,
    },
    /// Nothing: why.
    Nothing {
        /// The statement, in one line.
        original: String,
        /// Why nothing has to be done.
        why: String,
    },
    /// A setting of the session: it counts for what takes back as well.
    Setting(String),
}

/// A statement that takes another one back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Piece {
    /// What it costs, or when it fails.
    pub(super) note: Option<String>,
    /// The rules of a review that it breaks on purpose.
    pub(super) breaks: Vec<&'static str>,
    /// The statement.
    pub(super) sql: String,
    /// The same for a file of its own outside a transaction.
    pub(super) alone: Option<String>,
}

impl Undo {
    fn piece(sql: String, breaks: &[&'static str]) -> Self {
        Self::Piece(Piece {
            breaks: breaks.to_vec(),
            sql,
            ..Piece::default()
        })
    }

    fn noted(sql: String, breaks: &[&'static str], note: impl Into<String>) -> Self {
        Self::Piece(Piece {
            note: Some(note.into()),
            breaks: breaks.to_vec(),
            sql,
            alone: None,
        })
    }

    fn gap(node: &SyntaxNode, ask: impl Into<String>) -> Self {
        Self::Gap {
            original: node.text().to_string(),
            ask: ask.into(),
        }
    }

    fn nothing(node: &SyntaxNode, why: impl Into<String>) -> Self {
        Self::Nothing {
            original: one_line(node),
            why: why.into(),
        }
    }
}

/// What takes this SQL back: the last statement first, settings before all.
pub(super) fn undo(sql: &str) -> Vec<Undo> {
    let parsed = SourceFile::parse(sql);
    let wrong: Vec<_> = parsed.errors().iter().map(SyntaxError::range).collect();
    let mut created = BTreeSet::new();
    let mut found = Vec::new();
    let mut unread: Option<Range<usize>> = None;
    let mut told = 0;
    for node in parsed.tree().syntax().children() {
        let whole = node.text_range();
        let wrong_here = wrong.iter().filter(|range| whole.contains_range(**range));
        let wrong_here = wrong_here.count();
        told += wrong_here;
        match Stmt::cast(node) {
            Some(Stmt::EmptyStmt(_)) => {}
            Some(statement) if wrong_here == 0 => {
                found.extend(unread.take().map(|range| unreadable(sql, &range)));
                found.extend(of_statement(&statement, &mut created));
            }
            // What could not be read falls into many pieces: they are told as one.
            _ => {
                let begin = unread.map_or(whole.start().into(), |before| before.start);
                unread = Some(begin..whole.end().into());
            }
        }
    }
    found.extend(unread.map(|range| unreadable(sql, &range)));
    if told < wrong.len() {
        found.push(Undo::Gap {
            original: String::new(),
            ask: "this tool could not read the whole file: read it yourself".to_owned(),
        });
    }
    let is_setting = |undo: &Undo| matches!(undo, Undo::Setting(_));
    if settings_change(parsed.tree().syntax()) {
        for undo in &mut found {
            if let Undo::Setting(original) = undo {
                *undo = Undo::Gap {
                    original: std::mem::take(original),
                    ask: "the settings change within the file: what is taken back may be named \
                          otherwise under another one, so write out the schema of each name"
                        .to_owned(),
                };
            }
        }
    }
    let (settings, mut rest): (Vec<_>, Vec<_>) = found.into_iter().partition(is_setting);
    rest.reverse();
    settings.into_iter().chain(rest).collect()
}

/// Whether not everything in a file runs under the same settings: then they cannot stand before
/// all that is turned round.
fn settings_change(file: &SyntaxNode) -> bool {
    let mut set = BTreeSet::new();
    let mut is_under_way = false;
    let (mut has_local, mut has_ended) = (false, false);
    for statement in file.children().filter_map(Stmt::cast) {
        match statement {
            Stmt::EmptyStmt(_) => {}
            // What was LOCAL ended before it.
            _ if has_ended => return true,
            Stmt::Begin(_) => {}
            Stmt::Reset(_) if !set.is_empty() => return true,
            Stmt::Set(it) => {
                has_local |= is_local(&it);
                if is_under_way || !set.insert(variable(&it)) {
                    return true;
                }
            }
            Stmt::Commit(_) => {
                is_under_way = true;
                has_ended = has_local;
            }
            _ => is_under_way = true,
        }
    }
    false
}

/// What a `SET` sets.
fn variable(set: &Set) -> String {
    let target = set.set_target();
    if let Some(SetTarget::SetSchemaValue(_)) = target {
        return "search_path".to_owned();
    }
    let target = target.map(|it| name::text(it.syntax())).unwrap_or_default();
    let mut words = target.split(|c: char| c.is_whitespace() || c == '=');
    words.next().unwrap_or_default().to_ascii_lowercase()
}

fn is_local(set: &Set) -> bool {
    matches!(set.set_scope(), Some(SetScope::LocalScope(_)))
}

/// The same setting until the end of the transaction: what `sqlx` does after it is not meant.
fn until_the_end(set: &Set) -> String {
    let node = set.syntax();
    let text = node.text().to_string();
    let start = node.text_range().start();
    let scope = match set.set_scope() {
        Some(SetScope::LocalScope(_)) => return text,
        Some(SetScope::SessionScope(scope)) => Some(scope.syntax().text_range()),
        None => None,
    };
    let word = set.set_token().map(|word| word.text_range().end());
    let Some(at) = scope
        .map(|scope| scope - start)
        .map(Range::<usize>::from)
        .or_else(|| word.map(|end| usize::from(end - start)).map(|at| at..at))
    else {
        return text;
    };
    let local = if at.is_empty() { " LOCAL" } else { "LOCAL" };
    let mut text = text;
    text.replace_range(at, local);
    text
}

fn unreadable(sql: &str, range: &Range<usize>) -> Undo {
    let text = sql.get(range.clone()).unwrap_or_default();
    Undo::Gap {
        original: text.to_owned(),
        ask: "this tool could not read it: say how it is taken back".to_owned(),
    }
}

/// What takes one statement back, in its own order: the caller turns all of them round.
/// `created`: tables and types that the file itself made, whose parts go with them.
fn of_statement(statement: &Stmt, created: &mut BTreeSet<String>) -> Vec<Undo> {
    let node = statement.syntax();
    if let Some(undo) = create::undo(statement) {
        if let Some(made) = create::whole(statement)
            && !matches!(undo, Undo::Gap { .. })
        {
            created.insert(made);
        }
        if let Some(table) = touched(statement).filter(|table| created.contains(table)) {
            return vec![Undo::nothing(node, format!("it goes with table {table}"))];
        }
        return vec![undo];
    }
    if let Some(table) = touched(statement).filter(|table| created.contains(table)) {
        if !alter::renames(statement) {
            return vec![Undo::nothing(node, format!("it goes with table {table}"))];
        }
        // What follows knows it by another name.
        created.remove(&table);
    }
    if let Some(made) = extended(statement).filter(|made| created.contains(made)) {
        return vec![Undo::nothing(node, format!("it goes with type {made}"))];
    }
    alter::undo(statement).unwrap_or_else(|| vec![other(statement)])
}

/// The table that a statement works on, and on nothing else.
fn touched(statement: &Stmt) -> Option<String> {
    let table = match statement {
        Stmt::AlterTable(it) => it.table_relation_name()?.table_name_ref()?.syntax().clone(),
        Stmt::CreateIndex(it) => it.table_relation_name()?.table_name_ref()?.syntax().clone(),
        Stmt::CreateTrigger(it) => it.on_relation()?.relation_name_ref()?.syntax().clone(),
        Stmt::CreatePolicy(it) => it.on_table()?.table_name_ref()?.syntax().clone(),
        // With a WITH clause it may write elsewhere, too.
        Stmt::Insert(it) if it.with_clause().is_none() => it.relation_name_ref()?.syntax().clone(),
        Stmt::Update(it) if it.with_clause().is_none() => {
            return name::relation(it.relation_name()?.syntax());
        }
        Stmt::Delete(it) if it.with_clause().is_none() => {
            return name::relation(it.relation_name()?.syntax());
        }
        _ => return None,
    };
    Some(key(&table))
}

/// The type that a statement gives another value.
fn extended(statement: &Stmt) -> Option<String> {
    let Stmt::AlterType(it) = statement else {
        return None;
    };
    let adds = matches!(it.action()?, AlterTypeAction::AddValue(_));
    let name = it.type_name_ref().filter(|_| adds)?;
    Some(key(name.syntax()))
}

/// A statement that makes and changes nothing that has a name, or nothing that is known here.
fn other(statement: &Stmt) -> Undo {
    let node = statement.syntax();
    match statement {
        Stmt::Set(it) => Undo::Setting(until_the_end(it)),
        Stmt::Begin(_) | Stmt::Commit(_) => Undo::nothing(node, "it changes nothing by itself"),
        Stmt::CommentOn(_) => Undo::nothing(node, "a comment may stay"),
        Stmt::Analyze(_)
        | Stmt::Vacuum(_)
        | Stmt::Reindex(_)
        | Stmt::Cluster(_)
        | Stmt::Checkpoint(_)
        | Stmt::Lock(_)
        | Stmt::Show(_)
        | Stmt::Notify(_)
        | Stmt::Reset(_)
        | Stmt::SetConstraints(_) => Undo::nothing(node, "it changes no definition and no row"),
        Stmt::Insert(_) | Stmt::Copy(_) => Undo::gap(
            node,
            "delete the rows that it wrote, and no others: only you know how to tell them",
        ),
        Stmt::Update(_) | Stmt::Delete(_) | Stmt::Truncate(_) | Stmt::Merge(_) => Undo::gap(
            node,
            "what the rows were before stands in a backup, or nowhere",
        ),
        _ if name::first_word(node).eq_ignore_ascii_case("drop") => Undo::gap(
            node,
            "make it again as it was before; its data is in a backup, or nowhere",
        ),
        _ => Undo::gap(node, "say how it is taken back, or that it may stay"),
    }
}

/// Whether a node says nothing.
fn is_blank(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::WHITESPACE | SyntaxKind::COMMENT)
}

#[cfg(test)]
mod tests;
