//! What squawk does not say of statements: how sqlx applies a file, and what a statement does to
//! rows and tables that are in use.

use std::collections::BTreeSet;
use std::ops::Range;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::accepted::comments;
use super::created::{Created, name_of, span, targets};
use super::found::Found;
use super::name::Name;
use crate::migrations::file::{MigrationFile, NO_TRANSACTION};

/// A file, as far as the rules here want to know it.
pub(super) struct Statements<'f> {
    pub(super) file: &'f MigrationFile,
    pub(super) tree: &'f ast::SourceFile,
    pub(super) created: &'f Created,
    /// Whether `PostgreSQL` can write a table anew beside its users: then squawk tells.
    pub(super) can_repack: bool,
}

impl Statements<'_> {
    pub(super) fn look(&self) -> Vec<Found> {
        let all: Vec<_> = self.tree.stmts().filter(does_something).collect();
        let without = self.file.is_without_transaction();
        let mut found = Vec::new();
        let mut tell = |rule: &str, span: Range<usize>| found.extend(Found::new(rule, span));
        for statement in &all {
            let place = || span(statement.syntax());
            if !without && let Some(rule) = refused_in_transaction(statement, all.len()) {
                tell(rule, place());
            }
            if self.rewrites(statement) {
                tell("rewrites-table", place());
            }
            if let ast::Stmt::Refresh(refresh) = statement
                && refresh.concurrently_token().is_none()
                && !self.is_new(view_of(refresh), statement.syntax())
            {
                tell("refresh-without-concurrently", place());
            }
            if let ast::Stmt::Truncate(truncate) = statement
                && truncate.drop_behavior().is_none()
                && !self.are_new(truncate)
            {
                tell("full-table-delete", place());
            }
        }
        if without && let Some(second) = all.get(1) {
            tell(
                "several-statements-without-transaction",
                span(second.syntax()),
            );
        }
        for (rule, span) in self.whole_tables() {
            tell(rule, span);
        }
        if !without {
            for span in new_values_in_use(&all) {
                tell("new-enum-value-in-use", span);
            }
        }
        if let Some(span) = self.mixed(&all) {
            tell("data-and-schema-in-one-file", span);
        }
        if let Some(span) = self.late_mark() {
            tell("no-transaction-not-first", span);
        }
        found
    }

    /// Whether nobody uses this table yet where it is named, as this file made it.
    fn is_new(&self, table: Option<Name>, node: &SyntaxNode) -> bool {
        table.is_some_and(|table| self.created.has(&table, span(node).start))
    }

    fn are_new(&self, truncate: &ast::Truncate) -> bool {
        let tables = truncate.table_list();
        let mut tables = tables.iter().flat_map(ast::TableList::table_relation_names);
        tables.all(|table| self.is_new(name_of_relation(&table), truncate.syntax()))
    }

    /// Whether a table that is in use is written anew.
    fn rewrites(&self, statement: &ast::Stmt) -> bool {
        match statement {
            ast::Stmt::Vacuum(vacuum) => vacuum.is_full() && !self.can_repack,
            ast::Stmt::Cluster(_) => !self.can_repack,
            ast::Stmt::AlterTable(alter) => {
                self.changes_shape(statement) && alter.actions().any(|action| writes_anew(&action))
            }
            _ => false,
        }
    }

    /// UPDATE and DELETE without WHERE, wherever in a statement they stand. A function that is
    /// created does nothing yet.
    fn whole_tables(&self) -> Vec<(&'static str, Range<usize>)> {
        let nodes = self.tree.syntax().descendants();
        let at_once = nodes.filter(|node| !node.ancestors().any(|above| is_definition(&above)));
        at_once
            .filter_map(|node| {
                if let Some(update) = ast::Update::cast(node.clone()) {
                    let all = update.where_clause_or_current_of().is_none();
                    let table = written(update.relation_name());
                    return (all && !self.is_new(table, &node))
                        .then(|| ("full-table-update", span(&node)));
                }
                let delete = ast::Delete::cast(node.clone())?;
                let all = delete.where_clause_or_current_of().is_none();
                let table = written(delete.relation_name());
                (all && !self.is_new(table, &node)).then(|| ("full-table-delete", span(&node)))
            })
            .collect()
    }

    /// Where rows of a table in use are changed, beside the shape of one.
    fn mixed(&self, all: &[ast::Stmt]) -> Option<Range<usize>> {
        let rows = |statement: &&ast::Stmt| {
            let table = changes_rows(statement);
            table.is_some() && !self.is_new(table, statement.syntax())
        };
        if !all.iter().any(|statement| self.changes_shape(statement)) {
            return None;
        }
        let first = all.iter().find(rows)?;
        Some(span(first.syntax()))
    }

    /// Whether a statement changes the shape of a table in use.
    fn changes_shape(&self, statement: &ast::Stmt) -> bool {
        let at = span(statement.syntax()).start;
        let targets = targets(statement);
        targets.iter().any(|table| !self.created.has(table, at))
    }

    /// Where the mark of a file without a transaction stands that sqlx does not see.
    fn late_mark(&self) -> Option<Range<usize>> {
        let mark = comments(self.tree.syntax()).find(|comment| {
            comment.text().starts_with(NO_TRANSACTION) && comment.text_range().start() != 0.into()
        })?;
        let range = mark.text_range();
        let is_late = !self.file.is_without_transaction();
        is_late.then(|| range.start().into()..range.end().into())
    }
}

