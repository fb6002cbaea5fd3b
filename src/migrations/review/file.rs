//! One file's review.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use squawk_syntax::SourceFile;

use super::accepted::{Accepted, how};
use super::asked::Asked;
use super::created::Created;
use super::depth::is_too_deep;
use super::found::Found;
use super::place::Lines;
use super::squawk;
use super::statements::Statements;
use crate::migrations::file::MigrationFile;
use crate::model::review::ReviewFinding;

/// The first version of `PostgreSQL` that writes a table anew beside its users.
const REPACKS: u16 = 19;

/// What is found in a file. `between`: what is known of it by the other files.
pub(super) fn look(file: &MigrationFile, between: &[Found], asked: &Asked) -> Vec<ReviewFinding> {
    let lines = Lines::of(&file.sql);
    // Not ours to keep from panicking: whoever reviews wants to hear of the other files as well.
    let found = if is_too_deep(&file.sql) {
        unread(between, "expressions in this file are nested too deeply")
    } else {
        catch_unwind(AssertUnwindSafe(|| read(file, between, asked, &lines)))
            .unwrap_or_else(|_| unread(between, "the parser gave up on this file"))
    };
    told(file, found, asked, &lines)
}

/// Of a file that is not read.
fn unread(between: &[Found], why: &str) -> Vec<Found> {
    let unread = Found::of_file("syntax-error", format!("{why}: nothing in it was reviewed"));
    between.iter().cloned().chain(unread).collect()
}

/// All that is found, without what the file's comments accept.
fn read(file: &MigrationFile, between: &[Found], asked: &Asked, lines: &Lines<'_>) -> Vec<Found> {
    let parse = SourceFile::parse(&file.sql);
    let accepted = Accepted::of(&parse.syntax_node(), lines);
    let is_open = |found: &Found| !accepted.covers(found.rule.name, lines.line(found.span.start));
    let mut ours = between.to_vec();
    // What leads back takes things away: that is its purpose.
    if !file.leads_forward() {
        ours.retain(is_open);
        return ours;
    }
    let tree = parse.tree();
    let created = Created::by(&tree);
    let statements = Statements {
        file,
        tree: &tree,
        created: &created,
        can_repack: major(&asked.postgres_version) >= REPACKS,
    };
    ours.extend(statements.look());
    // squawk heeds comments too, but for what it says of comments.
    ours.extend(squawk::lint(file, &parse, &created, asked));
    ours.retain(is_open);
    ours.extend(unreadable(&parse).find(is_open));
    ours
}

/// What the parser cannot read. One such place makes others, so the first says enough.
fn unreadable(parse: &squawk_syntax::Parse<SourceFile>) -> impl Iterator<Item = Found> {
    parse.errors().into_iter().filter_map(|error| {
        let (start, end) = (error.range().start().into(), error.range().end().into());
        // An empty place would mean the whole file.
        let span = start..usize::max(end, start + 1);
        Some(Found {
            message: Some(format!(
                "this cannot be read as PostgreSQL: {}",
                error.message()
            )),
            ..Found::new("syntax-error", span)?
        })
    })
}

fn major(version: &str) -> u16 {
    let major = version.split('.').next().unwrap_or_default();
    major.parse().unwrap_or_default()
}

/// The findings as they are told, in the order of their places.
fn told(
    file: &MigrationFile,
    found: Vec<Found>,
    asked: &Asked,
    lines: &Lines<'_>,
) -> Vec<ReviewFinding> {
    let mut found: Vec<_> = found
        .into_iter()
        .filter_map(|found| Some((asked.severity(found.rule)?, found)))
        .map(|(severity, found)| {
            let span = lines.within(&found.span);
            (severity, Found { span, ..found })
        })
        .collect();
    found.sort_by_key(|(_, found)| (found.span.start, found.span.end, found.rule.name));
    found.dedup();
    // A comment accepts what begins on the next line, so one comment has to name it all.
    let mut beside = BTreeMap::<_, BTreeSet<_>>::new();
    let place = |found: &Found| (found.span.is_empty(), lines.line(found.span.start));
    for (_, found) in &found {
        let rules = beside.entry(place(found)).or_default();
        rules.insert(found.rule.name);
    }
    let told = found.into_iter().map(|(severity, found)| {
        let (line, column) = lines.place(found.span.start);
        let (end_line, end_column) = lines.place(found.span.end);
        let rules = beside.get(&place(&found)).cloned().unwrap_or_default();
        let rule = found.rule;
        let accept = accept(&rules, &found, file);
        ReviewFinding {
            file: file.path.clone(),
            line,
            column,
            end_line,
            end_column,
            rule: rule.name.to_owned(),
            severity,
            message: found.message.unwrap_or_else(|| rule.message.to_owned()),
            effect: rule.effect.to_owned(),
            affects: rule.affects,
            safe_way: rule.safe_way.to_owned(),
            accept,
            span: found.span,
        }
    });
    told.collect()
}

/// How to accept a finding: the comment, and what there is to do beside it.
fn accept(rules: &BTreeSet<&str>, found: &Found, file: &MigrationFile) -> String {
    let comment = how(rules, &found.span);
    if found.rule.name != "edited-after-applied" {
        return comment;
    }
    format!(
        "{comment}; sqlx still refuses until `run-admin-task recover {} accept --execute` on every database, after this file is in the image",
        file.name.version
    )
}
