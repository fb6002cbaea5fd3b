//! What the verbs of the runbook have in common: they look at a database's migrations by tasks,
//! and judge what they see.

use std::collections::BTreeMap;
use std::path::Path;

use tokio::time::Instant;

use super::folder;
use super::looks::{Looks, Unseen};
use super::prepare;
use super::review::{looked, severities};
use super::session::Session;
use super::stage::{self, Stage};
use super::task_run::Site;
use crate::cli::Options;
use crate::engine::patience::{or_signal, until_signal};
use crate::engine::refusal::interrupted;
use crate::error::Failure;
use crate::migrations::file::MigrationFile;
use crate::migrations::review::{Applied, Asked};
use crate::model::definition::TaskDefinition;
use crate::model::event::{EventKind, Finished, Sink as _};
use crate::model::migration::{State, Version};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::plan::{DryRun, Look, Plan};
use crate::model::review::{Review, Severity};
use crate::settings::Settings;
use crate::settings::key::Key;

/// These verbs look by tasks of their own, which `--dry-run` promises not to start.
fn refuse_dry_run(options: &Options, verb: &str) -> Result<(), Failure> {
    if !options.dry_run {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{verb} has no --dry-run, as it looks by tasks of its own; nothing was started"
    ))
    .hinted("run-admin-task plan shows what would be applied, and changes nothing"))
}

/// The rule about a file that sorts before one that is applied.
const OUT_OF_ORDER: &str = "out-of-order";

/// What is waited for at first.
const OPENING: (&str, &str) = ("LOOKING", "reading the task definition");

/// A verb of the runbook under way.
pub(super) struct Runbook {
    pub(super) session: Session,
    pub(super) site: Site,
    pub(super) looks: Looks,
    /// The migration files, if they are at hand.
    pub(super) files: Option<Vec<MigrationFile>>,
}

impl Runbook {
    /// Begins. What fails has been said, and nothing was started.
    pub(super) async fn open(
        options: &Options,
        verb: &'static str,
        target: Option<Version>,
    ) -> Result<Self, ExitStatus> {
        let began = Instant::now();
        let mut session = Session::open_with(options, |settings| {
            Stage::of_command(settings, &[verb.to_owned()], OPENING)
        })?;
        let prepared = refuse_dry_run(options, verb)
            .and_then(|()| prepare::refuse_missing_network(session.settings()))
            .and_then(|()| Looks::new(options, session.settings(), target))
            .and_then(|looks| {
                severities(session.settings())?;
                Ok((looks, files(options, verb, session.settings())?))
            });
        let (looks, files) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return Err(Box::pin(session.close(None, Err(failure))).await),
        };
        let files = files.unwrap_or_else(|failure| {
            session.warn(
                "not-reviewed",
                format!("the files are not reviewed: {}", failure.message),
            );
            None
        });
        let site = Box::pin(Site::of(
            session.settings(),
            session.stage.listener(),
            began,
        ))
        .await;
        Ok(Self {
            session,
            site,
            looks,
            files,
        })
    }

    pub(super) fn settings(&self) -> &Settings {
        self.session.settings()
    }

    /// The definition that every task of this verb is started from: a revision that comes
    /// meanwhile changes nothing. What its text says against a start has been told.
    pub(super) async fn definition(&mut self) -> Result<TaskDefinition, Failure> {
        let Self {
            session,
            site,
            looks,
            ..
        } = self;
        let Session {
            gathered,
            stage,
            signals,
        } = session;
        let status = looks.status();
        let name = &gathered.settings.task_definition;
        let prepared = async {
            let definition = site.definition(name).await?;
            let launched = status
                .prepare(site, definition.clone(), super::task_run::fresh())
                .await?;
            Ok::<_, Failure>((definition, launched))
        };
        let what = "waiting for the task definition";
        let prepared = or_signal(prepared, what, &site.world.clock, signals, stage).await;
        let (definition, launched) = prepared.map_err(interrupted)??;
        let subject = status.subject(&launched);
        until_signal(status.check(site, &subject, stage), signals)
            .await
            .map_err(interrupted)??;
        Ok(definition)
    }

    /// Looks, and tells what was seen.
    pub(super) async fn look(
        &mut self,
        definition: &TaskDefinition,
        look: Look,
    ) -> Result<Plan, Unseen> {
        let plan = self.see(definition, look).await?;
        let told = EventKind::Plan(Box::new(plan.clone()));
        stage::say(&mut self.session.stage, told);
        self.warn_without_dry_run(&plan);
        Ok(plan)
    }

    /// Looks, and tells nothing of it.
    pub(super) async fn see(
        &mut self,
        definition: &TaskDefinition,
        look: Look,
    ) -> Result<Plan, Unseen> {
        let Session { stage, signals, .. } = &mut self.session;
        let files = self.files.as_deref();
        // It holds two runs, which is much for a stack.
        let look = self
            .looks
            .look(&self.site, definition, (look, files), signals, stage);
        Box::pin(look).await
    }

    /// Tells what cannot be known of a plan, if so.
    pub(super) fn warn_without_dry_run(&mut self, plan: &Plan) {
        if let DryRun::None { why } = &plan.dry_run {
            self.session.warn(
                "no-dry-run",
                format!("no dry run: {why}; the status alone counts, and that shows neither half-applied migrations nor missing ones"),
            );
        }
    }

    /// Reviews the files of what is pending, up to `target` where there is one, if they are at hand,
    /// and tells what was found.
    pub(super) fn review(
        &mut self,
        plan: &Plan,
        target: Option<Version>,
    ) -> Result<Review, Failure> {
        let Some(files) = &self.files else {
            return Ok(Review::default());
        };
        let settings = self.session.settings();
        // All of them are in one.
        let folder = files.first().map(MigrationFile::folder);
        let folder = folder.map(Path::to_path_buf).unwrap_or_default();
        let asked = Asked {
            postgres_version: settings.postgres_version.clone(),
            severities: severities_of_pending(settings)?,
            applied: plan
                .migrations
                .iter()
                .filter(|it| !it.state.is_pending())
                .map(|it| ((folder.clone(), it.version), Applied::default()))
                .collect(),
        };
        let is_wanted = |file: &&MigrationFile| {
            let mut migrations = plan.migrations.iter();
            let migration = migrations.find(|it| it.version == file.name.version);
            migration.is_some_and(|it| !it.state.is_pending() || is_wanted(it.version, target))
        };
        let files: Vec<_> = files.iter().filter(is_wanted).cloned().collect();
        let found = looked(&files, &asked);
        if !found.files.is_empty() {
            let told = EventKind::Reviewed(Box::new(found.clone()));
            stage::say(&mut self.session.stage, told);
        }
        Ok(found)
    }

    /// Ends: says the end, and before it what a look told that failed.
    pub(super) async fn close(mut self, ended: Result<Finished, Unseen>) -> ExitStatus {
        let ended = match ended {
            Ok(finished) => Ok(finished),
            Err(Unseen::Failure(failure)) => Err(failure),
            Err(Unseen::Task(events, finished)) => {
                for event in &events {
                    self.session.stage.event(event);
                }
                self.session.stage.flush();
                Ok(*finished)
            }
        };
        self.session.close(Some(self.site.aws), ended).await
    }

    pub(super) fn warn(&mut self, code: &'static str, message: String) {
        self.session.warn(code, message);
    }
}

