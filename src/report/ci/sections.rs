//! A log in a section of its own, in systems that know no more than that.

use std::io::Write;

use jiff::Timestamp;

use super::about::About;
use super::{JobStyle, Marks};
use crate::model::event::{Event, EventKind, Finished, Sink};
use crate::report::Runner;
use crate::report::plain::Plain;

/// What a system takes for the begin and the end of a section.
pub trait Section {
    /// Who reads along.
    const RUNNER: Runner;

    /// Begins the section. The title is harmless, and on one line.
    fn open(&mut self, about: &Named<'_>, at: Timestamp) -> String;

    /// Ends it, before the verdict.
    fn close(&mut self, finished: Option<&Finished>, at: Timestamp) -> String;
}

/// What a section is called.
#[derive(Debug)]
pub struct Named<'a> {
    /// For people.
    pub title: &'a str,
    /// For programs: the task's id, if there is one.
    pub task_id: Option<&'a str>,
}

/// Plain lines, with the container's log in a section.
pub struct Sections<O: Write, E: Write, S: Section> {
    plain: Plain<O, E>,
    marks: Marks,
    about: About,
    section: S,
    is_open: bool,
}

impl<O: Write, E: Write, S: Section> Sections<O, E, S> {
    pub(super) fn of(out: O, err: E, mut style: JobStyle, section: S) -> Self {
        style.plain.runner = S::RUNNER;
        Self {
            about: About::new(&style),
            marks: style.marks,
            plain: Plain::new(out, err, style.plain),
            section,
            is_open: false,
        }
    }

    fn open(&mut self, container: &str, at: Timestamp) {
        if self.is_open || !self.marks.are_on_stdout() {
            return;
        }
        let named = Named {
            title: &self.about.title(container),
            task_id: self.about.started.as_ref().map(|it| it.task_id.as_str()),
        };
        let mark = self.section.open(&named, at);
        self.plain.mark(&mark);
        self.is_open = true;
    }

    fn close(&mut self, finished: Option<&Finished>, at: Timestamp) {
        if self.is_open {
            let mark = self.section.close(finished, at);
            self.plain.mark(&mark);
            self.is_open = false;
        }
    }
}

impl<O: Write, E: Write, S: Section> Sink for Sections<O, E, S> {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Started(started) => self.about.started = Some((**started).clone()),
            EventKind::Log(line) if line.deciding => self.open(&line.container, event.at),
            EventKind::Plan(_) | EventKind::Recovery(_) | EventKind::Reviewed(_) => {
                self.close(None, event.at);
            }
            EventKind::Finished(finished) => {
                self.close(Some(finished), event.at);
                self.plain.flush();
            }
            _ => {}
        }
        self.plain.event(event);
    }

    fn flush(&mut self) {
        self.plain.flush();
    }

    fn is_closed(&self) -> bool {
        self.plain.is_closed()
    }
}

/// However the run ended, what comes after it stands in no section of ours.
impl<O: Write, E: Write, S: Section> Drop for Sections<O, E, S> {
    fn drop(&mut self) {
        if self.is_open {
            self.close(None, Timestamp::now());
            self.plain.flush();
        }
    }
}
