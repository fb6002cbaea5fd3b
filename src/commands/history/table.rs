//! The list of records, for people.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::reach::Reach;
use crate::record::{Listing, Record};
use crate::report::columns::{columns, cut, padded};
use crate::report::harmless::harmless;
use crate::report::mask::mask;

/// What a line may take.
const WIDTH: usize = 80;
/// What is shown of an id at least: its date and time.
const ID: usize = "20260101T000000".len();
/// What an environment's or cluster's name may take.
const PLACE: usize = 12;
/// What is left for the command at least, even in a longer line.
const COMMAND: usize = 10;
/// Between two columns.
const GAP: &str = "  ";

const HEAD: [&str; 6] = ["ID", "WHEN", "WHERE", "COMMAND", "OUTCOME", "EXIT"];
/// Where the command stands.
const COMMAND_AT: usize = 3;

/// The records, newest last.
pub(super) fn table(listing: &Listing, zone: &TimeZone) -> String {
    let id_width = listing.telling(ID);
    let head = HEAD.map(str::to_owned);
    let records = listing.records.iter();
    let rows: Vec<_> = std::iter::once(head)
        .chain(records.map(|record| row(record, id_width, zone)))
        .collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(columns(cell));
        }
    }
    let all: usize = widths.iter().sum::<usize>() + GAP.len() * (HEAD.len() - 1);
    let others = all - widths[COMMAND_AT];
    let room = WIDTH.saturating_sub(others).max(COMMAND);
    widths[COMMAND_AT] = widths[COMMAND_AT].min(room);
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| padded(&cut(cell, width), width))
            .collect();
        format!("{}\n", cells.join(GAP).trim_end())
    };
    rows.iter().map(line).collect()
}

/// How to reach the task of the newest run that has no end, if there is one.
pub(super) fn advice(listing: &Listing) -> Option<String> {
    let records = listing.records.iter().enumerate().rev();
    let mut open = records.filter(|(_, record)| record.end.outcome.is_none());
    let (record, arn) = open.find_map(|(at, record)| {
        let arn = record.task.task_arn.as_deref()?;
        let mut later = listing.records[at + 1..].iter();
        (!later.any(|later| ended(later, arn))).then_some((record, arn))
    })?;
    let id: String = record.id.chars().take(listing.telling(ID)).collect();
    Some(format!(
        "{id} goes on, or its process was killed: {} {arn}",
        Reach::command(record.about.reach().as_ref(), "attach")
    ))
}

/// Whether the run of this record saw the task's end.
fn ended(record: &Record, task_arn: &str) -> bool {
    let is_its_own = record.task.task_arn.as_deref() == Some(task_arn);
    let came_to_nothing = record.earlier_tasks.iter().any(|arn| arn == task_arn);
    came_to_nothing || (is_its_own && record.tells_its_tasks_end())
}

fn row(record: &Record, id_width: usize, zone: &TimeZone) -> [String; 6] {
    let began: Option<Timestamp> = record.began.parse().ok();
    let when = began.map(|at| at.to_zoned(zone.clone()).strftime("%b %d %H:%M"));
    let about = &record.about;
    let cluster = about.cluster.as_deref();
    // A cluster may be named by its ARN.
    let cluster = cluster.map(|name| name.rsplit('/').next().unwrap_or(name));
    let place = about.environment.as_deref().or(cluster);
    let outcome = record.end.outcome.as_deref();
    [
        record.id.chars().take(id_width).collect(),
        when.map_or_else(nothing, |when| when.to_string()),
        place.map_or_else(nothing, |place| cut(&one_line(place), PLACE)),
        one_line(&about.command.join(" ")),
        outcome.map_or_else(|| "not ended".to_owned(), one_line),
        record
            .end
            .exit_code
            .map_or_else(nothing, |code| code.to_string()),
    ]
}

fn nothing() -> String {
    "-".to_owned()
}

