//! `recover`: how a migration is put right.

mod execute;
mod write;

use jiff::Timestamp;

use self::execute::Execute;
use super::folder;
use super::looks::Unseen;
use super::runbook::{Runbook, again, done};
use super::session::Session;
use super::stage::{self, Stage};
use crate::cli::{Options, Recover};
use crate::error::Failure;
use crate::migrations::file::MigrationFile;
use crate::migrations::recover::{
    Commands, accept, forget, forward_fix, mark_applied, recovery, unjudged,
};
use crate::model::event::{EventKind, Finished};
use crate::model::migration::{Migration, Version};
use crate::model::outcome::ExitStatus;
use crate::model::plan::{Look, Plan};
use crate::model::recovery::{Offer, Recovery, Way};
use crate::settings::Settings;

/// Where the files are if nobody says so.
const USUAL_FOLDER: &str = "migrations";

/// Says which ways put a migration right, prints the SQL of one, or carries it out. Everything it
/// has to say has been said when it returns.
pub async fn recover(options: &Options, what: &Recover) -> ExitStatus {
    let way = what.way.as_deref().and_then(Way::of_word);
    match way {
        None => Box::pin(overview(options, what.version)).await,
        Some(way) if what.execute && way.changes_the_record() => {
            Box::pin(execute(options, way, what.version)).await
        }
        Some(way) => one_way(options, way, what).await,
    }
}

/// Looks, and shows which ways fit.
async fn overview(options: &Options, version: Version) -> ExitStatus {
    let mut runbook = match Runbook::open(options, "recover", None).await {
        Ok(runbook) => runbook,
        Err(exit) => return exit,
    };
    let commands = commands(runbook.settings());
    let ended = show(&mut runbook, version, &commands).await;
    runbook.close(ended).await
}

async fn show(
    runbook: &mut Runbook,
    version: Version,
    commands: &Commands,
) -> Result<Finished, Unseen> {
    let definition = runbook.definition().await?;
    let plan = runbook.see(&definition, Look::Only).await?;
    runbook.warn_without_dry_run(&plan);
    let others = plan.wrong().filter(|it| it.version != version);
    let others: Vec<_> = others.map(Migration::name).collect();
    if !others.is_empty() {
        let others = others.join(", ");
        let message = format!(
            "in the way of migrate: {others}. Of several the dry run tells the first alone, so what is shown of another may be better than it is"
        );
        runbook.warn("others-in-the-way", message);
    }
    let found = recovery_of(&plan, version, commands);
    stage::say(
        &mut runbook.session.stage,
        EventKind::Recovery(Box::new(found)),
    );
    Ok(done())
}

fn recovery_of(plan: &Plan, version: Version, commands: &Commands) -> Recovery {
    let found = plan.migrations.iter().find(|it| it.version == version);
    recovery(version, found, commands)
}

/// How this tool is called for the same environment.
fn commands(settings: &Settings) -> Commands {
    Commands {
        program: again(settings, "").trim_end().to_owned(),
    }
}

/// Carries a way out in the admin container.
async fn execute(options: &Options, way: Way, version: Version) -> ExitStatus {
    let mut runbook = match Runbook::open(options, "recover", None).await {
        Ok(runbook) => runbook,
        Err(exit) => return exit,
    };
    let ended = match Execute::new(options, runbook.settings(), way, version) {
        Ok(execute) => execute.carry_out(&mut runbook).await,
        Err(failure) => Err(failure.into()),
    };
    runbook.close(ended).await
}

/// Prints the SQL of one way, or writes the file that it makes. Asks no AWS.
async fn one_way(options: &Options, way: Way, what: &Recover) -> ExitStatus {
    let mut session = match Session::open_with(options, Stage::without_status) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let made = refuse_wrong_words(way, what).and_then(|()| {
        let settings = session.settings();
        let mut offer = unjudged(what.version, way, &commands(settings));
        let description = fill(&mut offer, what, settings)?;
        Ok((offer, description))
    });
    let ended = made.map(|(offer, description)| {
        let found = Recovery {
            version: what.version,
            description,
            state: None,
            meaning: None,
            ways: vec![offer],
        };
        stage::say(&mut session.stage, EventKind::Recovery(Box::new(found)));
        done()
    });
    session.close(None, ended).await
}

fn refuse_wrong_words(way: Way, what: &Recover) -> Result<(), Failure> {
    let version = what.version;
    if what.execute {
        return Err(Failure::usage(
            "forward-fix is no command of the container: it makes a file for the next image; nothing was started",
        )
        .hinted(format!("run-admin-task recover {version} forward-fix --write")));
    }
    if what.write && way != Way::ForwardFix {
        return Err(Failure::usage(format!(
            "only forward-fix makes a file: {} changes the record of the migration",
            way.word()
        ))
        .hinted(format!("run-admin-task recover {version} {}", way.word())));
    }
    Ok(())
}

/// Makes the SQL of a way. The description of the migration, where its file is needed.
fn fill(offer: &mut Offer, what: &Recover, settings: &Settings) -> Result<Option<String>, Failure> {
    if !offer.way.needs_the_file() {
        offer.sql = Some(forget(what.version));
        return Ok(None);
    }
    let folder = settings.migrations.as_deref().unwrap_or(USUAL_FOLDER);
    let files = folder::read(folder)?;
    let file = forward(&files, what.version, folder)?;
    match offer.way {
        Way::Accept => offer.sql = Some(accept(file)),
        Way::ForwardFix => {
            let mut fix = forward_fix(file, &files, Timestamp::now());
            if what.write {
                refuse_another(file, &files)?;
                offer.paths = write::all(folder, &fix.files)?;
            }
            offer.gaps = Some(fix.gaps);
            offer.sql = Some(fix.files.swap_remove(0).sql);
        }
        Way::MarkApplied | Way::Forget => offer.sql = Some(mark_applied(file)),
    }
    Ok(Some(file.name.description.clone()))
}

/// Refuses a second way back: one of the two would find nothing to take away.
fn refuse_another(file: &MigrationFile, files: &[MigrationFile]) -> Result<(), Failure> {
    let description = format!("revert {}", file.name.description);
    let mut others = files
        .iter()
        .filter(|it| it.name.version > file.name.version);
    match others.find(|it| it.name.description == description) {
        None => Ok(()),
        Some(other) => Err(Failure::usage(format!(
            "nothing was written: {} takes that migration back already",
            other.path
        ))
        .hinted("without --write the SQL is printed")),
    }
}

/// The one file of a version that leads forward.
fn forward<'f>(
    files: &'f [MigrationFile],
    version: Version,
    folder: &str,
) -> Result<&'f MigrationFile, Failure> {
    let ours = |file: &&MigrationFile| file.name.version == version && file.leads_forward();
    let mut found = files.iter().filter(ours);
    match (found.next(), found.next()) {
        (Some(file), None) => Ok(file),
        (Some(one), Some(other)) => Err(Failure::usage(format!(
            "two files have the version {version}: {} and {}",
            one.path, other.path
        ))
        .hinted("rename one of them: sqlx takes no two of one version")),
        (None, _) => Err(Failure::usage(format!(
            "there is no migration {version} in {folder}, and its file is needed: what is recorded is its checksum"
        ))
        .hinted("name the folder with --migrations, or `migrations` in the configuration file")
        .hinted(format!(
            "where the file is gone for good: run-admin-task recover {version} forget"
        ))),
    }
}
