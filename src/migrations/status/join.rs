//! Two looks at a database's migrations, made one: the status lists them, and the dry run tells
//! the truth about what stands in `migrate`'s way.

use std::collections::BTreeMap;

use super::answer::Answer;
use super::line::{Act, Complaint, Standing};
use crate::migrations::file::MigrationFile;
use crate::model::migration::{Migration, State, Version};
use crate::model::plan::{DryRun, Look, Plan};

/// So many errors that name no migration are shown.
const ERRORS: usize = 20;

/// What a dry run said; `None`: it could not look, for a reason that has nothing to do with any
/// migration. `words`: those of its command that ask for a dry run. `ended_well`: whether its
/// container exited with 0.
#[must_use]
pub fn dry_run(answer: &Answer, words: &[String], ended_well: bool) -> Option<DryRun> {
    if answer.done.iter().any(|done| done.act == Act::Applied) {
        return Some(DryRun::Applied);
    }
    // Not every entry point ends with the exit code of what it ran: what it says counts first.
    if let Some((_, error)) = answer.complaint(state_of) {
        return Some(DryRun::Refused {
            error: error.to_owned(),
        });
    }
    if answer.knows_not(words) {
        return Some(DryRun::None {
            why: "the container does not know the words of a dry run".to_owned(),
        });
    }
    ended_well.then_some(DryRun::Fine)
}

/// The state that a complaint tells of.
fn state_of(complaint: &Complaint) -> Option<(Version, State)> {
    match complaint {
        Complaint::HalfApplied(version) => Some((*version, State::HalfApplied)),
        Complaint::Modified(version) => Some((*version, State::Modified)),
        Complaint::Missing(version) => Some((*version, State::Missing)),
        _ => None,
    }
}

/// Joins what the status and the dry run told. `files` are those on this machine, if they are at
/// hand.
#[must_use]
pub fn plan(
    look: Look,
    status: &Answer,
    dry: &Answer,
    dry_run: DryRun,
    files: Option<&[MigrationFile]>,
) -> Plan {
    let mut joined = Joined::default();
    joined.take_status(status);
    joined.take_dry_run(dry, &dry_run);
    joined.take_errors("status", status);
    if dry_run == DryRun::Fine {
        joined.take_errors("dry run", dry);
    }
    joined.find_out_of_order();
    if let Some(files) = files {
        joined.take_files(files);
    }
    if joined.migrations.is_empty() {
        let note = "the container told of no migration at all: is `status-command` right, and are there migrations in the image?";
        joined.notes.push(note.to_owned());
    }
    let migrations: Vec<_> = joined.migrations.into_values().collect();
    let consistent = !joined.contradicted && !migrations.is_empty();
    let is_fine = match dry_run {
        DryRun::Fine | DryRun::None { .. } => true,
        DryRun::Refused { .. } | DryRun::Applied => false,
    };
    let clean = is_fine && consistent && migrations.iter().all(|it| it.state == State::Installed);
    Plan {
        look,
        migrations,
        dry_run,
        notes: joined.notes,
        other_lines: [status, dry].into_iter().flat_map(others).collect(),
        consistent,
        clean,
    }
}

fn others(answer: &Answer) -> impl Iterator<Item = String> {
    let more = (answer.more_others > 0).then(|| format!("… and {} more", answer.more_others));
    // An error that names no migration is shown as well: it is what somebody looks for.
    let errors = answer.complaints.iter();
    let errors = errors
        .filter(|(complaint, _)| matches!(complaint, Complaint::Other | Complaint::UnknownWord));
    let errors = errors.take(ERRORS).map(|(_, text)| text.clone());
    answer.others.iter().cloned().chain(more).chain(errors)
}

#[derive(Default)]
struct Joined {
    migrations: BTreeMap<Version, Migration>,
    notes: Vec<String>,
    /// Whether the two looks say different things.
    contradicted: bool,
}

impl Joined {
    fn take_status(&mut self, status: &Answer) {
        for it in &status.listed {
            let listed = &it.listed;
            let state = match listed.standing {
                Standing::Installed => State::Installed,
                Standing::DifferentChecksum => State::Modified,
                Standing::Pending => State::Pending,
            };
            let migration = Migration {
                description: named(&listed.description),
                applied_checksum: it.applied_checksum.clone(),
                image_checksum: it.image_checksum.clone(),
                ..Migration::new(listed.version, state)
            };
            let before = self.migrations.insert(listed.version, migration);
            if before.is_some_and(|before| before.state != state) {
                self.contradict(format!(
                    "{} is listed twice, in two states: two files of the image have this version",
                    listed.version
                ));
            }
        }
    }

