//! Who sits at the terminal, and answers there.

use std::io::{BufRead as _, IsTerminal as _, stderr, stdin};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::ports::{Choice, Person};

/// Whether somebody can read a question and answer it.
pub(super) fn is_there() -> bool {
    has_terminal() && is_in_foreground()
}

/// Whether this process has a terminal to ask at, now or once it comes to the foreground.
pub(super) fn has_terminal() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Whether the terminal's keyboard is this process's: a background process that reads from it is
/// stopped by the system.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    rustix::termios::tcgetpgrp(stdin()).is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}

/// What was typed before a question is no answer to it.
pub(super) fn forget_what_was_typed() {
    #[cfg(unix)]
    if stdin().is_terminal() {
        // Where it cannot be forgotten, it stands on the screen before the question.
        let _ = rustix::termios::tcflush(stdin(), rustix::termios::QueueSelector::IFlush);
    }
}

/// The person at the terminal, if there is one.
pub(super) fn at_the_terminal() -> Option<Arc<dyn Person>> {
    // Whether it can ask is seen when it has to: it may come to the foreground later.
    has_terminal().then(|| Arc::new(Typing::default()) as Arc<dyn Person>)
}

/// Lines that are typed, read by a thread of their own from the first question on: signals are
/// still heard, and a question that is withdrawn leaves no second reader behind.
#[derive(Default)]
struct Typing {
    lines: Mutex<Option<UnboundedReceiver<String>>>,
}

#[async_trait]
impl Person for Typing {
    async fn choose(&self) -> Option<Choice> {
        if !is_in_foreground() {
            return None;
        }
        let mut lines = self.lines.lock().await;
        let lines = lines.get_or_insert_with(read_lines);
        // What was typed before the question is no answer to it.
        while lines.try_recv().is_ok() {}
        loop {
            if let Some(choice) = choice(&lines.recv().await?) {
                return Some(choice);
            }
        }
    }
}

fn read_lines() -> UnboundedReceiver<String> {
    let (sender, lines) = unbounded_channel();
    std::thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// What a line says; nothing else counts as an answer.
fn choice(line: &str) -> Option<Choice> {
    match line.trim().to_ascii_lowercase().as_str() {
        "s" | "stop" => Some(Choice::Stop),
        "d" | "detach" => Some(Choice::Detach),
        "g" | "go" | "go on" => Some(Choice::GoOn),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        for (line, expected) in [
            ("s", Some(Choice::Stop)),
            (" Detach ", Some(Choice::Detach)),
            ("g", Some(Choice::GoOn)),
            ("", None),
            ("yes", None),
            ("ss", None),
        ] {
            assert_eq!(choice(line), expected, "{line}");
        }
    }
}
