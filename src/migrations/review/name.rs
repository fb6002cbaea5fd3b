//! Names of tables, views and functions, as far as a file alone tells them apart.

use squawk_syntax::ast;

/// Where temporary tables are: in front of every other schema.
const TEMPORARY: &str = "pg_temp";

/// A name as it is written: which schema an unqualified one is in, only the database knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    schema: Option<String>,
    name: String,
}

impl Name {
    /// The name of what is created.
    pub(super) fn of(path: Option<ast::Path>) -> Option<Self> {
        let path = path?;
        Some(Self {
            schema: schema(path.qualifier()),
            name: path.segment()?.text(),
        })
    }

    /// A name of what is there.
    pub(super) fn of_ref(path: Option<ast::PathRef>) -> Option<Self> {
        let path = path?;
        Some(Self {
            schema: schema(path.qualifier()),
            name: path.segment()?.text(),
        })
    }

    /// The same name for a temporary table: nobody has to write its schema.
    pub(super) fn temporary(self) -> Self {
        Self {
            schema: None,
            ..self
        }
    }

    /// Another name in the same schema.
    pub(super) fn renamed(&self, name: String) -> Self {
        Self {
            schema: self.schema.clone(),
            name,
        }
    }
}

/// The schema, where it is written; that of temporary tables need not be.
fn schema(qualifier: Option<ast::PathRef>) -> Option<String> {
    let schema = qualifier?.segment()?.text();
    (schema != TEMPORARY).then_some(schema)
}
