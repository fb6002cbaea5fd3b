//! What was altered is altered back, where the statement itself tells what was before.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{
    AddConstraint, AlterColumn, AlterColumnOption, AlterIndexAction, AlterTable, AlterTableAction,
    AlterTypeAction, AlterViewAction, AstNode, Constraint, PathRef, Stmt,
};

use super::Undo;
use super::name::{beside, last, path, text};

/// What takes an ALTER back, action by action. `None`: it is no ALTER, or none that is known here.
pub(super) fn undo(statement: &Stmt) -> Option<Vec<Undo>> {
    let renamed = |kind: &str, old: Option<PathRef>, new: Option<String>| {
        let back = old.zip(new).and_then(|(old, new)| back(kind, &old, &new));
        vec![back.unwrap_or_else(|| unknown(statement.syntax()))]
    };
    Some(match statement {
        Stmt::AlterTable(it) => of_table(it),
        Stmt::AlterIndex(it) => {
            let AlterIndexAction::IndexRenameTo(to) = it.action()? else {
                return None;
            };
            let new = to.index().and_then(|index| path(index.path()));
            renamed("INDEX", it.index_ref()?.path_ref(), new)
        }
        Stmt::AlterView(it) => {
            let AlterViewAction::ViewRenameTo(to) = it.action()? else {
                return None;
            };
            let new = to.view().and_then(|view| path(view.path()));
            renamed("VIEW", it.view_ref()?.path_ref(), new)
        }
        Stmt::AlterType(it) => {
            let AlterTypeAction::AddValue(_) = it.action()? else {
                return None;
            };
            vec![Undo::gap(
                statement.syntax(),
                "PostgreSQL cannot take a value out of an enum: leave it, or make the type anew",
            )]
        }
        _ => return None,
    })
}

/// Whether a statement gives its table another name, or another schema.
pub(super) fn renames(statement: &Stmt) -> bool {
    let Stmt::AlterTable(it) = statement else {
        return false;
    };
    it.actions().any(|action| {
        matches!(
            action,
            AlterTableAction::TableRenameTo(_) | AlterTableAction::SetSchema(_)
        )
    })
}

fn unknown(node: &SyntaxNode) -> Undo {
    Undo::gap(node, "say how it is taken back, or that it may stay")
}

/// `ALTER kind schema.new RENAME TO old`.
fn back(kind: &str, old: &PathRef, new: &str) -> Option<Undo> {
    let sql = format!(
        "ALTER {kind} {} RENAME TO {};",
        beside(old, new),
        last(old)?
    );
    let rule = if kind == "TABLE" {
        "renaming-table"
    } else {
        "renaming-object"
    };
    Some(Undo::piece(sql, &[rule]))
}

fn of_table(it: &AlterTable) -> Vec<Undo> {
    let node = it.syntax();
    let relation = it.table_relation_name().and_then(|it| it.table_name_ref());
    let Some(table) = relation.and_then(|it| it.path_ref()) else {
        return vec![unknown(node)];
    };
    let name = text(table.syntax());
    let start = match it.if_exists() {
        Some(_) => format!("ALTER TABLE IF EXISTS {name}"),
        None => format!("ALTER TABLE {name}"),
    };
    let actions = it.actions();
    let undone = actions.map(|action| {
        of_action(&action, &start, &table).unwrap_or_else(|| Undo::Gap {
            original: format!("{start} {};", text(action.syntax())),
            ask: "what was before does not stand here".to_owned(),
        })
    });
    let undone: Vec<_> = undone.collect();
    if undone.is_empty() {
        return vec![unknown(node)];
    }
    undone
}

