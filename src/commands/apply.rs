//! `apply`: plan, review, ask, migrate, look again.

use super::carry::{Ask, Said, carry};
use super::looks::{TARGET_VERSION, Unseen};
use super::person;
use super::runbook::{Runbook, again, done, is_wanted, lacks};
use super::task_run::TaskRun;
use crate::cli::Options;
use crate::error::Failure;
use crate::migrations::after::{EndedAt, by_others, ended_at, state_of_failed};
use crate::migrations::status::Answer;
use crate::model::event::Finished;
use crate::model::migration::Version;
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::plan::{DryRun, Look, Plan};
use crate::model::review::{Review, Severity};
use crate::settings::Settings;

/// Applies the pending migrations, those up to `to` where it is given, and looks before and after.
/// Everything it has to say has been said when it returns.
pub async fn apply(options: &Options, to: Option<Version>) -> ExitStatus {
    let mut runbook = match Runbook::open(options, "apply", to).await {
        Ok(runbook) => runbook,
        Err(exit) => return exit,
    };
    let ended = match migrate(options, runbook.settings(), to) {
        Ok(migrate) => {
            let apply = Apply { migrate, to };
            apply.carry_out(&mut runbook).await
        }
        Err(failure) => Err(failure.into()),
    };
    runbook.close(ended).await
}

/// What applies the migrations, if it may be run at all.
fn migrate(
    options: &Options,
    settings: &Settings,
    to: Option<Version>,
) -> Result<TaskRun, Failure> {
    if !settings.yes && !person::has_terminal() {
        return Err(Failure::usage(
            "apply asks before it migrates, and there is no terminal to ask at; nothing was started",
        )
        .hinted("--yes answers in advance"));
    }
    let mut command = settings.migrate_command.clone();
    if let Some(to) = to {
        command.extend([TARGET_VERSION.to_owned(), to.to_string()]);
    }
    TaskRun::beside(options, settings, command)
}

struct Apply {
    migrate: TaskRun,
    /// The newest version to apply.
    to: Option<Version>,
}

impl Apply {
    async fn carry_out(&self, runbook: &mut Runbook) -> Result<Finished, Unseen> {
        let definition = runbook.definition().await?;
        let before = runbook.look(&definition, Look::Before).await?;
        self.refuse(&before, runbook.settings())?;
        let count = self.wanted(&before).count();
        if count == 0 {
            if before.pending().next().is_some() {
                let message = "no migration up to that version is pending: nothing was applied";
                runbook.warn("nothing-to-apply", message.to_owned());
            }
            return Ok(done());
        }
        refuse_blocking(&runbook.review(&before, self.to)?)?;
        let ask = self.ask(&before);
        let Said {
            finished,
            answer: migrated,
        } = carry(&self.migrate, Some(&ask), runbook, &definition).await?;
        match finished.outcome {
            Outcome::Succeeded => {
                let after = runbook.look(&definition, Look::After).await;
                self.succeeded(runbook, finished, (&before, &migrated), after)
            }
            // What became of the database is worth a look, whatever became of the container.
            Outcome::ContainerFailed | Outcome::Stopped => {
                let after = runbook.look(&definition, Look::After).await;
                Ok(failed(runbook, finished, (&before, &migrated), &after))
            }
            Outcome::Interrupted | Outcome::TimedOut | Outcome::Detached => {
                let plan = again(runbook.settings(), "plan");
                let message = format!("what was applied, {plan} tells once the task has ended");
                runbook.warn("not-seen", message);
                Ok(finished)
            }
            _ => Ok(finished),
        }
    }

