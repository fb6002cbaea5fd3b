//! A list of tasks as a table for people.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::columns::{columns, padded};
use super::{in_one_line, shown};
use crate::model::duration::measured;
use crate::model::listing::{ListedTask, Listing};

/// What ECS says of every task whose work is done.
const USUAL_END: &str = "EssentialContainerExited";
/// An id is cut to no less than this.
const SHORT_ID: usize = 8;

/// How a list looks.
#[derive(Debug, Clone)]
pub struct ListStyle {
    /// The zone of its times.
    pub zone: TimeZone,
    /// The columns of the terminal; `None`: as wide as it comes.
    pub width: Option<usize>,
}

/// The table's lines. Each id is whole where the width allows; nothing else is ever cut.
pub(super) fn table(listing: &Listing, at: Timestamp, style: &ListStyle) -> Vec<String> {
    let tasks = &listing.tasks;
    let whole = tasks.iter().map(|task| task.task_id.len()).max();
    let lines = lines(tasks, whole.unwrap_or_default(), at, style);
    let fits = |line: &String| style.width.is_none_or(|width| columns(line) <= width);
    // A reason may be of any length: it has its own lines.
    if lines
        .iter()
        .filter(|line| !line.starts_with("   "))
        .all(fits)
    {
        return lines;
    }
    self::lines(tasks, unambiguous(tasks), at, style)
}

/// So many characters tell the tasks apart.
fn unambiguous(tasks: &[ListedTask]) -> usize {
    let is_enough = |length: &usize| {
        let mut beginnings: Vec<_> = tasks
            .iter()
            .map(|task| begin(&task.task_id, *length))
            .collect();
        beginnings.sort_unstable();
        beginnings.windows(2).all(|pair| pair[0] != pair[1])
    };
    (SHORT_ID..64).find(is_enough).unwrap_or(64)
}

fn begin(id: &str, length: usize) -> &str {
    id.char_indices()
        .nth(length)
        .map_or(id, |(at, _)| &id[..at])
}

fn lines(tasks: &[ListedTask], id: usize, at: Timestamp, style: &ListStyle) -> Vec<String> {
    let since = if style.zone == TimeZone::UTC {
        "SINCE (UTC)"
    } else {
        "SINCE"
    };
    let head = ["TASK", "PHASE", "EXIT", since, "AGO", "WHO", "COMMAND"].map(str::to_owned);
    let rows: Vec<_> = tasks
        .iter()
        .map(|task| cells(task, id, at, style))
        .collect();
    let mut widths = [0; 7];
    for row in std::iter::once(&head).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let mut lines = vec![line(' ', &head, &widths)];
    for (task, row) in tasks.iter().zip(&rows) {
        let mark = if task.alive { '>' } else { ' ' };
        lines.push(line(mark, row, &widths));
        let indent = " ".repeat(widths[0] + 4);
        let reasons = reasons(task);
        let reasons = reasons.iter().flat_map(|reason| reason.lines());
        lines.extend(reasons.map(|reason| format!("{indent}{reason}")));
    }
    lines
}

fn line(mark: char, cells: &[String; 7], widths: &[usize; 7]) -> String {
    let [id, phase, exit, since, ago, who, command] = cells;
    let [w_id, w_phase, w_exit, w_since, w_ago, w_who, _] = *widths;
    // Only of these can others choose the characters.
    let (phase, who) = (padded(phase, w_phase), padded(who, w_who));
    let line = format!(
        "{mark} {id:w_id$}  {phase}  {exit:>w_exit$}  {since:w_since$}  {ago:>w_ago$}  {who}  {command}"
    );
    line.trim_end().to_owned()
}

fn cells(task: &ListedTask, id: usize, at: Timestamp, style: &ListStyle) -> [String; 7] {
    let created = task
        .created_at
        .and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let since = created.map(|created| {
        let zoned = created.to_zoned(style.zone.clone());
        zoned.strftime("%m-%d %H:%M").to_string()
    });
    let ago = created.map(|created| measured(at.as_millisecond() - created.as_millisecond()));
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        begin(&task.task_id, id).to_owned(),
        in_one_line(&task.phase),
        or_dash(task.exit_code.map(|code| code.to_string())),
        or_dash(since),
        or_dash(ago),
        or_dash(task.who.as_deref().map(in_one_line)),
        in_one_line(&task.command.join(" ")),
    ]
}

