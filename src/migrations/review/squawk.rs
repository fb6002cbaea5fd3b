//! squawk's rules, as sqlx applies files.

use std::ops::Range;

use squawk_linter::{Linter, LinterSettings, Rule, Violation};
use squawk_syntax::ast::{self, AstNode as _};
use squawk_syntax::{Parse, SourceFile, SyntaxElement, SyntaxNode};

use super::asked::Asked;
use super::created::Created;
use super::defaults::is_one_value;
use super::found::Found;
use super::replaced::Replaced;
use super::rules;
use super::statements::is_serial;
use crate::migrations::file::MigrationFile;
use crate::model::review::Affects;

/// Rules whose own words say more than ours: they name what is meant.
const SAYS_MORE: [Rule; 3] = [
    Rule::UnusedIgnore,
    Rule::IdentifierTooLong,
    Rule::BanDuplicateColumnAssignments,
];

/// Rules that pass over every table whose name the file creates in a transaction, be it before or
/// after, in another schema, or there already. They are asked as if there were no transaction.
const BLIND: [Rule; 4] = [
    Rule::RequireConcurrentIndexCreation,
    Rule::ConstraintMissingNotValid,
    Rule::DisallowedUniqueConstraint,
    Rule::AddingForeignKeyConstraint,
];

/// The first version of `PostgreSQL` that writes no row for a default of one value.
const STORES_DEFAULTS: u16 = 11;

pub(super) fn lint(
    file: &MigrationFile,
    parse: &Parse<SourceFile>,
    created: &Created,
    asked: &Asked,
) -> Vec<Found> {
    let wanted = asked.rules().filter_map(|rule| rule.name.parse().ok());
    let wanted: Vec<Rule> = wanted.collect();
    let lint = |rules: &[Rule], assume_in_transaction: bool| {
        let mut linter = Linter::from(rules.iter().copied());
        linter.settings = LinterSettings {
            pg_version: asked.postgres_version.parse().unwrap_or_default(),
            assume_in_transaction,
        };
        linter.lint(parse, &file.sql)
    };
    let mut violations = lint(&wanted, !file.is_without_transaction());
    let tree = parse.tree();
    if creates_a_table(&tree) {
        let blind: Vec<_> = wanted
            .into_iter()
            .filter(|rule| BLIND.contains(rule))
            .collect();
        for more in lint(&blind, false) {
            let is_told = violations
                .iter()
                .any(|told| told.code == more.code && told.text_range == more.text_range);
            if !is_told {
                violations.push(more);
            }
        }
    }
    let of_new_tables = created.statements(&tree);
    let replaced = Replaced::by(&tree);
    let told = violations.into_iter().filter(|violation| {
        let span = bytes(violation);
        let on_a_new_table = of_new_tables.iter().any(|new| contains(new, &span));
        let is_back = !file.is_without_transaction()
            && nodes_around(&tree, violation).any(|node| replaced.covers(&node));
        let harms_nobody = is_of_users(violation.code) && (on_a_new_table || is_back);
        !harms_nobody && matters(file, &tree, violation, major(&asked.postgres_version))
    });
    told.filter_map(|violation| {
        let span = bytes(&violation);
        let says_more = SAYS_MORE.contains(&violation.code);
        Some(Found {
            message: says_more.then(|| sentence(&violation.message)),
            ..Found::new(&violation.code.to_string(), span)?
        })
    })
    .collect()
}

fn creates_a_table(tree: &SourceFile) -> bool {
    let mut statements = tree.stmts();
    statements.any(|statement| matches!(statement, ast::Stmt::CreateTable(_)))
}

fn major(version: &str) -> Option<u16> {
    version.split('.').next()?.parse().ok()
}

