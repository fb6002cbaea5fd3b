//! Which container wrote a line, where the lines of several stand together.

use anstyle::{AnsiColor, Style};

use crate::report::columns::{columns, padded};
use crate::report::in_one_line;
use crate::report::voice::painted;

/// Told apart at a glance, on dark and on light ground; red and yellow mean something else.
const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::Green,
    AnsiColor::BrightCyan,
    AnsiColor::BrightMagenta,
];

/// What stands before each container's lines.
#[derive(Debug, Default)]
pub(super) struct Labels {
    of: Vec<(String, String)>,
}

impl Labels {
    /// For these containers, in the definition's order: each keeps its colour from run to run.
    pub(super) fn new(containers: &[String], colours: bool) -> Self {
        let names: Vec<_> = containers.iter().map(|name| in_one_line(name)).collect();
        let width = names.iter().map(|name| columns(name)).max().unwrap_or(0);
        let colour = COLOURS.iter().cycle();
        let labels = names.iter().zip(colour).map(|(name, colour)| {
            let style = Style::new().fg_color(Some((*colour).into()));
            painted(style, &format!("{} | ", padded(name, width)), colours)
        });
        Self {
            of: containers.iter().cloned().zip(labels).collect(),
        }
    }

    /// What stands before this container's lines, if anything does.
    pub(super) fn of(&self, container: &str) -> Option<&str> {
        let (_, label) = self.of.iter().find(|(name, _)| name == container)?;
        Some(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_one_width_and_keep_their_colours() {
        let names = ["admin", "表", "a\u{1b}[2J"].map(str::to_owned);
        let labels = Labels::new(&names, false);
        assert_eq!(labels.of("admin"), Some("admin  | "));
        assert_eq!(labels.of("表"), Some("表     | "));
        assert_eq!(labels.of("a\u{1b}[2J"), Some("a^[[2J | "));
        assert_eq!(labels.of("other"), None);
        let labels = Labels::new(&names, true);
        assert_eq!(labels.of("表"), Some("\u{1b}[35m表     | \u{1b}[0m"));
    }
}