/// Why it stops or stopped, in full; of a success there is nothing to say.
fn reasons(task: &ListedTask) -> Vec<String> {
    let code = task.stop_code.as_deref();
    let done = task.exit_code == Some(0) && code == Some(USUAL_END);
    let of_task = match (code, task.stopped_reason.as_deref()) {
        _ if done => None,
        (Some(code), Some(reason)) => Some(format!("{code}: {reason}")),
        (code, reason) => code.or(reason).map(str::to_owned),
    };
    let of_task = match of_task {
        Some(reason) if task.is_told_to_stop() => Some(format!("told to stop: {reason}")),
        None if task.is_told_to_stop() => Some("told to stop".to_owned()),
        other => other,
    };
    let of_containers = task.containers.iter().filter_map(|container| {
        let reason = container.reason.as_ref()?;
        Some(format!("container `{}`: {reason}", container.name))
    });
    let all = of_task.into_iter().chain(of_containers);
    all.map(|reason| shown(&reason)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::ListedContainer;

    const NOW: i64 = 1_767_225_600_000;

    fn task(id: &str, phase: &str, alive: bool) -> ListedTask {
        ListedTask {
            task_id: id.repeat(4),
            phase: phase.into(),
            alive,
            who: Some("ana@laptop".into()),
            command: vec!["migrate".into()],
            created_at: Some(NOW - 185_000),
            ..ListedTask::default()
        }
    }

    fn listing() -> Listing {
        let failed = ListedTask {
            exit_code: Some(1),
            stop_code: Some(USUAL_END.into()),
            stopped_reason: Some("Essential container in task exited".into()),
            command: vec!["reencrypt".into(), "--url".into(), "a://b:secret@c".into()],
            containers: vec![ListedContainer {
                name: "admin".into(),
                reason: Some("OutOfMemoryError: killed\u{1b}[2J\nby the kernel".into()),
                ..ListedContainer::default()
            }],
            ..task("9a8b7c6d", "STOPPED", false)
        };
        let done = ListedTask {
            exit_code: Some(0),
            stop_code: Some(USUAL_END.into()),
            stopped_reason: Some("Essential container in task exited".into()),
            who: None,
            created_at: None,
            command: vec!["a\nb".into()],
            ..task("9a8b7c6e", "STOPPED", false)
        };
        let told = ListedTask {
            desired_status: Some("STOPPED".into()),
            stop_code: Some("UserInitiated".into()),
            stopped_reason: Some("enough".into()),
            ..task("0f1e2d3c", "RUNNING", true)
        };
        Listing {
            family: "everruns-admin".into(),
            cluster: "everruns".into(),
            region: "us-east-1".into(),
            tasks: vec![failed, done, told, task("0f1e2d4c", "PROVISIONING", true)],
        }
    }

    fn shown_in(width: Option<usize>) -> String {
        let style = ListStyle {
            zone: TimeZone::UTC,
            width,
        };
        let at = Timestamp::from_millisecond(NOW).expect("sound");
        table(&listing(), at, &style).join("\n")
    }

    #[test]
    fn in_a_narrow_terminal() {
        assert_eq!(
            shown_in(Some(100)),
            "  TASK      PHASE         EXIT  SINCE (UTC)    AGO  WHO         COMMAND
  9a8b7c6d  STOPPED          1  12-31 23:56  3m 5s  ana@laptop  reencrypt --url a://b:***@c
            EssentialContainerExited: Essential container in task exited
            container `admin`: OutOfMemoryError: killed^[[2J
            by the kernel
  9a8b7c6e  STOPPED          0  -                -  -           a\\nb
> 0f1e2d3c  RUNNING          -  12-31 23:56  3m 5s  ana@laptop  migrate
            told to stop: UserInitiated: enough
> 0f1e2d4c  PROVISIONING     -  12-31 23:56  3m 5s  ana@laptop  migrate"
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let wide = ListedTask {
            who: Some("表@机".into()),
            ..task("0f1e2d3c", "RUNNING", true)
        };
        let listing = Listing {
            tasks: vec![wide, task("0f1e2d4c", "RUNNING", true)],
            ..listing()
        };
        let style = ListStyle {
            zone: TimeZone::UTC,
            width: Some(80),
        };
        let at = Timestamp::from_millisecond(NOW).expect("sound");
        let columns_of_command = table(&listing, at, &style)[1..]
            .iter()
            .map(|line| {
                line.split_once("migrate")
                    .map(|(before, _)| columns(before))
            })
            .collect::<Vec<_>>();
        assert_eq!(columns_of_command, [Some(59); 2]);
    }

    #[test]
    fn ids_are_whole_where_there_is_room() {
        let id = "0f1e2d4c".repeat(4);
        assert!(shown_in(None).contains(&id));
        assert!(shown_in(Some(120)).contains(&id));
        assert!(!shown_in(Some(80)).contains(&id));
    }

    #[test]
    fn short_ids_tell_tasks_apart() {
        let of = |ids: &[&str]| {
            let tasks: Vec<_> = ids.iter().map(|id| task(id, "RUNNING", true)).collect();
            unambiguous(&tasks)
        };
        assert_eq!(of(&["0f1e2d3c", "0f1e2d3d"]), 8);
        assert_eq!(of(&["0f1e2d3c4", "0f1e2d3c5"]), 9);
        assert_eq!(of(&[]), 8);
        assert_eq!(of(&["same", "same"]), 64);
    }
}
