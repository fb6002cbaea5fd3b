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
            if self.locks(statement) {
                tell("explicit-lock", place());
            }
            if matches!(statement, ast::Stmt::Do(_) | ast::Stmt::Call(_)) {
                tell("not-read", place());
            }
            for check in self.checks_of_columns(statement) {
                tell("constraint-missing-not-valid", check);
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
        if let Some((rule, span)) = self.mixed(&all) {
            tell(rule, span);
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

    /// Whether a table that is in use is locked by name, against those who read or write.
    fn locks(&self, statement: &ast::Stmt) -> bool {
        let ast::Stmt::Lock(lock) = statement else {
            return false;
        };
        // Without a mode it is ACCESS EXCLUSIVE.
        let mode = lock.lock_mode_clause().and_then(|mode| mode.lock_mode());
        let keeps_out = matches!(
            mode,
            None | Some(
                ast::LockMode::AccessExclusive(_)
                    | ast::LockMode::Exclusive(_)
                    | ast::LockMode::Share(_)
                    | ast::LockMode::ShareRowExclusive(_)
            )
        );
        let tables = lock.relation_list();
        let mut tables = tables.iter().flat_map(ast::RelationList::relation_names);
        keeps_out && tables.any(|table| !self.is_new(written(Some(table)), lock.syntax()))
    }

    /// The CHECKs of columns that a table in use gets: each reads the whole table.
    fn checks_of_columns(&self, statement: &ast::Stmt) -> Vec<Range<usize>> {
        let ast::Stmt::AlterTable(alter) = statement else {
            return Vec::new();
        };
        if !self.changes_shape(statement) {
            return Vec::new();
        }
        let constraints = alter.actions().flat_map(|action| match action {
            ast::AlterTableAction::AddColumn(column) => column.constraints().collect(),
            _ => Vec::new(),
        });
        constraints
            .filter(|it| matches!(it, ast::Constraint::CheckConstraint(_)) && !it.is_not_valid())
            .map(|it| span(it.syntax()))
            .collect()
    }

    /// UPDATE and DELETE without WHERE, wherever in a statement they stand. A function that is
    /// created does nothing yet.
    fn whole_tables(&self) -> Vec<(&'static str, Range<usize>)> {
        let nodes = self.tree.syntax().descendants();
        let at_once = nodes.filter(|node| !node.ancestors().any(|above| is_definition(&above)));
        at_once
            .filter_map(|node| {
                if let Some(update) = ast::Update::cast(node.clone()) {
                    let all = is_of_all(update.where_clause_or_current_of());
                    let table = written(update.relation_name());
                    return (all && !self.is_new(table, &node))
                        .then(|| ("full-table-update", span(&node)));
                }
                let delete = ast::Delete::cast(node.clone())?;
                let all = is_of_all(delete.where_clause_or_current_of());
                let table = written(delete.relation_name());
                (all && !self.is_new(table, &node)).then(|| ("full-table-delete", span(&node)))
            })
            .collect()
    }

    /// Where rows of a table in use are changed, beside the shape of one.
    fn mixed(&self, all: &[ast::Stmt]) -> Option<(&'static str, Range<usize>)> {
        let rows = |statement: &&ast::Stmt| {
            let table = changes_rows(statement);
            table.is_some() && !self.is_new(table, statement.syntax())
        };
        if !all.iter().any(|statement| self.changes_shape(statement)) {
            return None;
        }
        let place = |statement: &ast::Stmt| span(statement.syntax());
        let mut changed = all.iter().filter(rows);
        let first = changed.clone().next()?;
        match changed.find(|statement| !is_seed(statement)) {
            Some(of_many) => Some(("data-and-schema-in-one-file", place(of_many))),
            None => Some(("seed-and-schema-in-one-file", place(first))),
        }
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
    ) || matches!(action, ast::AlterTableAction::AddColumn(column) if is_serial(column.ty()))
}

/// Whether each row gets a number of a sequence.
pub(super) fn is_serial(ty: Option<ast::Type>) -> bool {
    let text = ty.map(|ty| ty.syntax().text().to_string());
    text.is_some_and(|text| text.to_ascii_lowercase().contains("serial"))
}

/// Whether rows of every kind are meant: by no WHERE, or by one that is always true.
fn is_of_all(condition: Option<ast::WhereClauseOrCurrentOf>) -> bool {
    match condition {
        None => true,
        Some(ast::WhereClauseOrCurrentOf::WhereClause(condition)) => {
            condition.expr().is_some_and(|it| is_true(&it))
        }
        Some(ast::WhereClauseOrCurrentOf::WhereCurrentOf(_)) => false,
    }
}

fn is_true(condition: &ast::Expr) -> bool {
    let literal = |side: Option<ast::Expr>| match side {
        Some(ast::Expr::Literal(literal)) => Some(literal.syntax().text().to_string()),
        _ => None,
    };
    let is_null = |literal: &String| literal.eq_ignore_ascii_case("null");
    match condition {
        ast::Expr::Literal(literal) => literal
            .syntax()
            .text()
            .to_string()
            .eq_ignore_ascii_case("true"),
        ast::Expr::ParenExpr(inner) => inner.expr().is_some_and(|it| is_true(&it)),
        ast::Expr::BinExpr(both) => {
            let left = literal(both.lhs());
            let is_equality = matches!(both.op(), Some(ast::BinOp::Eq(_)));
            let left = left.filter(|literal| !is_null(literal));
            is_equality && left.is_some() && left == literal(both.rhs())
        }
        _ => false,
    }
}

/// Whether a statement inserts what stands in it, and no more.
fn is_seed(statement: &ast::Stmt) -> bool {
    let ast::Stmt::Insert(insert) = statement else {
        return false;
    };
    matches!(
        insert.insert_source(),
        Some(
            ast::InsertSource::DefaultValues(_)
                | ast::InsertSource::SelectVariant(ast::SelectVariant::Values(_))
        )
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
