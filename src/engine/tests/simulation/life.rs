//! What would become of a task if nobody told it to stop.

use super::Millis;
use super::dice::Dice;
use super::story::Story;

/// A task's timetable, in milliseconds after its creation.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) pending: Millis,
    pub(super) start: Start,
    /// The exit code shows this long after the container's end.
    pub(super) code_late: Millis,
    /// Stop code and reason show this long after the end, or after the request to stop.
    pub(super) detail_late: Millis,
    pub(super) deprovisioning: Millis,
    /// `DescribeTasks` does not know the task before.
    pub(super) described_after: Millis,
    /// `ListTasks` does not show it before.
    pub(super) listed_after: Millis,
    pub(super) stop: AtStop,
    /// Somebody or something else ends it.
    pub(super) outside: Option<Outside>,
    pub(super) sidecar: Option<Sidecar>,
    pub(super) story: Story,
}

/// Whether the deciding container starts.
#[derive(Debug, Clone)]
pub(super) enum Start {
    Runs {
        at: Millis,
        lasts: Millis,
        code: Option<i32>,
    },
    Fails {
        at: Millis,
        reason: &'static str,
        passing: bool,
    },
}

/// How the task answers a request to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtStop {
    /// The host learns of it so much later: a container may start meanwhile.
    pub(super) heard_after: Millis,
    /// A container that runs then takes so long to end.
    pub(super) takes: Millis,
    pub(super) code: Option<i32>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Outside {
    pub(super) at: Millis,
    pub(super) code: &'static str,
    pub(super) reason: &'static str,
    pub(super) passing: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Sidecar {
    /// Whether it starts although the deciding container does not, this long before that fails.
    pub(super) starts_alone: Option<Millis>,
    /// After the deciding container's end.
    pub(super) ends_after: Millis,
    pub(super) story: Story,
}

const FAILURES: [(&str, bool); 8] = [
    (
        "Timeout waiting for network interface provisioning to complete.",
        true,
    ),
    (
        "Timeout waiting for EphemeralStorage provisioning to complete.",
        true,
    ),
    (
        "CannotPullContainerError: failed to resolve ref: dial tcp 192.0.2.1:443: i/o timeout",
        true,
    ),
    (
        "Capacity is unavailable at this time. Please try again later or in a different availability zone",
        true,
    ),
    (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found",
        false,
    ),
    (
        "ResourceInitializationError: unable to pull secrets: AccessDeniedException",
        false,
    ),
    (
        "CannotStartContainerError: exec: \"migrate\": executable file not found",
        false,
    ),
    ("OutOfMemoryError: container killed", false),
];

impl Life {
    pub(super) fn draw(dice: &mut Dice, fails_percent: u8, with_sidecar: bool) -> Self {
        let pending = dice.between(200, 4_000);
        let at = pending + dice.weighed(&[(6, 3_000), (3, 15_000), (1, 45_000)]);
        let at = dice.between(pending + 100, at);
        let start = if dice.chance(fails_percent) {
            let (reason, passing) = dice.pick(&FAILURES);
            Start::Fails {
                at,
                reason,
                passing,
            }
        } else {
            Self::runs(dice, at)
        };
        let deprovisioning = dice.between(500, 25_000);
        let lag = dice.weighed(&[
            (45, 0),
            (28, 1_000),
            (15, 6_000),
            (10, 25_000),
            (2, 200_000),
        ]);
        let lasts = match start {
            Start::Runs { lasts, .. } => lasts,
            Start::Fails { .. } => 0,
        };
        let sidecar = with_sidecar.then(|| Sidecar {
            starts_alone: dice.chance(30).then(|| dice.between(1, 90)),
            ends_after: dice.between(0, deprovisioning),
            story: Story::draw(dice, lasts + deprovisioning),
        });
        Self {
            pending,
            start,
            code_late: dice.weighed(&[(80, 0), (15, 1_500), (5, deprovisioning + 4_000)]),
            detail_late: dice.weighed(&[(80, 0), (10, 1_000), (10, 7_000)]),
            deprovisioning,
            described_after: dice.between(0, lag),
            listed_after: dice.between(0, lag),
            stop: AtStop::draw(dice),
            outside: dice.chance(4).then(|| Outside::draw(dice, at + lasts)),
            sidecar,
            story: Story::draw(dice, lasts + 60_000),
        }
    }

    /// The timetable in words.
    pub(super) fn summary(&self) -> String {
        let outside = self.outside.as_ref();
        format!(
            "{:?}, {:?}{}, described after {}, listed after {}, code {} late, details {} late, {} to take down, {} lines",
            self.start,
            self.stop,
            outside.map_or(String::new(), |outside| format!(", {outside:?}")),
            self.described_after,
            self.listed_after,
            self.code_late,
            self.detail_late,
            self.deprovisioning,
            self.story.lines.len()
        )
    }

    fn runs(dice: &mut Dice, at: Millis) -> Start {
        let lasts = dice.weighed(&[
            (20, 1_000),
            (35, 12_000),
            (36, 60_000),
            (7, 240_000),
            (2, 900_000),
        ]);
        Start::Runs {
            at,
            lasts: dice.between(5, lasts),
            code: dice.weighed(&[
                (60, Some(0)),
                (15, Some(1)),
                (5, Some(2)),
                (5, Some(126)),
                (4, Some(137)),
                (3, Some(255)),
                (2, Some(-1)),
                (6, None),
            ]),
        }
    }
}

impl AtStop {
    fn draw(dice: &mut Dice) -> Self {
        let heard = dice.weighed(&[(5, 0), (4, 500), (2, 4_000)]);
        let takes = dice.weighed(&[(5, 500), (3, 5_000), (2, 30_000)]);
        Self {
            heard_after: dice.between(0, heard),
            takes: dice.between(10, takes),
            code: dice.weighed(&[
                (6, Some(143)),
                (3, Some(137)),
                (3, Some(0)),
                (2, Some(1)),
                (1, None),
            ]),
        }
    }
}

impl Outside {
    fn draw(dice: &mut Dice, over: Millis) -> Self {
        let (code, reason, passing) = dice.pick(&[
            ("SpotInterruption", "Your Spot Task was interrupted.", true),
            ("UserInitiated", "stopped in the console", false),
        ]);
        Self {
            at: dice.between(10, over + 1_000),
            code,
            reason,
            passing,
        }
    }
}
