//! The tables that a file creates itself: nobody uses them before it is applied.

use std::collections::BTreeMap;
use std::ops::Range;

use squawk_syntax::ast::{self, AstNode as _};

use super::name::Name;

/// Where in a file a table of this name is one that the file created: until then, or after it was
/// dropped or renamed, the name means a table that may be in use.
#[derive(Debug, Default)]
pub(super) struct Created(BTreeMap<Name, Vec<(usize, bool)>>);

impl Created {
    pub(super) fn by(file: &ast::SourceFile) -> Self {
        let mut created = Self::default();
        for statement in file.stmts() {
            let range = span(statement.syntax());
            if let ast::Stmt::DropTable(_) = statement {
                for table in targets(&statement) {
                    created.tell(table, range.end, false);
                }
            } else if let ast::Stmt::AlterTable(alter) = &statement {
                let new_name = alter.actions().find_map(|action| match action {
                    ast::AlterTableAction::TableRenameTo(rename) => {
                        Some(rename.table_name()?.path()?.segment()?.text())
                    }
                    _ => None,
                });
                if let (Some(name), Some(table)) = (new_name, targets(&statement).pop()) {
                    let is_new = created.has(&table, range.start);
                    created.tell(table.renamed(name), range.end, is_new);
                    created.tell(table, range.end, false);
                }
            } else if let Some(table) = created_by(&statement) {
                created.tell(table, range.end, true);
            }
        }
        created
    }

    fn tell(&mut self, table: Name, from: usize, is_new: bool) {
        self.0.entry(table).or_default().push((from, is_new));
    }

    /// Whether what stands at this byte and names the table means one that the file created.
    pub(super) fn has(&self, table: &Name, at: usize) -> bool {
        let told = self.0.get(table).map_or(&[][..], Vec::as_slice);
        let before = told.iter().rev().find(|(from, _)| *from <= at);
        before.is_some_and(|(_, is_new)| *is_new)
    }

    /// The places of the statements that change nothing but tables of this file.
    pub(super) fn statements(&self, file: &ast::SourceFile) -> Vec<Range<usize>> {
        let on_new = |statement: ast::Stmt| {
            let targets = targets(&statement);
            let range = span(statement.syntax());
            let all_new = targets.iter().all(|table| self.has(table, range.start));
            (!targets.is_empty() && all_new).then_some(range)
        };
        file.stmts().filter_map(on_new).collect()
    }
}

/// The table that is new for certain. With IF NOT EXISTS it may be there already, and in use.
fn created_by(statement: &ast::Stmt) -> Option<Name> {
    let (table, persistence, may_be_there) = match statement {
        ast::Stmt::CreateTable(table) => (
            table.table_name(),
            table.persistence(),
            table.if_not_exists(),
        ),
        ast::Stmt::CreateTableAs(table) => (
            table.table_name(),
            table.persistence(),
            table.if_not_exists(),
        ),
        ast::Stmt::SelectInto(select) => {
            let into = select.into_clause()?;
            (into.table_name(), into.persistence(), None)
        }
        ast::Stmt::CreateMaterializedView(view) if view.if_not_exists().is_none() => {
            return Name::of(view.view()?.path());
        }
        _ => return None,
    };
    let name = Name::of(table?.path())?;
    let is_temporary = matches!(persistence, Some(ast::Persistence::Temp(_)));
    match may_be_there {
        Some(_) => None,
        None if is_temporary => Some(name.temporary()),
        None => Some(name),
    }
}

/// The tables whose shape a statement changes.
pub(super) fn targets(statement: &ast::Stmt) -> Vec<Name> {
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

/// A table's name.
pub(super) fn name_of(table: &ast::TableNameRef) -> Option<Name> {
    Name::of_ref(table.path_ref())
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
