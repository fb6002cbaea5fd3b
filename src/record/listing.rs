//! The records that there are, and finding one among them.

use std::path::PathBuf;

use super::data::Record;
use crate::model::task::task_id;

/// The records that there are.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those that can be read, oldest first.
    pub records: Vec<Record>,
    /// Files that cannot.
    pub damaged: Vec<Damaged>,
}

/// A file that is called like a record and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Which.
    pub path: PathBuf,
    /// Why it cannot be read.
    pub reason: String,
}

/// Why a name does not name one record.
#[derive(Debug, Clone, PartialEq)]
pub enum NotOne<'l> {
    /// It names none.
    Unknown,
    /// It names each of these.
    Ambiguous(Vec<&'l Record>),
}

impl Listing {
    /// The record that is named by its id, its task's id or ARN, or the beginning of an id.
    pub fn find(&self, name: &str) -> Result<&Record, NotOne<'_>> {
        let exact = self.records.iter().find(|record| record.id == name);
        if let Some(record) = exact {
            return Ok(record);
        }
        let fits = |record: &&Record| !name.is_empty() && is_meant(record, name);
        let found: Vec<_> = self.records.iter().filter(fits).collect();
        match found.as_slice() {
            [] => Err(NotOne::Unknown),
            [record] => Ok(record),
            _ => Err(NotOne::Ambiguous(found)),
        }
    }

    /// How many characters of their ids tell the records apart, but no fewer than `least`.
    #[must_use]
    pub fn telling(&self, least: usize) -> usize {
        // They are in order: what differs least stands side by side.
        let same = |pair: &[Record]| {
            let [first, second] = pair else { return 0 };
            let pairs = first.id.chars().zip(second.id.chars());
            pairs.take_while(|(a, b)| a == b).count()
        };
        let longest = self.records.windows(2).map(same).max();
        longest.map_or(least, |same| least.max(same + 1))
    }
}

fn is_meant(record: &Record, name: &str) -> bool {
    let mut tasks = record.task.task_arn.iter().chain(&record.earlier_tasks);
    record.id.starts_with(name) || tasks.any(|arn| arn == name || task_id(arn).starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Task;

    fn listing() -> Listing {
        let record = |id: &str, task: Option<&str>, earlier: &[&str]| Record {
            id: id.to_owned(),
            task: Task {
                task_arn: task.map(|id| format!("arn:aws:ecs:r:0:task/everruns/{id}")),
                ..Task::default()
            },
            earlier_tasks: earlier.iter().map(|id| (*id).to_owned()).collect(),
            ..Record::default()
        };
        Listing {
            records: vec![
                record("20260101T000000.000Z-00000000", Some("abcd"), &[]),
                record("20260102T000000.000Z-00000000", Some("abef"), &["ffff"]),
                record("20260102T000000.000Z-00000001", None, &[]),
            ],
            damaged: Vec::new(),
        }
    }

    #[test]
    fn a_record_is_found_by_the_beginning_of_its_id_or_its_tasks() {
        let listing = listing();
        for (name, expected) in [
            ("20260101", Some(0)),
            ("20260102T000000.000Z-00000001", Some(2)),
            ("abc", Some(0)),
            ("abef", Some(1)),
            ("ff", Some(1)),
            ("arn:aws:ecs:r:0:task/everruns/abef", Some(1)),
            ("ab", None),
            ("2026", None),
            ("bcd", None),
            ("arn:aws:ecs", None),
            ("", None),
        ] {
            let found = listing.find(name).ok();
            let expected = expected.map(|index: usize| &listing.records[index]);
            assert_eq!(found, expected, "{name}");
        }
        let ambiguous = listing.find("ab").expect_err("two");
        assert!(matches!(ambiguous, NotOne::Ambiguous(found) if found.len() == 2));
        assert_eq!(listing.find("x"), Err(NotOne::Unknown));
    }

    #[test]
    fn ids_are_as_long_as_they_must_be() {
        let mut listing = listing();
        assert_eq!(listing.telling(15), 29);
        listing.records.pop();
        assert_eq!(listing.telling(15), 15);
        assert_eq!(listing.telling(3), 8);
        assert_eq!(Listing::default().telling(15), 15);
    }
}
