//! What a job of a CI system is like: where stdout goes, and which files the system reads.

use std::fs::File;
use std::io::{IsTerminal as _, stdout};
use std::os::fd::AsFd as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::PathBuf;

use super::gather::variable;
use crate::report::PlainStyle;
use crate::report::ci::{JobStyle, Marks};
use crate::settings::Output;

/// How a job's output looks. `output`: what was asked for.
pub(super) fn style(
    output: Output,
    plain: PlainStyle,
    environment: Option<String>,
    command: &[String],
) -> JobStyle {
    let marks = marks(output, is_read());
    JobStyle {
        plain: PlainStyle {
            // The pages of these systems show colours; a file that keeps the log need not.
            colours: marks == Marks::Read && !anstyle_query::no_color(),
            ..plain
        },
        marks,
        environment,
        command: command.to_vec(),
        summary: file("GITHUB_STEP_SUMMARY"),
        outputs: file("GITHUB_OUTPUT"),
    }
}

fn marks(output: Output, is_read: bool) -> Marks {
    match (output, is_read) {
        (_, true) => Marks::Read,
        (Output::Auto, false) => Marks::OnStderr,
        (_, false) => Marks::AskedFor,
    }
}

/// Whether a CI system may read stdout: it gives a job a pipe or a terminal. `> status.txt` and
/// `> /dev/null` are read by nobody.
fn is_read() -> bool {
    if stdout().is_terminal() {
        return true;
    }
    let kind = stdout().as_fd().try_clone_to_owned().and_then(|stdout| {
        let kind = File::from(stdout).metadata()?.file_type();
        Ok(kind.is_fifo() || kind.is_socket())
    });
    kind.unwrap_or_default()
}

fn file(name: &str) -> Option<PathBuf> {
    let path = variable(name).filter(|path| !path.is_empty())?;
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_clean_unless_marks_were_asked_for() {
        for (output, is_read, expected) in [
            (Output::Auto, true, Marks::Read),
            (Output::Auto, false, Marks::OnStderr),
            (Output::Github, true, Marks::Read),
            (Output::Github, false, Marks::AskedFor),
        ] {
            assert_eq!(marks(output, is_read), expected);
        }
    }
}
