//! Two looks at a database's migrations, side by side: the status, and the dry run. Both cost one
//! start-up.

use std::cell::RefCell;

use futures_util::future::join;
use futures_util::stream::{self, LocalBoxStream, Stream, StreamExt as _};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use self::quiet::{Quiet, Shown, Told};
use super::task_run::{Site, TaskRun, fresh};
use super::{records, stage};
use crate::cli::Options;
use crate::engine::launch::Launch;
use crate::engine::patience::or_signal;
use crate::engine::refusal::interrupted;
use crate::engine::run::Signal;
use crate::error::Failure;
use crate::migrations::file::MigrationFile;
use crate::migrations::status::{self, Answer};
use crate::model::definition::TaskDefinition;
use crate::model::event::{Event, EventKind, Finished, Sink, Warning};
use crate::model::migration::Version;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::plan::{DryRun, Look, Plan};
use crate::settings::Settings;

mod quiet;

/// Makes a dry run stop at a version.
pub(super) const TARGET_VERSION: &str = "--target-version";

/// What looks: two commands of the container that change nothing.
pub(super) struct Looks {
    status: TaskRun,
    /// `None`: the settings say that there is none.
    dry_run: Option<TaskRun>,
    /// The newest version that is asked for.
    target: Option<Version>,
}

/// Why there is no plan.
pub(super) enum Unseen {
    /// Nothing was started, or not both.
    Failure(Failure),
    /// A look's task did not do its work: everything that it told, and its end.
    Task(Vec<Event>, Box<Finished>),
}

impl Unseen {
    /// Why, in a few words.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Failure(failure) => failure.message.clone(),
            Self::Task(_, finished) => {
                let error = finished.error.clone();
                error.unwrap_or_else(|| finished.outcome.word().to_owned())
            }
        }
    }
}

impl From<Failure> for Unseen {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Looks {
    /// The looks that the settings name; the dry run goes up to `target`, where there is one.
    pub(super) fn new(
        options: &Options,
        settings: &Settings,
        target: Option<Version>,
    ) -> Result<Self, Failure> {
        for (key, look) in [
            ("status-command", &settings.status_command),
            ("dry-run-command", &settings.dry_run_command),
        ] {
            refuse_migrate(key, look, &settings.migrate_command)?;
        }
        let run = |command: Vec<String>| TaskRun::beside(options, settings, command);
        let dry_run = Some(settings.dry_run_command.clone());
        let dry_run = dry_run.filter(|command| !command.is_empty());
        let dry_run = dry_run.map(|mut command| {
            if let Some(target) = target {
                command.extend([TARGET_VERSION.to_owned(), target.to_string()]);
            }
            run(command)
        });
        Ok(Self {
            status: run(settings.status_command.clone())?,
            dry_run: dry_run.transpose()?,
            target,
        })
    }

    /// The look that lists migrations: what is true of its start is true of the other's.
    pub(super) fn status(&self) -> &TaskRun {
        &self.status
    }

    /// Looks. Of what the tasks tell nothing is shown but warnings, and how far they are.
    pub(super) async fn look(
        &self,
        site: &Site,
        definition: &TaskDefinition,
        (look, files): (Look, Option<&[MigrationFile]>),
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<Plan, Unseen> {
        let (mut status, mut dry_run) = self.both(site, definition, signals, sink).await?;
        if [&status]
            .into_iter()
            .chain(&dry_run)
            .any(Told::met_the_other)
        {
            // Now that there is a table, neither makes one.
            let warning = Warning {
                code: "looks-met",
                message: "both looks made the table of migrations at once, and one of them failed at it: looking again".to_owned(),
            };
            stage::say(sink, EventKind::Warning(warning));
            (status, dry_run) = self.both(site, definition, signals, sink).await?;
        }
        let words = self.dry_run.as_ref().map(|run| asking(&run.command));
        if let Some((dry_run, target)) = dry_run.as_ref().zip(self.target)
            && dry_run.answer.can_apply().any(|version| version > target)
        {
            return Err(knows_no_target().into());
        }
        joined(look, files, status, dry_run, &words.unwrap_or_default())
    }

    /// Carries both out, side by side.
    async fn both(
        &self,
        site: &Site,
        definition: &TaskDefinition,
        signals: &mut (impl Stream<Item = Signal> + Unpin),
        sink: &mut dyn Sink,
    ) -> Result<(Told, Option<Told>), Failure> {
        let prepared = async {
            let prepare = |run| prepared(run, site, definition);
            let status = prepare(&self.status).await?;
            let dry_run = match &self.dry_run {
                Some(run) => Some((run, prepare(run).await?)),
                None => None,
            };
            Ok::<_, Failure>((status, dry_run))
        };
        let what = "reading what the looks need";
        let prepared = or_signal(prepared, what, &site.world.clock, signals, sink).await;
        let (status, dry_run) = prepared.map_err(interrupted)??;
        let commands = [&self.status].into_iter().chain(&self.dry_run);
        let names = commands.map(|run| run.command.join(" ")).collect();
        let shown = RefCell::new(Shown::new(sink, names, site.began));
        let looked = shared(signals, async |mut first, mut second| {
            join(
                Box::pin(told(
                    &self.status,
                    site,
                    &status,
                    &mut first,
                    Quiet::new(&shown, 0),
                )),
                async {
                    let (run, launched) = dry_run.as_ref()?;
                    let quiet = Quiet::new(&shown, 1);
                    Some(Box::pin(told(run, site, launched, &mut second, quiet)).await)
                },
            )
            .await
        });
        Ok(looked.await)
    }
}

async fn prepared(
    run: &TaskRun,
    site: &Site,
    definition: &TaskDefinition,
) -> Result<Launch, Failure> {
    // A look is never one of before: what it tells would be old.
    run.prepare(site, definition.clone(), fresh()).await
}

/// Carries out one look, and keeps a record of it.
async fn told(
    run: &TaskRun,
    site: &Site,
    launched: &Launch,
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    mut quiet: Quiet<'_, '_>,
) -> Told {
    let (settings, identity) = (&run.settings, &site.identity);
    let mut recorder = records::recorder(
        &mut quiet,
        settings.record,
        settings,
        identity,
        &run.command,
    );
    let about = recorder.about();
    about.region = Some(site.region.clone());
    about.run_key = Some(launched.run_key.to_string());
    about.request = records::request(&launched.request);
    let finished = run.carry_out(site, launched, signals, &mut recorder).await;
    stage::say(
        &mut recorder,
        EventKind::Finished(Box::new(finished.clone())),
    );
    quiet.told(finished)
}

/// Gives each of two pieces of work every signal that comes.
async fn shared<T>(
    signals: &mut (impl Stream<Item = Signal> + Unpin),
    work: impl AsyncFnOnce(LocalBoxStream<'static, Signal>, LocalBoxStream<'static, Signal>) -> T,
) -> T {
    let (first, first_hears) = channel();
    let (second, second_hears) = channel();
    let work = work(first_hears, second_hears);
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            Some(signal) = signals.next() => {
                // Who is done needs no signal.
                let _ = (first.send(signal), second.send(signal));
            }
            done = &mut work => return done,
        }
    }
}

