//! `review`: what migration files would lock or break.

mod applied;
mod git;
mod list;
mod sarif;

use std::collections::BTreeMap;
use std::panic;
use std::path::PathBuf;
use std::thread;

pub use list::list;

use super::gather::{Gathered, gather};
use super::print::print;
use super::session::Session;
use super::{folder, stage};
use crate::cli::{Options, Review};
use crate::error::Failure;
use crate::migrations::file::MigrationFile;
use crate::migrations::review::{Asked, THREADS, review as look, rules};
use crate::model::event::{EventKind, Finished, Sink as _};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::review::{self, Severity};
use crate::settings::{Importance, Output, Settings};

/// The folder that sqlx takes where nobody names one.
const USUAL_FOLDER: &str = "migrations";

/// Reviews migration files. Everything it has to say has been said when it returns.
pub async fn review(options: &Options, what: &Review) -> ExitStatus {
    let early = |failure: &Failure| {
        stage::fail(&mut *stage::early_reporter(options.early_output()), failure)
    };
    let mut gathered = match gather(options, None) {
        Ok(gathered) => gathered,
        Err(failure) => return early(&failure),
    };
    let is_alone = what.sarif.as_deref() == Some(sarif::STDOUT.as_ref());
    if is_alone {
        if gathered.settings.output == Output::Json {
            return early(&no_room());
        }
        // stdout holds SARIF and nothing else: no marks of a CI system either.
        gathered.settings.output = Output::Plain;
    }
    // Until the files are read, a signal ends the process as usual: nothing is changed.
    let found = found(&gathered, what);
    let mut session = match Session::without_status(gathered) {
        Ok(session) => session,
        Err(failure) => return early(&failure),
    };
    let ended = found.and_then(|found| {
        if let Some(path) = &what.sarif {
            sarif::write(path, &found)?;
        }
        let finished = ended(&found);
        if is_alone {
            session.stage.flush();
        } else {
            stage::say(&mut session.stage, EventKind::Reviewed(Box::new(found)));
        }
        Ok(finished)
    });
    session.close(None, ended).await
}

fn no_room() -> Failure {
    Failure::usage("--sarif - and --output json both want stdout for themselves")
        .hinted("name a file: --sarif review.sarif")
}

/// Reads the files and reviews them.
fn found(gathered: &Gathered, what: &Review) -> Result<review::Review, Failure> {
    let settings = &gathered.settings;
    let severities = severities(settings)?;
    let paths = paths(settings, what)?;
    let files = folder::read_all(&paths)?;
    let asked = Asked {
        postgres_version: settings.postgres_version.clone(),
        severities,
        applied: applied::of(what, &paths, &files)?,
    };
    Ok(looked(&files, &asked))
}

/// Reviews files. A panic of the parser is a finding, and no news for stderr.
pub(super) fn looked(files: &[MigrationFile], asked: &Asked) -> review::Review {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().name() != Some(THREADS) {
            tell(panic);
        }
    }));
    look(files, asked)
}

/// How much the findings of single rules matter.
pub(super) fn severities(
    settings: &Settings,
) -> Result<BTreeMap<String, Option<Severity>>, Failure> {
    let known = |(name, importance): (&String, &Importance)| {
        if rules::find(name).is_none() {
            return Err(no_rule(name));
        }
        let severity = match importance {
            Importance::Severity(severity) => Some(*severity),
            Importance::Off => None,
        };
        Ok((name.clone(), severity))
    };
    settings.rules.iter().map(known).collect()
}

fn no_rule(name: &str) -> Failure {
    let meant = rules::nearest(name).map(|meant| format!("; did you mean `{meant}`?"));
    let meant = meant.unwrap_or_default();
    Failure::usage(format!(
        "--rule or `rules`: there is no rule `{name}`{meant}"
    ))
    .hinted("run-admin-task review --list names them all")
}

/// What is to be read: what was named, or else the folder of the migration files.
fn paths(settings: &Settings, what: &Review) -> Result<Vec<PathBuf>, Failure> {
    if !what.paths.is_empty() {
        return Ok(what.paths.clone());
    }
    if let Some(folder) = &settings.migrations {
        return Ok(vec![folder.into()]);
    }
    let usual = PathBuf::from(USUAL_FOLDER);
    if usual.is_dir() {
        return Ok(vec![usual]);
    }
    Err(
        Failure::usage("there is nothing to review: no folder `migrations` is here").hinted(
            "name files or folders, or the folder by --migrations or `migrations` in the configuration file",
        ),
    )
}

/// How a review ends: what blocks decides.
fn ended(found: &review::Review) -> Finished {
    let blocking = found.count(Severity::Block);
    if blocking == 0 {
        return Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None);
    }
    let blocks = match blocking {
        1 => "1 finding blocks".to_owned(),
        _ => format!("{blocking} findings block"),
    };
    let why = format!("{blocks}: change the files, or accept what is meant as it stands there");
    Finished::without_task(
        Outcome::NotAsRequired,
        ExitStatus::NOT_AS_REQUIRED,
        Some(why),
    )
}
