//! What a file drops and creates again under the same name. In a transaction nobody sees it gone.

use std::collections::BTreeSet;

use squawk_syntax::ast::{self, AstNode as _, NameLike as _};
use squawk_syntax::{SourceFile, SyntaxNode};

/// The names that a file creates.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    views: BTreeSet<String>,
    functions: BTreeSet<String>,
    constraints: BTreeSet<String>,
}

impl Replaced {
    pub(super) fn by(file: &SourceFile) -> Self {
        let mut replaced = Self::default();
        for statement in file.stmts() {
            match statement {
                ast::Stmt::CreateView(view) => {
                    replaced
                        .views
                        .extend(view.view().as_ref().and_then(view_name));
                }
                ast::Stmt::CreateMaterializedView(view) => {
                    replaced
                        .views
                        .extend(view.view().as_ref().and_then(view_name));
                }
                ast::Stmt::CreateFunction(function) => {
                    let name = function.name().and_then(|name| name.path());
                    let name = name.and_then(|path| path.segment());
                    let count = parameters(function.param_list());
                    let name = name.map(|name| called(&name.text(), count));
                    replaced.functions.extend(name);
                }
                ast::Stmt::AlterTable(alter) => {
                    let added = alter.actions().filter_map(|action| match action {
                        ast::AlterTableAction::AddConstraint(added) => added.constraint(),
                        _ => None,
                    });
                    let names = added.filter_map(|constraint| constraint.constraint_name());
                    replaced.constraints.extend(names.map(|name| name.text()));
                }
                _ => {}
            }
        }
        replaced
    }

    /// Whether all that is dropped here, which a finding stands in, is created again.
    pub(super) fn covers(&self, dropped: &SyntaxNode) -> bool {
        let mut names = Vec::new();
        let node = || dropped.clone();
        let created = if let Some(drop) = ast::DropView::cast(node()) {
            names.extend(drop.view_refs().map(|view| dropped_view(&view)));
            &self.views
        } else if let Some(drop) = ast::DropMaterializedView::cast(node()) {
            names.extend(drop.view_refs().map(|view| dropped_view(&view)));
            &self.views
        } else if let Some(drop) = ast::DropFunction::cast(node()) {
            let all = drop.function_sig_list();
            let all = all.iter().flat_map(ast::FunctionSigList::function_sigs);
            names.extend(all.map(|function| dropped_function(&function)));
            &self.functions
        } else if let Some(drop) = ast::DropConstraint::cast(node()) {
            names.push(dropped_constraint(&drop));
            &self.constraints
        } else {
            return false;
        };
        let is_back = |name: &Option<String>| name.as_ref().is_some_and(|it| created.contains(it));
        !names.is_empty() && names.iter().all(is_back)
    }
}

fn view_name(view: &ast::View) -> Option<String> {
    Some(view.path()?.segment()?.text())
}

fn dropped_view(view: &ast::ViewRef) -> Option<String> {
    Some(view.path_ref()?.segment()?.text())
}

fn dropped_function(function: &ast::FunctionSig) -> Option<String> {
    let name = function.function_name_ref()?.path_ref()?.segment()?;
    Some(called(&name.text(), parameters(function.param_list())))
}

/// A function as callers know it, as far as a count tells: others of its name are not it.
fn called(name: &str, parameters: usize) -> String {
    format!("{name}/{parameters}")
}

fn parameters(list: Option<ast::ParamList>) -> usize {
    list.map_or(0, |list| list.params().count())
}

fn dropped_constraint(drop: &ast::DropConstraint) -> Option<String> {
    let name = drop.constraint_name_ref()?;
    Some(name.path_ref()?.segment()?.text())
}
