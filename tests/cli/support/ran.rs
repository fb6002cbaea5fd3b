//! What a finished run left.

use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::ExitStatus;

use serde_json::Value;

use super::normal::normal;
use super::stream;

/// stdout, stderr and exit status, always shown together.
#[must_use]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// As a shell has it: 128 and the number of the signal that killed it.
    pub(crate) status: i32,
    folder: String,
}

impl Ran {
    pub(super) fn new(stdout: String, stderr: String, status: ExitStatus, folder: &Path) -> Self {
        let by_signal = || 128 + status.signal().unwrap_or_default();
        Self {
            stdout,
            stderr,
            status: status.code().unwrap_or_else(by_signal),
            folder: folder.display().to_string(),
        }
    }

    /// Holds each line of stdout to the schema of the event stream.
    #[track_caller]
    pub(super) fn keeps_the_schema(&self) {
        if let Some(fault) = stream::fault(&self.stdout) {
            panic!("the schema has no such event: {fault}\n{self}");
        }
    }

    /// Holds all three to what is wanted, with stand-ins for what differs from run to run.
    #[track_caller]
    pub(crate) fn is(&self, wanted: &str) {
        let is = normal(&self.to_string(), &self.folder);
        assert!(is == wanted, "WANTED\n{wanted}\nIS\n{is}");
    }

    /// Holds all three to what is wanted, as far as words go: spaces are not counted.
    #[track_caller]
    pub(crate) fn is_in_words(&self, wanted: &str) {
        let squeeze = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let is: Vec<_> = normal(&self.to_string(), &self.folder)
            .lines()
            .map(squeeze)
            .collect();
        let wanted: Vec<_> = wanted.lines().map(squeeze).collect();
        assert!(
            is == wanted,
            "WANTED\n{}\nIS\n{}",
            wanted.join("\n"),
            is.join("\n")
        );
    }

    /// Holds the exit status to what is wanted.
    #[track_caller]
    pub(crate) fn exits(&self, status: i32) -> &Self {
        assert!(
            self.status == status,
            "WANTED exit status {status}\nIS\n{self}"
        );
        self
    }

    /// Holds stdout to these lines.
    #[track_caller]
    pub(crate) fn prints<Line: AsRef<str>>(&self, lines: &[Line]) -> &Self {
        let is: Vec<_> = self.stdout.lines().collect();
        let wanted: Vec<_> = lines.iter().map(AsRef::as_ref).collect();
        if is != wanted {
            let same = is.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
            panic!(
                "line {} of stdout differs: {:?} wanted, {:?} is\n{} lines wanted, {} are\n{self}",
                same + 1,
                wanted.get(same),
                is.get(same),
                wanted.len(),
                is.len(),
            );
        }
        self
    }

    /// Whether stderr has each of these texts.
    #[track_caller]
    pub(crate) fn says(&self, texts: &[&str]) -> &Self {
        let stderr = normal(&self.stderr, &self.folder);
        for text in texts {
            assert!(
                stderr.contains(text),
                "WANTED on stderr\n{text}\nIS\n{self}"
            );
        }
        self
    }

    /// Whether stderr has this text nowhere.
    #[track_caller]
    pub(crate) fn does_not_say(&self, text: &str) -> &Self {
        assert!(
            !self.stderr.contains(text),
            "NOT WANTED on stderr\n{text}\nIS\n{self}"
        );
        self
    }

    /// stdout as events, each of which keeps the schema.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        self.keeps_the_schema();
        self.stdout
            .lines()
            .map(|line| match serde_json::from_str(line) {
                Ok(event @ Value::Object(_)) => event,
                other => panic!("no object: {other:?}: {line}\n{self}"),
            })
            .collect()
    }

    /// The last event, which must be `finished`.
    #[track_caller]
    pub(crate) fn finished(&self) -> Value {
        let mut events = self.events();
        let last = events.pop().unwrap_or_default();
        assert!(
            last["type"] == "finished",
            "the last event is no `finished`\n{self}"
        );
        last
    }
}

/// All three as one text; of a long stdout the beginning and the end.
impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 40;
        let lines: Vec<_> = self.stdout.split_inclusive('\n').collect();
        if let [first @ .., _] = lines.as_slice()
            && first.len() > 2 * SHOWN
        {
            let left_out = lines.len() - 2 * SHOWN;
            f.write_str(&lines[..SHOWN].concat())?;
            writeln!(f, "[{left_out} lines]")?;
            f.write_str(&lines[lines.len() - SHOWN..].concat())?;
        } else {
            f.write_str(&self.stdout)?;
        }
        write!(
            f,
            "--- stderr\n{}--- exit status {}\n",
            self.stderr, self.status
        )
    }
}
