//! What was created is dropped.

use squawk_syntax::ast::{
    AstNode, CreateFunction, CreateIndex, CreateProcedure, CreateSchemaTarget, ParamList,
    Persistence, Stmt,
};

use super::name::{beside, key, path, text};
use super::{Piece, Undo};

/// What a statement creates.
struct Created {
    /// `TABLE`.
    kind: &'static str,
    /// Its name, and what else names it in a `DROP`.
    name: String,
    /// The rules of a review that the drop breaks.
    breaks: &'static [&'static str],
    /// What goes with it.
    loses: Option<&'static str>,
    /// Whether it may have been there before.
    unsure: Option<&'static str>,
}

const IF_NOT_EXISTS: &str = "with IF NOT EXISTS it may have been there before";
const OR_REPLACE: &str = "with OR REPLACE another one may have been there before";

/// What takes a CREATE back. `None`: it is no CREATE, or none that is known here.
pub(super) fn undo(statement: &Stmt) -> Option<Undo> {
    let node = statement.syntax();
    if let Stmt::CreateIndex(index) = statement {
        return Some(of_index(index));
    }
    if is_temporary(statement) {
        return Some(Undo::nothing(node, "it went with the session"));
    }
    let created = created(statement)?;
    let drop = format!("DROP {} {};", created.kind, created.name);
    Some(match (created.unsure, created.loses) {
        (Some(why), _) => Undo::gap(node, format!("{why}. If not: {drop}")),
        (None, Some(loses)) => Undo::noted(drop, created.breaks, loses),
        (None, None) => Undo::piece(drop, created.breaks),
    })
}

/// The table or the type that a statement makes, as `key` has it: no two have one name.
pub(super) fn whole(statement: &Stmt) -> Option<String> {
    Some(match statement {
        Stmt::CreateTable(it) => key(it.table_name()?.syntax()),
        Stmt::CreateTableAs(it) => key(it.table_name()?.syntax()),
        Stmt::CreateType(it) => key(it.type_name()?.syntax()),
        _ => return None,
    })
}

fn is_temporary(statement: &Stmt) -> bool {
    let persistence = match statement {
        Stmt::CreateTable(it) => it.persistence(),
        Stmt::CreateTableAs(it) => it.persistence(),
        Stmt::CreateView(it) => it.persistence(),
        Stmt::CreateSequence(it) => it.persistence(),
        _ => None,
    };
    matches!(persistence, Some(Persistence::Temp(_)))
}

fn created(statement: &Stmt) -> Option<Created> {
    let (kind, name, breaks): (_, _, &'static [&'static str]) = match statement {
        Stmt::CreateTable(it) => ("TABLE", path(it.table_name()?.path()), &["ban-drop-table"]),
        Stmt::CreateTableAs(it) => ("TABLE", path(it.table_name()?.path()), &["ban-drop-table"]),
        Stmt::CreateView(it) => ("VIEW", path(it.view()?.path()), &["ban-drop-view"]),
        Stmt::CreateMaterializedView(it) => (
            "MATERIALIZED VIEW",
            path(it.view()?.path()),
            &["ban-drop-view"],
        ),
        Stmt::CreateSequence(it) => (
            "SEQUENCE",
            path(it.sequence()?.path()),
            &["ban-drop-sequence"],
        ),
        Stmt::CreateType(it) => ("TYPE", path(it.type_name()?.path()), &["ban-drop-type"]),
        Stmt::CreateDomain(it) => ("DOMAIN", path(it.domain()?.path()), &["ban-drop-domain"]),
        Stmt::CreateStatistics(it) => ("STATISTICS", path(it.statistics()?.path()), &[]),
        Stmt::CreateExtension(it) => (
            "EXTENSION",
            Some(text(it.extension()?.syntax())),
            &["ban-drop-extension"],
        ),
        Stmt::CreateSchema(it) if it.schema_elements().next().is_none() => {
            let CreateSchemaTarget::NamedSchema(named) = it.create_schema_target()? else {
                return None;
            };
            (
                "SCHEMA",
                Some(text(named.schema()?.syntax())),
                &["ban-drop-schema"],
            )
        }
        Stmt::CreateFunction(it) => ("FUNCTION", of_function(it), &["ban-drop-function"]),
        Stmt::CreateProcedure(it) => ("PROCEDURE", of_procedure(it), &["ban-drop-function"]),
        Stmt::CreateTrigger(it) => {
            let table = text(it.on_relation()?.relation_name_ref()?.syntax());
            let trigger = text(it.trigger()?.syntax());
            ("TRIGGER", Some(format!("{trigger} ON {table}")), &[])
        }
        Stmt::CreatePolicy(it) => {
            let table = text(it.on_table()?.table_name_ref()?.syntax());
            let policy = text(it.policy()?.syntax());
            ("POLICY", Some(format!("{policy} ON {table}")), &[])
        }
        _ => return None,
    };
    Some(Created {
        kind,
        name: name.filter(|name| !name.is_empty())?,
        breaks,
        loses: loses(statement),
        unsure: unsure(statement),
    })
}

