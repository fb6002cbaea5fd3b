//! From evidence to cause: why a run failed, as far as what was seen of it tells.
//!
//! [`diagnose`] is a function of its [`Evidence`] and of nothing else. What a text means stands in
//! `rules.txt`, and what a cause means in `causes.tsv`; here they are only read.

mod causes;
mod ends;
mod evidence;
mod extract;
mod judge;
mod phrase;
mod reading;
mod rules;
mod steps;
mod summary;
mod text;

pub use causes::{CAUSES, Cause};
pub use evidence::{Evidence, Said, Source};
pub use judge::diagnose;
pub use reading::{NotEvidence, read};
pub use rules::RULES;
