//! What the text of migrations would lock or break, before anybody runs it.
//!
//! squawk lints each statement; what it cannot know is added: how sqlx applies a file, what
//! stands in one file together, and what is wrong between files.

mod accepted;
mod asked;
mod between;
mod created;
mod defaults;
mod depth;
mod file;
mod found;
mod name;
mod place;
mod replaced;
pub mod rules;
mod squawk;
mod statements;
mod together;

pub use asked::{Applied, Asked};
pub use together::NAME as THREADS;

use crate::migrations::file::MigrationFile;
use crate::model::review::{Review, ReviewedFile};

/// Reviews what is not applied yet, or was edited since. `files`: all that there are, with those
/// that lead back.
#[must_use]
pub fn review(files: &[MigrationFile], asked: &Asked) -> Review {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by(|one, other| {
        let key = |file: &MigrationFile| (file.name.version, file.name.direction);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.path.cmp(&other.path))
    });
    let to_review: Vec<_> = files
        .iter()
        .copied()
        .filter(|file| asked.is_to_be_reviewed(file))
        .collect();
    let between = between::look(&files, &to_review, asked);
    let mut findings = together::each(&to_review, |file| {
        let of_it = between.of(&file.path);
        file::look(file, of_it, asked)
    });
    findings.extend(between.of_no_file(asked));
    let reviewed = to_review.iter().map(|file| ReviewedFile {
        path: file.path.clone(),
        text: file.sql.as_str().into(),
    });
    Review {
        files: reviewed.collect(),
        findings,
    }
}