    /// The pending migrations that are to be applied.
    fn wanted<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = Version> + use<'p> {
        let to = self.to;
        let pending = plan.pending().map(|it| it.version);
        pending.filter(move |version| is_wanted(*version, to))
    }

    /// Refuses to migrate where `migrate` would refuse, or where nobody can say what it would do.
    fn refuse(&self, before: &Plan, settings: &Settings) -> Result<(), Failure> {
        let may_go_on = match before.dry_run {
            DryRun::Fine | DryRun::None { .. } => before.wrong().next().is_none(),
            DryRun::Refused { .. } | DryRun::Applied => false,
        };
        if may_go_on && before.consistent {
            return Ok(());
        }
        match lacks(before, self.to, settings) {
            Some(failure) => Err(Failure {
                message: format!("migrate was not started: {}", failure.message),
                ..failure
            }),
            None => Ok(()),
        }
    }

    /// What is asked before it migrates.
    fn ask(&self, before: &Plan) -> Ask {
        let versions: Vec<_> = self.wanted(before).collect();
        let what = match versions.as_slice() {
            [one] => format!("apply 1 migration, {one}"),
            [first, .., last] => {
                format!("apply {} migrations, {first} to {last}", versions.len())
            }
            [] => "apply no migration".to_owned(),
        };
        Ask {
            what,
            more: Vec::new(),
            refused: "migrate was not started",
        }
    }

    /// The end where `migrate` ended well: what the look afterwards says.
    fn succeeded(
        &self,
        runbook: &mut Runbook,
        finished: Finished,
        (before, migrated): (&Plan, &Answer),
        after: Result<Plan, Unseen>,
    ) -> Result<Finished, Unseen> {
        let after = match after {
            Ok(after) => after,
            Err(unseen) => {
                let message =
                    "migrate ended well; whether the database is as it should be could not be seen"
                        .to_owned();
                runbook.warn("not-seen", message);
                return Err(unseen);
            }
        };
        tell_of_others(runbook, &finished, (before, migrated), &after);
        let beyond = migrated
            .applied()
            .find(|version| !is_wanted(*version, self.to));
        if let Some(version) = beyond {
            let error = format!(
                "more was applied than was asked for: {version}; the container takes no notice of {TARGET_VERSION}"
            );
            return Ok(Finished {
                outcome: Outcome::NotAsRequired,
                exit_code: ExitStatus::NOT_AS_REQUIRED,
                error: Some(error),
                ..finished
            });
        }
        match lacks(&after, self.to, runbook.settings()) {
            None => Ok(finished),
            Some(failure) => Ok(Finished {
                outcome: failure.outcome,
                exit_code: failure.exit,
                error: Some(format!("migrate ended well, and yet {failure}")),
                ..finished
            }),
        }
    }
}

/// Refuses to migrate where a finding blocks.
fn refuse_blocking(found: &Review) -> Result<(), Failure> {
    let blocking = found.findings.iter();
    let blocking = blocking.filter(|it| it.severity == Severity::Block);
    let mut rules: Vec<_> = blocking.map(|it| it.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let Some(first) = rules.first() else {
        return Ok(());
    };
    Err(Failure::new(
        Outcome::NotAsRequired,
        ExitStatus::NOT_AS_REQUIRED,
        format!(
            "migrate was not started: what is pending must be changed or accepted first: {}",
            rules.join(", ")
        ),
    )
    .hinted(format!(
        "each finding says how to accept it; --rule {first}=warn lets one pass this time"
    )))
}

/// What others did, as far as that can be told.
fn tell_of_others(
    runbook: &mut Runbook,
    finished: &Finished,
    (before, migrated): (&Plan, &Answer),
    after: &Plan,
) {
    if !finished.logs.complete {
        let message = "who applied what cannot be told: the log of migrate is incomplete";
        return runbook.warn("by-others", message.to_owned());
    }
    for sentence in by_others(before, migrated, after) {
        runbook.warn("by-others", sentence);
    }
}

/// The end where `migrate` failed: at which migration, what state that left, and the way out.
fn failed(
    runbook: &mut Runbook,
    finished: Finished,
    (before, migrated): (&Plan, &Answer),
    after: &Result<Plan, Unseen>,
) -> Finished {
    if let Ok(after) = after {
        tell_of_others(runbook, &finished, (before, migrated), after);
    }
    let Some(end) = ended_at(before, migrated) else {
        return finished;
    };
    let (EndedAt::Named(version) | EndedAt::Before(version)) = end;
    let state = match after {
        Ok(after) => {
            let files = runbook.files.iter().flatten();
            let mut files = files.filter(|file| file.leads_forward());
            let file = files.find(|file| file.name.version == version);
            state_of_failed(version, after, file).to_owned()
        }
        Err(unseen) => format!(
            "in which state it is cannot be told, as the look afterwards failed too: {}",
            unseen.why()
        ),
    };
    let settings = runbook.settings();
    let applied = migrated.applied().count();
    let failure = match end {
        EndedAt::Named(_) => Failure::tool(format!(
            "migration {version} failed after {applied} had been applied: {state}"
        ))
        .hinted(again(settings, &format!("recover {version}"))),
        EndedAt::Before(_) => Failure::tool(format!(
            "migrate ended before migration {version} was applied, after {applied} had been: {state}"
        )),
    };
    let failure = failure.hinted(again(settings, "plan"));
    let errors = finished.error.into_iter().chain([failure.to_string()]);
    Finished {
        error: Some(errors.collect::<Vec<_>>().join("\n")),
        ..finished
    }
}
