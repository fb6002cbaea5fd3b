//! What makes the migration itself fail, or impossible to repeat.

use crate::model::review::Affects::TheMigration;
use crate::model::review::Severity::{Block, Note, Warn};
use crate::model::review::{Rule, Usual};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "ban-concurrent-index-creation-in-transaction",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "CREATE INDEX CONCURRENTLY stands in a transaction",
        effect: "PostgreSQL refuses it, and the migration fails every time",
        safe_way: "put it alone into a file whose first line is `-- no-transaction`",
    },
    Rule {
        name: "cannot-run-in-transaction",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "this statement stands in a transaction",
        effect: "PostgreSQL refuses it there, and the migration fails every time",
        safe_way: "put it alone into a file whose first line is `-- no-transaction`",
    },
    Rule {
        name: "new-enum-value-in-use",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "an enum's new value is used in the transaction that adds it",
        effect: "PostgreSQL refuses a value that is not committed yet, and the migration fails every time",
        safe_way: "add the value here, and use it in a later migration; a new enum has it in its CREATE TYPE",
    },
    Rule {
        name: "several-statements-without-transaction",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "a `-- no-transaction` file has several statements",
        effect: "sqlx sends them as one query, and PostgreSQL runs those in one transaction all the same: CONCURRENTLY and VACUUM fail every time; and with a COMMIT among them, a failure leaves the first half behind",
        safe_way: "a file for each statement that needs no transaction, and a file without that line for the others",
    },
    Rule {
        name: "no-transaction-not-first",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "`-- no-transaction` is not the beginning of the file",
        effect: "sqlx looks at the first characters alone, and runs this file in a transaction",
        safe_way: "make it the first line, with nothing before it",
    },
    Rule {
        name: "prefer-robust-stmts",
        usual: Usual::Severity(Warn),
        affects: TheMigration,
        message: "a statement outside a transaction cannot be repeated",
        effect: "where it was carried out and the migration failed all the same, the next run stops here",
        safe_way: "IF NOT EXISTS or IF EXISTS; an index that a failed CONCURRENTLY left invalid must be dropped before the next run, as IF NOT EXISTS passes over it",
    },
    Rule {
        name: "transaction-nesting",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "the file begins or ends a transaction",
        effect: "sqlx has one open around the file: COMMIT ends that one, and what follows is neither undone by a failure nor noted as applied",
        safe_way: "leave BEGIN and COMMIT out; what must be committed by itself is a migration of its own",
    },
    Rule {
        name: "ban-uncommitted-transaction",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "a transaction is begun and never ended",
        effect: "what the file did is undone when the connection ends, although it may be noted as applied",
        safe_way: "leave BEGIN out, as sqlx has a transaction around the file, or end it with COMMIT",
    },
    Rule {
        name: "ban-duplicate-column-assignments",
        usual: Usual::Severity(Block),
        affects: TheMigration,
        message: "a column stands twice in one list",
        effect: "PostgreSQL refuses the statement, and the migration fails every time",
        safe_way: "leave all but one out",
    },
    Rule {
        name: "identifier-too-long",
        usual: Usual::Severity(Warn),
        affects: TheMigration,
        message: "a name is longer than 63 bytes",
        effect: "PostgreSQL cuts it without an error, and two names that begin alike collide",
        safe_way: "a shorter name",
    },
    Rule {
        name: "syntax-error",
        usual: Usual::Severity(Warn),
        affects: TheMigration,
        message: "this cannot be read as PostgreSQL",
        effect: "the migration may fail here, and what stands behind it is read with less certainty",
        safe_way: "try the file against a database; where PostgreSQL takes it, accept this",
    },
    Rule {
        name: "not-read",
        usual: Usual::Severity(Note),
        affects: TheMigration,
        message: "what a DO block or a procedure does is not reviewed",
        effect: "it may lock, break or fail like any other statement, and nothing here tells",
        safe_way: "plain statements where they do; else somebody reads it",
    },
];
