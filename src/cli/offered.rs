//! Options that take one of a few words.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

/// The words that an option takes, for the help and for shells. It lets every word pass: what is
/// wrong with one is said where the same setting is read from a variable or a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offered(&'static [(&'static str, &'static str)]);

/// Forms of the output.
pub(super) const OUTPUT: Offered = Offered(&[
    ("auto", "what suits whoever reads"),
    ("human", "a live status for somebody at a terminal"),
    ("plain", "lines for pipes and files"),
    ("json", "one object a line: see `run-admin-task schema`"),
    ("github", "for a job of GitHub Actions"),
    ("gitlab", "for a job of GitLab CI"),
    ("buildkite", "for a job of Buildkite"),
]);

/// What becomes of a task that is left.
pub(super) const LEAVE: Offered = Offered(&[
    ("stop", "the task is told to stop, and followed to its end"),
    ("detach", "the task is left running"),
]);

/// Time zones of log lines.
pub(super) const ZONE: Offered =
    Offered(&[("utc", "the usual one"), ("local", "this machine's own")]);

/// On or off.
pub(super) const SWITCH: Offered = Offered(&[("true", ""), ("false", "")]);

/// Where ECS runs a task.
pub(super) const LAUNCH_TYPE: Offered = Offered(&[("FARGATE", ""), ("EC2", ""), ("EXTERNAL", "")]);

impl TypedValueParser for Offered {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        option: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, option, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |(word, meaning): &(&'static str, &'static str)| match *meaning {
            "" => PossibleValue::new(*word),
            meaning => PossibleValue::new(*word).help(meaning),
        };
        Some(Box::new(self.0.iter().map(value)))
    }
}
