//! What is said on stderr and printed on stdout, in one order and made harmless.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::harmless::harmless;
use super::mask::mask;
use super::runner::Runner;
use super::words::lost_output;

/// How something is said, where there are colours. Words alone must tell it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it comes.
    Usual,
    /// All is well.
    Good,
    /// Something needs a look.
    Warning,
    /// Something failed.
    Bad,
    /// For whoever wants to know more.
    Aside,
    /// What matters most in a line.
    Strong,
}

impl Tone {
    fn style(self) -> Style {
        let style = Style::new();
        match self {
            Self::Usual => style,
            Self::Good => style.fg_color(Some(AnsiColor::Green.into())).bold(),
            Self::Warning => style.fg_color(Some(AnsiColor::Yellow.into())),
            Self::Bad => style.fg_color(Some(AnsiColor::Red.into())).bold(),
            Self::Aside => style.dimmed(),
            Self::Strong => style.bold(),
        }
    }

    /// The text in this tone, if there are colours.
    pub(super) fn of(self, text: &str, colours: bool) -> String {
        painted(self.style(), text, colours)
    }
}

/// The text in this style, if there are colours.
pub(super) fn painted(style: Style, text: &str, colours: bool) -> String {
    if !colours || style.is_plain() || text.is_empty() {
        return text.to_owned();
    }
    format!("{style}{text}{style:#}")
}

/// Two writers, and who reads them.
pub(super) struct Voice<O, E> {
    out: O,
    err: E,
    /// Who reads along.
    runner: Runner,
    /// Until this is printed, the runner obeys nothing in stdout.
    pub(super) stopped_until: Option<String>,
    /// Whether what is said on stderr has its tone.
    pub(super) toned: bool,
    /// Nobody reads stdout any longer: printing ends, the run does not.
    out_closed: bool,
    /// Whether stderr has lines that are not handed on yet.
    err_waits: bool,
}

impl<O: Write, E: Write> Voice<O, E> {
    pub(super) fn new(out: O, err: E, runner: Runner) -> Self {
        Self {
            out,
            err,
            runner,
            stopped_until: None,
            toned: false,
            out_closed: false,
            err_waits: false,
        }
    }

    /// Whether nobody reads stdout any longer.
    pub(super) fn is_closed(&self) -> bool {
        self.out_closed
    }

    /// Prints a line on stdout, which was made fit for its reader. It waits for a flush.
    pub(super) fn print(&mut self, line: fmt::Arguments<'_>) {
        if self.err_waits {
            self.flush_err();
        }
        if !self.out_closed {
            let written = writeln!(self.out, "{line}");
            self.note_output(written);
        }
    }

    /// The same on stderr.
    pub(super) fn print_aside(&mut self, line: fmt::Arguments<'_>) {
        self.flush_out();
        self.err_waits = true;
        // Nobody can be told that stderr is closed.
        let _ = writeln!(self.err, "{line}");
    }

    /// Says something on stderr, after the lines that came before it.
    pub(super) fn say(&mut self, text: &str) {
        self.say_in(Tone::Usual, text);
    }

    /// The same, its first line in a tone: what follows is the small print.
    pub(super) fn say_in(&mut self, tone: Tone, text: &str) {
        self.flush_out();
        let text = mask(text);
        let text = harmless(&text);
        let text = self.unobeyed(&text);
        let end = text.find('\n').unwrap_or(text.len());
        let _ = writeln!(
            self.err,
            "{}{}",
            tone.of(&text[..end], self.toned),
            &text[end..]
        );
        self.flush_err();
    }

    /// Puts a question: the answer is typed behind it.
    pub(super) fn ask(&mut self, text: &str) {
        self.flush_out();
        let text = mask(text);
        let text = harmless(&text);
        let _ = write!(self.err, "{}", self.unobeyed(&text));
        self.flush_err();
    }

    /// The text, which is harmless to a terminal, with nothing that a runner obeys.
    pub(super) fn unobeyed<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.runner.unobeyed(text)
    }

    /// The same for the container's lines on stdout, where the runner may obey nothing for a while.
    pub(super) fn unobeyed_in_log<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let stopped_until = self.stopped_until.as_deref();
        self.runner.unobeyed_until(stopped_until, text)
    }

    /// Writes the marks of a CI system on stdout.
    pub(super) fn mark(&mut self, text: &str) {
        if !self.out_closed {
            let written = self.out.write_all(text.as_bytes());
            self.note_output(written);
        }
    }

    /// The same on stderr, after the lines that came before it.
    pub(super) fn mark_err(&mut self, text: &str) {
        self.flush_out();
        let _ = self.err.write_all(text.as_bytes());
        self.flush_err();
    }

    /// Hands on what was printed.
    pub(super) fn flush(&mut self) {
        if self.err_waits {
            self.flush_err();
        }
        self.flush_out();
    }

    fn flush_err(&mut self) {
        self.err_waits = false;
        let _ = self.err.flush();
    }

    fn flush_out(&mut self) {
        if !self.out_closed {
            let flushed = self.out.flush();
            self.note_output(flushed);
        }
    }

    fn note_output(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.out_closed = true;
            if let Some(text) = lost_output(&error) {
                self.say(&text);
            }
        }
    }
}
