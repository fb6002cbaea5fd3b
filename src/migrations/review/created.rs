//! The tables that a file creates itself: nobody uses them before it is applied.

use std::collections::BTreeSet;
use std::ops::Range;

use squawk_syntax::ast::{self, AstNode as _};

/// The tables that a file creates itself, by the last part of their names.
#[derive(Debug, Default)]
pub(super) struct Created(BTreeSet<String>);

impl Created {
    pub(super) fn by(file: &ast::SourceFile) -> Self {
        let names = file.stmts().filter_map(|statement| {
            match statement {
                ast::Stmt::CreateTable(table) => table.table_name(),
                ast::Stmt::CreateTableAs(table) => table.table_name(),
                ast::Stmt::SelectInto(select) => select.into_clause()?.table_name(),
                ast::Stmt::CreateMaterializedView(view) => {
                    return Some(view.view()?.path()?.segment()?.text());
                }
                _ => None,
            }
            .and_then(|name| Some(name.path()?.segment()?.text()))
        });
        Self(names.collect())
    }

    pub(super) fn has(&self, table: &str) -> bool {
        self.0.contains(table)
    }

    /// The places of the statements that change nothing but tables of this file.
    pub(super) fn statements(&self, file: &ast::SourceFile) -> Vec<Range<usize>> {
        let on_new = |statement: &ast::Stmt| {
            let targets = targets(statement);
            !targets.is_empty() && targets.iter().all(|table| self.has(table))
        };
        file.stmts()
            .filter(on_new)
            .map(|statement| span(statement.syntax()))
            .collect()
    }
}

/// The tables whose shape a statement changes.
pub(super) fn targets(statement: &ast::Stmt) -> Vec<String> {
    let of = |name: Option<ast::TableRelationName>| {
        let name = name.and_then(|name| name.table_name_ref());
        name.and_then(|name| name_of(&name)).into_iter().collect()
    };
    match statement {
        ast::Stmt::AlterTable(alter) => of(alter.table_relation_name()),
        ast::Stmt::CreateIndex(index) => of(index.table_relation_name()),
        ast::Stmt::DropTable(drop) => drop
            .table_name_refs()
            .filter_map(|table| name_of(&table))
            .collect(),
        _ => Vec::new(),
    }
}

/// The last part of a table's name.
pub(super) fn name_of(table: &ast::TableNameRef) -> Option<String> {
    Some(table.path_ref()?.segment()?.text())
}

/// Where a node stands, without the comments before it.
pub(super) fn span(node: &squawk_syntax::SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    let first = node
        .children_with_tokens()
        .find(|element| !element.kind().is_trivia());
    let start = first.map_or(range.start(), |element| element.text_range().start());
    start.into()..range.end().into()
}
