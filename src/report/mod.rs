//! Events, as each reader wants them.

pub mod ci;
pub mod columns;
mod ending;
pub mod explanation;
pub mod findings;
pub mod harmless;
mod human;
mod json;
pub mod mask;
mod paragraph;
mod plain;
mod plan;
mod recovery;
pub mod review;
mod runner;
pub mod sarif;
mod schema;
mod tasks;
mod voice;
mod words;

pub use human::{Human, HumanStyle, Live, Screen};
pub use json::Json;
pub use plain::{Plain, PlainStyle, Verbosity};
pub use runner::Runner;
pub use schema::SCHEMA;
pub use tasks::ListStyle;

/// Other people's text, fit to be shown to people: no passwords, nothing that steers a terminal.
///
/// ```
/// use run_admin_task::report::shown;
/// assert_eq!(shown("at a://b:c@d\u{1b}[2J"), "at a://b:***@d^[[2J");
/// ```
#[must_use]
pub fn shown(text: &str) -> String {
    harmless::harmless(&mask::mask(text)).into_owned()
}

/// The same on one line, its line ends and tabs made visible.
///
/// ```
/// use run_admin_task::report::in_one_line;
/// assert_eq!(in_one_line("a\nb\tc\u{7}"), r"a\nb\tc^G");
/// ```
#[must_use]
pub fn in_one_line(text: &str) -> String {
    shown(text).replace('\n', "\\n").replace('\t', "\\t")
}
