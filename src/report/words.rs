//! Words that people read.

use crate::model::event::Finished;
use crate::model::outcome::Outcome;
use crate::model::timings::Timings;

/// A duration: `0.4s`, `12.3s`, `2m 5s`, `1h 2m`.
#[must_use]
pub fn duration(millis: i64) -> String {
    let millis = millis.max(0);
    let seconds = millis / 1_000;
    match seconds {
        0..60 => format!("{seconds}.{}s", millis % 1_000 / 100),
        60..3_600 => format!("{}m {}s", seconds / 60, seconds % 60),
        _ => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// Where the time went, as far as it is known.
pub(super) fn timeline(timings: &Timings) -> String {
    let parts = [
        ("provisioning", timings.provisioning_ms),
        ("image pull", timings.pull_ms),
        ("pending", timings.pending_ms),
        ("running", timings.running_ms),
        ("stopping", timings.stopping_ms),
        ("in all", timings.total_ms),
    ];
    parts
        .iter()
        .filter_map(|(name, millis)| Some(format!("{name} {}", duration((*millis)?))))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What to say of an output that cannot be written, if anything: a reader that went away has
/// read enough.
pub(super) fn lost_output(error: &std::io::Error) -> Option<String> {
    (error.kind() != std::io::ErrorKind::BrokenPipe).then(|| {
        format!("warning: the output cannot be written, the rest of it is lost: {error}; the run goes on")
    })
}

/// How the run ended, in one sentence.
pub(super) fn verdict(finished: &Finished, deciding: &str) -> String {
    let exit_code = finished
        .containers
        .iter()
        .find(|container| container.name == deciding)
        .and_then(|container| container.exit_code);
    let ended = exit_code.map_or_else(
        || "ended without an exit code".to_owned(),
        |code| format!("exited {code}"),
    );
    match finished.outcome {
        Outcome::Succeeded => format!("succeeded: container `{deciding}` {ended}"),
        Outcome::ContainerFailed => format!("failed: container `{deciding}` {ended}"),
        Outcome::NeverStarted => "the task never started".to_owned(),
        Outcome::Stopped => format!("the task was stopped: container `{deciding}` {ended}"),
        Outcome::TimedOut => "timed out".to_owned(),
        Outcome::Interrupted => "interrupted".to_owned(),
        Outcome::Detached => "left: the task goes on".to_owned(),
        Outcome::ToolFailed => "the run could not be followed to its end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (millis, expected) in [
            (-5, "0.0s"),
            (430, "0.4s"),
            (12_399, "12.3s"),
            (125_000, "2m 5s"),
            (3_725_000, "1h 2m"),
        ] {
            assert_eq!(duration(millis), expected);
        }
    }

    #[test]
    fn a_timeline_tells_what_is_known() {
        let timings = Timings {
            pull_ms: Some(2_000),
            total_ms: Some(9_000),
            ..Timings::default()
        };
        assert_eq!(timeline(&timings), "image pull 2.0s, in all 9.0s");
    }
}