/// Other people's text on a line of ours.
pub(super) fn one_line(text: &str) -> String {
    harmless(&mask(text)).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{About, End, Task};

    fn record(second: u32, command: &str, outcome: Option<&str>, exit_code: u8) -> Record {
        Record {
            id: format!("20260101T0000{second:02}.000Z-00000000"),
            began: format!("2026-01-01T00:00:{second:02}.000Z"),
            about: About {
                cluster: Some("arn:aws:ecs:us-east-1:0:cluster/everruns".into()),
                command: command.split(' ').map(str::to_owned).collect(),
                ..About::default()
            },
            task: Task {
                task_arn: Some(format!("arn:{second}")),
                ..Task::default()
            },
            end: End {
                outcome: outcome.map(str::to_owned),
                exit_code: outcome.map(|_| exit_code),
                ..End::default()
            },
            ..Record::default()
        }
    }

    #[test]
    fn newest_last_in_eighty_columns() {
        let mut production = record(3, "reencrypt --batch 50 --from a://u:s3cret@h", None, 0);
        production.about.environment = Some("production-of-everything".into());
        let listing = Listing {
            records: vec![
                record(1, "migrate-info", Some("succeeded"), 0),
                record(2, "echo a\u{1b}[2J\nb", Some("container-failed"), 137),
                production,
            ],
            damaged: vec![],
        };
        let table = table(&listing, &TimeZone::fixed(jiff::tz::offset(1)));
        assert_eq!(
            table,
            "\
ID               WHEN          WHERE         COMMAND      OUTCOME           EXIT
20260101T000001  Jan 01 01:00  everruns      migrate-in…  succeeded         0
20260101T000002  Jan 01 01:00  everruns      echo a^[[2…  container-failed  137
20260101T000003  Jan 01 01:00  production-…  reencrypt …  not ended         -
"
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let mut wide = record(2, "表をすべて移行する", Some("succeeded"), 0);
        wide.about.environment = Some("机".into());
        let listing = Listing {
            records: vec![record(1, "migrate", Some("container-failed"), 3), wide],
            damaged: vec![],
        };
        assert_eq!(
            table(&listing, &TimeZone::UTC),
            "\
ID               WHEN          WHERE     COMMAND          OUTCOME           EXIT
20260101T000001  Jan 01 00:00  everruns  migrate          container-failed  3
20260101T000002  Jan 01 00:00  机        表をすべて移行…  succeeded         0
"
        );
    }

    #[test]
    fn a_usual_list_needs_no_more_than_it_has() {
        let listing = Listing {
            records: vec![record(1, "migrate", Some("container-failed"), 3)],
            damaged: vec![],
        };
        assert_eq!(
            table(&listing, &TimeZone::UTC),
            "\
ID               WHEN          WHERE     COMMAND  OUTCOME           EXIT
20260101T000001  Jan 01 00:00  everruns  migrate  container-failed  3
"
        );
        assert_eq!(advice(&listing), None);
    }

    #[test]
    fn the_newest_run_without_an_end_can_be_reached() {
        let listing = Listing {
            records: vec![
                record(1, "migrate", None, 0),
                record(2, "migrate", None, 0),
                record(3, "migrate", Some("detached"), 130),
            ],
            damaged: vec![],
        };
        assert_eq!(
            advice(&listing).as_deref(),
            Some("20260101T000002 goes on, or its process was killed: run-admin-task attach arn:2")
        );
    }

    #[test]
    fn a_task_whose_end_a_later_run_saw_needs_no_attach() {
        let arn = |record: Record, arn: &str| Record {
            task: Task {
                task_arn: Some(arn.to_owned()),
                ..Task::default()
            },
            ..record
        };
        let killed = || arn(record(1, "migrate", None, 0), "arn:1");
        let advised = |later: Record| {
            let listing = Listing {
                records: vec![killed(), later],
                damaged: vec![],
            };
            advice(&listing).is_some_and(|advice| advice.ends_with("arn:1"))
        };
        let later = |outcome| record(2, "migrate", Some(outcome), 0);
        assert!(!advised(arn(later("succeeded"), "arn:1")));
        assert!(!advised(arn(later("container-failed"), "arn:1")));
        assert!(advised(arn(later("detached"), "arn:1")));
        assert!(advised(later("succeeded")));
        let replaced = Record {
            earlier_tasks: vec!["arn:1".into()],
            ..later("succeeded")
        };
        assert!(!advised(replaced));
    }

    #[test]
    fn what_a_record_lacks_is_a_dash() {
        let listing = Listing {
            records: vec![Record::default()],
            damaged: vec![],
        };
        let table = table(&listing, &TimeZone::UTC);
        let last = table.lines().last().unwrap_or_default();
        let words: Vec<_> = last.split_whitespace().collect();
        assert_eq!(words, ["-", "-", "not", "ended", "-"]);
    }
}