fn bytes(violation: &Violation) -> Range<usize> {
    violation.text_range.start().into()..violation.text_range.end().into()
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// A sentence as ours are.
fn sentence(message: &str) -> String {
    message.trim_end_matches('.').to_owned()
}

/// Whether the rule is for those who use a table.
fn is_of_users(rule: Rule) -> bool {
    let affects = rules::find(&rule.to_string()).map(|rule| rule.affects);
    matches!(
        affects,
        Some(Affects::RunningCode | Affects::ReadersAndWriters | Affects::Writers)
    )
}

/// Whether what squawk found matters to whoever uses sqlx.
fn matters(
    file: &MigrationFile,
    tree: &SourceFile,
    violation: &Violation,
    postgres: Option<u16>,
) -> bool {
    match violation.code {
        // In a transaction nothing is left of a file that failed. And some statements have no
        // form that could be repeated.
        Rule::PreferRobustStmts => file.is_without_transaction() && violation.fix.is_some(),
        // A number that counts something may be small; the one that names a row must not run out.
        Rule::PreferBigintOverInt | Rule::PreferBigintOverSmallint => is_key(tree, violation),
        // These have rules of their own, and UNIQUE knows no NOT VALID.
        Rule::ConstraintMissingNotValid => !has_its_own_rule(tree, violation),
        Rule::AddingFieldWithDefault => {
            let is_stored_once = postgres.is_none_or(|version| version >= STORES_DEFAULTS);
            let default = around::<ast::DefaultConstraint>(tree, violation).next();
            let value = default.and_then(|default| default.expr());
            !(is_stored_once && value.is_some_and(|value| is_one_value(&value)))
        }
        // An index's name is known to nobody but the planner.
        Rule::RenamingObject => !within::<ast::AlterIndex>(tree, violation),
        Rule::UnusedIgnore => {
            let name = file.sql.get(bytes(violation)).unwrap_or_default();
            rules::find(name).is_none()
        }
        _ => true,
    }
}

/// The nodes that a violation stands in.
fn nodes_around(tree: &SourceFile, violation: &Violation) -> impl Iterator<Item = SyntaxNode> {
    let node = match tree.syntax().covering_element(violation.text_range) {
        SyntaxElement::Node(node) => Some(node),
        SyntaxElement::Token(token) => token.parent(),
    };
    node.into_iter().flat_map(|node| node.ancestors())
}

/// Those of a kind.
fn around<N: ast::AstNode>(tree: &SourceFile, violation: &Violation) -> impl Iterator<Item = N> {
    nodes_around(tree, violation).filter_map(N::cast)
}

fn within<N: ast::AstNode>(tree: &SourceFile, violation: &Violation) -> bool {
    around::<N>(tree, violation).next().is_some()
}

fn is_key(tree: &SourceFile, violation: &Violation) -> bool {
    let names_rows = |constraint: &ast::Constraint| match constraint {
        ast::Constraint::PrimaryKeyConstraint(_) => true,
        // An identity, and no column that is computed.
        ast::Constraint::GeneratedConstraint(generated) => generated
            .generated_as()
            .is_some_and(|how| matches!(how, ast::GeneratedAs::GeneratedIdentity(_))),
        _ => false,
    };
    let in_table = around::<ast::Column>(tree, violation).next();
    let added = around::<ast::AddColumn>(tree, violation).next();
    in_table.is_some_and(|column| {
        is_serial(column.ty())
            || column
                .syntax()
                .children()
                .filter_map(ast::Constraint::cast)
                .any(|constraint| names_rows(&constraint))
    }) || added.is_some_and(|column| {
        is_serial(column.ty()) || column.constraints().any(|it| names_rows(&it))
    })
}

fn has_its_own_rule(tree: &SourceFile, violation: &Violation) -> bool {
    let added = around::<ast::AddConstraint>(tree, violation).next();
    let constraint = added.and_then(|added| added.constraint());
    matches!(
        constraint,
        Some(
            ast::Constraint::ForeignKeyConstraint(_)
                | ast::Constraint::ReferencesConstraint(_)
                | ast::Constraint::UniqueConstraint(_)
                | ast::Constraint::PrimaryKeyConstraint(_)
        )
    )
}
