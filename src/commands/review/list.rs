//! `review --list`: what is looked for.

use jiff::Timestamp;
use serde::Serialize;

use super::severities;
use crate::cli::Options;
use crate::commands::gather::gather;
use crate::commands::print::{columns, print};
use crate::commands::stage;
use crate::error::Failure;
use crate::migrations::review::{Asked, rules};
use crate::model::outcome::ExitStatus;
use crate::model::review::{Affects, Rule, Usual};
use crate::report::review::list_page;
use crate::settings::Output;

/// What `review --list` prints of a rule for programs.
#[derive(Serialize)]
struct Listed<'a> {
    r#type: &'static str,
    at: String,
    name: &'a str,
    severity: &'static str,
    off_because: Option<&'a str>,
    affects: Affects,
    message: &'a str,
    effect: &'a str,
    safe_way: &'a str,
}

/// Explains each rule.
#[must_use]
pub fn list(options: &Options) -> ExitStatus {
    match listed(options) {
        Ok(text) => {
            print(text.as_bytes());
            ExitStatus::SUCCESS
        }
        Err(failure) => {
            let mut reporter = stage::early_reporter(options.early_output());
            stage::fail(&mut *reporter, &failure)
        }
    }
}

fn listed(options: &Options) -> Result<String, Failure> {
    let settings = gather(options, None)?.settings;
    let asked = Asked {
        severities: severities(&settings)?,
        ..Asked::default()
    };
    let word = |rule: &Rule| {
        asked
            .severity(rule)
            .map_or("off", |severity| severity.word())
    };
    let lines: Vec<_> = if settings.output == Output::Json {
        let objects = rules::all().map(|rule| Listed {
            r#type: "listed_rule",
            at: format!("{:.3}", Timestamp::now()),
            name: rule.name,
            severity: word(rule),
            off_because: match (word(rule), rule.usual) {
                ("off", Usual::Off(why)) => Some(why),
                _ => None,
            },
            affects: rule.affects,
            message: rule.message,
            effect: rule.effect,
            safe_way: rule.safe_way,
        });
        objects
            .map(|object| serde_json::to_string(&object).unwrap_or_default())
            .collect()
    } else {
        let width = columns();
        list_page(rules::all().map(|rule| (word(rule), rule)), width)
    };
    Ok(format!("{}\n", lines.join("\n")))
}