    /// What the dry run says goes above what the status says. Where they contradict each other,
    /// neither is believed that all is well.
    fn take_dry_run(&mut self, dry: &Answer, said: &DryRun) {
        for done in &dry.done {
            let pending = match done.act {
                Act::Applied => State::Installed,
                Act::CanApply | Act::Skipped => State::Pending,
            };
            let known = self.migrations.get(&done.version).map(|it| it.state);
            match known {
                None | Some(State::Pending) => {}
                Some(_) if done.act == Act::Applied => {}
                Some(state) => self.contradict(format!(
                    "{} is {} to the status, and the dry run would apply it: something changed between the two looks",
                    done.version,
                    state.word()
                )),
            }
            let migration = self
                .migrations
                .entry(done.version)
                .or_insert_with(|| Migration::new(done.version, pending));
            migration.state = pending;
            if migration.description.is_none() {
                migration.description = named(&done.description);
            }
        }
        for (version, state) in dry.complaints.iter().filter_map(|(it, _)| state_of(it)) {
            let migration = self
                .migrations
                .entry(version)
                .or_insert_with(|| Migration::new(version, state));
            migration.state = state;
        }
        if *said == DryRun::Fine {
            self.compare_pending(dry);
        }
    }

    /// What ended well, and yet told an error, looked at nothing that it can be believed of.
    fn take_errors(&mut self, what: &str, answer: &Answer) {
        let is_an_error = |it: &Complaint| (*it != Complaint::UnknownWord).then_some(());
        if let Some(((), error)) = answer.complaint(is_an_error) {
            self.contradict(format!(
                "the {what} ended well, and wrote an error: {error}"
            ));
        }
    }

    /// What the status has pending, a dry run that ended well must have told of.
    fn compare_pending(&mut self, dry: &Answer) {
        let untold: Vec<_> = self
            .migrations
            .values()
            .filter(|it| it.state == State::Pending)
            .filter(|it| dry.done.iter().all(|done| done.version != it.version))
            .map(|it| it.version.to_string())
            .collect();
        if !untold.is_empty() {
            self.contradict(format!(
                "{} pending to the status, and the dry run would not apply {}: something changed between the two looks",
                counted_are(&untold),
                if untold.len() == 1 { "it" } else { "them" },
            ));
        }
    }

    fn find_out_of_order(&mut self) {
        let newest = self.migrations.values().rev();
        let newest = newest
            .filter(|it| !it.state.is_pending())
            .map(|it| it.version)
            .next();
        for migration in self.migrations.values_mut() {
            if migration.state == State::Pending && newest.is_some_and(|it| migration.version < it)
            {
                migration.state = State::OutOfOrder;
            }
        }
    }

    fn take_files(&mut self, files: &[MigrationFile]) {
        let forward = || files.iter().filter(|file| file.leads_forward());
        for file in forward() {
            if let Some(migration) = self.migrations.get_mut(&file.name.version) {
                migration.file = Some(file.path.clone());
            }
        }
        let not_there: Vec<_> = forward()
            .filter(|file| !self.migrations.contains_key(&file.name.version))
            .map(|file| file.name.version.to_string())
            .collect();
        if !not_there.is_empty() {
            self.notes.push(format!(
                "{} here, and not in the image: was it built from these files?",
                counted_are(&not_there)
            ));
        }
        let unseen: Vec<_> = self
            .migrations
            .values()
            .filter(|it| it.state.is_pending() && it.file.is_none())
            .map(|it| it.version.to_string())
            .collect();
        if !unseen.is_empty() {
            self.notes.push(format!(
                "{} pending, and without a file here: not reviewed",
                counted_are(&unseen)
            ));
        }
        for migration in self.migrations.values() {
            let file = forward().find(|file| file.name.version == migration.version);
            if let (Some(image), Some(file)) = (&migration.image_checksum, file)
                && *image != file.checksum()
            {
                self.notes.push(format!(
                    "{} is not the file that the image has: the image was built from another",
                    file.path
                ));
            }
        }
    }

    fn contradict(&mut self, note: String) {
        self.contradicted = true;
        self.notes.push(note);
    }
}

fn named(description: &str) -> Option<String> {
    (!description.is_empty()).then(|| description.to_owned())
}

/// Versions, and the verb that goes with so many.
fn counted_are(versions: &[String]) -> String {
    const SHOWN: usize = 5;
    let verb = if versions.len() == 1 { "is" } else { "are" };
    let shown = versions[..versions.len().min(SHOWN)].join(", ");
    match versions.len().saturating_sub(SHOWN) {
        0 => format!("{shown} {verb}"),
        more => format!("{shown} and {more} more {verb}"),
    }
}
