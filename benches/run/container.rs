//! What runs in the containers: this program again, with a script of its own.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The first word of a container's program; the script follows.
pub(crate) const WORD: &str = "--container";

/// The script, if this process is to be a container.
pub(crate) fn script(words: &[String]) -> Option<&[String]> {
    let (first, script) = words.split_first()?;
    (first == WORD).then_some(script)
}

/// Carries out, one after the other:
/// - `pause MS`
/// - `stamps COUNT EVERY_MS`: lines that say when they were written
/// - `numbers COUNT AT_ONCE EVERY_MS`: lines that count up from 1
pub(crate) fn carry_out(script: &[String]) -> ExitCode {
    match steps(script, &mut BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn steps(script: &[String], output: &mut impl Write) -> io::Result<()> {
    let mut words = script.iter();
    let mut last = 0;
    while let Some(verb) = words.next() {
        let mut number = || -> io::Result<u64> {
            let word = words.next().ok_or(io::ErrorKind::UnexpectedEof)?;
            word.parse().map_err(io::Error::other)
        };
        match verb.as_str() {
            "pause" => sleep(Duration::from_millis(number()?)),
            "stamps" => stamps(number()?, number()?, output)?,
            "numbers" => {
                let first = last + 1;
                last += number()?;
                numbers(first..=last, number()?, number()?, output)?;
            }
            _ => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    Ok(())
}

fn stamps(count: u64, every_ms: u64, output: &mut impl Write) -> io::Result<()> {
    for _ in 0..count {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        writeln!(output, "{}", since_epoch.unwrap_or_default().as_micros())?;
        output.flush()?;
        sleep(Duration::from_millis(every_ms));
    }
    Ok(())
}

fn numbers(
    numbers: impl Iterator<Item = u64>,
    at_once: u64,
    every_ms: u64,
    output: &mut impl Write,
) -> io::Result<()> {
    for number in numbers {
        writeln!(output, "{number}")?;
        if number % at_once == 0 {
            output.flush()?;
            sleep(Duration::from_millis(every_ms));
        }
    }
    output.flush()
}
