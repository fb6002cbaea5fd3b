//! What the way a task ended says by itself: its stop code and its exit code.

use super::evidence::{Evidence, Source};
use super::text::{clean, fold};
use crate::model::diagnosis::Confidence;

/// The ends that are named by codes, the most telling first.
pub(super) fn ends(evidence: &Evidence) -> Vec<(&'static str, Confidence)> {
    let mut ends = Vec::new();
    let stop_code = evidence.stop_code.as_deref().unwrap_or_default();
    match stop_code {
        "SpotInterruption" | "TerminationNotice" => {
            ends.push(("spot-interruption", Confidence::High));
        }
        "UserInitiated" if gave_a_reason(evidence) => {
            ends.push(("user-stopped-custom-reason", Confidence::High));
        }
        "UserInitiated" => ends.push(("user-stopped", Confidence::High)),
        _ => {}
    }
    let exited = stop_code == "EssentialContainerExited"
        || says(evidence, "essential container in task exited")
        || stop_code.is_empty();
    match evidence.exit_code {
        Some(0) if exited => ends.push(("essential-container-exited-zero", Confidence::High)),
        Some(139) => ends.push(("segfault", Confidence::High)),
        // SIGTERM, and a reason that is none of AWS's own.
        Some(143) if stop_code.is_empty() && is_free_text(evidence) => {
            ends.push(("user-stopped-custom-reason", Confidence::Low));
        }
        Some(code) if code != 0 && ends.is_empty() => {
            ends.push(("essential-container-exited-nonzero", Confidence::High));
        }
        _ => {}
    }
    if ends.is_empty() {
        match stop_code {
            "TaskFailedToStart" => {
                ends.push(("task-failed-to-start-no-detail", Confidence::Medium));
            }
            "ServiceSchedulerInitiated" => ends.push(("service-scaling", Confidence::Medium)),
            _ => {}
        }
    }
    ends
}

/// Whether the container did what it was asked: what it wrote before is no failure.
pub(super) fn succeeded(evidence: &Evidence) -> bool {
    ends(evidence)
        .first()
        .is_some_and(|(cause, _)| *cause == "essential-container-exited-zero")
}

/// Whether `stoppedReason` is what somebody wrote in a call of `StopTask`.
pub(super) fn is_somebodys(evidence: &Evidence, source: &Source) -> bool {
    evidence.stop_code.as_deref() == Some("UserInitiated") && *source == Source::StoppedReason
}

fn gave_a_reason(evidence: &Evidence) -> bool {
    evidence.said.iter().any(|said| {
        said.source == Source::StoppedReason
            && !fold(&clean(&said.text)).starts_with("task stopped by user")
    })
}

fn says(evidence: &Evidence, words: &str) -> bool {
    let mut said = evidence.said.iter();
    said.any(|said| fold(&clean(&said.text)).contains(words))
}

fn is_free_text(evidence: &Evidence) -> bool {
    let texts = evidence
        .said
        .iter()
        .filter(|said| !matches!(said.source, Source::Log(_)));
    texts.count() > 0 && !says(evidence, "essential container in task exited")
}
