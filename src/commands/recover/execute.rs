//! A way carried out in the admin container: a dry run, a question, the command, another look.

use super::{commands, forward};
use crate::cli::Options;
use crate::commands::carry::{Ask, Said, carry};
use crate::commands::looks::Unseen;
use crate::commands::runbook::{Runbook, again};
use crate::commands::task_run::TaskRun;
use crate::commands::{person, stage};
use crate::error::Failure;
use crate::migrations::recover::{Commands, accept, forget, mark_applied, unjudged};
use crate::model::event::{EventKind, Finished};
use crate::model::migration::{State, Version};
use crate::model::outcome::{ExitStatus, Outcome};
use crate::model::plan::Look;
use crate::model::recovery::{Recovery, Way};
use crate::settings::Settings;

/// With this word the container says what it would change.
const DRY_RUN: &str = "--dry-run";
/// How the container's line begins where there is nothing to change.
const UNCHANGED: &str = "Unchanged ";
/// How it begins where there is something to change.
const CAN: &str = "Can ";

/// What is to be carried out.
pub(super) struct Execute {
    way: Way,
    version: Version,
    dry_run: TaskRun,
    command: TaskRun,
    commands: Commands,
}

impl Execute {
    /// Begins, if it may be done at all.
    pub(super) fn new(
        options: &Options,
        settings: &Settings,
        way: Way,
        version: Version,
    ) -> Result<Self, Failure> {
        if !settings.yes && !person::has_terminal() {
            return Err(Failure::usage(format!(
                "recover asks before it carries {} out, and there is no terminal to ask at; nothing was started",
                way.word()
            ))
            .hinted("--yes answers in advance"));
        }
        let run = |more: &[&str]| {
            let version = version.to_string();
            let words = [way.word(), &version]
                .into_iter()
                .chain(more.iter().copied());
            TaskRun::beside(options, settings, words.map(str::to_owned).collect())
        };
        Ok(Self {
            way,
            version,
            dry_run: run(&[DRY_RUN])?,
            command: run(&[])?,
            commands: commands(settings),
        })
    }

    pub(super) async fn carry_out(&self, runbook: &mut Runbook) -> Result<Finished, Unseen> {
        let definition = runbook.definition().await?;
        let dry = carry(&self.dry_run, None, runbook, &definition).await?;
        if dry.finished.outcome != Outcome::Succeeded {
            return self.refused(dry, runbook);
        }
        let says = |word: &str| dry.answer.others.iter().any(|line| line.starts_with(word));
        if says(UNCHANGED) {
            return Ok(dry.finished);
        }
        if !says(CAN) {
            // Some containers answer what they do not know with their usage, and end well.
            return Err(self.no_such_command(runbook).into());
        }
        let ask = self.ask();
        let said = carry(&self.command, Some(&ask), runbook, &definition).await?;
        if said.finished.outcome != Outcome::Succeeded {
            return Ok(said.finished);
        }
        let after = runbook.look(&definition, Look::After).await?;
        let now = after
            .migrations
            .iter()
            .find(|it| it.version == self.version);
        let now = now.map(|it| it.state);
        if self.is_right(now) {
            return Ok(said.finished);
        }
        let state = now.map_or("not told of", State::word);
        let failure = Failure::new(
            Outcome::NotAsRequired,
            ExitStatus::NOT_AS_REQUIRED,
            format!(
                "{} was carried out, and yet migration {} is {state}",
                self.way.word(),
                self.version
            ),
        )
        .hinted(again(
            runbook.settings(),
            &format!("recover {}", self.version),
        ));
        Ok(Finished {
            outcome: failure.outcome,
            exit_code: failure.exit,
            error: Some(failure.to_string()),
            ..said.finished
        })
    }

    /// Whether the migration is where this way leads.
    fn is_right(&self, now: Option<State>) -> bool {
        match self.way {
            Way::Forget => now.is_none_or(State::is_pending),
            Way::MarkApplied | Way::Accept | Way::ForwardFix => now == Some(State::Installed),
        }
    }

    /// What is asked before something is changed.
    fn ask(&self) -> Ask {
        let mut more = Vec::new();
        if matches!(self.way, Way::MarkApplied | Way::Accept) {
            let whose = "of the file in the image, which may be another than yours";
            more.push(("checksum", whose.to_owned()));
        }
        let first = unjudged(self.version, self.way, &self.commands).first;
        more.push(("first", first));
        Ask {
            what: format!("{} {}", self.way.word(), self.version),
            more,
            refused: "nothing was changed",
        }
    }

    /// The end where the dry run failed: the container does not know the command, or the way does
    /// not fit.
    fn refused(&self, dry: Said, runbook: &mut Runbook) -> Result<Finished, Unseen> {
        if dry.finished.outcome != Outcome::ContainerFailed {
            return Ok(dry.finished);
        }
        let word = self.way.word();
        if dry.answer.knows_not(&[word.to_owned(), DRY_RUN.to_owned()]) {
            return Err(self.no_such_command(runbook).into());
        }
        let about_it = format!("error: migration {} is ", self.version);
        let fits_not = dry.answer.complaints.iter();
        let mut fits_not = fits_not.filter(|(_, text)| text.starts_with(&about_it));
        match fits_not.next() {
            Some((_, text)) => {
                let text = text.trim_start_matches("error: ");
                let command = again(runbook.settings(), &format!("recover {}", self.version));
                Err(not_changed(&format!("{word} does not fit: {text}"))
                    .hinted(command)
                    .into())
            }
            None => Ok(dry.finished),
        }
    }

    /// The container does not know the command. The SQL was printed, as far as the files are at hand.
    fn no_such_command(&self, runbook: &mut Runbook) -> Failure {
        self.print_sql(runbook);
        not_changed(&format!(
            "the container has no command `{}`: run the SQL by hand",
            self.way.word()
        ))
        .hinted(self.commands.print(self.version, self.way))
    }

    /// Prints the SQL for the same, as far as the files are at hand.
    fn print_sql(&self, runbook: &mut Runbook) {
        let files = runbook.files.as_deref().unwrap_or_default();
        let file = forward(files, self.version, "").ok();
        let sql = match self.way {
            Way::Forget => Some(forget(self.version)),
            Way::MarkApplied => file.map(mark_applied),
            Way::Accept => file.map(accept),
            Way::ForwardFix => None,
        };
        let Some(sql) = sql else { return };
        let mut offer = unjudged(self.version, self.way, &self.commands);
        offer.sql = Some(sql);
        // It was just tried.
        offer.execute = None;
        let found = Recovery {
            version: self.version,
            description: file.map(|file| file.name.description.clone()),
            state: None,
            meaning: None,
            ways: vec![offer],
        };
        stage::say(
            &mut runbook.session.stage,
            EventKind::Recovery(Box::new(found)),
        );
    }
}

fn not_changed(why: &str) -> Failure {
    Failure::new(
        Outcome::NotAsRequired,
        ExitStatus::NOT_AS_REQUIRED,
        format!("nothing was changed: {why}"),
    )
}