/// Where values stand that statements before them added to an enum, be it created in the same
/// file or not.
fn new_values_in_use(all: &[ast::Stmt]) -> Vec<Range<usize>> {
    let mut added = BTreeSet::new();
    let mut used = Vec::new();
    for statement in all {
        if let ast::Stmt::AlterType(alter) = statement {
            if let Some(ast::AlterTypeAction::AddValue(value)) = alter.action() {
                added.extend(value.literal().map(|it| it.syntax().text().to_string()));
            }
            continue;
        }
        if added.is_empty() || is_definition(statement.syntax()) {
            continue;
        }
        let literals = statement.syntax().descendants();
        let literals = literals.filter_map(ast::Literal::cast);
        let is_added = |it: &ast::Literal| added.contains(&it.syntax().text().to_string());
        used.extend(literals.filter(is_added).map(|it| span(it.syntax())));
    }
    used
}

fn does_something(statement: &ast::Stmt) -> bool {
    !matches!(statement, ast::Stmt::EmptyStmt(_))
}

/// The rule against a statement that `PostgreSQL` refuses in a transaction.
fn refused_in_transaction(statement: &ast::Stmt, statements: usize) -> Option<&'static str> {
    const REFUSED: &str = "cannot-run-in-transaction";
    let refused = match statement {
        ast::Stmt::CreateIndex(index) => {
            // squawk tells where there are others beside it.
            let told = statements > 1;
            let refused = index.concurrently_token().is_some() && !told;
            return refused.then_some("ban-concurrent-index-creation-in-transaction");
        }
        ast::Stmt::DropIndex(index) => index.concurrently_token().is_some(),
        ast::Stmt::Reindex(reindex) => {
            let target = reindex.reindex_target();
            let of_many = matches!(
                target,
                Some(
                    ast::ReindexTarget::ReindexTargetDatabase(_)
                        | ast::ReindexTarget::ReindexTargetSchema(_)
                        | ast::ReindexTarget::ReindexTargetSystem(_)
                )
            );
            of_many || reindex.is_concurrently()
        }
        ast::Stmt::AlterTable(alter) => alter.actions().any(|action| {
            matches!(
                action,
                ast::AlterTableAction::DetachPartition(detach)
                    if detach.detach_partition_option().is_some()
            )
        }),
        ast::Stmt::Cluster(cluster) => {
            cluster.table_name_ref().is_none() && cluster.cluster_legacy().is_none()
        }
        ast::Stmt::Vacuum(_)
        | ast::Stmt::AlterSystem(_)
        | ast::Stmt::CreateDatabase(_)
        | ast::Stmt::DropDatabase(_)
        | ast::Stmt::CreateTablespace(_)
        | ast::Stmt::DropTablespace(_) => true,
        _ => false,
    };
    refused.then_some(REFUSED)
}

fn writes_anew(action: &ast::AlterTableAction) -> bool {
    matches!(
        action,
        ast::AlterTableAction::SetLogged(_)
            | ast::AlterTableAction::SetUnlogged(_)
            | ast::AlterTableAction::SetTablespace(_)
            | ast::AlterTableAction::SetAccessMethod(_)
    )
}

fn is_definition(node: &SyntaxNode) -> bool {
    ast::CreateFunction::can_cast(node.kind())
        || ast::CreateProcedure::can_cast(node.kind())
        || ast::CreateRule::can_cast(node.kind())
}

/// The table whose rows a statement changes.
fn changes_rows(statement: &ast::Stmt) -> Option<Name> {
    match statement {
        ast::Stmt::Update(update) => written(update.relation_name()),
        ast::Stmt::Delete(delete) => written(delete.relation_name()),
        ast::Stmt::Insert(insert) => Name::of_ref(insert.relation_name_ref()?.path_ref()),
        ast::Stmt::Merge(merge) => name_of_relation(&merge.table_relation_name()?),
        _ => None,
    }
}

fn name_of_relation(relation: &ast::TableRelationName) -> Option<Name> {
    name_of(&relation.table_name_ref()?)
}

fn written(relation: Option<ast::RelationName>) -> Option<Name> {
    Name::of_ref(relation?.relation_name_ref()?.path_ref())
}

fn view_of(refresh: &ast::Refresh) -> Option<Name> {
    Name::of_ref(refresh.view_ref()?.path_ref())
}