/// How much the findings in pending files matter. Which of them are out of order, the plan itself
/// says: that blocks only where the user says so.
fn severities_of_pending(
    settings: &Settings,
) -> Result<BTreeMap<String, Option<Severity>>, Failure> {
    let mut severities = severities(settings)?;
    severities
        .entry(OUT_OF_ORDER.to_owned())
        .or_insert(Some(Severity::Warn));
    Ok(severities)
}

/// The migration files that the settings name, or why they cannot be had where that need not keep
/// anybody from looking at a database.
type Files = Result<Option<Vec<MigrationFile>>, Failure>;

fn files(options: &Options, verb: &str, settings: &Settings) -> Result<Files, Failure> {
    // A gate asks the database alone.
    let folder = settings.migrations.as_deref().filter(|_| verb != "verify");
    let files = folder.map(folder::read).transpose();
    if files.is_err() && options.layer().contains_key(&Key::Migrations) {
        return files.map(Ok);
    }
    Ok(files)
}

/// A command of this tool for the same place.
pub(super) fn again(settings: &Settings, words: &str) -> String {
    let place = settings.place.iter().map(|flag| format!("{flag} "));
    format!("run-admin-task {}{words}", place.collect::<String>())
}

/// The end of a verb that did what it was asked for.
pub(super) fn done() -> Finished {
    Finished::without_task(Outcome::Succeeded, ExitStatus::SUCCESS, None)
}

/// What of a plan keeps a database from being as its image wants it, and what to do; `None`: it is
/// as it should be. `target`: newer migrations may be pending.
pub(super) fn lacks(plan: &Plan, target: Option<Version>, settings: &Settings) -> Option<Failure> {
    let mut hints = Vec::new();
    for wrong in plan.wrong() {
        hints.push(again(settings, &format!("recover {}", wrong.version)));
    }
    let mut faults: Vec<_> = [State::HalfApplied, State::Modified, State::Missing]
        .into_iter()
        .filter_map(|state| counted(plan, |it| it == state, state.word(), None))
        .collect();
    faults.extend(counted(plan, State::is_pending, "pending", target));
    if plan.dry_run == DryRun::Applied {
        faults.insert(0, "the dry run was none: the container took no notice of its words and applied migrations".to_owned());
        hints.push("name the words of its dry run with `dry-run-command` in the configuration file; [] where it has none".to_owned());
    } else if let DryRun::Refused { error } = &plan.dry_run
        && plan.wrong().next().is_none()
    {
        faults.push(error.clone());
    }
    if !plan.consistent {
        faults.extend(plan.notes.iter().cloned());
        hints.push(again(settings, "plan"));
    } else if plan.pending().any(|it| is_wanted(it.version, target)) && hints.is_empty() {
        hints.push(again(settings, "apply"));
    }
    if faults.is_empty() {
        return None;
    }
    let text = format!(
        "the database is not as the image wants it: {}",
        faults.join("; ")
    );
    let mut failure = Failure::new(Outcome::NotAsRequired, ExitStatus::NOT_AS_REQUIRED, text);
    failure.hints = hints;
    Some(failure)
}

/// Whether a migration is to be applied where only those up to `target` are.
pub(super) fn is_wanted(version: Version, target: Option<Version>) -> bool {
    target.is_none_or(|target| version <= target)
}

/// How many migrations are in such a state, and which they are.
fn counted(
    plan: &Plan,
    is_so: impl Fn(State) -> bool,
    word: &str,
    target: Option<Version>,
) -> Option<String> {
    const NAMED: usize = 3;
    let versions = plan.migrations.iter().filter(|it| is_so(it.state));
    let versions: Vec<_> = versions
        .filter(|it| is_wanted(it.version, target))
        .map(|it| it.version.to_string())
        .collect();
    let more = if versions.len() > NAMED { ", …" } else { "" };
    let named = versions[..versions.len().min(NAMED)].join(", ");
    (!versions.is_empty()).then(|| format!("{} {word} ({named}{more})", versions.len()))
}
