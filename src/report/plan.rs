//! The state of a database's migrations, as a page for people.

use super::paragraph::entry;
use super::plain::PlainStyle;
use super::shown;
use super::voice::Tone;
use crate::model::migration::{Migration, State};
use crate::model::plan::{DryRun, Look, Plan};

/// The width of the longest state.
const ROOM: usize = "half-applied".len();

/// The installed migrations folded to a line, what is wrong, and what is pending in its order; then
/// what else was told.
pub(super) fn page(plan: &Plan, style: &PlainStyle) -> Vec<String> {
    let page = Page {
        width: style.lists.width,
        colours: style.colours,
    };
    let mut lines = page.installed(plan);
    lines.extend(plan.wrong().flat_map(|it| page.migration(it)));
    lines.extend(plan.pending().flat_map(|it| page.migration(it)));
    if let DryRun::None { why } = &plan.dry_run {
        lines.extend(page.entry(
            ("no dry run", Tone::Warning),
            &format!("{why}: the status alone counts"),
        ));
    }
    for note in &plan.notes {
        lines.extend(page.entry(("note", Tone::Warning), note));
    }
    if !plan.other_lines.is_empty() {
        lines.push("the container also wrote:".to_owned());
        let others = plan.other_lines.iter();
        lines.extend(others.map(|line| format!("  {}", shown(line))));
    }
    lines
}

/// How many there are of each state, in one line.
pub(super) fn count(plan: &Plan) -> String {
    let counts = STATES.iter().filter_map(|state| match plan.count(*state) {
        0 => None,
        count => Some(format!("{count} {}", state.word())),
    });
    let counts: Vec<_> = counts.collect();
    if counts.is_empty() {
        return "no migration".to_owned();
    }
    counts.join(", ")
}

/// The same, as it is told beside the page.
pub(super) fn told(plan: &Plan) -> String {
    let what = match plan.look {
        Look::Only | Look::Before => "migrations",
        Look::After => "migrations now",
    };
    let end = match plan.dry_run {
        _ if !plan.clean => "",
        DryRun::None { .. } => "; nothing is to be done, as far as the status tells",
        _ => "; nothing is to be done",
    };
    format!("{what}: {}{end}", count(plan))
}

/// Every state, the best first.
const STATES: [State; 6] = [
    State::Installed,
    State::Pending,
    State::OutOfOrder,
    State::Modified,
    State::Missing,
    State::HalfApplied,
];

/// What a state means, where its word does not say it all.
pub(super) fn meaning(state: State) -> Option<&'static str> {
    match state {
        State::Installed | State::Pending => None,
        State::OutOfOrder => {
            Some("it is older than one that is installed, and is applied all the same")
        }
        State::Modified => Some(
            "its file was edited after it had been applied; migrate applies nothing until that is put right",
        ),
        State::Missing => Some(
            "it is applied, and the image has no file of it; migrate applies nothing until that is put right",
        ),
        State::HalfApplied => Some(
            "it was begun and not ended, though migrate-info shows it as installed; migrate applies nothing until that is put right",
        ),
    }
}

pub(super) fn tone(state: State) -> Tone {
    match state {
        State::Installed => Tone::Good,
        State::Pending => Tone::Strong,
        State::OutOfOrder => Tone::Warning,
        State::Modified | State::Missing | State::HalfApplied => Tone::Bad,
    }
}

struct Page {
    width: Option<usize>,
    colours: bool,
}

impl Page {
    fn installed(&self, plan: &Plan) -> Vec<String> {
        let installed = || {
            let all = plan.migrations.iter();
            all.filter(|it| it.state == State::Installed)
        };
        let (Some(first), Some(last)) = (installed().next(), installed().next_back()) else {
            return Vec::new();
        };
        let text = match installed().count() {
            1 => first.name(),
            count => format!("{count}: {} to {}", first.name(), last.name()),
        };
        self.entry((State::Installed.word(), tone(State::Installed)), &text)
    }

    fn migration(&self, migration: &Migration) -> Vec<String> {
        let text = match meaning(migration.state) {
            Some(meaning) => format!("{}: {meaning}", migration.name()),
            None => migration.name(),
        };
        self.entry((migration.state.word(), tone(migration.state)), &text)
    }

    /// A word in its tone, and what goes with it.
    fn entry(&self, word: (&str, Tone), text: &str) -> Vec<String> {
        entry(word, text, ROOM, self.width, self.colours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ListStyle, Runner, Verbosity};
    use jiff::tz::TimeZone;

    fn style(width: Option<usize>, colours: bool) -> PlainStyle {
        PlainStyle {
            colours,
            runner: Runner::Nobody,
            verbosity: Verbosity::Progress,
            timestamps: None,
            lists: ListStyle {
                zone: TimeZone::UTC,
                width,
            },
        }
    }

    fn plan() -> Plan {
        let migration = |version, state, description: Option<&str>| Migration {
            description: description.map(str::to_owned),
            ..Migration::new(version, state)
        };
        Plan {
            look: Look::Only,
            migrations: vec![
                migration(1, State::Installed, Some("a")),
                migration(2, State::Modified, Some("b\u{1b}[2J")),
                migration(3, State::OutOfOrder, Some("c")),
                migration(4, State::Installed, Some("d")),
                migration(5, State::Pending, None),
            ],
            dry_run: DryRun::None { why: "none".into() },
            notes: vec!["look again".into()],
            other_lines: vec!["chatter\u{7}".into()],
            consistent: true,
            clean: false,
        }
    }

    #[test]
    fn a_page() {
        assert_eq!(
            page(&plan(), &style(Some(60), false)),
            [
                "installed     2: 1 a to 4 d",
                "modified      2 b^[[2J: its file was edited after it had",
                "              been applied; migrate applies nothing until",
                "              that is put right",
                "out-of-order  3 c: it is older than one that is installed,",
                "              and is applied all the same",
                "pending       5",
                "no dry run    none: the status alone counts",
                "note          look again",
                "the container also wrote:",
                "  chatter^G",
            ]
        );
        assert_eq!(
            count(&plan()),
            "2 installed, 1 pending, 1 out-of-order, 1 modified"
        );
    }

    #[test]
    fn a_state_has_its_colour() {
        let lines = page(&plan(), &style(None, true));
        assert!(lines[1].starts_with("\u{1b}["), "{lines:?}");
        assert!(lines[1].contains("modified\u{1b}[0m      2 b"), "{lines:?}");
    }
}
