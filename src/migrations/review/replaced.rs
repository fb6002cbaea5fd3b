//! What a file drops and creates again under the same name. In a transaction nobody sees it gone.

use std::collections::BTreeMap;

use squawk_syntax::ast::{self, AstNode, NameLike as _};
use squawk_syntax::{SourceFile, SyntaxNode};

use super::created::{name_of, span};
use super::name::Name;

/// What a file creates, and where it does so for the last time.
#[derive(Debug, Default)]
pub(super) struct Replaced(BTreeMap<Thing, usize>);

/// What may be created again. Rows that are gone are not, so no table is here.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    View(Name),
    MaterializedView(Name),
    /// With the types of its parameters, as they are written: others of its name are not it.
    Function(Name, Vec<String>),
    /// Of this table.
    Constraint(Name, String),
}

impl Replaced {
    pub(super) fn by(file: &SourceFile) -> Self {
        let mut replaced = BTreeMap::new();
        for statement in file.stmts() {
            let thing = match &statement {
                ast::Stmt::CreateView(view) => view_name(view.view()).map(Thing::View),
                ast::Stmt::CreateMaterializedView(view) => {
                    view_name(view.view()).map(Thing::MaterializedView)
                }
                ast::Stmt::CreateFunction(function) => created_function(function),
                ast::Stmt::AlterTable(alter) => {
                    replaced.extend(added_constraints(alter));
                    None
                }
                _ => None,
            };
            let at = span(statement.syntax()).start;
            replaced.extend(thing.map(|thing| (thing, at)));
        }
        Self(replaced)
    }

    /// Whether all that is dropped here, which a finding stands in, is created again further on.
    pub(super) fn covers(&self, dropped: &SyntaxNode) -> bool {
        // What hangs on it goes with it, and does not come back.
        if dropped
            .children()
            .any(|it| ast::Cascade::can_cast(it.kind()))
        {
            return false;
        }
        let node = || dropped.clone();
        let things: Vec<_> = if let Some(drop) = ast::DropView::cast(node()) {
            let views = drop.view_refs().map(|view| Name::of_ref(view.path_ref()));
            views.map(|name| name.map(Thing::View)).collect()
        } else if let Some(drop) = ast::DropMaterializedView::cast(node()) {
            let views = drop.view_refs().map(|view| Name::of_ref(view.path_ref()));
            views
                .map(|name| name.map(Thing::MaterializedView))
                .collect()
        } else if let Some(drop) = ast::DropFunction::cast(node()) {
            let all = drop.function_sig_list();
            let all = all.iter().flat_map(ast::FunctionSigList::function_sigs);
            all.map(|function| dropped_function(&function)).collect()
        } else if let Some(drop) = ast::DropConstraint::cast(node()) {
            vec![dropped_constraint(&drop)]
        } else {
            return false;
        };
        let at = span(dropped).start;
        let is_back = |thing: &Option<Thing>| {
            let back = thing.as_ref().and_then(|thing| self.0.get(thing));
            back.is_some_and(|back| *back > at)
        };
        !things.is_empty() && things.iter().all(is_back)
    }
}

fn view_name(view: Option<ast::View>) -> Option<Name> {
    Name::of(view?.path())
}

fn created_function(function: &ast::CreateFunction) -> Option<Thing> {
    let name = Name::of(function.name()?.path())?;
    Some(Thing::Function(name, types(&function.param_list()?)))
}

/// `None` without a list: then whatever has the name is dropped.
fn dropped_function(function: &ast::FunctionSig) -> Option<Thing> {
    let name = Name::of_ref(function.function_name_ref()?.path_ref())?;
    Some(Thing::Function(name, types(&function.param_list()?)))
}

/// The types of what a function takes, which tell it from others of its name.
fn types(list: &ast::ParamList) -> Vec<String> {
    let taken = list
        .params()
        .filter(|param| !matches!(param.mode(), Some(ast::ParamMode::ParamOut(_))));
    taken
        .map(|param| {
            let written = param.func_type().map(|it| it.syntax().text().to_string());
            let written = written.unwrap_or_default().to_lowercase();
            written.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn added_constraints(alter: &ast::AlterTable) -> Vec<(Thing, usize)> {
    let added = alter.actions().filter_map(|action| match action {
        ast::AlterTableAction::AddConstraint(added) => Some(added),
        _ => None,
    });
    added
        .filter_map(|added| {
            let name = added.constraint()?.constraint_name()?.text();
            let thing = Thing::Constraint(table_of(alter)?, name);
            Some((thing, span(added.syntax()).start))
        })
        .collect()
}

fn dropped_constraint(drop: &ast::DropConstraint) -> Option<Thing> {
    let alter = drop.syntax().ancestors().find_map(ast::AlterTable::cast)?;
    let name = drop.constraint_name_ref()?.path_ref()?.segment()?.text();
    Some(Thing::Constraint(table_of(&alter)?, name))
}

fn table_of(alter: &ast::AlterTable) -> Option<Name> {
    name_of(&alter.table_relation_name()?.table_name_ref()?)
}
