//! What somebody at a terminal sees: a live status below the lines, and a verdict at the end.

use std::io::Write;

use self::above::Above;
use self::labels::Labels;
pub use self::live::Live;
use self::live::Reason;
pub use self::screen::Screen;
use self::shared::Shared;
use super::plain::{Plain, PlainStyle, Verbosity};
use super::words;
use crate::model::event::{Event, EventKind, Finished, LogLine, Question, Sink, Started};
use crate::model::outcome::Outcome;

mod above;
mod bars;
mod canvas;
mod labels;
mod live;
mod screen;
mod shared;
mod status;
mod verdict;

/// How the screen looks.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the reader's surroundings, and they are independent"
)]
pub struct HumanStyle {
    /// How the lines look.
    pub lines: PlainStyle,
    /// Whether stderr shows colours.
    pub colours: bool,
    /// Whether stdout is a terminal as well: the lines of several containers stand together there.
    pub together: bool,
    /// Whether more than ASCII can be shown.
    pub utf8: bool,
    /// The columns of stderr.
    pub width: usize,
    /// Whether a record of the run is kept.
    pub recorded: bool,
}

/// Writes events for somebody at a terminal.
///
/// stdout holds what [`Plain`] prints there. stderr holds the status while the run goes on, the
/// warnings, and the verdict. Without a screen nothing is ever redrawn: phases are lines.
pub struct Human<O: Write, E: Write> {
    plain: Plain<O, Above<E>>,
    style: HumanStyle,
    live: Option<Live>,
    labels: Labels,
}

impl<O: Write, E: Write + Send + 'static> Human<O, E> {
    /// Writes to `out` and `err`, and draws on `screen`, which is what `err` leads to.
    pub fn new(out: O, err: E, style: HumanStyle, screen: Option<Screen>) -> Self {
        let err = Shared::new(err);
        // Whoever wants warnings alone wants no status.
        let wanted = style.lines.verbosity >= Verbosity::Progress;
        let screen = screen.filter(|_| wanted);
        let live = screen.map(|screen| Live::new(err.clone(), screen, style.colours));
        let above = Above {
            err,
            live: live.clone(),
        };
        let mut plain = Plain::new(out, above, style.lines.clone());
        plain.voice.toned = style.colours;
        Self {
            plain,
            style,
            live,
            labels: Labels::default(),
        }
    }

    /// The status, for whoever has to take it off the screen.
    #[must_use]
    pub fn live(&self) -> Option<Live> {
        self.live.clone()
    }
}

impl<O: Write, E: Write> Human<O, E> {
    /// Takes the status off until the next flush: something is to be printed on stdout, and that
    /// is the terminal too. What is said on stderr makes room for itself.
    fn make_room(&self) {
        if let Some(live) = self.live.as_ref().filter(|_| self.style.together) {
            live.hide(Reason::Writing);
        }
    }

    fn log(&mut self, line: &LogLine) {
        self.make_room();
        let label = self.labels.of(&line.container);
        self.plain.log(line, label);
    }

    fn started(&mut self, started: &Started) {
        self.plain.tell(&words::started(started));
        if self.style.together && started.containers.len() > 1 {
            self.labels = Labels::new(&started.containers, self.style.lines.colours);
        }
        self.plain.started = Some(started.clone());
    }

    fn finished(&mut self, event: &Event, finished: &Finished) {
        if let Some(live) = &self.live {
            live.leave();
        }
        let is_left = finished.outcome == Outcome::Detached;
        let Some(started) = self.plain.started.take().filter(|_| !is_left) else {
            return self.plain.event(event);
        };
        let ended = verdict::Ended {
            finished,
            started: &started,
            said: &self.plain.said,
        };
        let width = self.live.as_ref().map_or(self.style.width, Live::width);
        for (tone, line) in ended.lines(&self.style, width) {
            self.plain.voice.say_in(tone, &line);
        }
    }
}

impl<O: Write, E: Write> Sink for Human<O, E> {
    fn event(&mut self, event: &Event) {
        if let Some(live) = &self.live {
            live.note(&event.kind);
        }
        match &event.kind {
            EventKind::Started(started) => self.started(started),
            EventKind::Log(line) => self.log(line),
            EventKind::Phase(_) | EventKind::Waiting(_) if self.live.is_some() => {}
            EventKind::Finished(finished) => self.finished(event, finished),
            EventKind::Question(question) => {
                let Some(live) = &self.live else {
                    return self.plain.event(event);
                };
                // Nothing is drawn over what is typed.
                live.hide(Reason::Question);
                self.plain.event(event);
                if !matches!(question, Question::Put(_)) {
                    live.show(Reason::Question);
                }
            }
            EventKind::Tasks(_)
            | EventKind::Checks(_)
            | EventKind::Plan(_)
            | EventKind::Recovery(_)
            | EventKind::Reviewed(_) => {
                self.make_room();
                self.plain.event(event);
            }
            EventKind::Phase(_)
            | EventKind::Waiting(_)
            | EventKind::Warning(_)
            | EventKind::Check(_)
            | EventKind::Review(_)
            | EventKind::Call(_) => self.plain.event(event),
        }
    }

    fn flush(&mut self) {
        self.plain.flush();
        if let Some(live) = &self.live {
            live.show(Reason::Writing);
        }
    }

    fn is_closed(&self) -> bool {
        self.plain.is_closed()
    }
}

/// Whatever ends a run, no status stays behind.
impl<O: Write, E: Write> Drop for Human<O, E> {
    fn drop(&mut self) {
        if let Some(live) = &self.live {
            live.leave();
        }
    }
}

#[cfg(test)]
mod tests;