fn channel() -> (UnboundedSender<Signal>, LocalBoxStream<'static, Signal>) {
    let (sender, receiver) = unbounded_channel();
    let heard = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|signal| (signal, receiver))
    });
    (sender, heard.boxed_local())
}

/// The words of a command that ask for a dry run: its flags, or else all of it.
fn asking(command: &[String]) -> Vec<String> {
    let own = command.iter().take_while(|word| *word != TARGET_VERSION);
    let flags: Vec<_> = own.clone().filter(|word| word.starts_with('-')).collect();
    if flags.is_empty() {
        return own.cloned().collect();
    }
    flags.into_iter().cloned().collect()
}

/// What both looks say together. Where one could not look, there is no plan.
fn joined(
    look: Look,
    files: Option<&[MigrationFile]>,
    status: Told,
    dry_run: Option<Told>,
    words: &[String],
) -> Result<Plan, Unseen> {
    let status = status.that_looked()?;
    let Some(dry_run) = dry_run else {
        let none = DryRun::None {
            why: "`dry-run-command` is empty".to_owned(),
        };
        let nothing = Answer::default();
        return Ok(status::plan(look, &status, &nothing, none, files));
    };
    let ended_well = dry_run.finished.outcome == Outcome::Succeeded;
    let container_failed = dry_run.finished.outcome == Outcome::ContainerFailed;
    // An exit code of its own is an answer too, where it says which.
    let said = (ended_well || container_failed)
        .then(|| status::dry_run(&dry_run.answer, words, ended_well))
        .flatten();
    match said {
        // What is known to be wrong is wrong, however much of the log is missing.
        Some(said @ (DryRun::Refused { .. } | DryRun::Applied)) => {
            Ok(status::plan(look, &status, &dry_run.answer, said, files))
        }
        Some(said) if dry_run.finished.logs.complete => {
            Ok(status::plan(look, &status, &dry_run.answer, said, files))
        }
        _ => {
            if let Some(error) = dry_run.answer.refuses_its_target() {
                return Err(not_that_target(error).into());
            }
            let answer = dry_run.that_looked()?;
            Ok(status::plan(look, &status, &answer, DryRun::Fine, files))
        }
    }
}

/// A look whose words are those of migrate would migrate.
fn refuse_migrate(key: &str, look: &[String], migrate: &[String]) -> Result<(), Failure> {
    if look.is_empty() || !migrate.starts_with(look) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "`{key}` is `{}`, which migrates; nothing was started",
        look.join(" ")
    ))
    .hinted("name words that change nothing; dry-run-command = [] where the container has none"))
}

/// More would be applied than was asked for.
fn knows_no_target() -> Failure {
    Failure::new(
        Outcome::NotAsRequired,
        ExitStatus::NOT_AS_REQUIRED,
        format!("nothing was changed: the container takes no notice of {TARGET_VERSION}"),
    )
    .hinted("without --to everything that is pending is applied")
}

/// The version that was asked for cannot be gone to.
fn not_that_target(error: &str) -> Failure {
    Failure::new(
        Outcome::NotAsRequired,
        ExitStatus::NOT_AS_REQUIRED,
        format!("nothing was changed: {error}"),
    )
    .hinted(
        "name a version with --to that the image has, and that is not older than what is installed",
    )
}

impl Told {
    /// Whether it failed at making the table of migrations, which the other made at that moment.
    fn met_the_other(&self) -> bool {
        self.finished.outcome == Outcome::ContainerFailed && self.answer.met_another()
    }

    /// What it told, if it ended well and all of its log was read: of half a log nobody can say
    /// that nothing is pending.
    fn that_looked(self) -> Result<Answer, Unseen> {
        let Self {
            answer,
            events,
            mut finished,
            ..
        } = self;
        if finished.outcome != Outcome::Succeeded {
            return Err(Unseen::Task(events, finished));
        }
        if finished.logs.complete {
            return Ok(answer);
        }
        let note = finished.logs.note.as_deref();
        let note = note.unwrap_or("the log is incomplete");
        finished.error = Some(format!(
            "whether the database is as it should be cannot be told: {note}"
        ));
        finished.outcome = Outcome::ToolFailed;
        finished.exit_code = ExitStatus::TOOL_FAILED;
        Err(Unseen::Task(events, finished))
    }
}
