//! The ways to put a migration right, as a page for people, and what goes with the SQL of one.

use super::in_one_line;
use super::paragraph::{broken, entry};
use super::plain::PlainStyle;
use super::plan::tone;
use super::voice::Tone;
use crate::model::recovery::{Offer, Recovery};

/// The width of the longest state.
const ROOM: usize = "half-applied".len();
/// Before what is to be typed.
const STEP: &str = "      -> ";

/// The SQL that was asked for, and the way that it belongs to.
pub(super) fn sql(found: &Recovery) -> Option<(&str, &Offer)> {
    match found.ways.as_slice() {
        [only] => Some((only.sql.as_deref()?, only)),
        _ => None,
    }
}

/// The state of the migration, then each way: whether it fits, what has to be true first, and what
/// is to be typed.
pub(super) fn page(found: &Recovery, style: &PlainStyle) -> Vec<String> {
    let page = Page {
        width: style.lists.width,
        colours: style.colours,
    };
    let (word, tone) = match found.state {
        Some(state) => (state.word(), tone(state)),
        None => ("unknown", Tone::Warning),
    };
    let name = match &found.description {
        Some(description) => format!("{} {description}", found.version),
        None => found.version.to_string(),
    };
    let text = match &found.meaning {
        Some(meaning) => format!("{name}: {meaning}"),
        None => name,
    };
    let mut lines = page.entry((word, tone), &text);
    lines.extend(found.ways.iter().flat_map(|offer| page.offer(offer)));
    lines
}

/// What somebody must know who gets the SQL of a way.
pub(super) fn words(offer: &Offer) -> Vec<String> {
    let mut words = vec![format!("first: {}", offer.first)];
    if let Some(gaps) = offer.gaps.filter(|gaps| *gaps > 0) {
        let gaps = match gaps {
            1 => "1 gap is".to_owned(),
            some => format!("{some} gaps are"),
        };
        words.push(format!(
            "{gaps} yours to fill: PostgreSQL refuses the migration until then"
        ));
    }
    if offer.way.changes_the_record() {
        words.push(format!(
            "to run it: {} > fix.sql && psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -f fix.sql",
            offer.command
        ));
    } else if offer.paths.is_empty() {
        words.push(format!("to write it: {} --write", offer.command));
    }
    let execute = offer.execute.iter();
    words.extend(execute.map(|command| format!("or in the admin container: {command}")));
    words.extend(offer.paths.iter().map(|path| format!("written: {path}")));
    words
}

struct Page {
    width: Option<usize>,
    colours: bool,
}

impl Page {
    fn offer(&self, offer: &Offer) -> Vec<String> {
        let (word, tone) = match offer.fits {
            Some(true) => ("fits", Tone::Good),
            Some(false) => ("no", Tone::Aside),
            None => ("perhaps", Tone::Warning),
        };
        let why = offer.why.as_deref().unwrap_or_default();
        let mut lines = self.entry((word, tone), &format!("{}: {why}", offer.way.word()));
        if offer.fits == Some(false) {
            return lines;
        }
        let indent = " ".repeat(ROOM + 2);
        let first = format!("first: {}", offer.first);
        lines.extend(broken(&first, &indent, &indent, self.width));
        let commands = [&offer.command].into_iter().chain(&offer.execute);
        lines.extend(commands.map(|command| format!("{STEP}{}", in_one_line(command))));
        lines
    }

    /// A word in its tone, and what goes with it.
    fn entry(&self, word: (&str, Tone), text: &str) -> Vec<String> {
        entry(word, text, ROOM, self.width, self.colours)
    }
}
