//! The next migration, which takes an applied one back: its pieces as far as they can be derived,
//! and a gap for each that cannot. It does not run before the last gap is filled.

mod name;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::slice;

use jiff::Timestamp;
use squawk_syntax::SourceFile;
use squawk_syntax::ast::Stmt;

use super::quote::{comment, in_comment};
use super::undo::{Piece, Undo, undo};
use crate::migrations::file::{Direction, FileName, MigrationFile, NO_TRANSACTION};
use crate::migrations::review::{Asked, review};
use crate::model::review::Affects;

/// The files that take a migration back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The migration, and the way back where the folder has such ways.
    pub files: Vec<NewFile>,
    /// How many gaps are to be filled.
    pub gaps: usize,
}

/// A file that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// What is to stand in it.
    pub sql: String,
}

/// Makes the files that take `file` back. `folder`: all migrations that there are.
#[must_use]
pub fn forward_fix(file: &MigrationFile, folder: &[MigrationFile], now: Timestamp) -> Fix {
    let down = folder.iter().find(|other| {
        other.name.version == file.name.version && other.name.direction == Direction::Down
    });
    let stem = name::next(file, folder, now);
    let (sql, gaps) = match down {
        Some(down) if says_something(&down.sql) => {
            (of_down(file, down, &format!("{stem}.up.sql")), 0)
        }
        _ => derived(file),
    };
    let files = if file.name.direction == Direction::Up {
        vec![
            NewFile {
                name: format!("{stem}.up.sql"),
                sql,
            },
            // Whoever takes the fix back wants what was there before it.
            NewFile {
                name: format!("{stem}.down.sql"),
                sql: file.sql.clone(),
            },
        ]
    } else {
        vec![NewFile {
            name: format!("{stem}.sql"),
            sql,
        }]
    };
    Fix { files, gaps }
}

fn head(file: &MigrationFile) -> String {
    format!(
        "-- Takes back migration {} ({}).\n",
        file.name.version,
        in_comment(&file.name.description)
    )
}

/// The author's own way back. `name`: of the file that is made.
fn of_down(file: &MigrationFile, down: &MigrationFile, name: &str) -> String {
    let head = format!("{}-- As its .down.sql has it.\n", head(file));
    let (mark, rest) = match down.sql.strip_prefix(NO_TRANSACTION) {
        // The mark counts on the first line alone, and whatever stands there belongs to it.
        Some(rest) => {
            let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            (format!("{NO_TRANSACTION}{}\n", line.trim_end()), rest)
        }
        None => (String::new(), down.sql.as_str()),
    };
    let breaks = breaks(name, &format!("{mark}{head}\n{rest}"));
    let accepted = if breaks.is_empty() {
        String::new()
    } else {
        let rules: Vec<_> = breaks.into_iter().collect();
        let rules = rules.join(", ");
        format!("-- squawk-ignore-file {rules} -- it takes a migration back\n")
    };
    format!("{mark}{head}{accepted}\n{rest}")
}

/// The rules of a review that such a file breaks on purpose. That it fails is no purpose.
fn breaks(name: &str, sql: &str) -> BTreeSet<String> {
    let Ok(Some(file_name)) = FileName::parse(name) else {
        return BTreeSet::new();
    };
    let made = MigrationFile {
        path: name.to_owned(),
        name: file_name,
        sql: sql.to_owned(),
    };
    let found = review(slice::from_ref(&made), &Asked::default()).findings;
    let found = found.into_iter().filter(|it| {
        // What is said of no place is about the other files.
        it.affects != Affects::TheMigration && !it.span.is_empty()
    });
    found.map(|it| it.rule).collect()
}

/// Whether there is a statement in it.
fn says_something(sql: &str) -> bool {
    let mut statements = SourceFile::parse(sql).tree().stmts();
    statements.any(|statement| !matches!(statement, Stmt::EmptyStmt(_)))
}

/// What its text tells.
fn derived(file: &MigrationFile) -> (String, usize) {
    let found = undo(&file.sql);
    if let Some(alone) = alone(&found) {
        let sql = format!("{NO_TRANSACTION}\n{}\n{alone}\n", head(file));
        return (sql, 0);
    }
    let mut text = format!(
        "{}-- Made from the text of the migration: read it, and review it, before it is applied.\n",
        head(file)
    );
    let mut gaps = 0;
    for undo in &found {
        text.push('\n');
        match undo {
            Undo::Piece(piece) => text.push_str(&of_piece(piece)),
            Undo::Setting(sql) => {
                let _ = writeln!(text, "{}", sql.trim());
            }
            Undo::Nothing { original, why } => {
                let _ = writeln!(text, "-- {original}: {why}.");
            }
            Undo::Gap { original, ask } => {
                gaps += 1;
                text.push_str(&of_gap(original, ask, gaps));
            }
        }
    }
    if found.is_empty() {
        text.push_str("\n-- The migration has no statement.\n");
    }
    (text, gaps)
}

/// An index that was made without a lock is dropped without one, where nothing else is to be done:
/// `PostgreSQL` takes no second statement in such a file.
fn alone(found: &[Undo]) -> Option<&str> {
    let is_work = |undo: &&Undo| !matches!(undo, Undo::Nothing { .. });
    let mut work = found.iter().filter(is_work);
    match (work.next(), work.next()) {
        (Some(Undo::Piece(piece)), None) => piece.alone.as_deref(),
        _ => None,
    }
}

fn of_piece(piece: &Piece) -> String {
    let mut text = String::new();
    if let Some(note) = &piece.note {
        let _ = writeln!(text, "-- Mind: {note}.");
    }
    if !piece.breaks.is_empty() {
        let rules = piece.breaks.join(", ");
        let _ = writeln!(
            text,
            "-- squawk-ignore {rules} -- it takes a migration back"
        );
    }
    let _ = writeln!(text, "{}", piece.sql);
    text
}

/// A migration with a gap must not pass as done.
fn of_gap(original: &str, ask: &str, number: usize) -> String {
    let ask = in_comment(ask);
    let end = if ask.ends_with(';') { "" } else { "." };
    let mut text = format!("-- TODO, gap {number}: {ask}{end}\n");
    if !original.trim().is_empty() {
        let _ = write!(text, "-- To be taken back:\n{}", comment(original));
    }
    let _ = writeln!(
        text,
        "DO $$ BEGIN RAISE EXCEPTION 'fill gap {number} of this migration, then delete this line'; END $$;"
    );
    text
}

#[cfg(test)]
mod tests;