fn loses(statement: &Stmt) -> Option<&'static str> {
    match statement {
        Stmt::CreateTable(_) | Stmt::CreateTableAs(_) => Some("loses every row of the table"),
        Stmt::CreateSequence(_) => Some("loses the number that it has come to"),
        Stmt::CreateExtension(_) => Some("fails while anything uses the extension"),
        Stmt::CreateSchema(_) => Some("fails while anything is in the schema"),
        Stmt::CreateType(_) | Stmt::CreateDomain(_) => Some("fails while a column has the type"),
        _ => None,
    }
}

fn unsure(statement: &Stmt) -> Option<&'static str> {
    let if_not_exists = match statement {
        Stmt::CreateTable(it) => it.if_not_exists(),
        Stmt::CreateTableAs(it) => it.if_not_exists(),
        Stmt::CreateMaterializedView(it) => it.if_not_exists(),
        Stmt::CreateSequence(it) => it.if_not_exists(),
        Stmt::CreateStatistics(it) => it.if_not_exists(),
        Stmt::CreateExtension(it) => it.if_not_exists(),
        Stmt::CreateSchema(it) => it.if_not_exists(),
        _ => None,
    };
    let or_replace = match statement {
        Stmt::CreateView(it) => it.or_replace(),
        Stmt::CreateFunction(it) => it.or_replace(),
        Stmt::CreateProcedure(it) => it.or_replace(),
        Stmt::CreateTrigger(it) => it.or_replace(),
        _ => None,
    };
    if if_not_exists.is_some() {
        return Some(IF_NOT_EXISTS);
    }
    or_replace.map(|_| OR_REPLACE)
}

/// An index stands in the schema of its table.
fn of_index(index: &CreateIndex) -> Undo {
    let node = index.syntax();
    let table = index.table_relation_name();
    let table = table.and_then(|it| it.table_name_ref()?.path_ref());
    let own = index.index().and_then(|it| path(it.path()));
    let Some((own, table)) = own.zip(table) else {
        return Undo::gap(
            node,
            "the index has no name here: PostgreSQL gave it one (\\d of the table shows it), and \
             DROP INDEX takes it away",
        );
    };
    let name = beside(&table, &own);
    let drop = format!("DROP INDEX {name};");
    if index.if_not_exists().is_some() {
        return Undo::gap(node, format!("{IF_NOT_EXISTS}. If not: {drop}"));
    }
    let concurrently = index.concurrently_token().is_some();
    Undo::Piece(Piece {
        note: concurrently.then(|| {
            "locks the table for a moment; in a `-- no-transaction` file of its own DROP INDEX \
             CONCURRENTLY does not"
                .to_owned()
        }),
        breaks: vec!["require-concurrent-index-deletion"],
        sql: drop,
        alone: concurrently.then(|| format!("DROP INDEX CONCURRENTLY IF EXISTS {name};")),
    })
}

fn of_function(it: &CreateFunction) -> Option<String> {
    let name = path(it.name()?.path())?;
    Some(format!("{name}({})", parameters(it.param_list())))
}

fn of_procedure(it: &CreateProcedure) -> Option<String> {
    let name = path(it.name()?.path())?;
    Some(format!("{name}({})", parameters(it.param_list())))
}

/// The parameters as a DROP takes them: without defaults.
fn parameters(list: Option<ParamList>) -> String {
    let params = list.into_iter().flat_map(|list| list.params());
    let params = params.map(|param| {
        let parts = [
            param.mode().map(|mode| text(mode.syntax())),
            param.name().map(|name| text(name.syntax())),
            param.func_type().map(|ty| text(ty.syntax())),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    params.collect::<Vec<_>>().join(", ")
}
