//! What all lines of a log say together.

use super::line::{Act, Complaint, Done, Line, Listed, read};
use crate::model::migration::Version;

/// So many lines that say nothing of a migration are kept.
const OTHERS: usize = 50;

/// What `PostgreSQL` says where two make one table, and `SQLite` where two make one database.
const MET: [&str; 4] = [
    "\"pg_type_typname_nsp_index\"",
    "\"pg_class_relname_nsp_index\"",
    "relation \"_sqlx_migrations\" already exists",
    "database is locked",
];

/// What a command told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The migrations that it listed, in its order.
    pub listed: Vec<ListedWithSums>,
    /// What it did with migrations, in its order.
    pub done: Vec<Done>,
    /// What it complained of, and in which words.
    pub complaints: Vec<(Complaint, String)>,
    /// Lines that say nothing of a migration and are no usual sentence, the first of them.
    pub others: Vec<String>,
    /// How many more of these there were.
    pub more_others: usize,
}

/// A migration that was listed, and the checksums that were told after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWithSums {
    /// What its own line said.
    pub listed: Listed,
    /// What it was applied with.
    pub applied_checksum: Option<String>,
    /// What the image has.
    pub image_checksum: Option<String>,
}

impl Answer {
    /// Reads a log. A message may hold several lines.
    pub fn of<'a>(messages: impl IntoIterator<Item = &'a str>) -> Self {
        let mut answer = Self::default();
        for message in messages {
            answer.take_all(message);
        }
        answer
    }

    /// Reads one message more.
    pub fn take_all(&mut self, message: &str) {
        for line in message.lines() {
            self.take(line);
        }
    }

    fn take(&mut self, line: &str) {
        match read(line) {
            Line::Listed(listed) => self.listed.push(ListedWithSums {
                listed,
                applied_checksum: None,
                image_checksum: None,
            }),
            Line::AppliedChecksum(sum) => match self.listed.last_mut() {
                Some(last) => last.applied_checksum = Some(sum),
                None => self.note(line),
            },
            Line::ImageChecksum(sum) => match self.listed.last_mut() {
                Some(last) => last.image_checksum = Some(sum),
                None => self.note(line),
            },
            Line::Done(done) => self.done.push(done),
            Line::Error(complaint) => {
                self.complaints.push((complaint, line.trim().to_owned()));
            }
            Line::Other => self.note(line),
            Line::Sentence => {}
        }
    }

    fn note(&mut self, line: &str) {
        if self.others.len() < OTHERS {
            self.others.push(line.trim_end().to_owned());
        } else {
            self.more_others += 1;
        }
    }

    /// The first complaint of which `wanted` makes something.
    pub fn complaint<T>(&self, wanted: impl Fn(&Complaint) -> Option<T>) -> Option<(T, &str)> {
        self.complaints
            .iter()
            .find_map(|(complaint, text)| Some((wanted(complaint)?, text.as_str())))
    }

    /// Why it cannot go to the version that it was given, if so.
    #[must_use]
    pub fn refuses_its_target(&self) -> Option<&str> {
        let refuses = |it: &Complaint| {
            matches!(it, Complaint::TargetTooOld | Complaint::TargetNotThere).then_some(())
        };
        self.complaint(refuses).map(|((), error)| error)
    }

    /// Whether it failed at something that another process made at the same moment: on an empty
    /// database `sqlx` makes its table first, also where it only looks, and nothing keeps two of them
    /// apart.
    #[must_use]
    pub fn met_another(&self) -> bool {
        let met = |text: &str| MET.iter().any(|words| text.contains(words));
        self.complaints
            .iter()
            .any(|(it, text)| *it == Complaint::Other && met(text))
    }

    /// The migration that failed while it ran, if it says so.
    #[must_use]
    pub fn failed(&self) -> Option<Version> {
        let failed = |it: &Complaint| match it {
            Complaint::Failed(version) => Some(*version),
            _ => None,
        };
        self.complaint(failed).map(|(version, _)| version)
    }

    /// The migrations that it would apply.
    pub fn can_apply(&self) -> impl Iterator<Item = Version> {
        let can = self.done.iter().filter(|done| done.act == Act::CanApply);
        can.map(|done| done.version)
    }

    /// The migrations that it applied.
    pub fn applied(&self) -> impl Iterator<Item = Version> {
        let applied = self.done.iter().filter(|done| done.act == Act::Applied);
        applied.map(|done| done.version)
    }

    /// Whether it says that it does not know one of the words that it was given. An error about
    /// another word says nothing of these.
    #[must_use]
    pub fn knows_not(&self, words: &[String]) -> bool {
        let mut complaints = self.complaints.iter();
        complaints.any(|(complaint, text)| {
            let names = |word: &String| text.contains(word.trim_start_matches('-'));
            *complaint == Complaint::UnknownWord && words.iter().any(names)
        })
    }
}
