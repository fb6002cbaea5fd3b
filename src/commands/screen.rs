//! The terminal that stderr leads to.

use std::io::{IsTerminal as _, stderr, stdout};
use std::panic;

use super::form::can_redraw;
use super::gather::variable;
use super::output::Progress;
use crate::report::{Live, Screen};

/// Where a terminal does not say how large it is.
const USUAL: (u16, u16) = (80, 24);

/// Whether stderr is a terminal on which a status can be drawn. Where stdout is a pipe, its reader
/// (`tee`, a pager) may write on the same terminal at any time, and over the status.
pub(super) fn can_be_drawn_on() -> bool {
    stderr().is_terminal() && can_redraw(variable) && !stdout_is_a_pipe()
}

#[cfg(unix)]
fn stdout_is_a_pipe() -> bool {
    use std::fs::File;
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;

    let stdout = stdout().as_fd().try_clone_to_owned();
    let kind = stdout.and_then(|stdout| Ok(File::from(stdout).metadata()?.file_type()));
    // Whatever is closed is no pipe.
    kind.is_ok_and(|kind| kind.is_fifo() || kind.is_socket())
}

#[cfg(not(unix))]
fn stdout_is_a_pipe() -> bool {
    !stdout().is_terminal()
}

/// Its columns and rows.
pub(super) fn size() -> (u16, u16) {
    let size = terminal_size::terminal_size_of(stderr());
    let size = size.map(|(columns, rows)| (columns.0, rows.0));
    size.filter(|(columns, rows)| *columns > 0 && *rows > 0)
        .unwrap_or(USUAL)
}

/// It, for a status that begins with this.
pub(super) fn of_stderr(progress: Progress, opening: (&'static str, &'static str)) -> Screen {
    Screen {
        size: Box::new(size),
        is_idle: Box::new(move || progress.is_idle()),
        is_ours: Box::new(is_in_foreground),
        opening,
    }
}

/// A process in the background draws nothing: somebody types in the foreground.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    // A terminal of another session has no foreground for this one.
    rustix::termios::tcgetpgrp(stderr())
        .ok()
        .is_none_or(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}

/// Whether the locale's characters are more than ASCII.
pub(super) fn shows_utf8() -> bool {
    is_utf8(variable)
}

fn is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let mut names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let locale = names.find_map(|name| variable(name).filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// A panic is told where the status was, and nothing of it stays.
pub(super) fn clear_in_a_panic(live: Live) {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        live.give_up();
        tell(panic);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_locale_shows() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("LANG", "C")], false),
            (&[("LANG", "en_US.UTF-8")], true),
            (&[("LC_ALL", ""), ("LANG", "C.utf8")], true),
            (&[("LC_ALL", "C"), ("LANG", "C.utf8")], false),
            (&[("LC_CTYPE", "de_DE@euro"), ("LANG", "C.utf8")], false),
        ] {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(is_utf8(variable), expected, "{variables:?}");
        }
    }
}