/// What takes one action back. `None`: it does not tell what was before.
fn of_action(action: &AlterTableAction, start: &str, table: &PathRef) -> Option<Undo> {
    let node = action.syntax();
    Some(match action {
        AlterTableAction::AddColumn(it) => {
            let column = text(it.column_name()?.syntax());
            let drop = format!("{start} DROP COLUMN {column};");
            if it.if_not_exists().is_some() {
                return Some(Undo::Gap {
                    original: format!("{start} {};", text(node)),
                    ask: format!(
                        "with IF NOT EXISTS it may have been there before. If not: {drop}"
                    ),
                });
            }
            Undo::noted(drop, &["ban-drop-column"], "loses what is in the column")
        }
        AlterTableAction::AddConstraint(it) => of_constraint(it, start)?,
        AlterTableAction::AlterColumn(it) => of_column(it, start)?,
        AlterTableAction::RenameColumn(it) => {
            let (old, new) = (it.column_name_ref()?, it.column_name()?);
            let sql = format!(
                "{start} RENAME COLUMN {} TO {};",
                text(new.syntax()),
                text(old.syntax())
            );
            Undo::piece(sql, &["renaming-column"])
        }
        AlterTableAction::RenameConstraint(it) => {
            let (old, new) = (it.constraint_name_ref()?, it.constraint_name()?);
            let sql = format!(
                "{start} RENAME CONSTRAINT {} TO {};",
                text(new.syntax()),
                text(old.syntax())
            );
            Undo::piece(sql, &["renaming-object"])
        }
        AlterTableAction::TableRenameTo(it) => {
            back("TABLE", table, &path(it.table_name()?.path())?)?
        }
        AlterTableAction::EnableRls(_) => {
            Undo::piece(format!("{start} DISABLE ROW LEVEL SECURITY;"), &[])
        }
        AlterTableAction::DisableRls(_) => {
            Undo::piece(format!("{start} ENABLE ROW LEVEL SECURITY;"), &[])
        }
        AlterTableAction::ForceRls(_) => {
            Undo::piece(format!("{start} NO FORCE ROW LEVEL SECURITY;"), &[])
        }
        AlterTableAction::NoForceRls(_) => {
            Undo::piece(format!("{start} FORCE ROW LEVEL SECURITY;"), &[])
        }
        AlterTableAction::ValidateConstraint(_) => {
            Undo::nothing(node, "a constraint that was checked may stay so")
        }
        _ => return None,
    })
}

fn of_constraint(it: &AddConstraint, start: &str) -> Option<Undo> {
    let constraint = it.constraint()?;
    let (name, takes_an_index) = match &constraint {
        Constraint::CheckConstraint(it) => (it.constraint_name_clause(), false),
        Constraint::ForeignKeyConstraint(it) => (it.constraint_name_clause(), false),
        Constraint::ExcludeConstraint(it) => (it.constraint_name_clause(), false),
        Constraint::NotNullConstraint(it) => (it.constraint_name_clause(), false),
        Constraint::UniqueConstraint(it) => {
            (it.constraint_name_clause(), it.using_index().is_some())
        }
        Constraint::PrimaryKeyConstraint(it) => {
            (it.constraint_name_clause(), it.using_index().is_some())
        }
        _ => return None,
    };
    let gap = |ask: &str| Undo::Gap {
        original: format!("{start} {};", text(it.syntax())),
        ask: ask.to_owned(),
    };
    let Some(name) = name.and_then(|it| it.constraint_name()) else {
        return Some(gap(
            "the constraint has no name here: PostgreSQL gave it one (\\d of the table shows it), \
             and DROP CONSTRAINT takes it away",
        ));
    };
    if takes_an_index {
        return Some(gap(
            "DROP CONSTRAINT takes its index away as well: make the index again, if it was there \
             before",
        ));
    }
    let sql = format!("{start} DROP CONSTRAINT {};", text(name.syntax()));
    Some(Undo::piece(sql, &["ban-drop-constraint"]))
}

fn of_column(it: &AlterColumn, start: &str) -> Option<Undo> {
    let column = text(it.column_name_ref()?.syntax());
    match it.option()? {
        AlterColumnOption::SetNotNull(_) => Some(Undo::piece(
            format!("{start} ALTER COLUMN {column} DROP NOT NULL;"),
            &["ban-drop-not-null"],
        )),
        AlterColumnOption::DropNotNull(_) => Some(Undo::noted(
            format!("{start} ALTER COLUMN {column} SET NOT NULL;"),
            &["adding-not-nullable-field"],
            "reads the whole table under a lock, and fails where a row has NULL by now",
        )),
        _ => None,
    }
}
