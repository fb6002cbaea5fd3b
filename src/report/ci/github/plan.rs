//! A plan in the step's summary: a table of the migrations.

use std::fmt::Write as _;

use crate::model::migration::State;
use crate::model::plan::{Look, Plan};
use crate::report::plan::{count, meaning};

/// So many migrations have a row of their own.
const ROWS: usize = 50;

/// The table in Markdown. `plainly` makes anything harmless there.
pub(super) fn table(plan: &Plan, plainly: impl Fn(&str) -> String) -> String {
    let when = match plan.look {
        Look::Only => "Migrations",
        Look::Before => "Migrations before",
        Look::After => "Migrations after",
    };
    let mut written = format!("#### {when}: {}\n\n", count(plan));
    let wrong = || plan.wrong().chain(plan.pending());
    if wrong().next().is_some() {
        written.push_str("| State | Version | Description |\n|---|---|---|\n");
    }
    for migration in wrong().take(ROWS) {
        let description = migration.description.as_deref().unwrap_or_default();
        let meaning = meaning(migration.state);
        let description = match meaning {
            Some(meaning) => format!("{description}: {meaning}"),
            None => description.to_owned(),
        };
        // Writing to a `String` does not fail.
        let _ = writeln!(
            written,
            "| {} {} | {} | {} |",
            sign(migration.state),
            migration.state.word(),
            migration.version,
            plainly(&description)
        );
    }
    let more = wrong().count().saturating_sub(ROWS);
    if more > 0 {
        let _ = writeln!(written, "\nand {more} more");
    }
    for note in &plan.notes {
        let _ = writeln!(written, "\n{}", plainly(note));
    }
    written
}

fn sign(state: State) -> &'static str {
    if state.is_wrong() { "❌" } else { "⏳" }
}
